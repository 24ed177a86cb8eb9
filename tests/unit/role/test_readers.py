# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts a bucket does not let read, by the policy that it has."""

from __future__ import annotations

import json
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


def outside(found: dict[str, t.Any], policy: dict[str, t.Any] | None, owner: str | None = ONE) -> list[str]:
    return readers.of(readers.outside(found, {"bucket_policy": policy, "bucket_owner": owner}))


def let(principal: t.Any, **changes: t.Any) -> dict[str, t.Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme/*"}
    return {"Statement": [{**statement, **changes}]}


def test_the_policy_that_the_role_writes_lets_all_read() -> None:
    for one in (bucket(), bucket(organization_id="o-1234567890")):
        assert outside(one, one["policy"], owner=None) == []


def test_those_that_came_later_are_named_with_one_statement_for_all_of_them() -> None:
    found = bucket(3)
    later = outside(found, bucket(1)["policy"])
    message = readers.note(found, later)
    assert f"does not let {TWO} and {THREE} read yet" in message and "malware" in message
    statement = json.loads(message[message.index("{") :])
    assert statement["Principal"]["AWS"] == [f"arn:aws:iam::{account}:root" for account in (TWO, THREE)]
    assert "Sid" not in statement, "it may stand beside one that has it"
    both = {"Statement": [*bucket(1)["policy"]["Statement"], statement]}
    assert outside(found, both) == [], "the statement mends it"
    assert json.loads(readers.error(found, TWO)["remedy"].partition("policy: ")[2]) == {
        **statement,
        "Principal": {"AWS": [f"arn:aws:iam::{TWO}:root"]},
    }


def test_of_many_accounts_the_number_is_told_and_of_an_organization_its_statement() -> None:
    many = bucket(30)
    message = readers.note(many, outside(many, bucket(1)["policy"]))
    assert "29 accounts" in message and "entry point policies" in message and "{" not in message
    whole = bucket(30, organization_id="o-1234567890")
    message = readers.note(whole, outside(whole, bucket(1)["policy"]))
    assert "29 accounts" in message and "o-1234567890" in message


@pytest.mark.parametrize(
    ("policy", "who"),
    [
        ({}, [TWO, THREE]),
        (let("*"), []),
        (let({"AWS": "*"}), []),
        (let({"AWS": [TWO, THREE]}, Action=["s3:Get*"]), []),
        (let({"AWS": [TWO, f"arn:aws:iam::{THREE}:role/x"]}), [THREE]),
        (let("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), []),
        (let("*", Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}), [TWO, THREE]),
        (let({"AWS": [TWO]}, Resource="*"), [THREE]),
        (let("*", Resource="arn:aws:s3:::acme/other.txt"), [TWO, THREE]),
        (let("*", Action="s3:PutObject"), [TWO, THREE]),
        (let("*", Effect="Deny"), [TWO, THREE]),
        (let({"Service": "guardduty.amazonaws.com"}), [TWO, THREE]),
        (None, []),
    ],
)
def test_policies_of_others(policy: dict[str, t.Any] | None, who: list[str]) -> None:
    assert outside(bucket(), policy) == who


def test_an_entity_list_needs_the_role_that_loads_it_too() -> None:
    arn = f"arn:aws:iam::{TWO}:role/threatlists"
    hosts = role_cases.hosts(1, account_id=TWO, assume_role_arn=arn)
    lists = [role_cases.declared(), role_cases.declared("ent", kind="threatentityset")]
    before, after = (role_cases.plan(*some, hosts=hosts, readers=[])["buckets"][0] for some in (lists[:1], lists))
    assert readers.outside(after, {"bucket_policy": before["policy"]}) == [arn], "GuardDuty itself is let in"
    assert outside(after, before["policy"]) == [TWO]
    assert outside(before, before["policy"]) == []


def test_accounts_that_a_policy_names() -> None:
    statements = [
        one["Statement"][0] for one in (let({"AWS": f"arn:aws:iam::{ONE}:root"}), let({"AWS": [TWO]}), let("*"))
    ]
    assert readers.named({"Statement": [*statements, let(THREE, Effect="Deny")["Statement"][0]]}) == {ONE, TWO}
