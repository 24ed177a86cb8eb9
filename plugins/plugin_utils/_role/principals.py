# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Leaves out of a bucket's policy the accounts that AWS does not know: with one of them it refuses the whole. Private.

AWS does not say which account it does not know, and no reading call tells: S3 is asked by putting parts of the policy.
"""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult

REFUSED = "Invalid principal in policy"
# The policy's own Id keeps who was left out, so that the next run does not take that for a difference.
WITHOUT = "threatlists-without"


def put_known(put: t.Callable[[Item], ModuleResult], policy: Item, standing: Item) -> tuple[ModuleResult, list[str]]:
    """Put a policy without the accounts that AWS does not know; return the last result, and these accounts.

    put: puts a policy and returns the result, also a failed one; it refused the whole policy before. standing: the
    policy as it is. A refused policy changes nothing, so nothing is written where the same accounts are unknown as
    before.
    """
    accounts, unknown = named(policy), left_out(policy, standing)
    result = put(without(policy, unknown)) if unknown else {}
    if not unknown or is_refused(result):
        return _by_parts(put, policy, accounts)
    for account in unknown if len(unknown) > 1 else []:
        fewer = [other for other in unknown if other != account]
        retried = put(without(policy, fewer))
        if not retried.get("failed"):
            result, unknown = retried, fewer
    return result, unknown


def _by_parts(
    put: t.Callable[[Item], ModuleResult], policy: Item, accounts: list[str]
) -> tuple[ModuleResult, list[str]]:
    known: set[str] = set()
    unknown: list[str] = []
    parts = [accounts]
    while parts:
        part = parts.pop()
        result = put(_naming(policy, {*known, *part}))
        if not result.get("failed"):
            known |= set(part)
        elif not is_refused(result):
            return result, []
        elif len(part) == 1:
            unknown += part
        else:
            middle = len(part) // 2
            parts += [part[middle:], part[:middle]]
    return {**put(without(policy, unknown)), "changed": True}, unknown


def left_out(policy: Item, standing: Item) -> list[str]:
    """Return the accounts of a policy that were left out when the standing one was put, as its C(Id) says."""
    accounts = named(policy)
    return [account for account in str(standing.get("Id") or "").split("-") if account in accounts]


def is_refused(result: Item) -> bool:
    """Return whether the result says that AWS does not know a principal of the policy."""
    return bool(result.get("failed")) and REFUSED in str(result.get("msg"))


def named(policy: Item) -> list[str]:
    """Return the accounts that the statements of a policy name as principals."""
    return sorted({arns.account_of(arn) for statement in policy["Statement"] for arn in _arns(statement)})


def without(policy: Item, accounts: t.Collection[str]) -> dict[str, t.Any]:
    """Return the policy without the principals of some accounts, which its C(Id) names."""
    left = _naming(policy, set(named(policy)) - set(accounts))
    return {**left, "Id": "-".join([WITHOUT, *sorted(accounts)])} if accounts else left


def _naming(policy: Item, accounts: t.Collection[str]) -> dict[str, t.Any]:
    statements = []
    for statement in policy["Statement"]:
        known = [arn for arn in _arns(statement) if arns.account_of(arn) in accounts]
        if not _arns(statement):
            statements.append(statement)
        elif known:
            statements.append({**statement, "Principal": {"AWS": known}})
    return {**policy, "Statement": statements}


def _arns(statement: Item) -> list[str]:
    principal = statement["Principal"]
    found = principal["AWS"] if isinstance(principal, dict) else principal
    return found if isinstance(found, list) else []
