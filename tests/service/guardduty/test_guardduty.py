# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules themselves, run as Ansible runs them, on every Python and ansible-core; depth is beside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from support.guardduty_cases import (
    ACCOUNT,
    KINDS,
    LOCATION,
    REGION,
    SECOND,
    TWO,
    client,
    converge,
    info,
    loaded,
    lst,
    publish,
)
from threatlists_emulators.control import Aws


def run_module(aws: Aws, name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Run a module in a process of its own, its arguments on standard input as Ansible gives them."""
    environment = {**os.environ, **aws.environment(ACCOUNT, REGION), "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}}
    done = subprocess.run(
        [sys.executable, "-m", f"ansible_collections.threatlists.aws.plugins.modules.{name}"],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_the_module_of_one_kind(aws: Aws, kind: str) -> None:
    options = {"name": "threats", "format": "TXT", "location": LOCATION}
    result = run_module(aws, f"guardduty_{kind}", options)
    assert [(one["kind"], one["action"], one["proof"]) for one in result["results"]] == [(kind, "created", "sha256")]
    assert loaded(aws)[0]["kind"] == kind


def test_all_lists_in_one_call_then_nothing_to_do(aws: Aws) -> None:
    lists = [lst(kind=kind) for kind in KINDS]
    assert run_module(aws, "guardduty_lists", {"lists": lists, "regions": [REGION, SECOND]})["changed"]
    aws.clear_calls()
    second = run_module(aws, "guardduty_lists", {"lists": lists, "regions": [REGION, SECOND]})
    assert second["changed"] is False
    assert aws.calls(write=True) == []
    found = run_module(aws, "guardduty_lists_info", {"regions": [REGION, SECOND]})
    assert [one["current"] for one in found["lists"]] == [True] * 8
    assert [one["region"] for one in found["regions"]] == [REGION, SECOND]


def test_a_failure_carries_all_results_and_a_code(aws: Aws) -> None:
    lists = [lst(), lst("b", location="s3://acme-threatlists/none.txt")]
    result = run_module(aws, "guardduty_lists", {"lists": lists})
    assert result["failed"]
    assert result["changed"]
    assert [one["action"] for one in result["results"]] == ["created", "failed"]
    assert result["error"]["code"] == "NoSuchObject"
    assert "none.txt" in result["msg"]


def test_a_wrong_option_is_named(aws: Aws) -> None:
    result = run_module(aws, "guardduty_ipset", {"name": "two/words", "format": "TXT", "location": LOCATION})
    assert (result["failed"], result["error"]["code"]) == (True, "InvalidArgument")
    assert "name" in result["msg"]
    missing = run_module(aws, "guardduty_ipset", {"name": "threats"})
    assert "format, location" in missing["msg"]


def test_every_kind_is_created_proven_reloaded_and_deleted(aws: Aws) -> None:
    lists = [lst(kind=kind) for kind in KINDS]
    assert converge(aws, *lists).actions == ["created"] * 4
    assert converge(aws, *lists).actions == ["none"] * 4
    digest = publish(aws, TWO)
    assert converge(aws, *lists, check=True).actions == ["reloaded"] * 4
    assert converge(aws, *lists).actions == ["reloaded"] * 4
    assert {one["sha256"] for one in loaded(aws)} == {digest}
    assert [one["sha256"] for one in info(aws).result["lists"]] == [digest] * 4
    assert converge(aws, *[{**one, "state": "absent"} for one in lists]).actions == ["deleted"] * 4
    assert loaded(aws) == []


def test_the_info_module_tells_what_is_stale_lost_or_not_ours(aws: Aws) -> None:
    converge(aws, lst("stale"), lst("fresh"), lst("off", activate=False))
    publish(aws, TWO)
    converge(aws, lst("fresh"))
    found = {one["name"]: one for one in info(aws, kinds=["threatintelset"]).result["lists"]}
    assert {name: one["current"] for name, one in found.items()} == {"stale": False, "fresh": True, "off": False}
    assert "it holds" in found["stale"]["cause"]
    assert found["fresh"]["managed"]
    client(aws, "s3").delete_object(Bucket="acme-threatlists", Key="threats.txt")
    lost = info(aws).result["lists"][0]
    assert (lost["current"], lost["object_sha256"]) == (None, None)
