# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same plays with the module in Ansible's worker and in a process of its own: nobody can tell the difference."""

from __future__ import annotations

import re

import pytest
from support.action_paths import LIST, LISTS, ROLE, comparable, names, run_both, task
from threatlists_emulators import control

pytestmark = pytest.mark.timeout(1300)  # the two long plays belong to the first test

MERGED = {"src": "merged.txt", "bucket": "lists", "key": "merged.txt", "format": "TXT"}
TASKS = [
    task("predicted", check_mode=True, diff=True),
    task("created", diff=True),
    task("kept"),
    task(
        "one_kind",
        {key: value for key, value in LISTS.items() if key != "lists"}
        | {"name": "trusted", "format": "TXT", "location": "s3://lists/threats.txt", "state": "present"},
        "guardduty_ipset",
    ),
    task("recreated", {**LISTS, "lists": [{**LIST, "format": "STIX", "trust_content": True, "recreate": True}]}),
    task(
        "other_region",
        module_defaults={"group/threatlists.aws.aws": {"region": "{{ other }}"}},
        environment={"AWS_REGION": "eu-west-1"},
        check_mode=True,
    ),
    task("dead_key", environment={"AWS_ACCESS_KEY_ID": "AKIADEAD"}, ignore_errors=True),
    task(
        "given_key",
        {
            **LISTS,
            "access_key": "{{ key }}",
            "secret_key": "{{ lookup('env', 'SECRET') }}",
            "debug_botocore_endpoint_logs": False,
        },
    ),
    task("missing_object", {**LISTS, "lists": [{**LIST, "location": "s3://lists/none"}]}, ignore_errors=True),
    task("unknown_option", {**LISTS, "colour": "blue"}, ignore_errors=True),
    task("wrong_type", {**LISTS, "concurrency": "many"}, ignore_errors=True),
    task("looped", {**LISTS, "lists": ["{{ item }}"]}, loop=[LIST, {**LIST, "name": "more"}], check_mode=True),
    task("silent", no_log=True),
    task("delegated", delegate_to="localhost"),
    task("become", become=True),
    task("async", **{"async": 60, "poll": 1}),
    task("looked_up", {"assume_role_arn": ROLE}, "guardduty_lists_info"),
    task("object", {"bucket": "lists", "key": "threats.txt"}, "s3_threatlist_info"),
    task("merged", {"entries": ["9.9.8.7", "999.1.1.1"], "dest": "merged.txt"}, "threatlist_file", diff=True),
    task(
        "published",
        {"src": "merged.txt", "bucket": "lists", "key": "merged.txt", "format": "TXT"},
        "s3_threatlist",
        diff=True,
    ),
    task("exported", {"url": "http://127.0.0.1:9", "dest": "no.txt"}, "threatstream_export", ignore_errors=True),
]
AS_MODULES = {"become", "async"}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with control.aws() as aws:
        yield run_both(aws, tmp_path_factory.mktemp("both"), TASKS)


@pytest.mark.parametrize("name", names(TASKS))
def test_both_ways_give_the_same_result(both, name):
    in_worker, as_module, _said, _module_said = both
    assert comparable(in_worker[name]) == comparable(as_module[name])


def test_the_results_are_those_that_the_plays_ask_for(both):
    results = both[0]
    actions = {
        name: [each["action"] for each in result["results"]]
        for name, result in results.items()
        if name not in ("looped", "looked_up", "object", "silent") and "results" in result
    }
    assert actions == {
        "predicted": ["created"],
        "created": ["created"],
        "kept": ["none"],
        "one_kind": ["created"],
        "recreated": ["recreated"],
        "other_region": ["created"],
        "given_key": ["recreated"],
        "missing_object": ["failed"],
        "delegated": ["none"],
        "become": ["none"],
        "async": ["none"],
    }
    assert results["predicted"]["diff"] and results["created"]["diff"]
    assert results["recreated"]["warnings"]
    assert results["other_region"]["results"][0]["region"] == "us-east-1"
    assert results["dead_key"]["error"]["code"] == "InvalidCredentials"


def test_only_become_and_async_need_a_process_here_and_everything_there(both):
    _in_worker, _as_module, said, module_said = both
    started = re.compile(r"Using module file \S+/plugins/modules/\w+\.py")
    assert len(started.findall(said)) == len(AS_MODULES)
    assert len(started.findall(module_said)) == len(TASKS) + 1  # one of them loops over two items
    assert "runs as a process of its own: become" in said
    assert "runs as a process of its own: async" in said
