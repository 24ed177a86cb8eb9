# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of AWX, applied by awx.awx's own modules to a server that takes it."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import yaml
from support import rollouts
from support.paths import ROOT
from threatlists_emulators import awx, awx_rules

EXTENSIONS = ROOT / "extensions" / "awx"
BIN = pathlib.Path(sys.executable).parent
SECRET = "an-api-key-that-nobody-may-see"


def configure(server, folder, **settings):
    """Run configure.yml; returns how it ended, its output and which things it changed."""
    done = subprocess.run(
        [
            BIN / "ansible-playbook",
            EXTENSIONS / "configure.yml",
            "-vvv",
            "-i",
            "localhost,",
            "-e",
            json.dumps(settings),
        ],
        env={
            **os.environ,
            **server.environment(),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/floor"),
            "ANSIBLE_HOME": str(folder),
            "THREATSTREAM_USERNAME": "analyst",
            "THREATSTREAM_API_KEY": SECRET,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert SECRET not in done.stdout + done.stderr
    # Of awx.awx 24.6.1 itself: project_update returns a time where ansible-core 2.21 wants a truth value.
    warned = [line for line in done.stdout.splitlines() if "WARNING" in line and "result key 'finished'" not in line]
    assert warned == []
    return done.returncode, done.stdout, re.findall(r"^changed: .*\(item=(.*?)\)", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def configured(home):
    """An AWX in which the first run was too early: the repository was not there yet."""
    with awx.serve() as server:
        code, said, _changed = configure(server, home)
        assert code == 2 and "Project Update" in said, said[-3000:]
        assert not server.items("job_templates")
        server.project = EXTENSIONS / "project"
        code, said, _changed = configure(server, home)
        assert code == 0, said[-3000:]
        yield server


def test_another_run_changes_nothing_but_what_a_changed_setting_says(configured, home):
    code, said, changed = configure(configured, home, threatlists_awx_slices=7)
    assert (code, changed) == (0, ["threatlists converge"]), said[-3000:]
    converge = one(configured, "job_templates", "converge")
    assert converge["job_slice_count"] == 7
    converge["job_slice_count"] = 4


def one(server, collection, name):
    (item,) = [item for item in server.items(collection) if item["name"] == f"threatlists {name}".strip()]
    return item


def names(items):
    return [item["name"] for item in items]


def test_only_publish_and_plan_know_threatstream_and_get_it_by_their_environment(configured):
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
    assert sorted(knowing) == ["threatlists plan", "threatlists publish"]


def test_publish_runs_alone_and_converge_in_slices(configured):
    publish, converge = (one(configured, "job_templates", name) for name in ("publish", "converge"))
    workflow = one(configured, "workflow_job_templates", "rollout")
    assert (publish["allow_simultaneous"], publish["job_slice_count"]) == (False, 1)
    assert (converge["allow_simultaneous"], converge["job_slice_count"]) == (True, 4)
    assert workflow["allow_simultaneous"] is False
    assert names(configured.related(workflow, "notification_templates_error")) == ["threatlists failed"]


def test_who_asks_for_an_indicator_is_asked_which(configured):
    explain, plan, findings = (one(configured, "job_templates", name) for name in ("explain", "plan", "findings"))
    (question,) = configured.survey(explain)["spec"]
    assert (question["variable"], question["required"]) == ("indicator", True)
    assert {template["job_slice_count"] for template in (explain, plan, findings)} == {1}


def test_who_limits_can_launch_one_slice(configured):
    converge = one(configured, "job_templates", "converge")
    assert converge["ask_limit_on_launch"] and converge["ask_job_slice_count_on_launch"]


def test_the_workflow_asks_only_where_much_changed(configured):
    nodes = {node["identifier"]: node for node in configured.items("workflow_job_template_nodes")}
    with awx.serve() as same:
        rollouts.create(same)
        assert rollouts.edges(configured) == rollouts.edges(same), "tests/playbooks/test_nights.py runs this graph"
    assert rollouts.edges(configured) == {
        ("publish", "always_nodes", "approve"),
        ("approve", "success_nodes", "promote"),
        ("approve", "failure_nodes", "approval"),
        ("approval", "success_nodes", "promote"),
        ("approval", "failure_nodes", "promote_rest"),
        ("promote", "always_nodes", "converge"),
        ("promote_rest", "always_nodes", "converge"),
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


@pytest.mark.parametrize(
    ("collection", "fields", "refused"),
    [
        ("job_templates", {"playbook": "nope.yml"}, {"playbook": ["Playbook not found for project."]}),
        (
            "job_templates",
            {"name": "threatlists publish"},
            {"__all__": ["JobTemplate with this (name, organization) combination already exists."]},
        ),
        ("workflow_job_template_nodes", {"job_slice_count": 3}, {"job_slice_count": [awx_rules.NOT_ASKED]}),
        ("workflow_job_template_nodes", {"limit": "a"}, {"limit": [awx_rules.NOT_ASKED]}),
        (
            "schedules",
            {"rrule": "RRULE:FREQ=DAILY"},
            {"rrule": ["Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"]},
        ),
    ],
)
def test_the_emulated_awx_refuses_what_awx_refuses(configured, collection, fields, refused):
    template = one(configured, "job_templates", "is approval needed")
    basis = {
        "job_templates": {**template, "id": None, "name": "another"},
        "workflow_job_template_nodes": {"unified_job_template": template["id"], "extra_data": {}},
        "schedules": {"unified_job_template": template["id"]},
    }[collection]
    assert awx_rules.refusal(configured, collection, {**basis, **fields}) == refused


def test_the_emulated_awx_refuses_a_schedule_that_nobody_could_answer(configured):
    workflow = one(configured, "workflow_job_templates", "rollout")
    (schedule,) = configured.items("schedules")
    configured.survey(workflow)["spec"][0]["required"] = True
    refused = awx_rules.refusal(configured, "schedules", schedule)
    configured.survey(workflow)["spec"][0]["required"] = False
    assert refused == {"variables_needed_to_start": ["'threatlists_approval_percent' value missing"]}
    assert awx_rules.refusal(configured, "schedules", schedule) == {}


def test_the_variables_have_the_shape_that_aap_configuration_takes(configured):
    """Names of infra.aap_configuration's variables; of each item, parameters of the module that its role calls."""
    modules = {
        "controller_execution_environments": "execution_environment",
        "controller_credential_types": "credential_type",
        "controller_credentials": "credential",
        "controller_projects": "project",
        "controller_inventories": "inventory",
        "controller_inventory_sources": "inventory_source",
        "controller_notifications": "notification_template",
        "controller_templates": "job_template",
        "controller_workflows": "workflow_job_template",
        "controller_schedules": "schedule",
    }
    variables = yaml.safe_load((EXTENSIONS / "controller.yml").read_text())
    assert {name for name in variables if name.startswith("controller_")} == set(modules)
    for variable, module in modules.items():
        for item in variables[variable]:
            nodes = item.pop("simplified_workflow_nodes", [])
            assert set(item) <= parameters(module), variable
            assert all(set(node) <= parameters("workflow_job_template_node") for node in nodes)


def parameters(module):
    """The options that awx.awx documents; those of ansible.controller have the same names."""
    path = ROOT / f".cache/collections/floor/ansible_collections/awx/awx/plugins/modules/{module}.py"
    (text,) = re.findall(r"DOCUMENTATION = \'\'\'(.*?)\'\'\'", path.read_text(), re.DOTALL)
    return set(yaml.safe_load(text)["options"])


@pytest.mark.parametrize(("percent", "code"), [(0, 0), (20, 0), (21, 2), (100, 2)])
def test_somebody_is_asked_where_more_changed_than_may(tmp_path, percent, code):
    threats = {"name": "threats", "change_percent": percent, "added": 7, "removed": 1, "staged": {"key": "staged/x"}}
    held = {"name": "held", "change_percent": 100, "added": 0, "removed": 0, "staged": None}
    artifacts = {"threatlists_approval_percent": 20, "threatlists_published": [threats, held]}
    command = [BIN / "ansible-playbook", EXTENSIONS / "project/approve.yml", "-i", "localhost,"]
    env = {**os.environ, "ANSIBLE_HOME": str(tmp_path)}
    done = subprocess.run([*command, "-e", json.dumps(artifacts)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    assert f"threats: 7 added, 1 removed, {percent} percent" in done.stdout, "who decides is told what changed"
