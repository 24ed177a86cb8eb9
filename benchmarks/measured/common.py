# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the measured scripts share: values, and one measurement that prints its seconds and its own peak memory."""

from __future__ import annotations

import gc
import ipaddress
import json
import pathlib
import random
import sys
import time
import typing as t

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / path) for path in (".cache/collections/current", "emulators/src", "tests")]


def addresses(count: int) -> list[str]:
    """Distinct routable addresses in numeric order, the same in every run."""
    dice = random.Random(4)
    found: set[int] = set()
    while len(found) < count:
        found.add(dice.randrange(0x2D000000, 0x60000000))
    return [str(ipaddress.ip_address(number)) for number in sorted(found)]


def timed(work: t.Callable[[], object], clock: t.Callable[[], float] = time.process_time) -> float:
    """Seconds that the work takes: of processor time, unless it waits for somebody else."""
    gc.collect()
    start = clock()
    work()
    return clock() - start


def main(functions: dict[str, t.Callable[..., float]]) -> None:
    """Run the function that the first argument names with the others; print seconds, those of processor time without
    the imports, and peak memory in MB."""
    name, *arguments = sys.argv[1:]
    start = time.process_time()
    seconds = functions[name](*arguments)
    processor = time.process_time() - start
    status = pathlib.Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1_000
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak}))
