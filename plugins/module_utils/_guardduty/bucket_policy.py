# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bucket policy says about reading an object, as far as can be told, and what it should say. Private."""

from __future__ import annotations

import fnmatch
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns

# The operators of a policy's conditions that are judged here.
POSITIVE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool")
# A bucket policy may have 20 KB, of which these leave room for other statements; a key policy may have 32 KB.
MAX_ACCOUNTS = 400

Statement = dict[str, t.Any]


def statement(action: str | list[str], resource: str, principal: str | list[str] | None = None) -> str:
    """Return a policy statement as JSON to paste."""
    parts: dict[str, t.Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({**({"Principal": {"AWS": principal}} if principal else {}), **parts})


def to_read(bucket: str, principals: t.Collection[str], organization_id: str | None = None) -> list[Statement]:
    """Return the statements of a bucket's policy that let principals read its lists, as C(allow) has them.

    bucket: its ARN. They have no Sid, so that they can stand beside others.
    """
    return [
        {key: value for key, value in one.items() if key != "Sid"}
        for one in allow("", ["s3:GetObject"], f"{bucket}/*", principals, organization_id)
    ]


def allow(
    sid: str, actions: list[str], resource: str, principals: t.Collection[str], organization_id: str | None = None
) -> list[Statement]:
    """Return the statements that let principals in: by their organization, else by their accounts.

    AWS refuses a whole policy that names a principal that does not exist. So roles are not named as principals:
    conditions, which AWS does not check, narrow their accounts to them. A principal that is an account itself gets a
    statement of its own, the last. Raises ValueError for more accounts than fit.
    """
    roles = [principal for principal in principals if not principal.endswith(":root")]
    accounts = [principal for principal in principals if principal.endswith(":root")]
    found = []
    if roles:
        named = {"ArnLike": {"aws:PrincipalArn": sorted({_in_any_account(role) for role in roles})}}
        owners = sorted({arns.iam(arns.partition_of(role), arns.account_of(role), "root") for role in roles})
        found.append(_allowed(sid, owners, named, organization_id))
    if accounts:
        own = {"StringEquals": {"aws:PrincipalAccount": [arns.account_of(account) for account in accounts]}}
        found.append(_allowed(f"{sid}ToAccounts", accounts, own if organization_id else {}, organization_id))
    return [{**one, "Action": actions, "Resource": resource} for one in found]


def _allowed(
    sid: str, accounts: list[str], condition: dict[str, dict[str, t.Any]], organization_id: str | None
) -> Statement:
    if organization_id:
        equals = {"aws:PrincipalOrgID": organization_id, **condition.get("StringEquals", {})}
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Condition": {**condition, "StringEquals": equals},
        }
    if len(accounts) > MAX_ACCOUNTS:
        raise ValueError(
            f"{len(accounts)} accounts do not fit into a policy: set threatlists_organization_id to allow them by it."
        )
    allowed: Statement = {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": accounts}}
    return {**allowed, "Condition": condition} if condition else allowed


def _in_any_account(arn: str) -> str:
    service, _account, resource = arn.rsplit(":", 2)
    return f"{service}:*:{resource}"


def verdict(policy: dict[str, t.Any] | None, principal: str, resource: str) -> str:
    """Return what a bucket policy says about reading: C(allowed), C(denied), C(silent), or C(unknown).

    policy: None where it could not be read. C(unknown) also where a statement that counts cannot be judged from here.
    """
    if policy is None:
        return "unknown"
    effects = {(one.get("Effect"), _applies(one, principal, resource)) for one in many(policy.get("Statement"))}
    if ("Deny", True) in effects:
        return "denied"
    if ("Deny", None) in effects:
        return "unknown"
    if ("Allow", True) in effects:
        return "allowed"
    return "unknown" if ("Allow", None) in effects else "silent"


def named_by(one: t.Mapping[str, t.Any]) -> list[str]:
    """Return whom a statement names as its principals, as it writes them."""
    given = one.get("Principal")
    return many(given.get("AWS") if isinstance(given, dict) else given)


def _applies(one: dict[str, t.Any], principal: str, resource: str) -> bool | None:
    if any(name in one for name in ("NotPrincipal", "NotAction", "NotResource")):
        return None
    account, names = arns.account_of(principal), named_by(one)
    root = principal.partition("role/")[0] + "root"
    if not {"*", account, root, principal} & set(names):
        return False
    if not _is_like("s3:getobject", [action.lower() for action in many(one.get("Action"))]):
        return False
    return _conditions_hold(one, principal) if _is_like(resource, many(one.get("Resource"))) else False


def _conditions_hold(one: dict[str, t.Any], principal: str) -> bool | None:
    """Return whether the conditions hold; None where that depends on what is not known here."""
    known = {
        "aws:principalarn": principal,
        "aws:principalaccount": arns.account_of(principal),
        "aws:securetransport": "true",
    }
    held: list[bool | None] = [
        _is_like(known[key.lower()], [str(value) if operator != "Bool" else str(value).lower() for value in wanted])
        if key.lower() in known and operator in POSITIVE
        else None
        for operator, tests in one.get("Condition", {}).items()
        for key, wanted in ((key, many(wanted)) for key, wanted in tests.items())
    ]
    if False in held:
        return False
    return None if None in held else True


def _is_like(value: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


def many(value: t.Any) -> list[t.Any]:
    """Return a member of a policy as a list: it may also be written as its one element, or be left out."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
