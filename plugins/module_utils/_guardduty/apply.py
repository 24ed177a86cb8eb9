# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies plans, a list at a time, and keeps the proof. Private to the collection."""

from __future__ import annotations

import contextlib
import dataclasses
import time
import typing as t
import uuid

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import code_of, failure, is_passing
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    CredentialsError,
    GuardDutyError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.diagnose import explain
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import (
    Objects,
    excess,
    same_version,
    version_mark,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import Place, Reader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import Declared
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import (
    ACTIVE,
    GONE,
    NOTHING,
    SETTLES_AS,
    SHA256,
    Create,
    Delete,
    Desired,
    Observed,
    Plan,
    Prove,
    Settle,
    Step,
    Tag,
    Untag,
    Update,
    plan,
    submission,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

RELOADS = 3
CREATES = 3
FIRST_PAUSE, LONGEST_PAUSE, PAUSE_FACTOR = 0.2, 15.0, 1.6


@dataclasses.dataclass
class Work:
    """One list in one Region: what is wanted, what was found, what is to be done, and what came of it.

    basis: the object as it was looked at before the load, None where it could not be;
    proof: V(sha256), V(submitted), V(declared), V(updated_at), or empty.
    """

    place: Place
    declared: Declared
    desired: Desired
    observed: Observed | None = None
    plan: Plan = NOTHING
    basis: ObjectState | None = None
    action: str = "none"
    cause: str = ""
    id: str = ""
    status: str = ""
    proof: str = ""
    error: ThreatlistsError | None = None
    wrote: bool = False
    can_tag: bool = True
    creates: int = 0
    warnings: list[str] = dataclasses.field(default_factory=list)

    @property
    def where(self) -> str:
        return f"account {self.desired.account}, {self.place.region}, {self.desired.kind.name} {self.desired.name!r}"

    def adopt(self, observed: Observed | None) -> None:
        """Take over what was observed, and plan anew."""
        self.observed = observed
        self.plan = plan(self.desired, observed)
        self.action, self.cause = self.plan.action, self.plan.cause
        self.saw(observed)
        if self.desired.digest and observed:
            held = observed.tags.get(SHA256, "")
            self.proof = "" if self.plan.steps or held != self.desired.digest else "sha256"

    def saw(self, observed: Observed | None) -> None:
        """Note the newest sight of the list."""
        if observed:
            self.id, self.status = observed.id, observed.status

    def failed(self, error: ThreatlistsError) -> None:
        self.action, self.error = "failed", error


class Applier:
    """Brings lists of one account to their declared state."""

    def __init__(self, reader: Reader, objects: Objects, *, check: bool, wait: bool, wait_timeout: int) -> None:
        self.reader = reader
        self.account = reader.account
        self.objects = objects
        self.check = check
        self.wait = wait
        self.wait_timeout = wait_timeout
        self.tell: t.Callable[[], None] = lambda: None

    def apply(self, work: Work) -> None:
        """Wait out a pending state, then take the steps of the plan. What goes wrong stands in C(work.error)."""
        try:
            self._await_pending(work)
            if not self.check:
                self._take(work)
        except ThreatlistsError as error:
            work.failed(error)
        except Exception as error:
            work.failed(self._reason(work, error))

    def _await_pending(self, work: Work) -> None:
        """While a list is in a pending state nothing can be done with it (contract: guardduty.md, Behaviour 2)."""
        if work.observed is None or work.observed.status not in SETTLES_AS:
            return
        promotes_only = all(isinstance(step, Tag) for step in work.plan.steps)
        if not self.wait and promotes_only and work.declared.is_loaded:
            work.plan = work.plan._replace(action="none", cause="a load is under way", steps=())
            work.action, work.cause, work.proof = "none", work.plan.cause, "submitted"
            return
        had_steps = bool(work.plan.steps)
        work.adopt(self._final(work))
        if work.plan.steps and not had_steps:
            self.reader.check_enabled(work.place)
            self._look_before(work)

    def _look_before(self, work: Work) -> None:
        if work.declared.is_loaded and work.declared.sha256 and not self.check:
            check_declared(work, self.objects.again(work.desired.location, work.desired.owner))
            if work.error:
                raise work.error

    def _take(self, work: Work) -> None:
        for number, step in enumerate(work.plan.steps):
            if isinstance(step, Tag):
                self._tag(work, step.tags)
                if not work.can_tag and self._is_current_by_date(work):
                    return
            elif isinstance(step, Untag):
                self._write(work, "untag_resource", ResourceArn=self._arn(work), TagKeys=list(step.keys))
            elif isinstance(step, Create):
                self._create(work, step)
            elif isinstance(step, Update):
                self._update(work, step)
            elif isinstance(step, Delete):
                self._delete(work)
            elif isinstance(step, Settle):
                self._settle(work, step, work.plan.steps[number + 1 :])
            else:
                self._prove(work, step)

    def _write(self, work: Work, operation: str, **request: t.Any) -> dict[str, t.Any]:
        try:
            answer = self.account.write("guardduty", work.place.region, operation, **request)
        except (boto.BotoCoreError, boto.ClientError) as error:
            # A failed activation persists, and a lost answer says nothing; only a denial surely changed nothing.
            work.wrote = work.wrote or not code_of(error).startswith("AccessDenied")
            raise
        work.wrote = True
        return answer

    def _about(self, work: Work) -> dict[str, str]:
        return {"DetectorId": work.place.detector_id, work.desired.kind.id_key: work.id}

    def _arn(self, work: Work) -> str:
        resource = f"detector/{work.place.detector_id}/{work.desired.kind.name}/{work.id}"
        return arns.guardduty(self.account.partition, work.place.region, self.account.id, resource)

    def _tag(self, work: Work, tags: dict[str, str]) -> None:
        """Write tags. The documentation does not name entity sets among what takes tags: a refusal is not the end."""
        if not work.can_tag:
            return
        try:
            self._write(work, "tag_resource", ResourceArn=self._arn(work), Tags=tags)
        except boto.ClientError as error:
            reason = failure(error, work.where)
            if not work.desired.kind.is_dated or is_passing(error) or isinstance(reason, CredentialsError):
                raise
            self._refuse_tags(work)

    def _refuse_tags(self, work: Work) -> None:
        work.can_tag = False
        work.warnings.append(
            f"{work.where}: tags were refused, so what it holds is judged by UpdatedAt alone, which is weak."
        )

    def _is_current_by_date(self, work: Work) -> bool:
        """Return whether nothing is left to do without tags, and say so (design.md, The proof, 4)."""
        others = [step for step in work.plan.steps if not isinstance(step, Tag)]
        if others and not (work.plan.only_proof and self._is_newer(work, work.observed)):
            return False
        work.action, work.cause, work.wrote = "none", "tags are refused; it was loaded after the object changed", False
        return True

    def _is_newer(self, work: Work, found: Observed | None) -> bool:
        """Return whether the list was updated after its object, with the object looked at if it was not yet."""
        if work.basis is None:
            look = self.objects.again(work.desired.location, work.desired.owner)
            work.basis = None if isinstance(look, ThreatlistsError) else look
        newer = bool(found and found.updated_at and work.basis and found.updated_at > work.basis.last_modified)
        work.proof = "updated_at" if newer else ""
        return newer

    def _create(self, work: Work, step: Create) -> None:
        """Create under a token of this attempt's own, which all retries of the call share (contract, Behaviour 5)."""
        tags = {"Tags": step.tags} if work.can_tag else {}
        owner = {"ExpectedBucketOwner": step.owner} if step.owner else {}
        kind = work.desired.kind
        work.creates += 1
        try:
            answer = self._write(
                work,
                f"create_{kind.noun}",
                DetectorId=work.place.detector_id,
                Name=step.name,
                Format=step.format,
                Location=step.location,
                Activate=step.activate,
                ClientToken=uuid.uuid4().hex,
                **owner,
                **tags,
            )
        except (boto.BotoCoreError, boto.ClientError) as error:
            found = self.reader.find(work.place, kind, step.name)
            work.saw(found)
            if found and is_passing(error):
                return
            if found or not (kind.is_dated and tags) or is_passing(error):
                raise
            self._create_without_tags(work, step, error)
        else:
            work.id = answer[kind.id_key]

    def _create_without_tags(self, work: Work, step: Create, refused: Exception) -> None:
        work.can_tag = False
        try:
            self._create(work, step)
        except boto.ClientError:
            raise refused from None
        self._refuse_tags(work)

    def _update(self, work: Work, step: Update) -> None:
        given = {
            "Name": step.name,
            "Location": step.location,
            "Activate": step.activate,
            "ExpectedBucketOwner": step.owner,
        }
        request = {key: value for key, value in given.items() if value is not None}
        self._write(work, f"update_{work.desired.kind.noun}", **self._about(work), **request)

    def _delete(self, work: Work) -> None:
        try:
            self._write(work, f"delete_{work.desired.kind.noun}", **self._about(work))
        except boto.ClientError:
            # The answer of an earlier try may have been lost: a second Delete finds no such list.
            found = self.reader.get(work.place, work.desired.kind, work.id)
            if found and found.status not in GONE:
                raise

    def _settle(self, work: Work, step: Settle, rest: tuple[Step, ...]) -> None:
        found = self._created(work) if self.wait or rest else self._sight(work)
        status = found.status if found else "DELETED"
        work.status = status
        if status != step.status and SETTLES_AS.get(status) != step.status:
            raise explain(self.objects, work, None, found)

    def _prove(self, work: Work, step: Prove) -> None:
        digest = step.digest
        if not self.wait:
            self._submit(work, digest)
            return
        for turn in range(1 + RELOADS):
            found = self._created(work)
            if found is None or found.status != ACTIVE:
                raise explain(self.objects, work, None, found)
            seen = self.objects.again(work.desired.location, work.desired.owner)
            if self._is_as_before(work, digest, seen):
                self._note(work, digest, found)
                return
            work.basis = t.cast(ObjectState, seen)
            digest = work.basis.sha256
            self._check_changed(work, digest)
            if turn < RELOADS:
                self._update(work, Update(activate=True, owner=work.desired.owner))
        raise GuardDutyError(
            f"{work.where}: the object changed during each of {1 + RELOADS} loads; which content it holds is unknown.",
            code="ContentChanging",
            retryable=True,
            remedy="Let whatever writes the object finish, then run again.",
        )

    def _is_as_before(self, work: Work, digest: str, seen: ObjectState | ThreatlistsError) -> bool:
        """Return whether the object is still what it was before the load, or may not be looked at at all.

        What is seen only after the load proves nothing: other bytes may have stood there before.
        """
        if isinstance(seen, ThreatlistsError):
            if work.basis is None and work.declared.sha256:
                work.proof = "declared"
                work.warnings.append(f"{work.where}: the declared sha256 was not checked against the object: {seen}")
                return True
            raise seen
        return seen.sha256 == digest and work.basis is not None and same_version(work.basis, seen)

    def _check_changed(self, work: Work, digest: str) -> None:
        """Raise where the object has become what was not declared, or what GuardDuty does not take."""
        if work.declared.sha256 not in (None, digest):
            raise mismatch(work, digest)
        if work.basis and (too_much := excess(work.desired.kind, work.basis)):
            raise GuardDutyError(f"{work.where}: {too_much}.", code="QuotaExceeded")

    def _note(self, work: Work, digest: str, found: Observed) -> None:
        if not work.can_tag:
            self._is_newer(work, found)
            return
        self._tag(work, {SHA256: digest})
        if work.can_tag:
            work.proof = work.proof or "sha256"
        else:
            self._is_newer(work, found)

    def _submit(self, work: Work, digest: str) -> None:
        found = self._sight(work)
        if found is None or SETTLES_AS.get(found.status, found.status) != ACTIVE:
            raise explain(self.objects, work, None, found)
        self._tag(work, {SHA256: submission(digest, work.desired.version)})
        work.proof = "submitted"

    def _sight(self, work: Work) -> Observed | None:
        found = self.reader.get(work.place, work.desired.kind, work.id)
        work.saw(found)
        return found

    def _created(self, work: Work) -> Observed | None:
        """Wait for the final state; where a create was answered with a list deleted long ago, create anew."""
        while True:
            found = self._final(work)
            create = next((step for step in work.plan.steps if isinstance(step, Create)), None)
            gone = found is None or found.status in GONE
            if not (gone and create and 0 < work.creates < CREATES):
                return found
            self._create(work, create)

    def _final(self, work: Work) -> Observed | None:
        """Wait until the list is in no pending state, with growing pauses."""
        deadline, pause = time.monotonic() + self.wait_timeout, FIRST_PAUSE
        while True:
            found = self._sight(work)
            if found is None or found.status not in SETTLES_AS:
                return found
            if time.monotonic() + pause > deadline:
                raise GuardDutyError(
                    f"{work.where}: still {found.status} after {self.wait_timeout} s (wait_timeout).",
                    code="TimedOut",
                    retryable=True,
                    remedy="Run again later; what was begun goes on.",
                )
            self.tell()
            time.sleep(pause)
            pause = min(pause * PAUSE_FACTOR, LONGEST_PAUSE)

    def _reason(self, work: Work, error: Exception) -> ThreatlistsError:
        """Return why a call failed; a failed activation persists, so the list's own state is looked at too."""
        reason = failure(error, work.where, f"guardduty write actions on {work.desired.kind.title}")
        if isinstance(reason, CredentialsError) or not isinstance(error, boto.ClientError) or is_passing(error):
            return reason
        found = None
        with contextlib.suppress(boto.BotoCoreError, boto.ClientError):
            found = self._sight(work) if work.id else None
        return explain(self.objects, work, reason, found)


def check_declared(work: Work, look: ObjectState | ThreatlistsError) -> None:
    """Fail a load whose object is missing, or not what O(sha256) declares; who may not look trusts the digest."""
    if isinstance(look, ThreatlistsError):
        if look.code in ("NoSuchObject", "NoSuchBucket"):
            work.failed(look)
        return
    work.basis = look
    work.desired = work.desired._replace(version=version_mark(look))
    if look.sha256 == work.declared.sha256:
        work.adopt(work.observed)
    else:
        work.failed(mismatch(work, look.sha256))


def mismatch(work: Work, digest: str) -> GuardDutyError:
    """Return the error for an object that does not hold what O(sha256) declares."""
    return GuardDutyError(
        f"{work.where}: {work.desired.location} holds {digest}, not the declared sha256 {work.declared.sha256}.",
        code="ContentMismatch",
        remedy="Publish the list again, or correct sha256.",
    )
