# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings the lists of one account to their declared state: observe, plan, apply. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads, is_end
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._aws.shared import Shared
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    GuardDutyError,
    PartialFailure,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import detector_tags, options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.apply import Applier
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.authenticity import Authenticity
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.content import ContentGuard
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Objects
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import (
    REGION_DENIED,
    UNAVAILABLE,
    RegionReader,
    RegionState,
    match,
    under_temporary_name,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import DeclaredList
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.proof import check_declared
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.quotas import check_quotas, in_turn
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import BECOMES, Observed
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.undeclared import Undeclared, undeclared
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.undeclared import warning as undeclared_warning
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._progress import Progress
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto


# Work on a list is mostly waiting, and threads that sleep cost little; calls are bounded by concurrency all the same.
MAX_LISTS_AT_ONCE = 200


def converge(module: Module, kind: str | None = None, shared: Shared | None = None) -> dict[str, t.Any]:
    """Bring the declared lists of one account to their state in every declared Region.

    kind: that of the one list, for the modules that declare one. shared: what other accounts at work in this process
    share. Returns C({changed, account_id, results[, diff]}); raises ThreatlistsError, with those as its C(result) where
    only some lists failed.
    """
    lists = options.declared_lists(module.params, kind)
    regions = options.regions(module.params)
    connection = Connection(
        module, [region for region in regions if region != options.ALL], options.workers(module.params), shared
    )
    check_regions(connection, regions)
    return Convergence(module, connection, lists, regions).run()


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
    """Raise ArgumentError where neither the options nor the session name a Region."""
    if not regions and not connection.configured_region:
        raise ArgumentError("regions: no Region is given, nor does the session have one.")


def refused_everywhere(account_id: str, regions: t.Sequence[RegionState]) -> CredentialsError | None:
    """Return an error where every Region refused the credentials, else None.

    A dead key is answered like one in a Region that is not enabled: only another Region's answer can tell which it is
    (docs/dev/guardduty.md#21).
    """
    if any(region.error is None or region.error.code != "NotEnabled" for region in regions):
        return None
    return CredentialsError(
        f"account {account_id}: every Region asked refused the credentials: "
        f"{', '.join(dict.fromkeys(region.name for region in regions))}.",
        remedy="Renew the credentials; or leave those Regions out, if they are not enabled for the account.",
    )


class Convergence:
    """One invocation: one account, its Regions, its lists."""

    def __init__(self, module: Module, connection: Connection, lists: list[DeclaredList], given: list[str]) -> None:
        """Look at the objects and take up the account. given: O(regions). Raises ThreatlistsError."""
        self._params = module.params
        self._module = module
        self._workers = connection.workers
        self._stop = connection.stop
        self._lists = lists
        self._authenticity = Authenticity(module.params, connection, check_mode=module.check_mode)
        self._objects = Objects(connection, trust_metadata=not self._authenticity.is_asked)
        role = connection.role
        if role and options.ALL not in given:
            self._observe_objects(given or [str(connection.configured_region)], role.account)
        self._account = Account(connection)
        self._is_everywhere = options.ALL in given
        self._regions = declared_regions(connection, self._account, given)
        if not role or options.ALL in given:
            self._observe_objects(self._regions, self._account.id)
        self._reader = RegionReader(self._account)
        self._progress = Progress(f"account {self._account.id}")
        self._regions_read = 0
        self._undeclared: list[Undeclared] = []
        self._due = 0
        self._applied: list[Attempt] = []
        self._guard = ContentGuard(self._objects, self._authenticity, connection.shared)
        self._applier = Applier(module, self._reader, self._objects, self._guard, self._report_progress)

    def run(self) -> dict[str, t.Any]:
        """Observe, plan and apply; return what the module returns, or raise PartialFailure with it."""
        try:
            return self._converged()
        finally:
            self._account.close()

    def _converged(self) -> dict[str, t.Any]:
        attempts = [
            attempt for some in in_threads(self._observe, self._regions, self._workers, self._stop) for attempt in some
        ]
        self._tell_dead_from_unavailable(attempts)
        due = [attempt for attempt in attempts if attempt.is_due]
        self._check_declared_objects(due)
        self._check_content([attempt for attempt in due if attempt.is_load and not attempt.error])
        regions = {attempt.region.name: attempt.region for attempt in attempts if not attempt.region.error}
        check_quotas(self._reader, [region for region in regions.values() if not region.administrator], due)
        try:
            self._apply(attempts)
        except BaseException as error:
            if not is_end(error):
                raise
            self._interrupt(attempts)
        return self._result(attempts)

    def _observe_objects(self, regions: list[str], account_id: str) -> None:
        """Look at each distinct object once, by HeadObject.

        Where O(sha256) is declared, that is only needed to verify a signature.
        """
        self._objects.observe_all(
            (one.location_in(region, account_id), one.owner)
            for one in self._lists
            for region in regions
            if one.is_loaded and (self._authenticity.is_asked or not one.sha256)
        )

    def _check_declared_objects(self, due: list[Attempt]) -> None:
        """Fail those loads whose object does not hold what O(sha256) declares.

        Where the object may not be read from here the digest is trusted, and the results say so. In check mode the
        object may have yet to be published, so it is judged only if it holds the declared content already.
        """
        declared = [attempt for attempt in due if attempt.declared.is_loaded and attempt.declared.sha256]
        self._objects.observe_all((attempt.desired.location, attempt.desired.owner) for attempt in declared)
        for attempt in declared:
            seen = self._objects.first_observed(attempt.desired.location, attempt.desired.owner)
            if not self._module.check_mode:
                check_declared(attempt, seen)
            elif isinstance(seen, ObjectState) and seen.sha256 == attempt.declared.sha256:
                attempt.expects(seen)

    def _check_content(self, loads: list[Attempt]) -> None:
        for attempt in loads:
            try:
                self._guard.check(attempt)
            except ThreatlistsError as error:
                attempt.fail(error)

    def _report_progress(self) -> None:
        """Show how far the work is: Regions while they are read, then lists."""
        if self._due:
            self._progress.update(len(self._applied), self._due, "lists in their final state")
        else:
            self._progress.update(self._regions_read, len(self._regions), "Regions read")

    def _observe(self, name: str) -> list[Attempt]:
        """Read one Region and plan its lists. Its failure is a result of each list, and stops no other Region."""
        wanted: dict[str, list[str]] = {}
        for one in self._lists:
            wanted.setdefault(one.kind.name, []).append(one.name)
        reads = self._reads_all_of(wanted)
        region = self._reader.read_region(name, {**wanted, **reads}, KINDS)
        self._regions_read += 1
        self._report_progress()
        attempts = [self._attempt(region, one) for one in self._lists]
        if region.dated_error and attempts and not any(one.kind.is_dated for one in self._lists):
            attempts[0].warn(f"entity sets were not looked for: {region.dated_error}")
        if region.error or region.administrator:
            for attempt in attempts:
                _set_aside(attempt, self._params)
            return attempts
        for attempt in attempts:
            if region.dated_error and attempt.desired.kind.is_dated:
                attempt.set_aside(region.dated_error)
                continue
            self._plan(attempt, match(region.lists[attempt.desired.kind.name], wanted[attempt.desired.kind.name]))
        if reads:
            if self._module.check_mode:
                self._reader.read_also(region, [kind for kind in KINDS.values() if kind.name not in region.lists])
            matched = {attempt.id for attempt in attempts if attempt.id}
            matched |= {attempt.other.id for attempt in attempts if attempt.other}
            attempts += self._purge(region, matched | self._kept(region))
        if any(attempt.plan.steps for attempt in attempts):
            try:
                self._reader.check_enabled(region)
            except Exception as error:
                region.error = failure(error, f"account {self._account.id}, {name}", "guardduty:GetDetector")
                for attempt in attempts:
                    if attempt.plan.steps or attempt.error:
                        _set_aside(attempt, self._params)
        return attempts

    def _reads_all_of(self, wanted: t.Mapping[str, list[str]]) -> dict[str, None]:
        """Return the kinds of which every list is read, to see which lists are not declared; check mode reads all then.

        There is none where nothing says which lists there should be in all, such as one list, or lists to remove.
        """
        if self._params.get("purge_lists"):
            return dict.fromkeys(KINDS)
        if not self._lists and self._params.get("keep_lists") is not None:
            return dict.fromkeys(name for name, kind in KINDS.items() if not kind.is_dated)
        is_whole = "purge_lists" in self._params and any(one.present for one in self._lists)
        return dict.fromkeys(wanted) if is_whole else {}

    def _kept(self, region: RegionState) -> set[str]:
        """Return the ids of the lists that O(keep_lists) names, and of those that are about to take their places."""
        names: dict[str, list[str]] = {}
        for one in self._params["keep_lists"] or []:
            names.setdefault(one["kind"], []).append(one["name"])
        kept = set()
        for kind, some in names.items():
            lists = region.lists.get(kind, [])
            for name, one in match(lists, some).items():
                new = under_temporary_name(lists, name, one)
                kept |= {one.id, new.id} if new else {one.id}
        return kept

    def _purge(self, region: RegionState, declared: set[str]) -> list[Attempt]:
        """Return attempts to delete our lists that are not declared, if O(purge_lists) wants that; else note them."""
        found = undeclared(region, self._account.id, declared)
        if not self._params["purge_lists"]:
            self._undeclared += found
            return []
        self._undeclared += [one for one in found if one.is_foreign]
        attempts = []
        for one in found:
            if one.is_foreign:
                continue
            attempt = self._attempt(region, one.as_absent())
            attempt.make_plan(one.found)
            attempt.because("managed by this collection, and not declared (purge_lists)")
            attempts.append(attempt)
        return attempts

    def _attempt(self, region: RegionState, one: DeclaredList) -> Attempt:
        digest = one.sha256 if one.is_loaded else None
        attempt = Attempt(region, one, one.desired(region.name, self._account.id, self._account.partition, digest))
        if one.tags and one.kind.is_dated and detector_tags.REFUSED in region.detector_tags:
            attempt.leave_out_tags()
            attempt.warn(f"its tags are left out: GuardDuty refused them before ({detector_tags.REFUSED}).")
        return attempt

    def _plan(self, attempt: Attempt, found: dict[str, Observed]) -> None:
        observed = found.get(attempt.declared.name)
        try:
            self._take_object(attempt, observed)
        except ThreatlistsError as error:
            attempt.settled(observed)
            attempt.fail(error)
            return
        region, kind = attempt.region, attempt.desired.kind
        if observed and attempt.desired.present and observed.format != attempt.desired.format:
            try:
                self._reader.read_rest(region, kind)
            except Exception as error:
                attempt.settled(observed)
                attempt.fail(failure(error, attempt.where, "the guardduty read actions"))
                return
        attempt.take_up(observed, under_temporary_name(region.lists[kind.name], attempt.desired.name, observed))

    def _take_object(self, attempt: Attempt, observed: Observed | None) -> None:
        """Look at what the list is to hold, as far as that must be known now. Raises ThreatlistsError."""
        if not attempt.declared.is_loaded or (attempt.declared.sha256 and not self._authenticity.is_asked):
            return
        seen = self._objects.first_observed(attempt.desired.location, attempt.desired.owner)
        self._authenticity.check(attempt, seen, observed)
        if attempt.declared.sha256:
            return
        if isinstance(seen, ThreatlistsError):
            raise seen
        attempt.loads(seen)

    def _tell_dead_from_unavailable(self, attempts: list[Attempt]) -> None:
        regions = [attempt.region for attempt in attempts]
        if dead := refused_everywhere(self._account.id, regions):
            for attempt in attempts:
                attempt.fail(dead)
        if all(region.error and region.error.code == REGION_DENIED for region in regions) and self._is_everywhere:
            for attempt in attempts:
                attempt.fail(t.cast(ThreatlistsError, attempt.region.error))

    def _apply(self, attempts: list[Attempt]) -> None:
        """Apply the deletes first, since they make room, then all else. Only the writes of an account are serial."""
        due = [one for one in attempts if not one.error and (one.plan.steps or one.status in BECOMES)]
        self._due = len(due)
        # Parted before any is tried: a delete that fails is "failed" then, and would be tried again among the others.
        deletes = [attempt for attempt in due if attempt.action == "deleted"]
        others = [attempt for attempt in due if attempt.action != "deleted"]
        in_threads(self._apply_one, deletes, MAX_LISTS_AT_ONCE, self._stop)
        in_threads(self._apply_in_turn, in_turn(others), MAX_LISTS_AT_ONCE, self._stop)

    def _interrupt(self, attempts: list[Attempt]) -> None:
        """Fail each list that was not finished, with what became of it."""
        for attempt in attempts:
            if not attempt.error and attempt.plan.steps and attempt not in self._applied:
                attempt.interrupt()

    def _apply_in_turn(self, attempts: list[Attempt]) -> None:
        for attempt in attempts:
            self._apply_one(attempt)

    def _apply_one(self, attempt: Attempt) -> None:
        self._applier.apply(attempt)
        self._applied.append(attempt)
        self._report_progress()

    def _result(self, attempts: list[Attempt]) -> dict[str, t.Any]:
        for attempt in attempts:
            if attempt.action == "recreated" and attempt.wrote:
                attempt.warn(f"{attempt.cause} ({attempt.id}).")
        for warning in dict.fromkeys(warning for attempt in attempts for warning in attempt.warnings):
            self._module.warn(warning)
        if self._undeclared:
            self._module.warn(undeclared_warning(self._account.id, self._undeclared))
        acted = [attempt for attempt in attempts if attempt.action not in ("none", "skipped", "failed")]
        result: dict[str, t.Any] = {
            "changed": bool(acted) or any(attempt.wrote for attempt in attempts),
            "account_id": self._account.id,
            "results": [attempt.as_result() for attempt in attempts],
        }
        if "purge_lists" in self._params:
            result["undeclared"] = [one.as_result(self._account.id) for one in self._undeclared]
        if self._module._diff:
            result["diff"] = [attempt.as_diff() for attempt in acted]
        failed = [attempt for attempt in attempts if attempt.action == "failed"]
        if failed:
            errors = [t.cast(ThreatlistsError, attempt.error) for attempt in failed]
            raise PartialFailure.of(errors, len(attempts), "lists", result)
        return result


def _set_aside(attempt: Attempt, params: dict[str, t.Any]) -> None:
    """Skip or fail a list whose Region cannot be worked in."""
    administrator = attempt.region.administrator
    if administrator:
        cause = f"member of administrator {administrator}, whose lists apply to it"
        if params["on_member"] == "skip":
            attempt.skip(cause)
        else:
            attempt.set_aside(
                GuardDutyError(
                    f"{attempt.where}: {cause}.",
                    code="MemberAccount",
                    remedy="Declare the lists for the administrator, or set on_member to skip.",
                )
            )
        return
    error = t.cast(ThreatlistsError, attempt.region.error)
    # With "all", the Regions that the organization denies are not declared by anybody.
    undeclared = error.code == REGION_DENIED and options.ALL in (params["regions"] or ())
    if error.code in UNAVAILABLE and (undeclared or params["on_unavailable"] == "skip"):
        attempt.skip(str(error))
    else:
        attempt.set_aside(error)
