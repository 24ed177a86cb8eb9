# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State files run after run, under a clock that stands until it is moved."""

from __future__ import annotations

import datetime
import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, utc
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import Reader
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.state import StateFile
from threatlists_emulators import control

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
START = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.UTC)
LONG_AGO = utc(START - 30 * DAY)


def addresses(prefix: str, count: int, **fields: t.Any) -> list[dict[str, t.Any]]:
    """Objects of this many addresses below a prefix of two octets."""
    return [{"value": f"{prefix}.{number // 250}.{number % 250}", **fields} for number in range(count)]


def hold(emulator: control.ThreatStream, count: int, **settings: t.Any) -> None:
    """A world of settled addresses."""
    emulator.world({"objects": addresses("192.0", count, modified_ts=LONG_AGO)})
    emulator.settings(**settings)


class Runner:
    """Runs one state file."""

    def __init__(
        self, emulator: control.ThreatStream, path: pathlib.Path, options: dict[str, t.Any] | None = None
    ) -> None:
        self.client = ThreatStream(emulator.url, "analyst", "emulator-key", timeout=5, sleep=lambda _: None)
        self.selection = Selection.from_params(options or {})
        self.path = path
        self.clock = START
        self.asked_otherwise = ""

    def run(
        self,
        check_mode: bool = False,
        full_refresh: datetime.timedelta = DAY,
        lookback: datetime.timedelta = HOUR,
    ) -> tuple[list[Indicator], str, str]:
        """The indicators, whether V(full) or V(changes) was downloaded, and why the file was rebuilt."""
        state = StateFile(
            self.client,
            self.selection,
            str(self.path),
            full_refresh,
            lookback,
            check_mode=check_mode,
            now=lambda: self.clock,
        )
        indicators = sorted(state.indicators())
        self.asked_otherwise = state.asked_otherwise
        return indicators, state.downloaded, state.rebuilt_because

    def full(self) -> list[Indicator]:
        """The indicators of a full download."""
        belongs, read = self.selection.judge(), Reader().read
        pages = self.client.pages(self.selection.parameters(self.clock))
        return sorted(read(item) for objects, _total in pages for item in objects if belongs(read(item), item))
