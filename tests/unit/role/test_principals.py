# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that AWS does not know are left out of a bucket's policy, and nobody else is."""

from __future__ import annotations

import typing as t

import hypothesis
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import principals
from hypothesis import strategies as st
from support import role_cases


class Bucket:
    """Takes a policy where it knows all accounts; counts what it wrote."""

    def __init__(self, known: t.Collection[str]) -> None:
        self.known, self.policy, self.writes = set(known), t.cast(dict[str, t.Any], {}), 0

    def __call__(self, policy: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if self.policy == policy:
            return {"changed": False}
        if not self.known.issuperset(principals.named(policy)):
            return {"failed": True, "msg": "Failed to put bucket policy: (MalformedPolicy) Invalid principal in policy"}
        self.policy, self.writes = dict(policy), self.writes + 1
        return {"changed": True}


def policy_for(count: int) -> dict[str, t.Any]:
    hosts = role_cases.hosts(count)
    (bucket,) = role_cases.plan(role_cases.declared(), hosts=hosts, readers=hosts)["buckets"]
    return t.cast(dict[str, t.Any], bucket["policy"])


@hypothesis.given(known=st.lists(st.booleans(), min_size=1, max_size=40))
def test_who_is_unknown_is_found_and_a_second_run_writes_nothing(known: list[bool]) -> None:
    policy = policy_for(len(known))
    accounts = principals.named(policy)
    unknown = [account for account, is_known in zip(accounts, known, strict=True) if not is_known]
    hypothesis.assume(unknown)
    bucket = Bucket(set(accounts) - set(unknown))
    assert bucket(policy)["failed"]
    result, left_out = principals.put_known(bucket, policy, {})
    assert (result["changed"], sorted(left_out)) == (True, unknown)
    assert principals.named(bucket.policy) == sorted(bucket.known)
    assert bucket.policy["Statement"][0] == policy["Statement"][0], "what names nobody stays"
    before = bucket.writes
    assert principals.put_known(bucket, policy, bucket.policy) == ({"changed": False}, sorted(left_out))
    assert bucket.writes == before


def test_an_account_that_is_there_by_now_is_let_in_while_others_are_not() -> None:
    policy = policy_for(5)
    one, two, *others = principals.named(policy)
    bucket = Bucket({*others})
    principals.put_known(bucket, policy, {})
    bucket.known.add(two)
    _result, left_out = principals.put_known(bucket, policy, bucket.policy)
    assert left_out == [one]
    assert principals.named(bucket.policy) == sorted([two, *others])


def test_another_trouble_is_told_as_it_is() -> None:
    denied = {"failed": True, "msg": "AccessDenied"}
    assert principals.put_known(lambda _policy: denied, policy_for(3), {}) == (denied, [])
