# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole rollout against its floor and against the chain that people use today: the table of docs/performance.md.

5 accounts and 4 Regions; with BENCH_FULL=1 also 10 and 100 accounts and 17 Regions, without today's chain.
Each account has three threat lists and a trusted one. First run, no-op, content change; all on one emulator.

With BENCH_FLEET="200x2 1000x2" instead: so many accounts and Regions, one list, against the floor with one client.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t

from measured import published
from threatlists_emulators import control

ROOT = pathlib.Path(__file__).resolve().parent.parent

BIN = pathlib.Path(sys.executable).parent
MEASURED = ROOT / "benchmarks" / "measured"
AWSCLI = ROOT / ".cache" / "venv" / "awscli"
BUCKET = "acme-threatlists"
FORKS = "10"
RUNS = 3
LISTS = [
    {"name": name, "kind": kind, "key": f"{name}.txt"}
    for name, kind in (("malware", "threatintelset"), ("phishing", "threatintelset"), ("scanners", "threatintelset"))
] + [{"name": "ours", "kind": "ipset", "key": "ours.txt"}]
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    ],
}
REGIONS = [
    *("eu-west-1", "us-east-1", "us-east-2", "us-west-2", "us-west-1", "eu-central-1", "eu-west-2", "eu-west-3"),
    *("eu-north-1", "ca-central-1", "sa-east-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
    *("ap-southeast-1", "ap-southeast-2"),
]


@dataclasses.dataclass
class Cost:
    """One run: wall and CPU seconds, MB of its largest process, and calls by operation."""

    wall: float
    cpu: float
    peak: float
    calls: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.calls.values())


class Fleet:
    """So many accounts and Regions on one emulator, and a folder with what the ways need."""

    def __init__(self, aws: control.Aws, folder: pathlib.Path, accounts: int, regions: int) -> None:
        self.aws = aws
        self.folder = folder
        self.accounts = [f"{100_000_000_001 + number}" for number in range(accounts)]
        self.regions = REGIONS[:regions]
        self.files = folder / "files"
        self.files.mkdir()
        self._write_inputs()

    def _write_inputs(self) -> None:
        fleet = {"accounts": self.accounts, "regions": self.regions, "bucket": BUCKET, "lists": LISTS}
        (self.folder / "fleet.json").write_text(json.dumps(fleet))
        declared = [
            {**one, "format": "TXT", "bucket": BUCKET, "expected_bucket_owner": self.accounts[0]} for one in LISTS
        ]
        hosts = {
            one: {"assume_role_arn": f"arn:aws:iam::{one}:role/threatlists", "account_id": one} for one in self.accounts
        }
        ours = {"threatlists_declared": declared, "threatlists_regions": self.regions}
        today = {"regions": self.regions, "bucket": BUCKET, "lists": LISTS, "files": str(self.files)}
        common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory = {"fleet": {"hosts": hosts, "vars": {**common, **ours, **today}}}
        (self.folder / "inventory.yml").write_text(json.dumps(inventory))

    def begin(self) -> None:
        self.aws.world({"accounts": {one: {} for one in self.accounts}, "regions": self.regions})
        s3 = self.aws.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(POLICY))
        self.publish("45.155.204.0/24\n")

    def publish(self, content: str) -> None:
        """Every list gets this content: as an object, and as the file from which today's chain uploads it itself."""
        for one in LISTS:
            (self.files / one["key"]).write_text(content)

    def upload(self) -> None:
        s3 = self.aws.client("s3")
        for one in LISTS:
            published.put(s3, BUCKET, one["key"], (self.files / one["key"]).read_bytes())

    def run(self, *command: t.Any) -> Cost:
        self.aws.clear_calls()
        env = {
            **os.environ,
            **self.aws.environment(),
            "PATH": f"{AWSCLI / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/current"),
            "ANSIBLE_HOME": str(self.folder / "home"),
        }
        with (self.folder / "output").open("w+") as output:
            start = time.perf_counter()
            process = subprocess.Popen(list(map(str, command)), env=env, cwd=self.folder, stdout=output, stderr=output)
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - start
            output.seek(0)
            if process.returncode:
                sys.exit(output.read()[-4000:])
        calls: dict[str, int] = {}
        for one in self.aws.calls():
            calls[one["operation"]] = calls.get(one["operation"], 0) + 1
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, calls)


def playbook(fleet: Fleet, name: t.Any) -> Cost:
    return fleet.run(BIN / "ansible-playbook", name, "-i", "inventory.yml", "--forks", FORKS)


def ours(fleet: Fleet) -> Cost:
    return playbook(fleet, "threatlists.aws.converge")


def floor_many(fleet: Fleet) -> Cost:
    return fleet.run(sys.executable, MEASURED / "rollout_floor.py", "fleet.json", "many")


def floor_one(fleet: Fleet) -> Cost:
    return fleet.run(sys.executable, MEASURED / "rollout_floor.py", "fleet.json", "one")


def today(fleet: Fleet) -> Cost:
    return playbook(fleet, MEASURED / "rollout_today.yml")


def phases(fleet: Fleet, way: t.Callable[[Fleet], Cost], runs: int) -> dict[str, Cost]:
    """The fastest of the no-ops counts; the others can run only once in a world."""
    fleet.begin()
    fleet.upload()
    if way is today:  # half an hour for what it would say besides: its no-op is on lists that ours made
        ours(fleet)
        return {"no-op": way(fleet)}
    measured = {"first run": way(fleet)}
    measured["no-op"] = min((way(fleet) for _run in range(runs)), key=lambda cost: cost.wall)
    fleet.publish("45.155.205.0/24\n")
    fleet.upload()
    measured["content change"] = way(fleet)
    return measured


def row(size: str, phase: str, name: str, cost: Cost) -> None:
    figures = f"{cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak:.0f} | {cost.total}"
    print(f"| {size} | {phase} | {name} | {figures} |", flush=True)


def judge(what: str, value: float, goal: float) -> None:
    print(f"| {what} | {value:.2f} | {goal:.2f} | {'met' if value <= goal else 'missed'} |", flush=True)


def install_awscli() -> None:
    if not (AWSCLI / "bin" / "aws").exists():
        uv = str(ROOT / ".cache/uv/bin/uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(AWSCLI)], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(AWSCLI / "bin/python"), "awscli"], check=True)


def measure(
    accounts: int, regions: int, ways: t.Mapping[str, t.Callable[[Fleet], Cost]], runs: int
) -> dict[str, dict[str, Cost]]:
    results = {}
    with control.aws() as aws, tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(aws, pathlib.Path(folder), accounts, regions)
        for name, way in ways.items():
            results[name] = phases(fleet, way, runs)
            for phase, cost in results[name].items():
                row(f"{accounts} x {regions}", phase, name, cost)
    return results


def measure_fleets(sizes: str) -> None:
    """Many accounts, few Regions: what each account costs, and how many times the floor that is."""
    del LISTS[1:]
    print("| accounts x Regions | what | by | wall s | CPU s | peak MB | API calls |\n|---|---|---|---|---|---|---|")
    for size in sizes.split():
        accounts, regions = map(int, size.split("x"))
        ways = {"threatlists.aws.converge": ours, "floor, one client": floor_one}
        results = measure(accounts, regions, ways, 1)
        mine, floor = (results[name] for name in ways)
        for phase in ("no-op", "content change"):
            judge(f"{size}, {phase}: wall, times the floor", mine[phase].wall / floor[phase].wall, 3)
            judge(f"{size}, {phase}: CPU s, times the floor", mine[phase].cpu / floor[phase].cpu, 3)
            judge(f"{size}, {phase}: CPU s an account", mine[phase].cpu / accounts, 0.05)


def main() -> None:
    if sizes := os.environ.get("BENCH_FLEET"):
        measure_fleets(sizes)
        return
    install_awscli()
    ways = {"threatlists.aws.converge": ours, "floor, many clients": floor_many, "floor, one client": floor_one}
    print("| accounts x Regions | what | by | wall s | CPU s | peak MB | API calls |\n|---|---|---|---|---|---|---|")
    small = measure(5, 4, {**ways, "today's chain": today}, RUNS)
    if full := os.environ.get("BENCH_FULL"):
        middle = measure(10, 17, ways, 2)
        large = measure(100, 17, ways, 1)
    print("\n| goal | is | at most | |\n|---|---|---|---|")
    mine, many, one = (small[name]["no-op"] for name in ways)
    judge(
        "20 account-Regions, no-op: share of today's chain's wall time",
        mine.wall / small["today's chain"]["no-op"].wall,
        0.2,
    )
    judge("20 account-Regions, no-op: times the floor's whole process", mine.wall / many.wall, 2.5)
    judge("20 account-Regions, no-op: API calls over the floor's", mine.total - many.total, 0)
    if full:
        before = middle["threatlists.aws.converge"]["no-op"]
        mine, many, one = (large[name]["no-op"] for name in ways)
        judge("1,700 account-Regions, no-op: times the floor with many clients", mine.wall / many.wall, 1.0)
        judge("1,700 account-Regions, no-op: times the floor with one client", mine.wall / one.wall, 2.0)
        judge("wall per account-Region at 1,700 over that at 170", mine.wall / 10 / before.wall, 1.0)
        judge("1,700 account-Regions, no-op: API calls over the floor's", mine.total - many.total, 0)


if __name__ == "__main__":
    main()
