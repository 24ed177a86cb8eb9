# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights of the workflow of extensions/awx: whatever happens, nobody is exposed to what nobody approved, and the next
night does the right thing. The graph is what awx.awx made in the emulated AWX; its jobs are the real playbooks."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t

import ansible_runner
import pytest
import yaml
from support import fleet
from support.evidence import loaded
from support.paths import ROOT
from support.worlds import World
from threatlists_emulators import awx, awx_workflow, control

EXTENSIONS = ROOT / "extensions/awx"
REGION = fleet.REGIONS[0]
FEW = [f"45.155.1.{last}" for last in range(10)]
APPROVED = {"growing": 10, "steady": 10}
MANY = [*FEW, *(f"91.92.240.{last}" for last in range(90))]


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[awx.Awx]:
    home = tmp_path_factory.mktemp("home")
    command = [
        pathlib.Path(sys.executable).parent / "ansible-playbook",
        EXTENSIONS / "configure.yml",
        "-i",
        "localhost,",
    ]
    with awx.serve(EXTENSIONS / "project") as server:
        env = {
            **os.environ,
            **server.environment(),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/floor"),
            "ANSIBLE_HOME": str(home),
            "THREATSTREAM_USERNAME": "analyst",
            "THREATSTREAM_API_KEY": "key",
        }
        done = subprocess.run(command, env=env, cwd=home, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        yield server


class Nights:
    """A project with two lists, an inventory of one account, and somebody who answers."""

    def __init__(self, server: awx.Awx, world: World, folder: pathlib.Path):
        self.server, self.world, self.folder = server, world, folder
        self.project = folder / "project"
        shutil.copytree(EXTENSIONS / "project", self.project)
        self.answer = "nobody is to be asked"
        self.asked = False
        self.cancel_when: t.Callable[[], bool] | None = None
        fleet_of_one = {"hosts": {"security": {"account_id": fleet.PUBLISHER, "ansible_connection": "local"}}}
        world.player.inventory.write_text(json.dumps({"aws_accounts": fleet_of_one}))
        world.player.env["ANSIBLE_LOCALHOST_WARNING"] = "false"

    def declare(self, growing: list[str], **policy: int) -> None:
        """The lists of the project's newest revision; policy: of the second, whose content stays."""
        common = {"kind": "threatintelset", "format": "TXT", "bucket": fleet.BUCKET}
        lists = [
            {**common, "name": "growing", "key": "growing.txt", "sources": [{"entries": growing}]},
            {**common, "name": "steady", "key": "steady.txt", "sources": [{"entries": FEW}], "policy": policy},
        ]
        declared = {"threatlists_declared": lists, "threatlists_regions": [REGION], "threatlists_bucket_region": REGION}
        (self.project / "vars/threatlists.yml").write_text(yaml.safe_dump(declared))

    def night(self, answer: str = "") -> awx_workflow.Rollout:
        self.answer, self.asked = answer, False
        return awx_workflow.run(self.server, "threatlists rollout", self.job)

    def job(self, template: dict[str, t.Any], extra_vars: dict[str, t.Any]) -> awx_workflow.Ended:
        if template["type"] == "workflow_approval_template":
            assert self.answer, "nobody is to be asked"
            self.asked = True
            return awx_workflow.Ended("successful" if self.answer == "approve" else "failed")
        private = pathlib.Path(self.folder / f"job-{len(list(self.folder.iterdir()))}")
        private.mkdir()
        runner = ansible_runner.run(
            private_data_dir=str(private),
            playbook=str(self.project / template["playbook"]),
            inventory=str(self.world.player.inventory),
            envvars=self.world.player.env,
            extravars=extra_vars,
            cancel_callback=self.cancel_when if template["playbook"] == "publish.yml" else None,
            quiet=True,
        )
        stats = [event["event_data"] for event in runner.events if event["event"] == "playbook_on_stats"]
        artifacts = stats[0].get("artifact_data", {}) if stats else {}
        return awx_workflow.Ended(runner.status, artifacts)

    def loaded(self) -> dict[str, int]:
        """How many entries of each list GuardDuty has loaded, by the bytes in S3 that it read."""
        s3 = self.world.aws.client("s3", fleet.PUBLISHER)
        known = {
            item["sha256"]: len(
                s3.get_object(Bucket=fleet.BUCKET, Key=item["location"].rpartition("/")[2])["Body"].readlines()
            )
            for item in self.world.aws.loaded(status="ACTIVE")
        }
        return {place[-1]: known[digest] for place, digest in loaded(self.world.aws).items() if digest}


@pytest.fixture(scope="module")
def nights(
    configured: awx.Awx,
    tmp_path_factory: pytest.TempPathFactory,
    collections: pathlib.Path,
    running_aws: control.Aws,
    running_threatstream: t.Any,
) -> Nights:
    """After a first night, which somebody approved. Each test begins with what that loaded, and ends with it."""
    world = World(tmp_path_factory.mktemp("world"), collections, running_aws, running_threatstream)
    made = Nights(configured, world, tmp_path_factory.mktemp("nights"))
    made.declare(FEW)
    assert made.night("approve").status == "successful" and made.asked
    assert made.loaded() == APPROVED
    return made


def test_a_publish_that_was_killed_leaves_what_is_approved(nights: Nights) -> None:
    nights.declare([*MANY, "91.92.241.1"])
    s3 = nights.world.aws.client("s3", fleet.PUBLISHER)
    s3.delete_object(Bucket=fleet.BUCKET, Key="staged/growing.txt")
    nights.cancel_when = lambda: "Contents" in s3.list_objects_v2(Bucket=fleet.BUCKET, Prefix="staged/growing")
    killed = nights.night()
    nights.cancel_when = None
    assert (killed.status, killed.nodes["publish"].status, killed.nodes["converge"].status) == (
        "failed",
        "canceled",
        "successful",
    )
    assert nights.loaded() == APPROVED


def test_an_inventory_without_accounts_ends_no_night_well(nights: Nights) -> None:
    nights.declare(FEW)
    inventory = nights.world.player.inventory
    accounts = inventory.read_text()
    inventory.write_text(json.dumps({"aws_accounts": {"hosts": {}}}))
    ended = nights.night()
    inventory.write_text(accounts)
    assert ended.status == "failed"
    assert {name for name, each in ended.nodes.items() if each.status == "failed"} == {
        "publish",
        "promote",
        "converge",
        "verify",
    }


def test_an_empty_slice_is_fine(nights: Nights) -> None:
    (template,) = [item for item in nights.server.items("job_templates") if item["playbook"] == "converge.yml"]
    of_a_slice = {"awx_job_slice_count": 2, "threatlists_hosts": "nobody_of_this_slice"}
    assert nights.job(template, of_a_slice).status == "successful"
