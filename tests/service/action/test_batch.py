# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All accounts of a batch in one process: each host is told what guardduty_lists would have told it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from support.action_paths import HOME, OTHER, POLICY, ROLE
from support.paths import COLLECTIONS
from threatlists_emulators import control

BIN = pathlib.Path(sys.executable).parent
ARGUMENTS = {
    "lists": [{"name": "threats", "format": "TXT", "location": "s3://lists/{{ key }}"}],
    "regions": "{{ regions }}",
    "assume_role_arn": "{{ role | default(none) }}",
    "forbid_rollback": "{{ rollback | default(none) }}",
    "access_key": "{{ key_id | default(none) }}",
    "secret_key": "{{ secret | default(none) }}",
}
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
HOSTS = {
    "own": {},
    "assumed": {"role": ROLE},
    "refused": {"role": "arn:aws:iam::333333333333:role/threatlists"},
    "wrong": {"regions": ["moon-1"]},
    "unset": {"regions": "{{ nowhere }}"},
    "alone": {"role": ROLE, "ansible_become": True, "regions": ["us-east-1"]},
}
# What tells the accounts' turns apart: the first creates the list, the others find it.
TURN = ("AssumeRole", "ListThreatIntelSets", "CreateThreatIntelSet")
FAILED = {"refused": "AssumeRoleFailed", "wrong": "InvalidArgument"}


def plays(strategy: str = "linear", *, ignores: bool = False, strict: bool = False, **keywords: object) -> list[dict]:
    batch = "threatlists.aws.guardduty_lists_batch"
    first = {"arguments": "converge", "ignore_failures": ignores, "stop_at_failure": strict}
    return [
        {
            "hosts": "all",
            "gather_facts": False,
            "strategy": strategy,
            "serial": ["100%"] if strict else [1, "100%"],
            "module_defaults": {"group/threatlists.aws.aws": {"region": "eu-west-1"}},
            "vars": {"converge": ARGUMENTS, "key": "threats.txt"},
            "tasks": [
                {batch: first, "register": "all_accounts", "run_once": True, **keywords},
                {
                    batch: {"arguments": "converge", "batch": "all_accounts"},
                    "register": "account",
                    "ignore_errors": True,
                    **keywords,
                },
                {batch: {"batch": "all_accounts"}, "register": "told", "ignore_errors": True},
                {
                    "ansible.builtin.copy": {
                        "content": "{{ {'account': account, 'told': told, 'batch': all_accounts.accounts | list,"
                        " 'kept': all_accounts, 'alone': all_accounts.alone} | to_json }}",
                        "dest": "{{ playbook_dir }}/{{ inventory_hostname }}.json",
                    }
                },
            ],
        }
    ]


def begin(aws: control.Aws) -> None:
    aws.world({"accounts": {HOME: {}, OTHER: {}}, "regions": ["eu-west-1", "us-east-1"]})
    bucket = aws.client("s3")
    bucket.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bucket.put_bucket_policy(Bucket="lists", Policy=json.dumps(POLICY))
    bucket.put_object(Bucket="lists", Key="threats.txt", Body=b"198.51.100.1\n")


def run(
    aws: control.Aws,
    folder: pathlib.Path,
    *options: str,
    strategy: str = "linear",
    ignores: bool = False,
    strict: bool = False,
    **keywords: object,
) -> dict[str, dict]:
    """What each host's tasks returned."""
    here: dict[str, object] = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    here |= {"ansible_become_exe": str(folder / "sudo"), "regions": ["eu-west-1"]}
    (folder / "sudo").write_text('#!/bin/sh\nwhile [ "$1" != -u ]; do shift; done\nshift 2\nexec "$@"\n')
    (folder / "sudo").chmod(0o755)
    (folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": HOSTS, "vars": here}}, sort_keys=False))
    (folder / "play.yml").write_text(yaml.safe_dump(plays(strategy, ignores=ignores, strict=strict, **keywords)))
    done = subprocess.run(
        [BIN / "ansible-playbook", "play.yml", "-i", "inventory.yml", *options],
        env={
            **os.environ,
            **aws.environment(),
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_HOME": str(folder / "home"),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "one by one" not in done.stdout + done.stderr
    return {
        host: json.loads((folder / f"{host}.json").read_text()) for host in HOSTS if (folder / f"{host}.json").exists()
    }


def test_every_host_is_told_its_own(tmp_path: pathlib.Path) -> None:
    with control.aws() as aws:
        begin(aws)
        first = run(aws, tmp_path)
        aws.clear_calls()
        second = run(aws, tmp_path, "--forks", "1")
        assumed = [call for call in aws.calls() if call["operation"] == "AssumeRole"]
        free = run(aws, tmp_path, strategy="free", ignores=True)
    # Who cannot be prepared, or has to run elsewhere, goes alone.
    assert first["own"]["batch"] == ["own"]
    assert sorted(first["alone"]["batch"]) == ["assumed", "refused", "wrong"]
    assert (free["assumed"]["batch"], free["assumed"]["alone"]) == ([], list(HOSTS)[1:])
    assert first["alone"]["alone"] == ["unset", "alone"]
    for host, results in first.items():
        told = results["told"]
        is_alone = host in first["alone"]["alone"]
        assert told.get("skipped", False) is is_alone, "nothing is done twice"
        assert is_alone or told == results["account"]
    for results, failed in ((first, {*FAILED, "unset"}), (second, {*FAILED, "unset"}), (free, {"unset"})):
        told = {host: results[host]["account"] for host in HOSTS}
        assert {host: result.get("error", {}).get("code") for host, result in told.items() if host in FAILED} == FAILED
        assert {host for host, result in told.items() if result.get("failed")} == failed
        assert told["own"]["account_id"] == HOME
        assert told["assumed"]["account_id"] == told["alone"]["account_id"] == OTHER
    for results, changed in ((first, True), (second, False), (free, False)):
        assert [results[host]["account"]["changed"] for host in ("own", "assumed", "alone")] == [changed] * 3
    assert len(assumed) == len(("assumed", "refused", "alone"))
    as_module, batched = free["assumed"]["account"], second["assumed"]["account"]
    assert as_module == batched


def test_the_timeout_of_the_task_ends_the_batch_and_the_next_run_finishes(tmp_path: pathlib.Path) -> None:
    with control.aws() as aws:
        begin(aws)
        aws.settings(activation_delay=9)
        chosen = ("--limit", "own,assumed", "--forks", "1", "-e", '{"regions": ["eu-west-1"]}')
        ended = run(aws, tmp_path, *chosen, timeout=4)
        aws.settings(activation_delay=0)
        finished = run(aws, tmp_path, *chosen)
    for host in ("own", "assumed"):
        account = ended[host]["account"]
        assert account["failed"]
        assert account["error"]["code"] == "TaskTimeout"
        assert account["timedout"] == {"period": 4}
        assert account["changed"]
        assert not finished[host]["account"]["failed"]


def test_a_timeout_before_any_account_is_begun_leaves_none_to_the_second_task(tmp_path: pathlib.Path) -> None:
    with control.aws() as aws:
        begin(aws)
        chosen = ("--limit", "own,assumed", "--forks", "1", "-e", '{"regions": ["eu-west-1"]}')
        slow = "{{ lookup('ansible.builtin.pipe', 'sleep 60') }}"
        ended = run(aws, tmp_path, *chosen, "-e", json.dumps({"key": slow}), timeout=3)
        assert aws.calls(service="guardduty") == []
    for host in ("own", "assumed"):
        account = ended[host]["account"]
        assert (account["failed"], account["changed"]) == (True, False)
        assert account["error"]["code"] == "TaskTimeout"
        assert "had not been begun" in account["msg"]
        assert account["timedout"] == {"period": 3}
        assert ended[host]["alone"] == []


def test_no_secret_stands_in_what_is_registered(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ansible-core 2.22 leaves results as they are, and masks what is shown."""
    secret = "moon-that-nobody-may-see-1"
    tells = {"ansible_inject_invocation": True}
    hosts = {
        "own": {},
        "invalid": {"rollback": "perhaps"},
        "told": {"regions": [secret], **tells},
        "within": {"regions": [f"{secret}-north-1"], **tells},
        "alone": {"ansible_become": True, "regions": [f"{secret}-north-1"], **tells},
    }
    monkeypatch.setattr(f"{__name__}.HOSTS", hosts)
    with control.aws() as aws:
        begin(aws)
        keys = {"key_id": aws.environment()["AWS_ACCESS_KEY_ID"], "secret": secret}
        results = run(aws, tmp_path, "-e", json.dumps(keys))
    assert {host: result["account"].get("failed", False) for host, result in results.items()} == {
        host: host != "own" for host in hosts
    }
    for host in ("within", "alone"):
        account = results[host]["account"]
        assert "no Region '********-north-1'" in account["msg"]
        # ansible-core 2.19 and 2.20 show no invocation, whatever they are told.
        arguments = account.get("invocation", {}).get("module_args", {"secret_key": HIDDEN})
        assert arguments["secret_key"] == HIDDEN
    assert secret not in json.dumps(results)


@pytest.mark.parametrize("role", [ROLE, "arn:aws:iam::333333333333:role/threatlists"])
def test_strict_hosts_with_a_process_of_their_own_take_turns_and_none_is_begun_after_one_that_failed(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    hosts = {f"alone{number}": {"role": role, "ansible_become": True} for number in range(3)}
    monkeypatch.setattr(f"{__name__}.HOSTS", hosts)
    with control.aws() as aws:
        begin(aws)
        told = run(aws, tmp_path, "--forks", "3", strict=True)
        names = [call["operation"] for call in aws.calls() if call["operation"] in TURN]
    results = [told[host]["account"] for host in hosts]
    if role == ROLE:
        assert names == [*TURN, *TURN[:2], *TURN[:2]]
        assert sorted(result["changed"] for result in results) == [False, False, True]
    else:
        assert names == ["AssumeRole"]
        assert sorted((result.get("failed", False), result.get("skipped", False)) for result in results) == [
            (False, True),
            (False, True),
            (True, False),
        ]
