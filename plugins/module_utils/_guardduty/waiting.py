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

# How long reads may take to show what was written, in seconds (docs/dev/guardduty.md#33).
UNTIL_SHOWN = 15.0
FIRST_PAUSE, LONGEST_PAUSE, PAUSE_FACTOR = 0.2, 15.0, 1.6


class Waiter:
    """Looks at lists again, with growing pauses. while_waiting: called before each pause."""

    def __init__(self, reader: RegionReader, timeout: int, while_waiting: t.Callable[[], None]) -> None:
        self._reader = reader
        self._timeout = timeout
        self._while_waiting = while_waiting

    def observe(self, attempt: Attempt) -> Observed | None:
        """Return the list as it is now, None where it is not there."""
        found = self._reader.get(attempt.region, attempt.desired.kind, attempt.id)
        attempt.settled(found)
        return found

    def until_shown(
        self,
        attempt: Attempt,
        is_shown: t.Callable[[Observed | None], bool],
        look: t.Callable[[], Observed | None] | None = None,
        seconds: float | None = None,
    ) -> Observed | None:
        """Return the list as soon as it is shown as it should be; when the time is over, as it is then.

        look: another way to find it than by its id. seconds: the time; None for UNTIL_SHOWN.
        """
        longest = min(UNTIL_SHOWN, self._timeout) if seconds is None else seconds
        deadline, pause = time.monotonic() + longest, FIRST_PAUSE
        while True:
            found = look() if look else self.observe(attempt)
            if is_shown(found) or time.monotonic() + pause > deadline:
                attempt.settled(found)
                return found
            self._pause(pause)
            pause = min(pause * PAUSE_FACTOR, LONGEST_PAUSE)

    def until_created(self, attempt: Attempt) -> None:
        """Wait until a list that was just created is shown at all; raises GuardDutyError after O(wait_timeout)."""
        if self.until_shown(attempt, lambda one: one is not None, seconds=self._timeout) is None:
            raise not_shown(attempt)

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


def not_shown(attempt: Attempt) -> GuardDutyError:
    """Return the error of a list that was created, and that no read shows for as long as was waited."""
    return GuardDutyError(
        f"{attempt.where}: GuardDuty created it as {attempt.id}, and does not show it yet.",
        code="TimedOut",
        retryable=True,
        remedy="Run again when GuardDuty lists it: before that a run would create a second one.",
    )
