# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole rollout against its floor and against the chain that people use today: the table of docs/performance.md.

5 accounts and 4 Regions; with BENCH_FULL=1 also 10 and 100 accounts and 17 Regions, without today's chain.
Each account has three threat lists and a trusted one. First run, no-op, content change; each way has an emulator of its
own, and they take turns, so that a slow moment slows all of them.

With BENCH_FLEET="200x2 1000x2" instead: so many accounts and Regions, one list, against the floor with one client.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t

from measured import environment, published
from threatlists_emulators import control

ROOT = pathlib.Path(__file__).resolve().parent.parent

BIN = pathlib.Path(sys.executable).parent
MEASURED = ROOT / "benchmarks" / "measured"
AWSCLI = ROOT / ".cache" / "venv" / "awscli"
BUCKET = "acme-threatlists"
FORKS = "10"
NO_OPS, CHANGES = 3, 2
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
            **environment.with_bytecode(),
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


Way = t.Callable[[Fleet], Cost]


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


def in_turn(fleets: t.Mapping[str, Fleet], ways: t.Mapping[str, Way], rounds: int) -> dict[str, Cost]:
    """The fastest run of each way, one after the other in each round."""
    costs = [{name: way(fleets[name]) for name, way in ways.items()} for _round in range(rounds)]
    return {name: fastest([one[name] for one in costs]) for name in ways}


def changed(fleets: t.Mapping[str, Fleet], ways: t.Mapping[str, Way], rounds: int) -> dict[str, Cost]:
    """The same, of runs that each find new content."""
    costs = []
    for number in range(rounds):
        for fleet in fleets.values():
            fleet.publish(f"45.155.{205 + number}.0/24\n")
            fleet.upload()
        costs.append(in_turn(fleets, ways, 1))
    return {name: fastest([one[name] for one in costs]) for name in ways}


def fastest(costs: list[Cost]) -> Cost:
    assert all(one.calls == costs[0].calls for one in costs)
    walls, cpus, peaks = zip(*((one.wall, one.cpu, one.peak) for one in costs), strict=True)
    return Cost(min(walls), min(cpus), max(peaks), costs[0].calls)


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


@contextlib.contextmanager
def a_fleet(accounts: int, regions: int) -> t.Iterator[Fleet]:
    """A world of its own, with all lists published."""
    with control.aws() as aws, tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(aws, pathlib.Path(folder), accounts, regions)
        fleet.begin()
        fleet.upload()
        yield fleet


def measure(
    accounts: int, regions: int, ways: t.Mapping[str, Way], changes: int = CHANGES
) -> dict[str, dict[str, Cost]]:
    """The cost of each way, by phase."""
    with contextlib.ExitStack() as stack:
        fleets = {name: stack.enter_context(a_fleet(accounts, regions)) for name in ways}
        results = {
            "first run": in_turn(fleets, ways, 1),
            "no-op": in_turn(fleets, ways, NO_OPS),
            "content change": changed(fleets, ways, changes),
        }
    for name in ways:
        for phase, costs in results.items():
            row(f"{accounts} x {regions}", phase, name, costs[name])
    return results


def measure_today(accounts: int, regions: int) -> Cost:
    """A no-op of today's chain, on lists that ours made: it alone takes minutes."""
    with a_fleet(accounts, regions) as fleet:
        ours(fleet)
        cost = today(fleet)
    row(f"{accounts} x {regions}", "no-op", "today's chain", cost)
    return cost


def measure_fleets(sizes: str) -> None:
    """Many accounts, few Regions: what each account costs, and how many times the floor that is."""
    del LISTS[1:]
    print("| accounts x Regions | what | by | wall s | CPU s | peak MB | API calls |\n|---|---|---|---|---|---|---|")
    for size in sizes.split():
        accounts, regions = map(int, size.split("x"))
        ways = {"threatlists.aws.converge": ours, "floor, one client": floor_one}
        results = measure(accounts, regions, ways)
        for phase in ("no-op", "content change"):
            mine, floor = (results[phase][name] for name in ways)
            judge(f"{size}, {phase}: wall, times the floor", mine.wall / floor.wall, 3)
            judge(f"{size}, {phase}: CPU s, times the floor", mine.cpu / floor.cpu, 3)
            judge(f"{size}, {phase}: CPU s an account", mine.cpu / accounts, 0.05)


def main() -> None:
    environment.compile_once()
    if sizes := os.environ.get("BENCH_FLEET"):
        measure_fleets(sizes)
        return
    install_awscli()
    ways = {"threatlists.aws.converge": ours, "floor, many clients": floor_many, "floor, one client": floor_one}
    print("| accounts x Regions | what | by | wall s | CPU s | peak MB | API calls |\n|---|---|---|---|---|---|---|")
    small = measure(5, 4, ways)
    chain = measure_today(5, 4)
    if full := os.environ.get("BENCH_FULL"):
        middle = measure(10, 17, ways)
        large = measure(100, 17, ways, changes=1)
    print("\n| goal | is | at most | |\n|---|---|---|---|")
    mine, many, one = small["no-op"].values()
    judge("20 account-Regions, no-op: share of today's chain's wall time", mine.wall / chain.wall, 0.2)
    judge("20 account-Regions, no-op: times the floor's whole process", mine.wall / many.wall, 2.5)
    judge("20 account-Regions, no-op: API calls over the floor's", mine.total - many.total, 0)
    if full:
        before = middle["no-op"]["threatlists.aws.converge"]
        mine, many, one = large["no-op"].values()
        judge("1,700 account-Regions, no-op: times the floor with many clients", mine.wall / many.wall, 1.0)
        judge("1,700 account-Regions, no-op: times the floor with one client", mine.wall / one.wall, 2.0)
        judge("wall per account-Region at 1,700 over that at 170", mine.wall / 10 / before.wall, 1.0)
        judge("1,700 account-Regions, no-op: API calls over the floor's", mine.total - many.total, 0)


if __name__ == "__main__":
    main()
