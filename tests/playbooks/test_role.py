# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role does when not all is well: failed accounts, refused and held lists, drift, retirement."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from support import fleet
from support.evidence import loaded
from support.worlds import World

MALWARE, ANALYSTS, OWN = fleet.DECLARED
INDEX = ".index.jsonl.gz"


def deny(world: World, account: str) -> None:
    """GuardDuty refuses every call in the account until the faults are cleared."""
    fault = {"action": "error", "code": "AccessDeniedException", "status": 403, "message": "Denied", "times": None}
    world.aws.fault(service="guardduty", account=account, **fault)


def accounts(world: World) -> set[str]:
    return {place[0] for place in loaded(world.aws)}


def as_another(folder: pathlib.Path) -> dict[str, t.Any]:
    """Variables of a host whose tasks become another user, who is the same."""
    sudo = folder / "sudo"
    sudo.write_text('#!/bin/sh\nwhile [ "$1" != -u ]; do shift; done\nshift 2\nexec "$@"\n')
    sudo.chmod(0o755)
    return {"ansible_become": True, "ansible_become_exe": str(sudo)}


def keys(world: World, bucket: str = fleet.BUCKET) -> set[str]:
    """What is published; no index is without its list."""
    listed = world.aws.client("s3", fleet.PUBLISHER).list_objects_v2(Bucket=bucket)
    found = {item["Key"] for item in listed.get("Contents", [])}
    lists = {key for key in found if not key.endswith(INDEX)}
    assert {key.removesuffix(INDEX) for key in found - lists} <= lists
    return lists


def test_a_wrong_owner_of_the_bucket_is_told_once_for_all_accounts(world: World, tmp_path: pathlib.Path) -> None:
    wrong = [{**one, "expected_bucket_owner": "999999999999"} for one in fleet.DECLARED]
    report = tmp_path / "record.json"
    for is_there, name in ((False, "site"), (True, "plan"), (True, "site"), (True, "converge")):
        if is_there:
            world.player.run("threatlists.aws.publish").succeeded()
        run = world.player.run(
            f"threatlists.aws.{name}", threatlists_declared=wrong, threatlists_report_dest=str(report)
        )
        assert run.status == "failed" and run.stdout.count("Cause:") == 1
        errors = [item["error"] for item in json.loads(report.read_text())["results"]]
        assert {error["code"] for error in errors} == {"WrongOwner"}
        assert all("Correct expected_bucket_owner" in error["remedy"] for error in errors)
        assert len(errors) == 3 * len(wrong)
    assert loaded(world.aws) == {}


def test_no_batch_is_begun_after_a_failed_canary(world: World, tmp_path: pathlib.Path) -> None:
    world.player.run("threatlists.aws.publish").succeeded()
    deny(world, fleet.PUBLISHER)
    report = tmp_path / "record.json"
    run = world.player.run("threatlists.aws.converge", threatlists_report_dest=str(report))
    assert run.status == "failed"
    assert set(run.failed) == {"security", "production", "sandbox"}
    assert loaded(world.aws) == {}
    record = json.loads(report.read_text())
    codes = {item["account_id"]: item["error"]["code"] for item in record["results"]}
    assert codes[fleet.STANDALONE] == codes[fleet.MEMBER] == "NotRun"
    assert codes[fleet.PUBLISHER] != "NotRun"

    strict = {"threatlists_canary": "strict", "threatlists_serial": [2, "100%"]}
    run = world.player.run("threatlists.aws.converge", threatlists_report_dest=str(report), **strict)
    assert run.status == "failed"
    assert loaded(world.aws) == {}
    record = json.loads(report.read_text())
    codes = {item["account_id"]: item["error"]["code"] for item in record["results"]}
    assert list(codes.values()).count("NotRun") == len(codes) - 1
    helps = {item["error"]["remedy"] for item in record["results"] if item["error"]["code"] == "NotRun"}
    assert helps == {"Mend what failed there, then run again."}

    world.aws.clear_faults()
    world.player.run("threatlists.aws.converge", threatlists_serial="100%").succeeded()
    assert accounts(world) == {fleet.PUBLISHER, fleet.STANDALONE}


def test_an_account_that_needs_a_process_of_its_own_has_its_task(world: World, tmp_path: pathlib.Path) -> None:
    world.player.run("threatlists.aws.publish").succeeded()
    inventory = json.loads(world.player.inventory.read_text())
    inventory["aws_accounts"]["hosts"]["production"] |= as_another(tmp_path)
    world.player.inventory.write_text(json.dumps(inventory))
    report = tmp_path / "record.json"
    run = world.player.run("threatlists.aws.converge", threatlists_report_dest=str(report)).succeeded()
    assert run.changed == {"security": 1, "production": 1}
    assert accounts(world) == {fleet.PUBLISHER, fleet.STANDALONE}
    results = json.loads(report.read_text())["results"]
    assert {one["account_id"] for one in results if one["action"] == "created"} == accounts(world)
    assert world.player.run("threatlists.aws.converge").succeeded().changed == {}


def test_a_canary_whose_settings_are_wrong_stops_the_run_before_anything_is_called(world: World) -> None:
    inventory = json.loads(world.player.inventory.read_text())
    inventory["aws_accounts"]["hosts"]["security"]["threatlists_wait_timeout"] = "soon"
    world.player.inventory.write_text(json.dumps(inventory))
    run = world.player.run("threatlists.aws.site")
    assert set(run.failed) == {"security"} and "threatlists_wait_timeout" in run.stdout, run.stdout
    assert world.aws.calls() == [] and world.threatstream.calls() == []


def test_converge_refuses_an_option_that_does_not_exist(world: World) -> None:
    run = world.player.run("threatlists.aws.converge", threatlists_declared=[{**MALWARE, "expected_bucket_ownr": "1"}])
    assert (
        run.status == "failed"
        and "expected_bucket_ownr is unsupported. Did you mean expected_bucket_owner?" in run.stdout
    )
    assert not world.aws.calls(service="guardduty")
    run = world.player.run("threatlists.aws.site", threatlists_serail=1)
    assert run.status == "failed" and "threatlists_serail, of the inventory" in run.stdout, run.stdout
    assert "Did you mean threatlists_serial?" in run.stdout and world.aws.calls() == []


def test_what_fails_stops_nothing_else_and_is_said(world: World) -> None:
    deny(world, fleet.STANDALONE)
    declared = [MALWARE, {**ANALYSTS, "policy": {"min_entries": 1000}}, OWN]
    run = world.player.run(
        "threatlists.aws.site",
        threatlists_declared=declared,
        threatlists_report_dest=f"s3://{fleet.BUCKET}/record.json",
    )
    assert run.status == "failed"
    assert "analysts" in run.stdout and "min_entries" in run.stdout
    assert {place[-1] for place in loaded(world.aws)} == {"threatstream-malware", "own-networks"}
    assert accounts(world) == {fleet.PUBLISHER}
    assert set(run.failed) == {"security", "production"}, run.stdout
    assert keys(world) == {"threatstream-indicators.xml", "own-networks.txt", "record.json"}


def test_trusted_threats_and_a_bucket_of_another_owner_stop_nothing_else(world: World) -> None:
    stranger = {**OWN, "name": "elsewhere", "kind": "threatintelset", "bucket": "acme-elsewhere", "key": "x.txt"}
    declared = [
        MALWARE,
        {**ANALYSTS, "sources": [{"entries": ["9.9.9.0/25"]}]},
        OWN,
        {**stranger, "expected_bucket_owner": fleet.STANDALONE},
    ]
    run = world.player.run("threatlists.aws.site", threatlists_declared=declared, threatlists_overlap="fail")
    assert set(run.failed) == {"security"}, run.stdout
    assert "trusted by own-networks" in run.stdout and "should belong to 222222222222" in run.stdout
    assert {place[-1] for place in loaded(world.aws)} == {"threatstream-malware"}
    policy = world.aws.client("s3", fleet.PUBLISHER).get_bucket_policy(Bucket=fleet.BUCKET)["Policy"]
    assert fleet.MEMBER in policy and keys(world) == {MALWARE["key"]}


def test_held_grouped_and_regional_lists(world: World) -> None:
    regional = {**OWN, "bucket": "acme-{region}", "groups": ["aws_accounts"]}
    declared = [MALWARE, {**ANALYSTS, "groups": ["ungrouped"]}, regional]
    world.player.run("threatlists.aws.site", threatlists_declared=declared).succeeded()
    assert {place[-1] for place in loaded(world.aws)} == {"threatstream-malware", "own-networks"}
    assert [keys(world, f"acme-{region}") for region in fleet.REGIONS] == [{"own-networks.txt"}] * 3
    location = world.aws.client("s3", fleet.PUBLISHER).get_bucket_location(Bucket="acme-us-west-2")
    assert location["LocationConstraint"] == "us-west-2"

    before = loaded(world.aws)
    world.player.run("threatlists.aws.verify", threatlists_declared=[MALWARE, regional]).succeeded()
    world.threatstream.add({"value": "198.51.9.9", "itype": "c2_ip"})
    run = world.player.run("threatlists.aws.site", threatlists_declared=[{**MALWARE, "hold": True}, regional])
    assert run.succeeded().changed == {} and "on hold" in run.stdout
    assert loaded(world.aws) == before


def test_verify_fails_on_drift_and_on_a_member_without_its_administrator(world: World) -> None:
    world.player.run("threatlists.aws.site").succeeded()
    alone = world.player.run("threatlists.aws.verify", threatlists_hosts="sandbox")
    assert alone.status == "failed" and f"{fleet.PUBLISHER} is no host of this run" in alone.stdout
    stray = next(item for item in world.aws.loaded() if item["account"] == fleet.PUBLISHER)
    world.aws.tamper(stray["id"], tags={**stray["tags"], "threatlists:sha256": "pending"})
    run = world.player.run("threatlists.aws.verify")
    assert run.status == "failed" and "not as declared" in run.stdout
    assert "is not in step there" in run.stdout
    later = {**ANALYSTS, "name": "later", "key": "later.txt"}
    declared = [*fleet.DECLARED, later]
    world.player.run(
        "threatlists.aws.verify", threatlists_fail_on_drift=False, threatlists_declared=declared
    ).succeeded()


def test_an_object_stays_while_an_account_uses_it(world: World) -> None:
    world.player.run("threatlists.aws.site").succeeded()
    declared = [{**MALWARE, "state": "absent"}, ANALYSTS, OWN]
    deny(world, fleet.STANDALONE)
    run = world.player.run("threatlists.aws.retire", threatlists_declared=declared)
    assert set(run.failed) == {"production"}, run.stdout
    assert MALWARE["key"] in keys(world)
    world.aws.clear_faults()
    limited = world.player.run(
        "threatlists.aws.retire", threatlists_hosts="security:production", threatlists_declared=declared
    )
    assert limited.succeeded() and MALWARE["key"] in keys(world) and "stays" in limited.stdout
    world.player.run("threatlists.aws.retire", threatlists_declared=declared).succeeded()
    assert MALWARE["key"] not in keys(world)
    assert {place[-1] for place in loaded(world.aws)} == {"analysts", "own-networks"}


def test_an_object_that_cannot_be_deleted_fails_the_run_once_and_is_told(world: World) -> None:
    world.player.run("threatlists.aws.site").succeeded()
    declared = [{**MALWARE, "state": "absent"}, ANALYSTS, OWN]
    world.aws.fault(service="s3", operation="DeleteObject", code="AccessDenied", status=403, times=None)
    run = world.player.run("threatlists.aws.retire", threatlists_declared=declared)
    assert set(run.failed) == {"security"} and "was deleted" not in run.stdout, run.stdout
    assert MALWARE["key"] in keys(world) and "AccessDenied" in run.stdout
    assert {place[-1] for place in loaded(world.aws)} == {"analysts", "own-networks"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"groups": ["nowhere"]}, "no group nowhere"),
        ({"name": "two words"}, "letters, digits"),
        ({"kind": "blocklist"}, "value of kind must be one of"),
    ],
)
def test_what_cannot_be_meant_ends_before_anything_is_called(
    world: World, changes: dict[str, t.Any], said: str
) -> None:
    run = world.player.run("threatlists.aws.publish", threatlists_declared=[{**MALWARE, **changes}])
    assert run.status == "failed" and said in run.stdout
    assert world.aws.calls() == [] and world.threatstream.calls() == []


def test_policies_are_printed_without_a_call(world: World, tmp_path: pathlib.Path) -> None:
    playbook = tmp_path / "policies.yml"
    role = {"name": "threatlists.aws.threatlists", "tasks_from": "policies"}
    task = {"name": "Print the policies", "ansible.builtin.import_role": role}
    playbook.write_text(json.dumps([{"name": "Policies", "hosts": "all", "gather_facts": False, "tasks": [task]}]))
    run = world.player.run(str(playbook)).succeeded()
    assert "aws:SecureTransport" in run.stdout and "kms:Decrypt" in run.stdout
    assert world.aws.calls() == []
