# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights of the workflow of extensions/awx: its graph in the emulated AWX, its jobs real playbooks, and who answers."""

from __future__ import annotations

import json
import pathlib
import shutil
import typing as t

import ansible_runner
import yaml
from support import fleet
from support.paths import ROOT
from support.worlds import World
from threatlists_emulators import awx, awx_workflow

EXTENSIONS = ROOT / "extensions/awx"
REGION = fleet.REGIONS[0]
EDGES = ("success_nodes", "failure_nodes", "always_nodes")
REPORT = "reports/last-run.json"
# Of the jobs that a person, or AWX's end, cancels: how often somebody looks, in seconds.
LOOKS = {"pexpect_timeout": 0.3}


def create(server: awx.Awx) -> None:
    """Make the workflow and its job templates as controller.yml has them, in less time than awx.awx takes."""
    said = yaml.safe_load((EXTENSIONS / "controller.yml").read_text())
    (described,) = said["controller_workflows"]
    templates = {item["name"]: server.create("job_templates", dict(item)) for item in said["controller_templates"]}
    workflow = server.create("workflow_job_templates", {"name": "rollout"})
    nodes = {}
    for node in described["simplified_workflow_nodes"]:
        asks = "approval_node" in node
        template = (
            server.create("workflow_approval_templates", node["approval_node"])
            if asks
            else templates[node["unified_job_template"]]
        )
        fields = {"unified_job_template": template["id"], "workflow_job_template": workflow["id"]}
        fields |= {"identifier": node["identifier"], "extra_data": node.get("extra_data", {})}
        nodes[node["identifier"]] = server.create("workflow_job_template_nodes", fields)
    for node in described["simplified_workflow_nodes"]:
        for edge in EDGES:
            for child in node.get(edge, []):
                path = nodes[node["identifier"]]["related"][edge]
                server.handle("POST", path, {}, {"id": nodes[child]["id"]})


def edges(server: awx.Awx) -> set[tuple[str, str, str]]:
    """What leads from node to node: C((from, kind of edge, to))."""
    nodes = server.items("workflow_job_template_nodes")
    return {
        (node["identifier"], edge, child["identifier"])
        for node in nodes
        for edge in EDGES
        for child in server.related(node, edge)
    }


class Nights:
    """A project with two lists, an inventory of one account, and somebody who answers.

    asked: whether the last night asked. said: what its jobs printed, by playbook.
    interrupt: C({playbook: (what, when)}): what happens to its job, C("kill") or C("cancel") of the whole workflow.
    """

    def __init__(self, server: awx.Awx, world: World, folder: pathlib.Path):
        self.server, self.world, self.folder = server, world, folder
        self.project = folder / "project"
        shutil.copytree(EXTENSIONS / "project", self.project)
        self.said: dict[str, str] = {}
        self.asked = False
        self._answer = ""
        self._interrupt: dict[str, tuple[str, t.Callable[[], bool]]] = {}
        self.accounts({"security": {"account_id": fleet.PUBLISHER, "ansible_connection": "local"}})
        world.player.env["ANSIBLE_LOCALHOST_WARNING"] = "false"
        s3 = world.aws.client("s3", fleet.PUBLISHER)
        s3.create_bucket(Bucket=fleet.BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=fleet.BUCKET, VersioningConfiguration={"Status": "Enabled"})

    def accounts(self, hosts: dict[str, t.Any]) -> None:
        self.world.player.inventory.write_text(json.dumps({"aws_accounts": {"hosts": hosts}}))

    def declare(self, **lists: dict[str, t.Any]) -> None:
        """The lists of the project's newest revision: of each the C(entries), and its C(policy) if it has one."""
        declared = [
            {
                "name": name,
                "key": f"{name}.txt",
                "kind": "threatintelset",
                "format": "TXT",
                "bucket": fleet.BUCKET,
                "sources": [{"entries": given["entries"]}],
                "policy": given.get("policy", {}),
            }
            for name, given in lists.items()
        ]
        variables = {
            "threatlists_declared": declared,
            "threatlists_regions": [REGION],
            "threatlists_bucket_region": REGION,
            "threatlists_buckets": "none",
            "threatlists_index": False,  # other tests have both; each costs seconds
        }
        (self.project / "vars/threatlists.yml").write_text(yaml.safe_dump(variables))

    def night(self, answer: str = "", **interrupt: tuple[str, t.Callable[[], bool]]) -> awx_workflow.Rollout:
        """One run of the workflow. answer: C(approve), C(deny), or none where nobody is to be asked."""
        self._answer, self._interrupt = answer, interrupt
        self.asked, self.said = False, {}
        ended = awx_workflow.run(self.server, "rollout", self.job, threatlists_approval_percent=20)
        self._interrupt = {}
        return ended

    def job(self, template: dict[str, t.Any], extra_vars: dict[str, t.Any]) -> awx_workflow.Ended:
        if template["type"] == "workflow_approval_template":
            assert self._answer, f"nobody is to be asked: {self.said}"
            self.asked = True
            return awx_workflow.Ended("successful" if self._answer == "approve" else "failed")
        name = template["playbook"].removesuffix(".yml")
        how, when = self._interrupt.get(name, ("", None))
        private = self.folder / f"job-{len(list(self.folder.iterdir()))}"
        private.mkdir()
        if name == "verify":
            extra_vars = {**extra_vars, "threatlists_report_dest": f"s3://{fleet.BUCKET}/{REPORT}"}
        runner = ansible_runner.run(
            private_data_dir=str(private),
            playbook=str(self.project / template["playbook"]),
            inventory=str(self.world.player.inventory),
            envvars=self.world.player.env,
            extravars=extra_vars,
            settings=LOOKS,
            cancel_callback=when,
            quiet=True,
        )
        self.said[name] = runner.stdout.read()
        if how == "cancel":
            raise awx_workflow.CanceledError
        stats = [event["event_data"] for event in runner.events if event["event"] == "playbook_on_stats"]
        artifacts = stats[0].get("artifact_data", {}) if stats else {}
        return awx_workflow.Ended(runner.status, artifacts)

    def loaded(self) -> dict[str, int]:
        """How many entries of each list GuardDuty has loaded, by the bytes that it read."""
        return {
            item["name"]: len(self.world.aws.loaded_bytes(item["sha256"]).splitlines())
            for item in self.world.aws.loaded(status="ACTIVE")
        }

    def report(self) -> dict[str, t.Any]:
        """The record that verify left in S3."""
        s3 = self.world.aws.client("s3", fleet.PUBLISHER)
        record: dict[str, t.Any] = json.loads(s3.get_object(Bucket=fleet.BUCKET, Key=REPORT)["Body"].read())
        return record
