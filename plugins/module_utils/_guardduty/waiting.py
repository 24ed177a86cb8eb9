# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits until a list is in no pending state. Private to the collection."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionReader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import BECOMES, Observed
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt

# For how long reads may not show yet what was written, where it is not waited for (docs/dev/guardduty.md#33).
UNTIL_SHOWN = 15.0
# For how long what somebody else may have written is looked for: nothing is lost where it is not there.
UNTIL_FOUND = 60.0
# For how long a proof may be late. A run that died left none, and shall not be healed much later for it.
UNTIL_PROVEN = 5.0
FIRST_PAUSE, LONGEST_PAUSE, PAUSE_FACTOR = 0.2, 15.0, 1.6


class Waiter:
    """Looks at lists again, with growing pauses. while_waiting: called before each pause."""

    def __init__(self, reader: RegionReader, timeout: int, while_waiting: t.Callable[[], None], *, waits: bool) -> None:
        """Take O(wait_timeout) and O(wait)."""
        self._reader = reader
        self._timeout = timeout
        self._while_waiting = while_waiting
        self._waits = waits

    def observe(self, attempt: Attempt) -> Observed | None:
        """Return the list as it is now, None where it is not there."""
        found = self._reader.get(attempt.region, attempt.desired.kind, attempt.id)
        attempt.settled(found)
        return found

    def observe_anew(self, attempt: Attempt) -> Observed | None:
        """Return the list as it is now, with what its detector says of it now."""
        self._reader.read_detector_tag(attempt.region, attempt.desired.kind, attempt.id)
        return self.observe(attempt)

    def until_shown(
        self,
        attempt: Attempt,
        is_shown: t.Callable[[Observed | None], bool],
        *,
        goes_on: bool = False,
        suffices: t.Callable[[Observed | None], bool] = lambda _found: False,
    ) -> Observed | None:
        """Return the list once it is shown as it was written; raises GuardDutyError, which is retryable.

        Where it is waited for, or the work goes on from there, it takes O(wait_timeout), else UNTIL_SHOWN. suffices:
        what is good enough in the end.
        """
        seconds = self._timeout if self._waits or goes_on else min(UNTIL_SHOWN, self._timeout)
        found = self.look_for(attempt, is_shown, seconds)
        if not is_shown(found) and not suffices(found):
            raise not_shown(attempt, found, seconds)
        return found

    def look_for(
        self,
        attempt: Attempt,
        is_found: t.Callable[[Observed | None], bool],
        seconds: float,
        look: t.Callable[[], Observed | None] | None = None,
    ) -> Observed | None:
        """Return the list once it is as it is looked for, or as it is after so many seconds of growing pauses.

        At most O(wait_timeout); look: another way to find it than by its id.
        """
        deadline, pause = time.monotonic() + min(seconds, self._timeout), FIRST_PAUSE
        while True:
            found = look() if look else self.observe(attempt)
            if is_found(found) or time.monotonic() + pause > deadline:
                attempt.settled(found)
                return found
            self._pause(pause)
            pause = min(pause * PAUSE_FACTOR, LONGEST_PAUSE)

    def find(self, attempt: Attempt, name: str, seconds: float) -> Observed | None:
        """Return the list of that name, which somebody else may just have made; None where none is shown so long."""
        region, kind = attempt.region, attempt.desired.kind
        seconds = seconds if self._waits else min(UNTIL_SHOWN, seconds)
        return self.look_for(attempt, is_there, seconds, lambda: self._reader.find_by_name(region, kind, name))

    def until_another_second(self, attempt: Attempt) -> None:
        """Let the second pass in which the list was written: an UpdatedAt of whole seconds would not tell the next."""
        seen, rest = attempt.seen, 1 - (time.monotonic() - attempt.dated_at)
        if seen and seen.updated_at and not seen.updated_at.microsecond and rest > 0:
            self._pause(rest)

    def until_settled(self, attempt: Attempt) -> Observed | None:
        """Return the list once it is in no pending state; raises GuardDutyError after O(wait_timeout)."""
        return self._until(attempt, lambda: self.observe(attempt), lambda one: one.status not in BECOMES)

    def until_gone(self, attempt: Attempt, list_id: str) -> None:
        """Wait until a list that the attempt deleted is gone; raises GuardDutyError after O(wait_timeout)."""
        region, kind = attempt.region, attempt.desired.kind
        self._until(attempt, lambda: self._reader.get(region, kind, list_id), lambda one: one.status == "DELETED")

    def _until(
        self, attempt: Attempt, look: t.Callable[[], Observed | None], is_done: t.Callable[[Observed], bool]
    ) -> Observed | None:
        deadline, pause = time.monotonic() + self._timeout, FIRST_PAUSE
        while True:
            found = look()
            if found is None or is_done(found):
                return found
            if time.monotonic() + pause > deadline:
                raise GuardDutyError(
                    f"{attempt.where}: still {found.status} after {self._timeout} s (wait_timeout).",
                    code="TimedOut",
                    retryable=True,
                    remedy="Run again later; what was begun goes on.",
                )
            self._pause(pause)
            pause = min(pause * PAUSE_FACTOR, LONGEST_PAUSE)

    def _pause(self, seconds: float) -> None:
        self._while_waiting()
        self._reader.account.connection.stop.wait(seconds)


def is_there(found: Observed | None) -> bool:
    """Return whether anything was found."""
    return found is not None


def not_shown(attempt: Attempt, found: Observed | None, seconds: float) -> GuardDutyError:
    """Return the error of a list that no read shows as it was written, for as long as was waited."""
    if found is None and attempt.newest == "created":
        what = f"created it as {attempt.id}, and does not show it yet"
        remedy = "Run again when GuardDuty lists it: before that a run would create a second one."
    else:
        status = f"its status is {found.status}" if found else "it is not there"
        what = f"{attempt.newest} it ({attempt.id}), and does not show that yet: {status}"
        remedy = "Run again later: what was written stays, and what is left is done then. Or set a longer wait_timeout."
    return GuardDutyError(
        f"{attempt.where}: GuardDuty {what} after {seconds:g} s.", code="TimedOut", retryable=True, remedy=remedy
    )
