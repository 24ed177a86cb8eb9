# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What publish knows of a bucket's policy decides what is said of the lists in each account."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import buckets, foreseen
from support import role_cases

ONE, TWO = "000000000001", "000000000002"
LOCATION = "s3://acme/malware.txt"


def known(*, predicts: bool = True, **changes: t.Any) -> dict[str, t.Any]:
    hosts = role_cases.hosts()
    (bucket,) = role_cases.plan(role_cases.declared(), hosts=hosts, readers=hosts)["buckets"]
    part = {name: bucket[name] for name in buckets.OF_THE_PLAN}
    changes.setdefault("outside", [arns.guardduty_role("aws", account) for account in changes.get("unread", [])])
    return {"predicts": predicts, "prepared": [{**buckets.NOTHING, **part, **changes}]}


def item(action: str, code: str = "", account: str = TWO, **changes: t.Any) -> dict[str, t.Any]:
    error = {"code": code, "message": "Raw.", "retryable": False, "remedy": "Raw."} if code else None
    return role_cases.result(account, action, location=LOCATION, error=error, **changes)


def seen(one: dict[str, t.Any], what: dict[str, t.Any]) -> tuple[str, str]:
    (found,) = foreseen.outcome({"results": [one]}, what)["results"]
    return found["action"], (found["error"] or {}).get("code", "")


@pytest.mark.parametrize(
    ("one", "predicted", "happened"),
    [
        (item("created"), "failed", "created"),
        (item("reloaded"), "failed", "reloaded"),
        (item("recreated"), "failed", "recreated"),
        (item("reloaded", "BucketPolicy"), "failed", "failed"),
        (item("none"), "none", "none"),
        (item("updated"), "updated", "updated"),
        (item("skipped"), "skipped", "skipped"),
        (item("created", account=ONE), "created", "created"),
        (item("failed", "AccessDenied"), "failed", "failed"),
    ],
)
def test_a_load_of_what_the_account_cannot_read_would_fail(one: t.Any, predicted: str, happened: str) -> None:
    for predicts, expected in ((True, predicted), (False, happened)):
        action, code = seen(one, known(predicts=predicts, unread=[TWO]))
        assert action == expected
        assert (code == "BucketPolicy") is (expected == "failed" and code != "AccessDenied")


def test_where_the_role_that_loads_cannot_read_only_entity_lists_would_fail() -> None:
    partly = known(unread=[TWO], outside=[f"arn:aws:iam::{TWO}:role/threatlists"])
    assert seen(item("created"), partly) == ("created", "")
    assert seen(item("created", kind="threatentityset"), partly) == ("failed", "BucketPolicy")


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (item("reloaded", "BucketPolicy"), ""),
        (item("reloaded", "BucketPolicy", ONE), ""),
        (item("reloaded", "ActivationFailed"), ""),
        (item("reloaded", "ActivationFailed", ONE), "ActivationFailed"),
        (item("reloaded", "KeyPolicy"), "KeyPolicy"),
        (item("failed", "BucketPolicy"), "BucketPolicy"),
    ],
)
def test_what_the_policy_of_this_run_mends_would_not_fail(one: dict[str, t.Any], code: str) -> None:
    mends = {"action": "updated", "changes": ["policy"], "now_read": [TWO]}
    assert seen(one, known(**mends))[1] == code
    assert seen(one, known(predicts=False, **mends))[1] == one["error"]["code"], "what happened is said"
    assert seen(one, known(action="updated", changes=["settings"]))[1] == one["error"]["code"]


def notes(*items: dict[str, t.Any]) -> str:
    what = known(unread=[ONE, TWO])
    outcome = foreseen.outcome({"results": list(items)}, what)
    return " ".join(one["message"] for one in foreseen.notes(what, [outcome]))


def test_a_note_names_those_of_whom_no_result_says_it_and_who_need_it() -> None:
    assert f"does not let {ONE} and {TWO} read" in notes()
    assert f"does not let {ONE} read" in notes(item("none", account=ONE), item("created"))
    assert f"does not let {ONE} read" in notes(item("skipped"))
    assert TWO in notes(item("skipped"), item("none", region="us-east-1")), "it is in step in one Region"
    assert notes(item("created", account=ONE), item("skipped")) == ""


def test_where_no_bucket_was_looked_at_nothing_is_foreseen() -> None:
    outcome = {"results": [item("created")]}
    assert foreseen.outcome(outcome, {"published": []}) is outcome
    assert foreseen.notes({}, [outcome]) == [] and foreseen.record({}) == []
    elsewhere = {**item("created"), "location": "s3://other/malware.txt"}
    assert seen(elsewhere, known(unread=[TWO])) == ("created", "")
