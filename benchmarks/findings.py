# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""guardduty_findings_info against a bare loop over list_findings and get_findings: two Regions of an account.

Each way runs in a process of its own, in turn, against one emulator; seconds are the least, above the start of the
process and its imports. BENCH_RUNS sets how often. Prints a table in Markdown; exits 1 where the module made another
number of calls than the loop, found another number of findings, or missed the goal: no slower where calls take time.
"""

from __future__ import annotations

import json
import math
import pathlib
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from measured import environment
from threatlists_emulators import control

HERE = pathlib.Path(__file__).resolve().parent
COLLECTIONS = HERE.parent / ".cache" / "collections" / "current"
BUCKET, LIST, REMOTE, EACH, GOAL = "acme-threatlists", "threats", "45.1.2.3", 1000, 1.3
ACCOUNT, REGIONS = "111111111111", ["eu-west-1", "us-east-1"]
LATENCIES = (0.0, 0.08)
WAYS = {"bare loop": "findings_bare.py", "guardduty_findings_info": "findings_module.py"}


def prepare(aws: control.Aws) -> None:
    """A list that is loaded in each Region, and what it found there."""
    aws.world({"accounts": {ACCOUNT: {}}, "regions": REGIONS})
    s3 = aws.client("s3", ACCOUNT)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGIONS[0]})
    s3.put_object(Bucket=BUCKET, Key="threats.txt", Body=b"45.1.0.0/16\n")
    for region in REGIONS:
        client = aws.client("guardduty", ACCOUNT, region)
        (detector,) = client.list_detectors()["DetectorIds"]
        location = f"s3://{BUCKET}/threats.txt"
        created = client.create_threat_intel_set(
            DetectorId=detector, Name=LIST, Format="TXT", Location=location, Activate=True, ExpectedBucketOwner=ACCOUNT
        )
        while client.get_threat_intel_set(DetectorId=detector, **_id(created))["Status"] != "ACTIVE":
            time.sleep(0.1)
        aws.traffic(ACCOUNT, region, REMOTE, count=EACH)


def _id(created: dict[str, Any]) -> dict[str, str]:
    return {"ThreatIntelSetId": created["ThreatIntelSetId"]}


def run(way: str, aws: control.Aws) -> dict[str, Any]:
    """Run one way in a process of its own; C({wall, cpu, found, calls})."""
    arguments = {"regions": REGIONS, "lists": [LIST], "max_findings": 10 * EACH, "_ansible_remote_tmp": "/tmp"}
    given = {"regions": REGIONS, "list": LIST, "ANSIBLE_MODULE_ARGS": arguments}
    if way != "bare loop":
        given = {"ANSIBLE_MODULE_ARGS": arguments}
    aws.clear_calls()
    done = subprocess.run(
        [sys.executable, str(HERE / "measured" / WAYS[way])],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        env={**environment.with_bytecode(), **aws.environment(ACCOUNT), "PYTHONPATH": str(COLLECTIONS)},
        timeout=300,
    )
    *before, last = filter(None, done.stdout.splitlines())
    figures: dict[str, Any] = json.loads(last)
    found = len(json.loads(before[-1])["findings"])
    calls = Counter(call["operation"] for call in aws.calls() if call["service"] == "guardduty")
    return {**figures, "found": found, "calls": calls}


def main() -> int:
    print(f"{EACH:,} findings in each of {len(REGIONS)} Regions")
    print(f"The least of {environment.RUNS} runs, with latency of a third of them\n")
    print("| latency | way | findings | calls | wall s | CPU s | x loop |\n|---|---|---|---|---|---|---|")
    with control.aws() as aws:
        prepare(aws)
        run("guardduty_findings_info", aws)
        reached = [measure(aws, latency) for latency in LATENCIES]
    good = all(reached)
    print(f"\nAs many calls, and within {GOAL} x the loop where calls take time: {'reached' if good else 'MISSED'}.")
    return 0 if good else 1


def measure(aws: control.Aws, latency: float) -> bool:
    """Print a row for each way; whether the module is as good as it should be."""
    aws.settings(latency=latency)
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _number in range(environment.rounds(latency)):
        for way in WAYS:
            found[way].append(run(way, aws))
    bare, loop = found["bare loop"][0], min(one["wall"] for one in found["bare loop"])
    good, most = True, GOAL * loop if latency else math.inf
    for way, runs in found.items():
        wall, cpu = (min(one[name] for one in runs) for name in ("wall", "cpu"))
        good &= wall <= most and all((one["calls"], one["found"]) == (bare["calls"], bare["found"]) for one in runs)
        count = sum(runs[0]["calls"].values())
        row = f"{latency * 1000:.0f} ms | {way} | {runs[0]['found']:,} | {count} | {wall:.2f} | {cpu:.2f}"
        print(f"| {row} | {wall / loop:.2f} |", flush=True)
    return good


if __name__ == "__main__":
    raise SystemExit(main())
