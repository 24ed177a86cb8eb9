# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts of the inventory a bucket's policy does not let read, and what mends it. Private to the collection."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import bucket_policy
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import ENTITY_KINDS
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

CODE = "BucketPolicy"
MOST_NAMED = 10
MOST_PRINCIPALS = 20
MANAGE = "Run once with threatlists_buckets=manage, or"


def outside(bucket: Item, found: Item) -> list[str]:
    """Return the ARNs of the roles that the bucket's policy, as it stands, does not let read.

    bucket: of policies.buckets. found: of s3_threatlist_info with bucket_policy. Only what is certain is returned: none
    where the policy may not be seen, or where Deny statements, or conditions that cannot be judged here, decide.
    """
    actual = found.get("bucket_policy")
    if actual is None:
        return []
    allows = {"Statement": _allowing(actual)}
    # An account as a principal stands for a caller that is not known by name.
    roles = [principal for principal in bucket["principals"] if not principal.endswith(":root")]
    probe = f"{_arn(bucket)}/{bucket['probe']}" if roles else ""
    return [
        role
        for role in roles
        if arns.account_of(role) != found.get("bucket_owner")
        if bucket_policy.verdict(allows, role, probe) == "silent"
    ]


def of(roles: t.Iterable[str]) -> list[str]:
    """Return the accounts of roles, sorted, each once."""
    return sorted({arns.account_of(role) for role in roles})


def reads_for(role: str, kind: str) -> bool:
    """Return whether a role reads lists of a kind: GuardDuty's role reads all, any other only entity lists."""
    return role.endswith(arns.GUARDDUTY_ROLE) or kind in ENTITY_KINDS


def named(policy: Item) -> set[str]:
    """Return the accounts that the Allow statements of a policy name."""
    names = [name for one in _allowing(policy) for name in bucket_policy.named_by(one)]
    return {found[0] for name in names if (found := arns.ACCOUNT_ID.findall(name))}


def note(bucket: Item, unread: t.Collection[str]) -> str:
    """Return a sentence on the accounts that cannot read a bucket, with what to do."""
    who = f"{len(unread)} accounts" if len(unread) > MOST_NAMED else " and ".join(sorted(unread))
    lists = ", ".join(sorted({one["name"] for one in bucket["lists"]}))
    return (
        f"Bucket {bucket['name']} does not let {who} read yet, so GuardDuty cannot load {lists} there. "
        f"{_remedy(bucket, unread)}"
    )


def error(bucket: Item, account: str) -> dict[str, t.Any]:
    """Return C({code, message, retryable, remedy}), as a module has it, for a list that an account cannot load."""
    return {
        "code": CODE,
        "message": f"The policy of bucket {bucket['name']} does not let account {account} read, so GuardDuty cannot "
        "load the list there.",
        "retryable": False,
        "remedy": f"{MANAGE} add to the bucket policy: {json.dumps(_statements(bucket, [account])[-1])}",
    }


def _remedy(bucket: Item, unread: t.Collection[str]) -> str:
    if len(unread) > MOST_PRINCIPALS and not bucket["organization_id"]:
        return f"{MANAGE} add to the bucket policy the statements that the entry point policies prints."
    return f"{MANAGE} add to the bucket policy: {' and '.join(map(json.dumps, _statements(bucket, unread)))}"


def _statements(bucket: Item, unread: t.Collection[str]) -> list[dict[str, t.Any]]:
    principals = [principal for principal in bucket["principals"] if arns.account_of(principal) in unread]
    return bucket_policy.to_read(_arn(bucket), principals, bucket["organization_id"])


def _arn(bucket: Item) -> str:
    return arns.s3(arns.partition_of(bucket["principals"][0]), bucket["name"])


def _allowing(policy: Item) -> list[Item]:
    return [one for one in bucket_policy.many(policy.get("Statement")) if one.get("Effect") == "Allow"]
