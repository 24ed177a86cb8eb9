# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast indicators are read, judged and written, as ratios within one run: the table of docs/performance.md.

Each measurement is a process of its own, so that its peak memory is its own; the fastest of its runs counts. Times are
processor time, those of an export, which waits for the emulator, by the clock.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import tempfile
import typing as t

from measured import environment
from threatlists_emulators import control

ROOT = pathlib.Path(__file__).resolve().parent.parent

RUNS = 5
WRITTEN = 140_000
# About 35 MB in the form that is written.
READ = 165_000
SAMPLE = 5_000
EXPORTED = 250_000
EXCLUDED = 10_000


class Measurement(t.NamedTuple):
    """seconds, processor: the least of all runs. peak: MB, of the largest."""

    seconds: float
    processor: float
    peak: float


def measure(script: str, *arguments: object) -> Measurement:
    command = [sys.executable, str(ROOT / "benchmarks" / "measured" / f"{script}.py"), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment.with_bytecode())
    return Measurement(**json.loads(done.stdout))


def fastest(measured: list[Measurement]) -> Measurement:
    seconds, processor, peaks = zip(*measured, strict=True)
    return Measurement(min(seconds), min(processor), max(peaks))


def in_turn(*calls: tuple[t.Any, ...]) -> tuple[Measurement, ...]:
    """The fastest run of each call, one after the other each time, so that a slow moment slows all of them."""
    rounds = [[measure(*call) for call in calls] for _round in range(RUNS)]
    return tuple(map(fastest, map(list, zip(*rounds, strict=True))))


def row(what: str, measured: Measurement, ratio: str, goal: str, met: bool) -> None:
    cells = (what, f"{measured.seconds:.2f} s", ratio, f"{measured.peak:.0f} MB", goal, "met" if met else "missed")
    print(f"| {' | '.join(cells)} |", flush=True)


def stix(folder: pathlib.Path) -> None:
    small = measure("stix_ours", "write", folder / "small.xml", WRITTEN // 10)
    sample, ours = in_turn(
        ("stix_library", "write", folder / "library.xml", SAMPLE),
        ("stix_ours", "write", folder / "ours.xml", WRITTEN),
    )
    faster = (sample.seconds / SAMPLE) / (ours.seconds / WRITTEN)
    growth = ours.peak - small.peak
    row(
        f"STIX write of {WRITTEN:,} addresses",
        ours,
        f"{faster:.0f} times the stix library ({SAMPLE:,} in {sample.seconds:.1f} s, {sample.peak:.0f} MB)",
        f"20 times; flat: {growth:+.0f} MB against a tenth of them",
        faster >= 20 and growth < 20,
    )
    measure("stix_ours", "write", folder / "read.xml", READ)
    size = (folder / "read.xml").stat().st_size
    sample, ours = in_turn(
        ("stix_library", "read", folder / "library.xml", SAMPLE),
        ("stix_ours", "read", folder / "read.xml", READ),
    )
    faster = (sample.seconds / SAMPLE) / (ours.seconds / READ)
    row(
        f"STIX read of {size / 1e6:.1f} MB, {READ:,} addresses",
        ours,
        f"{faster:.0f} times the stix library ({SAMPLE:,} in {sample.seconds:.1f} s, {sample.peak:.0f} MB)",
        "20 times; 60 MB",
        faster >= 20 and ours.peak < 60,
    )


def export(folder: pathlib.Path) -> None:
    with control.threatstream() as service:
        service.generate(EXPORTED, seed=1)
        bares: list[Measurement] = []
        exports: dict[str, list[Measurement]] = {"TXT": [], "JSONL": []}
        for _run in range(2 * RUNS):
            bares.append(measure("export_bare", "run", service.url, EXPORTED))
            for format, runs in exports.items():
                dest = folder / f"export.{format}"
                dest.unlink(missing_ok=True)
                runs.append(measure("export", "run", service.url, dest, format, EXPORTED))
        bare = fastest(bares)
        for format, runs in exports.items():
            ours = fastest(runs)
            ratio, processor = ours.seconds / bare.seconds, ours.processor / bare.processor
            row(
                f"Export of {EXPORTED:,} indicators as {format}",
                ours,
                f"{ratio:.2f} times a bare requests loop ({bare.seconds:.1f} s), "
                f"{processor:.2f} times its processor time",
                "1.3 times; 250 MB",
                ratio <= 1.3 and ours.peak < 250,
            )


def changes(folder: pathlib.Path) -> None:
    """What guarding against late changes, and the way around a refused filter, read of 1,000 changes an hour."""
    dest = folder / "changes.json"
    measured = measure("changes", "run", dest)
    for often, ways in json.loads(dest.read_text()).items():
        plain = ways["without"]
        for way, named in (("lookback", "lookback 1h"), ("refused", "update_id__gt refused")):
            objects, requests = ways[way]["objects"], ways[way]["requests"]
            ratio = objects / plain["objects"]
            row(
                f"1,000 changes an hour, taken {often}, {named}",
                measured,
                f"{ratio:.2f} times the objects without lookback ({objects:,} of {plain['objects']:,}; "
                f"requests {requests} of {plain['requests']})",
                "2.5 times",
                ratio <= 2.5,
            )


def policy() -> None:
    parsing, ours = in_turn(("policy", "parse", EXPORTED), ("policy", "judge", EXPORTED, EXCLUDED))
    ratio = ours.seconds / parsing.seconds
    row(
        f"Policy over {EXPORTED:,} values, {EXCLUDED:,} exclusions",
        ours,
        f"{ratio:.2f} times ipaddress parsing them ({parsing.seconds:.2f} s)",
        "under 10 times",
        ratio < 10,
    )


def feeds(folder: pathlib.Path) -> None:
    for name, reader in (("csv", "csv.reader"), ("json", "json.loads a line")):
        path, tenth = folder / f"feed.{name}", folder / f"tenth.{name}"
        measure("feeds", "write", path, EXPORTED)
        measure("feeds", "write", tenth, EXPORTED // 10)
        small = measure("feeds", "ours", tenth)
        library, ours = in_turn(("feeds", "library", path), ("feeds", "ours", path))
        ratio = library.seconds / ours.seconds
        growth = ours.peak - small.peak
        row(
            f"{name.upper()} of {EXPORTED:,} rows",
            ours,
            f"{ratio:.2f} of the speed of {reader} alone ({library.seconds:.2f} s)",
            f"half; flat: {growth:+.0f} MB against a tenth of them",
            ratio >= 0.5 and growth < 20,
        )


def index(folder: pathlib.Path) -> None:
    path, dest, beside = (folder / name for name in ("merged.jsonl", "merged.txt", "merged.index"))
    measure("index", "write", path, EXPORTED)
    without, ours = in_turn(("index", "merge", path, dest), ("index", "merge", path, dest, beside))
    ratio = ours.seconds / without.seconds
    growth = ours.peak - without.peak
    row(
        f"Merge of {EXPORTED:,} indicators with an index",
        ours,
        f"{ratio:.2f} times the merge without one ({without.seconds:.2f} s)",
        f"1.3 times; flat: {growth:+.0f} MB against that",
        ratio <= 1.3 and growth < 20,
    )


def start() -> None:
    library, ours = in_turn(("start", "library"), ("start", "module"))
    row(
        "Import of threatlist_file",
        ours,
        f"{ours.seconds / library.seconds:.2f} times the stix library's import ({library.seconds:.2f} s)",
        "the stix library is not imported",
        True,
    )


def main() -> None:
    environment.compile_once()
    print("| what | best time | ratio | peak memory | goal | |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        stix(pathlib.Path(folder))
        export(pathlib.Path(folder))
        changes(pathlib.Path(folder))
        feeds(pathlib.Path(folder))
        index(pathlib.Path(folder))
    policy()
    start()


if __name__ == "__main__":
    main()
