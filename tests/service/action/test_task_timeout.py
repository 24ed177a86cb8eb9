# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeout of a task ends it in Ansible's worker, and the result says what was written."""

from __future__ import annotations

import pathlib
import sys

from support.action_paths import LIST, LISTS, run, task
from threatlists_emulators import control

REGIONS = ["eu-west-1", "us-east-1"]
TIMEOUT, ACTIVATION = 4, 15


def test_the_timeout_of_a_task_is_honoured_and_the_next_run_finishes(tmp_path: pathlib.Path) -> None:
    lists = [LIST, {**LIST, "name": "more"}]
    given = {**LISTS, "lists": lists, "regions": REGIONS}
    slow = {"ansible.builtin.uri": {"url": "{{ steer }}/settings", "method": "POST", "body_format": "json"}}
    tasks = [
        _settle(slow, "slow", ACTIVATION),
        task("ended", given, timeout=TIMEOUT, ignore_errors=True),
        task("finished", {**given, "wait_timeout": 60}),
        task("kept", given),
    ]
    with control.aws() as aws:
        for each in tasks:
            if "ansible.builtin.uri" in each:
                each["ansible.builtin.uri"]["url"] = f"{aws.url}/_emulator/settings"
        results, _said = run(aws, tmp_path / "play", tasks, sys.executable)
    ended = results["ended"]
    assert ended["failed"]
    assert ended["changed"]
    assert ended["timedout"] == {"period": TIMEOUT}
    assert ended["error"]["code"] == "TaskTimeout"
    assert ended["error"]["retryable"]
    assert [one["action"] for one in ended["results"]] == ["failed"] * len(REGIONS) * len(lists)
    assert "may have been, written" in ended["results"][0]["error"]["message"]
    assert not results["finished"].get("failed")
    assert results["kept"]["changed"] is False


def _settle(request: dict, name: str, seconds: int) -> dict:
    uri = {**request["ansible.builtin.uri"], "body": {"activation_delay": seconds}}
    return {"name": name, "ansible.builtin.uri": uri, "register": f"r_{name}"}
