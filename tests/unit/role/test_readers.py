# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts a bucket does not let read, by the policy that it has."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import readers
from support import role_cases

ONE, TWO, THREE = (f"{number:012}" for number in (1, 2, 3))


def bucket(count: int = 3, **options: t.Any) -> dict[str, t.Any]:
    hosts = role_cases.hosts(count)
    (found,) = role_cases.plan(role_cases.declared(), hosts=hosts, readers=hosts, **options)["buckets"]
    assert isinstance(found, dict)
    return found


def said(found: dict[str, t.Any], policy: dict[str, t.Any] | None, owner: str | None = ONE) -> str:
    gaps = readers.gaps(found, {"bucket_policy": policy, "bucket_owner": owner})
    return " ".join(gap["message"] for gap in gaps)


def let(principal: t.Any, **changes: t.Any) -> dict[str, t.Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme/*"}
    return {"Statement": [{**statement, **changes}]}


def test_the_policy_that_the_role_writes_lets_all_read() -> None:
    for one in (bucket(), bucket(organization_id="o-1234567890")):
        assert said(one, one["policy"], owner=None) == ""


def test_those_that_came_later_are_named_with_one_statement_for_all() -> None:
    message = said(bucket(3), bucket(1)["policy"])
    assert f"does not let {TWO} and {THREE} read yet" in message and "malware" in message
    assert message.count("Sid") == 1 and all(f"arn:aws:iam::{account}:root" in message for account in (ONE, TWO, THREE))
    many = said(bucket(30), bucket(1)["policy"])
    assert "29 accounts" in many and "entry point policies" in many and "Sid" not in many
    assert "the organization" in said(bucket(organization_id="o-1234567890"), bucket(1)["policy"])


@pytest.mark.parametrize(
    ("policy", "who"),
    [
        ({}, f"{TWO} and {THREE}"),
        (let("*"), None),
        (let({"AWS": "*"}), None),
        (let({"AWS": [TWO, f"arn:aws:iam::{THREE}:role/x"]}, Action=["s3:Get*"]), None),
        (let({"AWS": [TWO]}, Resource="*"), THREE),
        (let("*", Resource="arn:aws:s3:::acme/other.txt"), f"{TWO} and {THREE}"),
        (let("*", Action="s3:PutObject"), f"{TWO} and {THREE}"),
        (let("*", Effect="Deny"), f"{TWO} and {THREE}"),
        (let({"Service": "guardduty.amazonaws.com"}), f"{TWO} and {THREE}"),
        (None, None),
    ],
)
def test_policies_of_others(policy: dict[str, t.Any] | None, who: str | None) -> None:
    message = said(bucket(), policy)
    assert f"does not let {who} read" in message if who else message == ""
