# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module in Ansible's worker and in a process of its own, on every ansible-core (integration compares more)."""

from __future__ import annotations

import pytest
from support.action_paths import LIST, LISTS, comparable, names, run_both, task
from threatlists_emulators import control

TASKS = [
    task("created", diff=True),
    task("recreated", {**LISTS, "lists": [{**LIST, "format": "STIX", "trust_content": True, "recreate": True}]}),
    task("dead_key", environment={"AWS_ACCESS_KEY_ID": "AKIADEAD"}, ignore_errors=True),
    task("wrong_type", {**LISTS, "concurrency": "many"}, ignore_errors=True),
    task("become", become=True),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with control.aws() as aws:
        yield run_both(aws, tmp_path_factory.mktemp("both"), TASKS)


@pytest.mark.parametrize("name", names(TASKS))
def test_both_ways_give_the_same_result(both, name):
    in_worker, as_module, _said, _module_said = both
    assert comparable(in_worker[name]) == comparable(as_module[name])


def test_warnings_and_errors_arrive(both):
    results, _as_module, said, _module_said = both
    assert any("its id is new" in warning for warning in results["recreated"]["warnings"])
    assert results["dead_key"]["error"]["code"] == "InvalidCredentials"
    assert said.count("runs as a process of its own") == 1


def test_warnings_come_without_a_deprecation(both):
    results, as_module, said, module_said = both
    assert "[DEPRECATION WARNING]" not in said + module_said
    assert not any(result.get("deprecations") for result in [*results.values(), *as_module.values()])
