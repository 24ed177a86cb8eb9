# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A merge of what an export wrote, with and without the index of the list."""

from __future__ import annotations

import pathlib
import random

import common
from ansible_collections.threatlists.aws.plugins.module_utils._lists import jsonl
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from support import list_cases


def write(path: str, count: str) -> float:
    """Indicators as ThreatStream has them, in the order in which an export writes them."""
    dice = random.Random(7)

    def moment() -> str:
        day = f"2026-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        return f"{day}T0{dice.randrange(10)}:00:00.{dice.randrange(1000):03}Z"

    indicators = [
        Indicator(
            value,
            confidence=dice.randrange(50, 101),
            itype=dice.choice(["mal_ip", "c2_ip", "bot_ip"]),
            source=f"Feed {dice.randrange(20)}",
            severity=dice.choice(["low", "medium", "high"]),
            tlp="amber",
            created=moment(),
            modified=moment(),
            expires="2027-01-01T00:00:00.000Z",
            id=str(600_000_000 + number),
            tags=tuple(sorted(dice.sample(["apt", "botnet", "c2", "phishing"], dice.randrange(3)))),
        )
        for number, value in enumerate(common.addresses(int(count)))
    ]
    pathlib.Path(path).write_bytes(b"".join(jsonl.chunks(map(jsonl.line, indicators))))
    return 0.0


def merge(path: str, dest: str, index: str = "") -> float:
    params = {"src": [path], "dest": dest, **({"index": index} if index else {})}
    for written in (dest, index):
        pathlib.Path(written).unlink(missing_ok=True) if written else None
    return common.timed(lambda: list_cases.merge(**params))


common.main({"write": write, "merge": merge})
