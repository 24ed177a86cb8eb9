# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An execution environment: what ansible-builder finds is what an empty environment needs, no less."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from support.paths import ROOT
from threatlists_emulators import control
from tooling import checkout

BIN = pathlib.Path(sys.executable).parent
UV = ROOT / ".cache/uv/bin/uv"
LIST = {"name": "ours", "format": "TXT", "location": "s3://lists/ours.txt"}
KINDS = ["threatintelset", "ipset", "threatentityset", "trustedentityset"]
QUEUE = "arn:aws:sqs:{region}:{account_id}:oncall"
RECORD = {"schema_version": 1, "run_id": "1", "mode": "check", "lists": [], "results": []}
MODULES = {
    "threatstream_export": {"dest": "export.txt", "itype": ["mal_ip"], "min_entries": 0},
    "threatlist_file": {"dest": "ours.txt", "entries": ["9.9.9.0/24"], "format": "STIX"},
    "s3_threatlist": {"bucket": "lists", "key": "new.txt", "src": "source.txt", "format": "TXT"},
    "s3_threatlist_info": {"bucket": "lists", "key": "ours.txt"},
    "guardduty_lists": {"lists": [{**LIST, "kind": "ipset"}]},
    "guardduty_lists_batch": {"arguments": "converge"},
    "guardduty_lists_info": {},
    **{f"guardduty_{kind}": LIST for kind in KINDS},
    "guardduty_findings_info": {},
    "guardduty_findings": {"lists": ["ours"], "archived": True},
    "guardduty_alert_rule": {"name": "oncall", "lists": ["ours"], "targets": [{"id": "queue", "arn": QUEUE}]},
    "threatlist_explain": {"indicators": ["9.9.9.1"], "lists": [{"location": "s3://lists/ours.txt"}]},
    "threatlist_hits": {"lists": [{"name": "ours", "location": "s3://lists/ours.txt"}]},
    "declared_lists": {"mode": "judge", "declared": []},
    "keep_record": {
        "declared": [],
        "publish": {"hosts": [], "published": [], "refused": []},
        "run_id": "1",
        "mode": "check",
        "dest": "record.json",
    },
    "report": {"record": RECORD},
}


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=600, **options)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def collections(tmp_path_factory):
    return checkout.install(checkout.build(tmp_path_factory.mktemp("dist")), tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="module")
def found(collections, tmp_path_factory):
    """The Python and the system requirements that ansible-builder finds in the installed collections."""
    folder = tmp_path_factory.mktemp("introspected")
    files = folder / "requirements.txt", folder / "bindep.txt"
    run(BIN / "ansible-builder", "introspect", collections, "--write-pip", files[0], "--write-bindep", files[1])
    return files


@pytest.fixture(scope="module")
def environment(found, collections, tmp_path_factory):
    """An empty environment with ansible-core and what was found."""
    venv = tmp_path_factory.mktemp("environment") / "venv"
    uv = {**os.environ, "UV_CACHE_DIR": str(ROOT / ".cache/uv-cache"), "UV_LINK_MODE": "hardlink"}
    run(UV, "venv", "--quiet", "--python", sys.executable, venv, env=uv)
    core = "ansible-core~=2.21.0"
    run(UV, "pip", "install", "--quiet", "--python", venv / "bin/python", core, "--requirement", found[0], env=uv)
    env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_HOME": str(venv.parent / "home")}
    return venv / "bin", env


def test_the_execution_environment_can_be_built(tmp_path):
    run(BIN / "ansible-builder", "create", "-f", ROOT / "execution-environment.yml", "-c", tmp_path / "context")
    assert (tmp_path / "context/Dockerfile").exists()


def test_introspection_finds_what_the_collection_names(found):
    requirements, system = (path.read_text() for path in found)
    for name in ("boto3", "lxml", "requests", "stix", "setuptools"):
        assert name in requirements
    assert "ansible-core" not in requirements
    assert "[compile" in system or "compile" in system


def test_everything_is_documented_there(environment):
    folder, env = environment
    documented = json.loads(run(folder / "ansible-doc", "-t", "module", "-j", "-l", "threatlists.aws", env=env))
    assert set(documented) == {f"threatlists.aws.{name}" for name in MODULES}
    run(folder / "ansible-doc", *documented, env=env)
    run(folder / "ansible-doc", "-t", "inventory", "threatlists.aws.organization", env=env)


def test_every_module_runs_there_in_check_mode(environment, tmp_path):
    folder, env = environment
    with control.aws() as aws, control.threatstream() as threatstream:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="lists", VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="lists", Key="ours.txt", Body=b"9.9.9.0/24\n")
        (tmp_path / "source.txt").write_text("9.9.9.0/24\n")
        tasks = [{f"threatlists.aws.{name}": arguments} for name, arguments in MODULES.items()]
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        play["vars"] = {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "converge": MODULES["guardduty_lists"],
        }
        aws.clear_calls()
        (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
        env = {**env, **aws.environment(), **threatstream.environment(), "ANSIBLE_LOCALHOST_WARNING": "false"}
        said = run(folder / "ansible-playbook", "play.yml", "--check", "-i", "localhost,", env=env, cwd=tmp_path)
        assert f"ok={len(tasks)} " in said
        assert not aws.calls(write=True)
