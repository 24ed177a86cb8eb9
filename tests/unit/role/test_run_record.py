# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role notes of objects, and what the record, drift and unused objects make of it."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.filter import (
    lists_of_host,
    run_record,
)
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record
from support.role_cases import ONE, TWO, declared, hosts, plan, record, result, uploaded

MERGED = {"dropped": {"expired": 3}}


@pytest.mark.parametrize(
    ("added", "removed", "count", "percent"), [(1, 1, 10, 20), (10, 0, 10, 100), (0, 0, 10, 0), (30, 0, 40, 300)]
)
def test_what_is_noted_of_an_upload(added, removed, count, percent):
    noted = _record.noted(uploaded(added=added, removed=removed, entry_count=count), MERGED)
    assert (noted["change_percent"], noted["dropped"]) == (percent, {"expired": 3})


def test_what_is_known_not_to_be_there_is_left_out_and_said():
    item = {"item": uploaded()["item"]}
    unread = {**item, "failed": True, "error": {"code": "AccessDenied"}}
    for looked_up, missing in (
        ({**item, "sha256": None}, True),
        ({**item, "failed": True, "error": {"code": "NoSuchBucket"}}, True),
        ({**unread, "failed": False}, False),
        (unread, False),
        (uploaded(), False),
    ):
        published = [_record.noted(looked_up)]
        assert published[0]["missing"] is missing
        assert bool(published[0]["message"]) is missing, "nobody is told that nothing is published of what is"
        assert lists_of_host.lists_of_host([declared()], [], published) == [] if missing else True
        made = run_record.run_record([declared()], hosts(1), {"published": published}, {"host1": {"results": []}})
        assert [entry["error"]["code"] for entry in made["results"]] == ["NotPublished"] * missing


def test_only_present_objects_that_were_not_published_are_looked_up():
    objects = plan(declared(), declared("held"), declared("gone", state="absent"))["objects"]
    left = _record.unpublished(objects, [_record.noted(uploaded())])
    assert [entry["name"] for entry in left] == ["held"]


def test_the_record_has_the_shape_of_the_design():
    ran = {"results": [result("000000000001", "created", extra=1)]}
    made = record(ran, {"failed": True, "msg": "no role"}, {}, {"skipped": True, "changed": False})
    assert {"schema_version", "run_id", "started", "finished", "lists", "results"} <= set(made)
    assert made["lists"][0]["sha256"] == "ab" and made["lists"][0]["dropped"] == {"expired": 1}
    assert made["lists"][1]["sha256"] is None
    created, failed, not_run, skipped = made["results"]
    assert skipped["error"] == not_run["error"]
    assert created["action"] == "created" and "extra" not in created
    assert (failed["account_id"], failed["action"], failed["cause"]) == ("000000000002", "failed", "no role")
    assert not_run["error"]["code"] == "NotRun" and not_run["error"]["retryable"]
    assert json.loads(json.dumps(made)) == made


def test_an_account_that_the_rollout_did_not_reach_is_told_what_helps():
    for why in ({"skip_reason": "Another account of the batch failed."}, {"stopped": True}):
        (not_run,) = record({"skipped": True, **why})["results"]
        assert not_run["error"]["code"] == "NotRun" and "another account failed" in not_run["cause"]
        assert not_run["error"]["remedy"] == "Mend what failed there, then run again."


def test_the_record_says_which_list_was_refused_and_why():
    error = {"code": "TooFewEntries", "message": "empty", "retryable": False, "remedy": "Look."}
    entry = {"name": "malware", "kind": "threatintelset"}
    refused = [{**entry, "message": "malware: empty Look.", "error": error}, {**entry, "message": "later"}]
    overlaps = [{"message": "both", "lists": [entry, {"name": "offices", "kind": "ipset"}]}]
    publish = {
        "published": [_record.noted(uploaded(sha256=None))],
        "refused": refused,
        "overlaps": overlaps,
    }
    made = run_record.run_record([declared(), declared("other")], hosts(1), publish, {})
    malware, other = made["lists"]
    assert malware["error"] == {**error, "message": "malware: empty"} and malware["overlaps"] == ["both"]
    assert other["error"] is None and other["overlaps"] == []
    assert [each["cause"] for each in made["results"] if each["name"] == "malware"] == ["malware: empty"]


def test_drift_is_what_is_neither_in_step_nor_skipped():
    administrator = hosts(2)[0]["account_id"]
    member = result("000000000002", "skipped", administrator=administrator)

    def drift(*items: dict[str, t.Any], administrators: int = 2) -> list[str]:
        return _record.drift({"results": list(items)}, [_declared.Host(**host) for host in hosts(administrators)])

    assert drift(result(administrator), member) == []
    assert drift(result(administrator, "reloaded", cause="content changed")) == [
        f"threatintelset malware in {administrator} eu-west-1: content changed."
    ]
    assert len(drift(result(administrator, "failed"), member)) == 2
    assert len(drift(result(administrator, "failed", region=""), member)) == 2
    assert len(drift(result(administrator, "reloaded", region="us-east-1"), member)) == 2
    other = result(administrator, name="other")
    assert drift(other, member) == drift(result(administrator, "skipped"), member)
    assert "is not in step there" in drift(other, member)[0]
    (stranger,) = drift({**member, "administrator": "999999999999"})
    assert "999999999999 is no host of this run" in stranger
    assert drift(result(administrator), result("000000000002", "skipped", administrator=None)) == []


@pytest.mark.parametrize(
    ("outcomes", "unused"),
    [
        ([[result(ONE, "deleted")], [result(TWO, "none")]], True),
        ([[result(ONE, "deleted")], [result(TWO, "skipped", administrator=ONE)]], True),
        ([[result(ONE, "deleted")], [result(TWO, "skipped", administrator="999999999999")]], False),
        ([[result(ONE, region="us-east-1")], [result(TWO, "skipped", administrator=ONE)]], False),
        ([[result(ONE, "skipped", administrator=None)]], True),
        ([[result(ONE, "failed")]], False),
        ([], True),
    ],
)
def test_an_object_is_unused_where_its_list_is_gone_from_all_who_use_it(outcomes, unused):
    objects = plan(declared(state="absent"), declared("kept"))["objects"]
    left = _record.unused(objects, [{"results": items} for items in outcomes])
    assert [entry["name"] for entry in left] == ["malware"] * unused


def test_alert_rules_stand_beside_the_lists():
    where = {"account_id": "000000000001", "region": "eu-west-1"}
    error = {"code": "AccessDenied", "message": "no", "retryable": False, "remedy": "Allow it."}
    same = {**where, "name": "oncall", "action": "none", "arn": "arn:1", "cause": "", "error": None}
    nowhere = {**same, "name": "elsewhere", "arn": None}
    changed = {**same, "region": "us-east-1", "action": "updated", "cause": "it is disabled"}
    left = {**same, "name": "old", "action": "deleted", "cause": "the rule is not declared for this place"}
    unlisted = {**same, "name": "", "action": "failed", "arn": None, "cause": "", "error": error}
    loops = [
        {"results": [{"item": {"name": "oncall"}, "results": [same, changed, nowhere]}]},
        {"results": [{"item": ["eu-west-1"], "results": [left, unlisted]}, {"item": ["us-east-1"], "error": error}]},
        {
            "results": [
                {"item": {"name": "odd"}, "failed": True, "msg": "no such option"},
                {"item": "x", "skipped": True},
                {"item": ["eu-west-1", "us-east-1"], "failed": True, "error": error},
            ]
        },
    ]
    alerts = [{"host1": loop} for loop in loops]
    made = run_record.run_record([], hosts(1), {"alerts": alerts}, {"host1": {"results": []}})
    assert {entry["kind"] for entry in made["results"]} == {"alert_rule"}
    assert [(entry["name"], entry["region"], entry["action"], entry["cause"]) for entry in made["results"]] == [
        ("oncall", "eu-west-1", "none", ""),
        ("oncall", "us-east-1", "updated", "it is disabled"),
        ("old", "eu-west-1", "deleted", "the rule is not declared for this place"),
        ("alert rules", "eu-west-1", "failed", "no"),
        ("alert rules", "us-east-1", "failed", "no"),
        ("odd", "", "failed", "no such option"),
        ("alert rules", "", "failed", "no"),
    ]
    drift = _record.drift(made, [_declared.Host(**host) for host in hosts(1)])
    assert drift[0] == "alert_rule oncall in 000000000001 us-east-1: it is disabled."
    assert len(drift) == 6
