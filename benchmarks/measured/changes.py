# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A thousand changes an hour taken into a state file, at each hour or after a day."""

from __future__ import annotations

import datetime
import json
import pathlib
import tempfile
import typing as t

import common
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import utc
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import ThreatStream
from support import state_files
from threatlists_emulators import control

AN_HOUR = 1_000
DAY, HOUR = state_files.DAY, state_files.HOUR


class Counting(ThreatStream):
    """Counts the objects that are read."""

    read = 0

    def pages(self, *arguments: t.Any, **options: t.Any) -> t.Iterator[tuple[list[dict[str, t.Any]], dict[str, t.Any]]]:
        for objects, meta in super().pages(*arguments, **options):
            Counting.read += len(objects)
            yield objects, meta


def taken(
    emulator: control.ThreatStream, hours: int, every: int, lookback: datetime.timedelta, **settings: t.Any
) -> dict[str, int]:
    """Objects read and requests made, with a run every so many hours."""
    with tempfile.TemporaryDirectory() as folder:
        state_files.hold(emulator, 2 * AN_HOUR * every + AN_HOUR, **{"max_limit": 1000, "rejected": []} | settings)
        runner = state_files.Runner(emulator, pathlib.Path(folder) / "state")
        runner.client = Counting(emulator.url, "analyst", "emulator-key")
        runner.run(full_refresh=7 * DAY)
        emulator.clear_calls()
        Counting.read = 0
        for hour in range(1, hours + 1):
            step = HOUR / AN_HOUR
            moments = [utc(runner.clock + number * step) for number in range(AN_HOUR)]
            emulator.add(*({"value": f"45.{hour}.0.1", "modified_ts": moment} for moment in moments))
            runner.clock += HOUR
            if hour % every == 0:
                runner.run(full_refresh=7 * DAY, lookback=lookback)
        return {"objects": Counting.read, "requests": len(emulator.calls())}


def run(dest: str) -> float:
    found = {}
    with control.threatstream() as emulator:
        for name, hours, every in (("hourly", 6, 1), ("nightly", 24, 24)):
            found[name] = {
                "without": taken(emulator, hours, every, 0 * HOUR),
                "lookback": taken(emulator, hours, every, HOUR),
                "refused": taken(emulator, hours, every, HOUR, rejected=["update_id__gt"]),
            }
    pathlib.Path(dest).write_text(json.dumps(found))
    return 0.0


common.main({"run": run})
