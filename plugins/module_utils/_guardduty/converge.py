# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings the lists of one account to their declared state: observe, plan, apply. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    GuardDutyError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.apply import Applier, Work, check_declared
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Objects, version_mark
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import (
    UNAVAILABLE,
    Place,
    Reader,
    match,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import Declared
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import SETTLES_AS
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.quotas import check_quotas
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._progress import Progress

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto


class PartialFailure(GuardDutyError):
    """Some lists failed; C(result) is what the module would have returned without."""

    def __init__(self, message: str, *, result: dict[str, t.Any], **what: t.Any) -> None:
        super().__init__(message, **what)
        self.result = result


# Lists wait, mostly: threads that sleep cost little, calls are bounded by concurrency all the same.
MAX_LISTS_AT_ONCE = 200


def converge(module: Module, kind: str | None = None) -> dict[str, t.Any]:
    """Bring the declared lists of one account to their state in every declared Region.

    kind: for the modules that are about one list of one kind. Returns C({changed, account_id, results[, diff]});
    raises ThreatlistsError, with those as its C(result) where only some lists failed.
    """
    lists = options.declared(module.params, kind)
    regions = options.regions(module.params)
    connection = Connection(
        module, [region for region in regions if region != options.ALL], options.workers(module.params)
    )
    run = _Run(module, connection, lists)
    return run.converge(regions)


def declared_regions(connection: Connection, account: Account, regions: list[str]) -> list[str]:
    """Return the Regions to work in: those given, all that are enabled, or the session's."""
    if options.ALL in regions:
        try:
            return account.regions()
        except (boto.BotoCoreError, boto.ClientError) as error:
            raise failure(error, f"account {account.id}: regions: all", "account:ListRegions") from error
    check_regions(connection, regions)
    return regions or [str(connection.configured_region)]


def check_regions(connection: Connection, regions: list[str]) -> None:
    """Raise ArgumentError where no Region is meant."""
    if not regions and not connection.configured_region:
        raise ArgumentError("regions: no Region is given, nor does the session have one.")


def refused_everywhere(account_id: str, places: t.Sequence[Place]) -> CredentialsError | None:
    """Return an error where no Region took the credentials: a dead key answers like a Region that is not enabled, and
    which it is only another Region's answer can tell (contract: guardduty.md, Accounts and Regions)."""
    if any(place.error is None or place.error.code != "NotEnabled" for place in places):
        return None
    return CredentialsError(
        f"account {account_id}: every Region asked refused the credentials: "
        f"{', '.join(dict.fromkeys(place.region for place in places))}.",
        remedy="Renew the credentials; or leave those Regions out, if they are not enabled for the account.",
    )


class _Run:
    """One invocation: one account, its Regions, its lists."""

    def __init__(self, module: Module, connection: Connection, lists: list[Declared]) -> None:
        self.module = module
        self.connection = connection
        self.lists = lists
        self.objects = Objects(connection)
        self.read: list[str] = []
        self.applied: list[Work] = []
        self.due = 0

    def converge(self, given: list[str]) -> dict[str, t.Any]:
        role = self.connection.role
        check_regions(self.connection, given)
        if role and options.ALL not in given:
            self._look_at_objects(given or [str(self.connection.configured_region)], role.account)
        self.account = Account(self.connection)
        regions = declared_regions(self.connection, self.account, given)
        if not role or options.ALL in given:
            self._look_at_objects(regions, self.account.id)
        self.reader = Reader(self.account)
        self.progress = Progress(f"account {self.account.id}")
        self.region_count = len(regions)
        params = self.module.params
        self.applier = Applier(
            self.reader,
            self.objects,
            check=self.module.check_mode,
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )
        self.applier.tell = self._tell
        works = [work for some in in_threads(self._observe, regions, self.connection.workers) for work in some]
        self._tell_dead_from_unavailable(works)
        due = [work for work in works if work.plan.steps and not work.error]
        if not self.module.check_mode:
            self._look_before_loading(due)
        places = {work.place.region: work.place for work in works if not work.place.error}
        check_quotas(self.reader, [place for place in places.values() if not place.administrator], due)
        self._apply(works)
        return self._result(works)

    def _look_at_objects(self, regions: list[str], account_id: str) -> None:
        """One HeadObject per distinct object, none where O(sha256) is given."""
        self.objects.look_at(
            (one.location_in(region, account_id), one.owner)
            for one in self.lists
            for region in regions
            if one.is_loaded and not one.sha256
        )

    def _look_before_loading(self, due: list[Work]) -> None:
        """Where a declared digest makes a load due, nothing but that content may be loaded.

        Who may not read the object here trusts the digest; the results then say so.
        """
        declared = [work for work in due if work.declared.is_loaded and work.declared.sha256]
        self.objects.look_at((work.desired.location, work.desired.owner) for work in declared)
        for work in declared:
            check_declared(work, self.objects.seen(work.desired.location, work.desired.owner))

    def _tell(self) -> None:
        """How far it is, for whoever waits: Regions while they are read, then lists."""
        if self.due:
            self.progress.update(len(self.applied), self.due, "lists in their final state")
        else:
            self.progress.update(len(self.read), self.region_count, "Regions read")

    def _observe(self, region: str) -> list[Work]:
        """Read one Region and plan its lists. Its failure is a result of each list, and stops no other Region."""
        wanted: dict[str, list[str]] = {}
        for one in self.lists:
            wanted.setdefault(one.kind.name, []).append(one.name)
        place = self.reader.read(region, wanted, KINDS)
        self.read.append(region)
        self._tell()
        works = [self._work(place, one) for one in self.lists]
        if place.error or place.administrator:
            for work in works:
                _set_aside(work, place, self.module.params)
            return works
        for work in works:
            self._plan(work, match(place.lists[work.desired.kind.name], wanted[work.desired.kind.name]))
        if any(work.plan.steps for work in works):
            try:
                self.reader.check_enabled(place)
            except Exception as error:
                place.error = failure(error, f"account {self.account.id}, {region}", "guardduty:GetDetector")
                for work in works:
                    if work.plan.steps or work.error:
                        _set_aside(work, place, self.module.params)
        return works

    def _work(self, place: Place, one: Declared) -> Work:
        digest = one.sha256 if one.is_loaded else None
        return Work(place, one, one.desired(place.region, self.account.id, self.account.partition, digest))

    def _plan(self, work: Work, found: dict[str, t.Any]) -> None:
        if work.declared.is_loaded and not work.declared.sha256:
            look = self.objects.seen(work.desired.location, work.desired.owner)
            if isinstance(look, ThreatlistsError):
                work.saw(found.get(work.declared.name))
                work.failed(look)
                return
            work.basis = look
            work.desired = work.desired._replace(digest=look.sha256, version=version_mark(look))
        work.adopt(found.get(work.declared.name))

    def _tell_dead_from_unavailable(self, works: list[Work]) -> None:
        if dead := refused_everywhere(self.account.id, [work.place for work in works]):
            for work in works:
                work.failed(dead)

    def _apply(self, works: list[Work]) -> None:
        """Deletes first, since they make room; then the rest. Only the writes of an account are serial."""
        due = [work for work in works if not work.error and (work.plan.steps or work.status in SETTLES_AS)]
        self.due = len(due)
        for first in (True, False):
            some = [work for work in due if (work.action == "deleted") is first]
            in_threads(self._apply_one, some, MAX_LISTS_AT_ONCE)

    def _apply_one(self, work: Work) -> None:
        self.applier.apply(work)
        self.applied.append(work)
        self._tell()

    def _result(self, works: list[Work]) -> dict[str, t.Any]:
        for work in works:
            if work.action == "recreated" and work.wrote:
                work.warnings.append(f"{work.where}: {work.cause} ({work.id}).")
            for warning in work.warnings:
                self.module.warn(warning)
        acted = [work for work in works if work.action not in ("none", "skipped", "failed")]
        result: dict[str, t.Any] = {
            "changed": bool(acted) or any(work.wrote for work in works),
            "account_id": self.account.id,
            "results": [_item(work) for work in works],
        }
        if self.module._diff:
            result["diff"] = [_diff(work) for work in acted]
        failed = [work for work in works if work.action == "failed"]
        if failed:
            raise _partial(failed, len(works), result)
        return result


def _set_aside(work: Work, place: Place, params: dict[str, t.Any]) -> None:
    """Skip or fail a list whose Region cannot be worked in."""
    work.plan = work.plan._replace(steps=())
    if place.administrator:
        cause = f"member of administrator {place.administrator}, whose lists apply to it"
        if params["on_member"] == "skip":
            work.action, work.cause = "skipped", cause
        else:
            work.failed(
                GuardDutyError(
                    f"{work.where}: {cause}.",
                    code="MemberAccount",
                    remedy="Declare the lists for the administrator, or set on_member to skip.",
                )
            )
        return
    error = t.cast(ThreatlistsError, place.error)
    if error.code in UNAVAILABLE and params["on_unavailable"] == "skip":
        work.action, work.cause, work.error = "skipped", str(error), None
    else:
        work.failed(error)


def _item(work: Work) -> dict[str, t.Any]:
    """Return one of RV(results)."""
    return {
        "account_id": work.desired.account,
        "region": work.place.region,
        "kind": work.desired.kind.name,
        "name": work.desired.name,
        "action": work.action,
        "id": work.id or None,
        "detector_id": work.place.detector_id or None,
        "status": work.status or None,
        "location": work.desired.location or None,
        "administrator": work.place.administrator or None,
        "sha256": work.desired.digest if work.action != "failed" else None,
        "proof": work.proof or None,
        "cause": work.cause or (str(work.error) if work.error else ""),
        "error": work.error.as_result() if work.error else None,
    }


def _diff(work: Work) -> dict[str, t.Any]:
    return {
        "before_header": work.where,
        "after_header": f"{work.where} ({work.action})",
        "before": work.plan.before,
        "after": work.plan.after,
    }


def _partial(failed: list[Work], count: int, result: dict[str, t.Any]) -> ThreatlistsError:
    """Return the error of a run in which some lists failed, with all results; each reason is told once."""
    errors = [t.cast(ThreatlistsError, work.error) for work in failed]
    return PartialFailure(
        f"{len(failed)} of {count} lists failed: {' | '.join(dict.fromkeys(map(str, errors)))}",
        code=errors[0].code,
        retryable=all(error.retryable for error in errors),
        remedy=" ".join(dict.fromkeys(error.remedy for error in errors)).strip(),
        result=result,
    )
