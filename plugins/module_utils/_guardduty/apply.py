# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies plans, a list at a time. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure, is_passing
from ansible_collections.threatlists.aws.plugins.module_utils._errors import CredentialsError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import waiting
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.content import ContentGuard
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.diagnose import diagnose
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Objects
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import NO_SUCH, RegionReader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.proof import Prover, check_declared, lacks_end
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACTIVE,
    BECOMES,
    ERROR,
    GONE,
    AwaitStatus,
    Create,
    Delete,
    Observed,
    Remove,
    Step,
    Tag,
    Untag,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.waiting import Waiter, is_there
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.writes import LIMITS, Writer
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

CREATES = 3


class Applier:
    """Brings lists of one account to their declared state. while_waiting: called before each pause."""

    def __init__(
        self,
        module: Module,
        reader: RegionReader,
        objects: Objects,
        guard: ContentGuard,
        while_waiting: t.Callable[[], None],
    ) -> None:
        self._reader = reader
        self._objects = objects
        self._guard = guard
        self._check = module.check_mode
        self._wait: bool = module.params["wait"]
        self._waiter = Waiter(reader, module.params["wait_timeout"], while_waiting, waits=self._wait)
        self._writer = Writer(reader, self._waiter)
        self._prover = Prover(objects, guard, self._writer, self._waiter)

    def apply(self, attempt: Attempt) -> None:
        """Wait out a pending state, then take the steps of the plan. What goes wrong becomes the attempt's error."""
        try:
            self._await_pending(attempt)
            if not self._check:
                self._await_proof(attempt)
                self._take_steps_anew_if_gone(attempt)
            elif attempt.is_load and attempt.observed and attempt.observed.status == ERROR:
                attempt.suspects(diagnose(self._objects, attempt, None, attempt.observed))
        except ThreatlistsError as error:
            attempt.fail(error)
        except Exception as error:
            attempt.fail(self._reason(attempt, error))

    def _await_pending(self, attempt: Attempt) -> None:
        """Wait until the list is in no pending state, where nothing can be done with it (docs/dev/guardduty.md#11)."""
        if attempt.observed is None or attempt.observed.status not in BECOMES:
            return
        only_tags = all(isinstance(step, Tag) for step in attempt.plan.steps)
        if not self._wait and only_tags and attempt.declared.is_loaded:
            attempt.leave("a load is under way")
            attempt.proved("submitted")
            return
        had_steps = bool(attempt.plan.steps)
        attempt.make_plan(self._waiter.until_settled(attempt))
        if attempt.plan.steps and not had_steps:
            self._reader.check_enabled(attempt.region)
            self._check_object(attempt)

    def _await_proof(self, attempt: Attempt) -> None:
        """Look again before a list that is ACTIVE is loaded, where the end of its last load is not shown.

        Another run, or the one before, may have proven it a moment ago (docs/dev/guardduty.md#33). What it wrote would
        be taken for what this one writes, whatever else is the cause to load.
        """
        found = attempt.observed
        if not (attempt.is_load and found and found.status == ACTIVE and lacks_end(found)):
            return
        self._waiter.look_for(
            attempt, lambda one: not lacks_end(one), waiting.UNTIL_PROVEN, lambda: self._waiter.observe_anew(attempt)
        )
        attempt.make_plan(self._waiter.until_settled(attempt))

    def _check_object(self, attempt: Attempt) -> None:
        if attempt.declared.is_loaded and attempt.declared.sha256 and not self._check:
            check_declared(attempt, self._objects.observe(attempt.desired.location, attempt.desired.owner))
            if attempt.error:
                raise attempt.error
        if attempt.is_load:
            self._guard.check(attempt)

    def _take_steps_anew_if_gone(self, attempt: Attempt) -> None:
        """Take the steps; where it turns out that the list is gone, wait until reads show that too, and plan anew."""
        try:
            self._take_steps(attempt)
        except boto.ClientError as error:
            if attempt.plan.needs_place and LIMITS in str(error):
                self._take_steps_without_room(attempt)
                return
            if NO_SUCH not in str(error) or attempt.observed is None or attempt.action == "recreated":
                raise
            found = self._waiter.look_for(attempt, lambda one: one is None or one.status in GONE, waiting.UNTIL_FOUND)
            if found is not None and found.status not in GONE:
                raise
            attempt.make_plan(None)
            self._take_steps(attempt)

    def _take_steps_without_room(self, attempt: Attempt) -> None:
        """Plan anew and take the steps, where the quota turns out to be smaller than it is known here."""
        attempt.plan_without_room()
        if attempt.error:
            raise attempt.error
        self._take_steps(attempt)

    def _take_steps(self, attempt: Attempt) -> None:
        for number, step in enumerate(attempt.plan.steps):
            if isinstance(step, Tag):
                self._writer.tag(attempt, step.tags)
                if not attempt.can_tag and self._is_current_by_date(attempt):
                    return
            elif isinstance(step, Untag):
                self._writer.untag(attempt, step.keys)
            elif isinstance(step, Create):
                if found := self._writer.create(attempt, step):
                    self._adopt(attempt, step, found)
                    return
            elif isinstance(step, Update):
                self._writer.update(attempt, step)
            elif isinstance(step, Delete):
                self._writer.delete(attempt, attempt.id)
            elif isinstance(step, Remove):
                self._writer.delete(attempt, step.id)
                self._waiter.until_gone(attempt, step.id)
            elif isinstance(step, AwaitStatus):
                self._await_status(attempt, step, attempt.plan.steps[number + 1 :])
            elif self._wait or number + 1 < len(attempt.plan.steps):
                self._prover.prove(attempt, step.digest, self._until_created)
            else:
                self._prover.submit(attempt, step.digest)

    def _adopt(self, attempt: Attempt, step: Create, found: Observed) -> None:
        """Take over a list that somebody, perhaps another run, made after the lists were read."""
        attempt.settled(found)
        there = self._waiter.until_settled(attempt)
        if step.name == attempt.desired.name:
            attempt.make_plan(there)
        else:
            attempt.take_up(attempt.observed, there)
        if attempt.creates < CREATES:
            self._take_steps(attempt)

    def _is_current_by_date(self, attempt: Attempt) -> bool:
        """Return whether nothing is left to do where tags are refused, and say so in the attempt."""
        others = [step for step in attempt.plan.steps if not isinstance(step, Tag)]
        if others and not (attempt.plan.only_proof and self._prover.is_newer(attempt, attempt.observed)):
            return False
        attempt.leave("tags are refused; it was loaded after the object changed")
        return True

    def _await_status(self, attempt: Attempt, step: AwaitStatus, rest: tuple[Step, ...]) -> None:
        def is_shown(found: Observed | None) -> bool:
            status = found.status if found else "DELETED"
            if found and not rest and found.status not in GONE and found.name != attempt.desired.name:
                return False
            return step.status in (status, BECOMES.get(status)) or (status == ERROR and attempt.shows_write(found))

        waits = self._wait or bool(rest)
        found = self._until_created(attempt) if waits else self._waiter.observe(attempt)
        if not is_shown(found):
            found = self._waiter.until_shown(attempt, is_shown, goes_on=waits)
            if waits:
                found = self._waiter.until_settled(attempt)
        status = found.status if found else "DELETED"
        attempt.has_status(status)
        if status != step.status and BECOMES.get(status) != step.status:
            raise diagnose(self._objects, attempt, None, found)

    def _until_created(self, attempt: Attempt) -> Observed | None:
        """Wait for the final state and return the list; where it was deleted meanwhile, create it anew.

        One that was never shown is waited for: a second one beside it would be one too many. One that is shown no more
        may be there all the same, for reads need not agree: the same token makes no second one.
        """
        while True:
            found = self._waiter.until_settled(attempt)
            if found is None and attempt.created and attempt.creates and not attempt.was_shown:
                self._waiter.until_shown(attempt, is_there, goes_on=True)
                found = self._waiter.until_settled(attempt)
            gone = found is None or found.status in GONE
            if not (gone and attempt.created and 0 < attempt.creates < CREATES):
                return found
            if found:
                attempt.renew_token()
            if there := self._writer.create(attempt, attempt.created):
                attempt.settled(there)

    def _reason(self, attempt: Attempt, error: Exception) -> ThreatlistsError:
        """Return why a call failed. A failed activation stays visible in the list's state, so that is looked at too."""
        reason = failure(error, attempt.where, f"guardduty write actions on {attempt.desired.kind.title}")
        if isinstance(reason, CredentialsError) or not isinstance(error, boto.ClientError) or is_passing(error):
            return reason
        found = None
        with contextlib.suppress(boto.BotoCoreError, boto.ClientError):
            found = self._waiter.observe(attempt) if attempt.id else None
        return diagnose(self._objects, attempt, reason, found)
