# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX does, with what AWX itself runs: slices of the inventory on several workers at once, failures in each."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from support.paths import ROOT
from threatlists_emulators import control
from tooling import checkout

RUNNER = pathlib.Path(sys.executable).parent / "ansible-runner"
ACCOUNTS = [str(digit) * 12 for digit in range(1, 7)]
REFUSED = [ACCOUNTS[2], ACCOUNTS[5]]  # one in either slice, neither of them its canary
REGIONS = ["eu-west-1", "us-east-1"]
SLICES = 2
WORLD = {
    "accounts": {account: {} for account in ACCOUNTS},
    "regions": REGIONS,
    "roles": {f"arn:aws:iam::{account}:role/threatlists": {"assumable": False} for account in REFUSED},
}
BUCKET = "acme-threatlists"
COMMON = {"bucket": BUCKET, "expected_bucket_owner": ACCOUNTS[0], "format": "TXT"}
VARIABLES = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
}
DECLARATION = {
    "threatlists_regions": REGIONS,
    "threatlists_declared": [
        {
            **COMMON,
            "name": "threats",
            "kind": "threatintelset",
            "key": "threats.txt",
            "sources": [{"entries": ["45.155.204.0/24"]}],
        },
        {**COMMON, "name": "ours", "kind": "ipset", "key": "ours.txt", "sources": [{"entries": ["9.9.9.0/24"]}]},
    ],
}


class Jobs:
    """Jobs as AWX makes them: a folder with project, inventory and environment, handed to a worker."""

    def __init__(self, folder, aws):
        self.folder = folder
        self.aws = aws
        self.number = 0
        self.project = folder / "project"
        shutil.copytree(ROOT / "extensions/awx/project", self.project)
        shutil.rmtree(self.project / "inventory")
        (self.project / "vars/threatlists.yml").write_text(yaml.safe_dump(DECLARATION))
        (folder / "dist").mkdir()
        (self.project / "collections").mkdir()
        checkout.install(checkout.build(folder / "dist"), self.project / "collections")
        (self.project / "collections/ansible_collections/amazon/aws").unlink()  # the execution environment has it

    def start(self, playbook, accounts=ACCOUNTS, **extra_vars):
        """One job on these accounts: C(transmit | worker | process); gives the process and where it ends."""
        self.number += 1
        job = self.folder / f"job-{self.number}"
        (job / "env").mkdir(parents=True)
        (job / "inventory").mkdir()
        shutil.copytree(self.project, job / "project", symlinks=True)
        hosts = {
            account: {"account_id": account, "assume_role_arn": f"arn:aws:iam::{account}:role/threatlists"}
            for account in accounts
        }
        (job / "inventory/hosts.yml").write_text(yaml.safe_dump({"fleet": {"hosts": hosts, "vars": VARIABLES}}))
        environment = {
            **self.aws.environment(),
            "ANSIBLE_COLLECTIONS_PATH": f"{job}/worker/project/collections:{ROOT}/.cache/collections/current",
            "ANSIBLE_HOME": str(job / "home"),
        }
        (job / "env/envvars").write_text(yaml.safe_dump(environment))
        extra_vars = {"awx_job_id": self.number, "threatlists_report_dest": str(job / "record.json"), **extra_vars}
        (job / "env/extravars").write_text(yaml.safe_dump(extra_vars))
        pipeline = " | ".join(
            (
                f"{RUNNER} transmit {job} -p {playbook}",
                f"{RUNNER} worker --private-data-dir {job}/worker",
                f"{RUNNER} process {job}/out",
            )
        )
        path = f"{RUNNER.parent}{os.pathsep}{os.environ['PATH']}"
        process = subprocess.Popen(
            ["sh", "-c", pipeline], env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, text=True
        )
        return job, process

    def finish(self, job, process):
        """Its status, what it leaves for later jobs of a workflow, and its record."""
        _stdout, _nothing = process.communicate(timeout=400)
        artifacts = job / "out/artifacts"
        events = [json.loads(path.read_text()) for path in (artifacts / "job_events").glob("*.json")]
        (stats,) = [event["event_data"] for event in events if event["event"] == "playbook_on_stats"]
        record = json.loads((job / "record.json").read_text())
        return (artifacts / "status").read_text(), stats.get("artifact_data", {}), record

    def run(self, playbook, *accounts, **extra_vars):
        return self.finish(*self.start(playbook, *accounts, **extra_vars))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    with control.aws() as aws:
        yield Jobs(tmp_path_factory.mktemp("awx"), aws)


def publish(aws):
    """A new world with the objects of an earlier publish, which every account may read."""
    aws.world(WORLD)
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    s3.put_object(Bucket=BUCKET, Key="threats.txt", Body=b"45.155.204.0/24\n", ChecksumAlgorithm="SHA256")
    s3.put_object(Bucket=BUCKET, Key="ours.txt", Body=b"9.9.9.0/24\n", ChecksumAlgorithm="SHA256")
    aws.clear_calls()


def outcome(jobs):
    """What GuardDuty has loaded, and the record that verify makes of it."""
    status, artifacts, record = jobs.run("verify.yml")
    assert status == "failed", "two accounts could not be looked at"
    assert artifacts["threatlists"]["counts"]["results"] == len(record["results"])
    held = sorted(
        (
            each["account"],
            each["region"],
            each["kind"],
            each["name"],
            each["location"],
            each["status"],
            each["sha256"],
            each["loads"],
        )
        for each in jobs.aws.loaded()
    )
    text = json.dumps({name: record[name] for name in ("lists", "results")}, sort_keys=True)
    # Each world is published anew: what S3 makes up differs, versions and times.
    text = re.sub(r'"(version_id|published)": "[^"]*"', r'"\1": ""', re.sub(r"[0-9a-f]{32}", "ID", text))
    return held, json.loads(text)


def test_slices_end_as_one_job_does(jobs):
    publish(jobs.aws)
    status, _artifacts, whole = jobs.run("converge.yml")
    assert status == "failed"
    expected = outcome(jobs)

    publish(jobs.aws)
    started = [jobs.start("converge.yml", ACCOUNTS[number::SLICES]) for number in range(SLICES)]
    ended = [jobs.finish(*each) for each in started]
    assert [status for status, _artifacts, _record in ended] == ["failed"] * SLICES
    assert not jobs.aws.calls(service="s3", write=True), "slices neither export nor upload"
    assert outcome(jobs) == expected

    records = [record for _status, _artifacts, record in ended]
    assert len({name for _status, artifacts, _record in ended for name in artifacts}) == SLICES, "a key of their own"
    results = sorted(
        (each["account_id"], each["region"], each["name"], each["action"])
        for record in records
        for each in record["results"]
    )
    assert results == sorted(
        (each["account_id"], each["region"], each["name"], each["action"]) for each in whole["results"]
    )
    assert {
        each["account_id"] for record in records for each in record["results"] if each["action"] == "failed"
    } == set(REFUSED)
    assert {place[:2] for place in expected[0]} == {
        (account, region) for account in ACCOUNTS if account not in REFUSED for region in REGIONS
    }
