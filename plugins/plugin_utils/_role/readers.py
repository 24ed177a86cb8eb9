# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts of the inventory a bucket does not let read, by its policy as it stands. Private to the collection."""

from __future__ import annotations

import fnmatch
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns

Item = t.Mapping[str, t.Any]

ANYBODY = "*"
MOST_NAMED = 10
MOST_PRINCIPALS = 20


def gaps(bucket: Item, found: Item, partition: str = "aws") -> list[dict[str, t.Any]]:
    """Return what to say of a bucket that does not let all accounts read: no item, or C({lists, message}).

    bucket: of policies.buckets, with the policy that it should have. found: of s3_threatlist_info with bucket_policy. A
    policy that may not be seen is not judged, and its conditions count as met: what is said is certain.
    """
    actual = found.get("bucket_policy")
    if actual is None:
        return []
    allowed = [
        one
        for one in _many(actual.get("Statement"))
        if _reads(one, f"{arns.s3(partition, bucket['name'])}/{bucket['probe']}")
    ]
    wanted = [one for one in bucket["policy"].get("Statement", []) if one["Effect"] == "Allow"]
    missing = [
        (one, outside)
        for one in wanted
        if (
            outside := [
                name for name in _many(one["Principal"]["AWS"]) if not _lets(allowed, name, found.get("bucket_owner"))
            ]
        )
    ]
    if not missing:
        return []
    return [{"lists": bucket["lists"], "message": _message(bucket, missing)}]


def _reads(statement: Item, resource: str) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and any(fnmatch.fnmatchcase("s3:getobject", action.lower()) for action in _many(statement.get("Action")))
        and any(fnmatch.fnmatchcase(resource, pattern) for pattern in _many(statement.get("Resource")))
    )


def _lets(statements: t.Iterable[Item], principal: str, owner: str | None) -> bool:
    """Return whether some statement names the account of a principal; that of the bucket itself needs none."""
    account = "" if principal == ANYBODY else arns.account_of(principal)
    return bool(account and account == owner) or any(
        ANYBODY in names or (account and any(account in name.split(":") for name in names))
        for names in (_principals(statement) for statement in statements)
    )


def _principals(statement: Item) -> list[str]:
    named = statement.get("Principal")
    return _many(named.get("AWS")) if isinstance(named, dict) else _many(named)


def _message(bucket: Item, missing: list[tuple[Item, list[str]]]) -> str:
    accounts = sorted({arns.account_of(name) for _statement, names in missing for name in names if name != ANYBODY})
    who = f"{len(accounts)} accounts" if len(accounts) > MOST_NAMED else " and ".join(accounts)
    lists = ", ".join(sorted({one["name"] for one in bucket["lists"]}))
    statements = [statement for statement, _names in missing]
    too_many = any(len(_many(one["Principal"]["AWS"])) > MOST_PRINCIPALS for one in statements)
    what = "those that the entry point policies prints" if too_many else " and ".join(map(json.dumps, statements))
    return (
        f"Bucket {bucket['name']} does not let {who or 'the organization'} read yet, so GuardDuty cannot load {lists} "
        f"there. Run once with threatlists_buckets=manage, or have these statements in its policy: {what}"
    )


def _many(value: t.Any) -> list[t.Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
