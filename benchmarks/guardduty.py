# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""guardduty_lists against the floor: one account, 17 Regions, three threat lists and a trusted one.

Each way runs in processes of its own, in turn, against one emulator; wall and CPU seconds are the least, counted above
the start of the process and its imports. C(make bench) runs it; BENCH_RUNS sets how often, BENCH_PROFILE=1 adds a
profile of each run of the module.
Prints a table in Markdown; exits 1 where a call count differs from the floor's.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from collections import Counter
from typing import Any

from measured import environment, published
from threatlists_emulators import control

HERE = pathlib.Path(__file__).resolve().parent
COLLECTIONS = HERE.parent / ".cache" / "collections" / "current"
BUCKET, THREADS, GOAL = "acme-threatlists", 20, 1.3
LATENCIES = (0.0, 0.08)
KINDS = ("threatintelset", "threatintelset", "threatintelset", "ipset")
WAYS = ("floor, one client", "floor, a client a Region", "guardduty_lists")


def declaration(owner: str) -> list[dict[str, str]]:
    return [
        {"kind": kind, "name": f"list-{number}", "location": f"s3://{BUCKET}/list-{number}.txt", "owner": owner}
        for number, kind in enumerate(KINDS)
    ]


def run_way(way: str, aws: Any, regions: list[str], owner: str) -> dict[str, Any]:
    """Run one way in a process of its own; C({wall, cpu, acted, calls})."""
    lists = declaration(owner)
    if way.startswith("floor"):
        program = [sys.executable, str(HERE / "measured" / "guardduty_floor.py")]
        given: dict[str, Any] = {"roles": [None], "regions": regions, "lists": lists, "threads": THREADS}
        given["per_region"] = "a client a Region" in way
    else:
        program = [sys.executable, str(HERE / "measured" / "guardduty_module.py")]
        named = [{"format": "TXT", "expected_bucket_owner": one.pop("owner"), **one} for one in lists]
        arguments = {"lists": named, "regions": regions, "concurrency": THREADS, "_ansible_remote_tmp": "/tmp"}
        given = {"ANSIBLE_MODULE_ARGS": arguments}
    aws.clear_calls()
    done = subprocess.run(
        program,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        env={**environment.with_bytecode(), **aws.environment(), "PYTHONPATH": str(COLLECTIONS)},
        timeout=300,
    )
    sys.stderr.write(done.stderr)
    if '"failed": true' in done.stdout:
        raise RuntimeError(done.stdout)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**figures, "calls": Counter(call["operation"] for call in aws.calls())}


def publish(aws: Any, round_number: int) -> None:
    for one in declaration(""):
        content = f"198.51.100.{round_number % 250}\n".encode()
        key = one["location"].rpartition("/")[2]
        published.put(aws.client("s3"), BUCKET, key, content)


def measure(aws: Any, regions: list[str], owner: str, runs: int, *, change: bool) -> dict[str, dict[str, Any]]:
    """The least of every way, one after the other in each round, so that all meet the same machine."""
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for number in range(runs):
        for way in WAYS:
            if change:
                measure.rounds += 1
                publish(aws, measure.rounds)
            found[way].append(run_way(way, aws, regions, owner))
            assert found[way][-1]["calls"] == found[way][0]["calls"], (way, number)
    return {
        way: {
            "wall": min(one["wall"] for one in costs),
            "cpu": min(one["cpu"] for one in costs),
            "calls": costs[0]["calls"],
        }
        for way, costs in found.items()
    }


measure.rounds = 0


def main() -> int:
    with control.aws() as aws:
        world = aws.world()
        owner, regions = next(iter(world["accounts"])), world["regions"]
        aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        publish(aws, 0)
        run_way("guardduty_lists", aws, regions, owner)
        print(f"1 account x {len(regions)} Regions x {len(KINDS)} lists, {THREADS} threads")
        print(f"The least of {environment.RUNS} runs, with latency of a third of them\n")
        print("| what | latency | way | wall s | CPU s | calls | x floor |")
        print("|---|---|---|---|---|---|---|")
        same = True
        for latency in LATENCIES:
            aws.settings(latency=latency)
            for change in (False, True):
                figures = measure(aws, regions, owner, environment.rounds(latency), change=change)
                floor = figures[WAYS[0]]
                for way in WAYS:
                    one = figures[way]
                    same &= one["calls"] == floor["calls"]
                    what = "content change" if change else "no-op"
                    times = one["wall"] / floor["wall"]
                    count = sum(one["calls"].values())
                    print(
                        f"| {what} | {latency * 1000:.0f} ms | {way} | {one['wall']:.2f} | {one['cpu']:.2f} | {count} "
                        f"| {times:.2f} |",
                        flush=True,
                    )
                if not change:
                    times = figures[WAYS[2]]["wall"] / floor["wall"]
                    verdict = "reached" if times <= GOAL else "MISSED"
                    print(
                        f"<!-- goal, no-op within {GOAL} x floor at {latency * 1000:.0f} ms: {verdict} -->", flush=True
                    )
        print(f"\nCall counts {'equal' if same else 'DIFFER from'} the floor's.")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
