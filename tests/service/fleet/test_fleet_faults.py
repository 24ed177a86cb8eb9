# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet's run that something happens to, and the next run, which finishes it and writes nothing twice in vain."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import pytest
import yaml
from support.paths import ROOT
from threatlists_emulators import control

PLAYBOOK = pathlib.Path(sys.executable).parent / "ansible-playbook"
ACCOUNTS = ["111111111111", "222222222222", "333333333333"]
REGIONS = ["eu-west-1", "us-east-1"]
CONTENT = {"threats": b"45.155.204.0/24\n", "more": b"45.155.205.0/24\n", "ours": b"9.9.9.0/24\n"}
DIGESTS = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
KINDS = {"threats": "threatintelset", "more": "threatintelset", "ours": "ipset"}
FLEET = {(account, region, name) for account in ACCOUNTS for region in REGIONS for name in CONTENT}
CALLS = 110  # what the first run of this fleet makes, a few less
BATCH = "threatlists.aws.guardduty_lists_batch"
SEEDS = int(os.environ.get("FLEET_SEEDS", "4"))
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lists/*"}],
}


class Fleet:
    """All accounts in one process, as the role has it: whatever the run before left, this one finishes."""

    def __init__(self, aws, folder):
        self.aws = aws
        self.folder = folder
        self.lag = 0
        self.command = [PLAYBOOK, "fleet.yml", "-i", f"{','.join(ACCOUNTS)},", "--forks", "3"]
        self.env = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/current"),
            "ANSIBLE_HOME": str(folder / "home"),
        }

    def begin(self, **options):
        self.aws.world({"accounts": {account: {} for account in ACCOUNTS}, "regions": REGIONS})
        self.aws.settings(eventual_consistency=self.lag)
        s3 = self.aws.client("s3")
        s3.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_policy(Bucket="lists", Policy=json.dumps(POLICY))
        for name, content in CONTENT.items():
            s3.put_object(Bucket="lists", Key=name, Body=content, ChecksumAlgorithm="SHA256")
        lists = [
            {"name": name, "kind": KINDS[name], "format": "TXT", "location": f"s3://lists/{name}"} for name in CONTENT
        ]
        module = {"lists": lists, "regions": REGIONS, "assume_role_arn": "arn:aws:iam::{{ inventory_hostname }}:role/r"}
        play = {
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            "vars": {
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "converge": {**module, **options},
            },
            "tasks": [
                {BATCH: {"arguments": "converge"}, "register": "all_accounts", "run_once": True},
                {BATCH: {"arguments": "converge", "batch": "all_accounts"}},
            ],
        }
        (self.folder / "fleet.yml").write_text(yaml.safe_dump([play]))
        self.aws.clear_calls()

    def start(self):
        return subprocess.Popen(
            self.command,
            env={**self.env, **self.aws.environment()},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self):
        process = self.start()
        output, _nothing = process.communicate(timeout=100)
        return process.returncode, output

    def wait_for(self, calls, process):
        """Until the run made so many calls, or ended before it could."""
        while process.poll() is None and len(self.aws.calls()) < calls:
            time.sleep(0.02)

    def held(self):
        """What is loaded and proven, by account, Region and name: how many times it was loaded."""
        return {
            (each["account"], each["region"], each["name"]): each["loads"]
            for each in self.aws.loaded()
            if each["status"] == "ACTIVE"
            and each["sha256"] == each["tags"].get("threatlists:sha256") == DIGESTS[each["name"]]
        }

    def finished_by_the_next_run(self, proven):
        """It converges all, loads nothing again that was proven, and leaves neither a second list nor a deleted one."""
        code, output = self.run()
        assert code == 0, output
        held = self.held()
        assert set(held) == FLEET
        assert {place: held[place] for place in proven} == proven
        assert max(held.values()) <= 2, "a list is loaded again only where its proof was missing"
        assert len(self.aws.loaded()) == len(FLEET)


@pytest.fixture(scope="module")
def only_fleet(tmp_path_factory):
    with control.aws() as aws:
        yield Fleet(aws, tmp_path_factory.mktemp("fleet"))


@pytest.fixture(params=[0, 1.5], ids=["consistent", "lagging"])
def fleet(request, only_fleet):
    """The fleet with reads that show at once, or only after a while, what was written."""
    only_fleet.lag = request.param
    return only_fleet


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_run_that_is_killed_is_finished_by_the_next(fleet, seed):
    fleet.begin()
    process = fleet.start()
    fleet.wait_for(random.Random(seed).randrange(20, CALLS), process)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    fleet.finished_by_the_next_run(fleet.held())


def test_an_account_whose_role_cannot_be_assumed_leaves_the_others_converged(fleet):
    fleet.begin()
    fleet.aws.fault(service="sts", operation="AssumeRole", action="error", code="AccessDenied", status=403, times=1)
    code, output = fleet.run()
    assert code != 0
    assert "cannot be assumed: AccessDenied" in output
    held = fleet.held()
    assert len({account for account, _region, _name in held}) == len(ACCOUNTS) - 1
    assert len(held) == len(FLEET) - len(REGIONS) * len(CONTENT)
    fleet.aws.clear_calls()
    fleet.finished_by_the_next_run(held)
    assert len({call["account"] for call in fleet.aws.calls(service="guardduty", write=True)}) == 1


def test_credentials_that_expire_in_the_middle_are_renewed(fleet):
    fleet.begin()
    process = fleet.start()
    fleet.wait_for(CALLS // 3, process)
    fleet.aws.expire_sessions()
    output, _nothing = process.communicate(timeout=100)
    assert process.returncode == 0, output
    assert len(fleet.aws.calls(service="sts", operation="AssumeRole")) > len(ACCOUNTS)
    fleet.finished_by_the_next_run(fleet.held())


def test_one_call_in_twenty_throttled_is_no_failure(fleet):
    fleet.begin()
    fleet.aws.fault(action="throttle", probability=0.05, seed=5, times=None)
    code, output = fleet.run()
    assert code == 0, output
    fleet.aws.clear_faults()
    fleet.finished_by_the_next_run(fleet.held())


def test_a_region_that_hangs_is_given_up_in_time_and_holds_up_no_other(fleet):
    fleet.begin(aws_config={"connect_timeout": 1, "read_timeout": 1, "retries": {"total_max_attempts": 2}})
    fleet.aws.fault(service="guardduty", region="us-east-1", action="hang", seconds=8, times=None)
    code, output = fleet.run()
    assert code != 0
    assert "TimedOut" in output
    held = fleet.held()
    assert {region for _account, region, _name in held} == {"eu-west-1"}
    assert len(held) == len(FLEET) // len(REGIONS)
    fleet.aws.clear_faults()
    fleet.finished_by_the_next_run(held)
