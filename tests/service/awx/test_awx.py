# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of AWX, applied by awx.awx's own modules to a server that takes it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from support.paths import ROOT
from threatlists_emulators import awx, control

EXTENSIONS = ROOT / "extensions" / "awx"
BIN = pathlib.Path(sys.executable).parent
SECRET = "an-api-key-that-nobody-may-see"


@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with awx.serve() as server:
        done = subprocess.run(
            [BIN / "ansible-playbook", EXTENSIONS / "configure.yml", "-vvv", "-i", "localhost,"],
            env={
                **os.environ,
                **server.environment(),
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/floor"),
                "ANSIBLE_HOME": str(home),
                "THREATSTREAM_USERNAME": "analyst",
                "THREATSTREAM_API_KEY": SECRET,
            },
            cwd=home,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        assert "WARNING" not in done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr
        yield server


def one(server, collection, name):
    (item,) = [item for item in server.items(collection) if item["name"] == f"threatlists {name}".strip()]
    return item


def names(items):
    return [item["name"] for item in items]


def test_only_publish_knows_threatstream_and_gets_it_by_its_environment(configured):
    (kind,) = [item for item in configured.items("credential_types") if item["name"] == "Anomali ThreatStream"]
    assert kind["injectors"] == {
        "env": {
            "THREATSTREAM_URL": "{{ url }}",
            "THREATSTREAM_USERNAME": "{{ username }}",
            "THREATSTREAM_API_KEY": "{{ api_key }}",
        }
    }
    assert [field["id"] for field in kind["inputs"]["fields"] if field.get("secret")] == ["api_key"]
    knowing = [
        template["name"]
        for template in configured.items("job_templates")
        if "threatlists ThreatStream" in names(configured.related(template, "credentials"))
    ]
    assert knowing == ["threatlists publish"]


def test_publish_runs_alone_and_converge_in_slices(configured):
    publish, converge = (one(configured, "job_templates", name) for name in ("publish", "converge"))
    workflow = one(configured, "workflow_job_templates", "rollout")
    assert (publish["allow_simultaneous"], publish["job_slice_count"]) == (False, 1)
    assert (converge["allow_simultaneous"], converge["job_slice_count"]) == (True, 4)
    assert workflow["allow_simultaneous"] is False
    assert names(configured.related(workflow, "notification_templates_error")) == ["threatlists failed"]


def test_the_workflow_asks_only_where_much_changed(configured):
    nodes = {node["identifier"]: node for node in configured.items("workflow_job_template_nodes")}
    edges = {
        (name, kind, other["identifier"])
        for name, node in nodes.items()
        for kind in ("success_nodes", "failure_nodes", "always_nodes")
        for other in configured.related(node, kind)
    }
    assert edges == {
        ("publish", "success_nodes", "approve"),
        ("approve", "success_nodes", "converge"),
        ("approve", "failure_nodes", "approval"),
        ("approval", "success_nodes", "converge"),
        ("approval", "failure_nodes", "restore"),
        ("converge", "always_nodes", "verify"),
    }
    assert configured.item(nodes["approval"]["unified_job_template"])["type"] == "workflow_approval_template"
    survey = configured.survey(one(configured, "workflow_job_templates", "rollout"))
    assert [(question["variable"], question["default"]) for question in survey["spec"]] == [
        ("threatlists_approval_percent", 20)
    ]
    (schedule,) = configured.items("schedules")
    assert schedule["unified_job_template"] == one(configured, "workflow_job_templates", "rollout")["id"]


def test_everything_that_is_run_exists_in_the_project(configured):
    playbooks = {template["playbook"] for template in configured.items("job_templates")}
    sources = {source["source_path"] for source in configured.items("inventory_sources")}
    for path in playbooks | sources:
        assert yaml.safe_load((EXTENSIONS / "project" / path).read_text()), path


@pytest.mark.parametrize(("percent", "code"), [(0, 0), (20, 0), (21, 2), (100, 2)])
def test_somebody_is_asked_where_more_changed_than_may(tmp_path, percent, code):
    artifacts = {"threatlists_change_percent": percent, "threatlists_approval_percent": 20}
    artifacts["threatlists_published"] = [{"name": "threats", "change_percent": percent}]
    command = [BIN / "ansible-playbook", EXTENSIONS / "project/approve.yml", "-i", "localhost,"]
    env = {**os.environ, "ANSIBLE_HOME": str(tmp_path)}
    done = subprocess.run([*command, "-e", json.dumps(artifacts)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    assert ("threats" in done.stdout) == bool(code), "who decides is told what changed"


def test_what_nobody_approved_is_taken_back(tmp_path):
    with control.aws() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="lists", VersioningConfiguration={"Status": "Enabled"})
        before = s3.put_object(Bucket="lists", Key="changed.txt", Body=b"9.9.9.0/24\n")["VersionId"]
        for key in ("changed.txt", "new.txt", "same.txt"):
            s3.put_object(Bucket="lists", Key=key, Body=b"45.155.204.0/24\n")
        published = [
            {"name": name, "kind": "ipset", "bucket": "lists", "key": f"{name}.txt", "entry_count": 1, **noted}
            for name, noted in {
                "changed": {"changed": True, "added": 1, "removed": 1, "previous_version_id": before},
                "new": {"changed": True, "added": 1, "removed": 0, "previous_version_id": None},
                "same": {"changed": False, "added": 0, "removed": 0, "previous_version_id": None},
            }.items()
        ]
        command = [BIN / "ansible-playbook", EXTENSIONS / "project/restore.yml", "-i", "localhost,"]
        collections = str(ROOT / ".cache/collections/current")
        env = {
            **os.environ,
            **aws.environment(),
            "ANSIBLE_HOME": str(tmp_path),
            "ANSIBLE_COLLECTIONS_PATH": collections,
        }
        extra = json.dumps({"threatlists_published": published})
        done = subprocess.run([*command, "-e", extra], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        left = {item["Key"] for item in s3.list_objects_v2(Bucket="lists")["Contents"]}
        assert left == {"changed.txt", "same.txt"}
        assert s3.get_object(Bucket="lists", Key="changed.txt")["Body"].read() == b"9.9.9.0/24\n"
