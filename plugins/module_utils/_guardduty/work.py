# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt at one list in one Region, from what is wanted to what came of it. Private to the collection."""

from __future__ import annotations

import time
import typing as t
import uuid

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import version_mark
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import DeclaredList
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import same_object
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.replace import (
    plan_for,
    sort_out,
    temporary_name,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACTIVE,
    NOTHING,
    SHA256_TAG,
    Create,
    Desired,
    Observed,
    Plan,
    Prove,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState


class Attempt:
    """What is wanted of a list, what was observed, what is to be done, and what came of it.

    action, cause, id, status, proof, error: as in RV(results). suspicion: an error that is not certain. basis: the
    object as it was before the load, None where it could not be looked at. wrote: whether any call may have changed
    something. creates: how many were tried. other: the list that is removed on the way, where a change of format
    had begun. token: the ClientToken that all tries to create it share. newest: what the newest call that changes
    UpdatedAt did, in words; dated_at: when that began. name_may_be_taken: whether a create was refused, possibly
    because of a list of that name that reads do not show yet.
    Others read these; they change by the methods alone.
    """

    def __init__(self, region: RegionState, declared: DeclaredList, desired: Desired) -> None:
        self.region = region
        self.declared = declared
        self.desired = desired
        self.observed: Observed | None = None
        self.other: Observed | None = None
        self._has_room = True
        self.plan: Plan = NOTHING
        self.basis: ObjectState | None = None
        self.action = "none"
        self.cause = ""
        self.id = ""
        self.status = ""
        self.proof = ""
        self.error: ThreatlistsError | None = None
        self.suspicion: ThreatlistsError | None = None
        self.wrote = False
        self._writing = False
        self.can_tag = True
        self.takes_tags = True
        self.creates = 0
        self.token = uuid.uuid4().hex
        self.newest = ""
        self.dated_at = 0.0
        self.name_may_be_taken = False
        self.warnings: list[str] = []
        self.seen: Observed | None = None
        self.seen_before: Observed | None = None

    @property
    def where(self) -> str:
        """The list in words, for messages."""
        return f"account {self.desired.account}, {self.region.name}, {self.desired.kind.name} {self.desired.name!r}"

    @property
    def is_due(self) -> bool:
        """Return whether something is to be written, and nothing stands against it."""
        return bool(self.plan.steps) and self.error is None

    @property
    def is_load(self) -> bool:
        """Return whether the plan makes GuardDuty read the object."""
        return any(isinstance(step, Prove) for step in self.plan.steps)

    @property
    def created(self) -> Create | None:
        """The plan's create, None without one."""
        return next((step for step in self.plan.steps if isinstance(step, Create)), None)

    @property
    def was_shown(self) -> bool:
        """Return whether the list with the attempt's id was ever seen."""
        return self.seen is not None and self.seen.id == self.id

    @property
    def outcome(self) -> str:
        """What to say of a refused load: a change that came during the load may be in effect already."""
        return "its object changed while it was loaded and may be in effect" if self.wrote else "nothing was loaded"

    def based_on(self, state: ObjectState) -> None:
        """Take the object as it was before the load that counts."""
        self.basis = state

    def loads(self, state: ObjectState) -> None:
        """Take the object as what a load will hold: its digest and version are what is desired."""
        self.based_on(state)
        self.desired = self.desired._replace(digest=state.sha256, version=version_mark(state))

    def expects(self, state: ObjectState) -> None:
        """Take the object as the basis of a load whose digest is declared."""
        self.based_on(state)
        self.desired = self.desired._replace(version=version_mark(state))

    def take_up(self, named: Observed | None, temporary: Observed | None) -> None:
        """Plan from the list that has the name, and from the one that has the temporary name of a change of format."""
        found, self.other = sort_out(self.desired, named, temporary)
        self.make_plan(found)

    def plan_without_room(self) -> None:
        """Plan anew, knowing that the quota has no place for one more list."""
        self._has_room, self.creates = False, 0
        self.renew_token()
        self.make_plan(self.observed)

    def signed_at(self, published: str) -> None:
        """Note when what the list shall hold was signed."""
        self.desired = self.desired._replace(published=published)

    def make_plan(self, observed: Observed | None) -> None:
        """Plan anew from what was observed."""
        self.observed = observed
        self.plan = plan_for(self.desired, observed, self.other, has_room=self._has_room)
        self.action, self.cause = self.plan.action, self.plan.cause
        self.settled(observed)
        if refusal := self.plan.refusal:
            self.fail(GuardDutyError(f"{self.where}: {refusal.cause}.", code=refusal.code, remedy=refusal.remedy))
        if self.desired.digest and observed:
            held = observed.tags.get(SHA256_TAG, "")
            self.proof = "" if self.plan.steps or held != self.desired.digest else "sha256"

    def because(self, cause: str) -> None:
        """Replace the cause that the plan gives by a better one."""
        self.cause = cause

    def settled(self, observed: Observed | None) -> None:
        """Note the newest id and status of the list; for None keep those noted before."""
        if observed:
            self.id, self.status = observed.id, observed.status
            self.seen = observed

    def shows_write(self, found: Observed | None) -> bool:
        """Return whether the list is shown as it is after the newest call, as far as that can be told.

        Entity sets have a date that tells. An IP list that was loaded anew looks as before, but was loaded when the
        call returned.
        """
        before = self.seen_before
        if found is None or before is None or found.id != before.id:
            return found is not None
        if before.updated_at is not None:
            return found.updated_at != before.updated_at
        wanted = self.desired
        names = (wanted.name, temporary_name(wanted.name))
        is_named = found.name in names and same_object(found.location, wanted.location)
        return found.status != before.status or (found.status == ACTIVE and is_named)

    def has_status(self, status: str) -> None:
        """Note a status without a list."""
        self.status = status

    def create_began(self) -> None:
        """Count a try to create the list."""
        self.creates += 1

    def created_as(self, list_id: str) -> None:
        """Note the id that a create gave; what was seen before, of that id too, says nothing of it."""
        self.id = list_id
        self.seen = self.seen_before = None

    def renew_token(self) -> None:
        """Let the next create make another list: the one that was made under this token is gone."""
        self.token = uuid.uuid4().hex

    def refused_in_vain(self) -> None:
        """Note that a create was refused, possibly because of a list of that name that reads do not show yet."""
        self.name_may_be_taken = True

    def proved(self, how: str) -> None:
        """Note what proves its content: C(sha256), C(submitted), C(declared), C(updated_at), or nothing (empty)."""
        self.proof = how

    def write_began(self) -> None:
        """Note that a call is under way that may change something; a read may still show the list as before it."""
        self.seen_before = self.seen
        self._writing = True

    def dates(self, what: str) -> None:
        """Note what a call that changes UpdatedAt does, in words, when it begins."""
        self.newest, self.dated_at = what, time.monotonic()

    def write_ended(self, *, changed: bool) -> None:
        """Note that the call is over; changed: whether it changed something, or that cannot be ruled out."""
        self._writing = False
        self.wrote = self.wrote or changed

    def interrupt(self) -> None:
        """Fail the list where it stands, since Ansible ended the task; a call under way counts as written."""
        self.wrote = self.wrote or self._writing
        done = "some of it was, or may have been, written" if self.wrote else "nothing of it was written"
        self.fail(
            GuardDutyError(
                f"{self.where}: the timeout of the task ended it; {done}.",
                code="TaskTimeout",
                retryable=True,
                remedy="Run again: what was begun is finished then. Or give the task a longer timeout.",
            )
        )

    def skip(self, cause: str) -> None:
        """Leave the list alone, for a reason that is no failure."""
        self.plan = self.plan._replace(steps=())
        self.action, self.cause, self.error = "skipped", cause, None

    def leave(self, cause: str) -> None:
        """Write nothing, since the list is, or will be, as declared."""
        self.plan = self.plan._replace(action="none", cause=cause, steps=())
        self.action, self.cause, self.wrote = "none", cause, False

    def fail(self, error: ThreatlistsError) -> None:
        """Keep the error, which makes C(failed) the action."""
        self.action, self.error = "failed", error

    def suspects(self, error: ThreatlistsError) -> None:
        """Keep the error that probably keeps the list from loading; only a try would make it certain."""
        self.suspicion = error

    def set_aside(self, error: ThreatlistsError) -> None:
        """Fail the list before anything is written."""
        self.plan = self.plan._replace(steps=())
        self.fail(error)

    def leave_out_tags(self) -> None:
        """Drop the declared tags, since the entity set takes none."""
        self.takes_tags = False
        self.desired = self.desired._replace(tags=None)

    def refuse_tags(self, warning: str) -> None:
        """Go on without the tags that prove what the list holds."""
        self.can_tag = False
        self.warn(warning)

    def warn_of(self, what: str) -> None:
        """Add a warning that is the same for other attempts, so that it is said once."""
        self.warnings.append(what)

    def warn(self, what: str) -> None:
        """Add a warning about this list."""
        self.warnings.append(f"{self.where}: {what}")

    def as_result(self) -> dict[str, t.Any]:
        """Return one of RV(results)."""
        error = self.error or self.suspicion
        return {
            "account_id": self.desired.account,
            "region": self.region.name,
            "kind": self.desired.kind.name,
            "name": self.desired.name,
            "action": self.action,
            "id": self.id or None,
            "detector_id": self.region.detector_id or None,
            "status": self.status or None,
            "location": self.desired.location or None,
            "administrator": self.region.administrator or None,
            "sha256": self.desired.digest if self.action != "failed" else None,
            "proof": self.proof or None,
            "cause": self.cause or (str(self.error) if self.error else ""),
            "error": error.as_result() if error else None,
        }

    def as_diff(self) -> dict[str, t.Any]:
        """Return what C(--diff) shows of it."""
        return {
            "before_header": self.where,
            "after_header": f"{self.where} ({self.action})",
            "before": self.plan.before,
            "after": self.plan.after,
        }
