# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bucket policies, Conditions included: what a policy says about one call."""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any


def decide(
    document: dict[str, Any], principal: str, action: str, resource: str, context: dict[str, str]
) -> bool | None:
    """Return True for allowed, False for denied, which wins, and None where the policy says nothing about it.

    C(principal) is a user's or a role's ARN, of an assumed role the role's, or a service's name.
    """
    decision = None
    for statement in many(document.get("Statement")):
        if not _applies(statement, principal, action, resource, context):
            continue
        if statement.get("Effect") == "Deny":
            return False
        decision = True
    return decision


def many(value: Any) -> list[Any]:
    """Return as a list what a policy may give alone or in a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _applies(statement: dict[str, Any], principal: str, action: str, resource: str, context: dict[str, str]) -> bool:
    return (
        _principal(statement, principal)
        and _either(statement, "Action", action, fold=True)
        and _either(statement, "Resource", resource)
        and all(_condition(name, tests, {**context, **_identity(principal)}) for name, tests in _conditions(statement))
    )


def _either(statement: dict[str, Any], name: str, value: str, *, fold: bool = False) -> bool:
    """Return whether C(Action) or C(NotAction), or the same for C(Resource), fits the value."""
    negated = f"Not{name}" in statement
    patterns = many(statement.get(f"Not{name}" if negated else name))
    found = any(_like(value, pattern, fold=fold) for pattern in patterns)
    return found is not negated


def _like(value: str, pattern: str, *, fold: bool = False) -> bool:
    if fold:
        value, pattern = value.lower(), pattern.lower()
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


def principals(statement: dict[str, Any]) -> list[str]:
    """Return the accounts, users and roles that a statement names, without C(*) and services."""
    given = statement.get("Principal", statement.get("NotPrincipal"))
    return [name for name in many(given.get("AWS")) if name != "*"] if isinstance(given, dict) else []


def _principal(statement: dict[str, Any], principal: str) -> bool:
    negated = "NotPrincipal" in statement
    given = statement.get("NotPrincipal" if negated else "Principal")
    names = [given] if isinstance(given, str) else [name for kind in (given or {}).values() for name in many(kind)]
    return any(_names(name, principal) for name in names) is not negated


def _names(name: str, principal: str) -> bool:
    own = {principal}
    if principal.startswith("arn:"):
        account = principal.split(":")[4]
        own |= {account, f"arn:aws:iam::{account}:root"}
    return name == "*" or name in own


def _identity(principal: str) -> dict[str, str]:
    if not principal.startswith("arn:"):
        return {}
    return {"aws:PrincipalArn": principal, "aws:PrincipalAccount": principal.split(":")[4]}


def _conditions(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from statement.get("Condition", {}).items()


def _condition(operation: str, tests: dict[str, Any], context: dict[str, str]) -> bool:
    """Return whether every key of the operator holds."""
    lowered = {name.lower(): value for name, value in context.items()}
    return all(
        _holds(operation, lowered.get(key.lower()), [_filled_in(one, lowered) for one in many(wanted)])
        for key, wanted in tests.items()
    )


def _filled_in(value: Any, context: dict[str, str]) -> Any:
    """Return a value with its variables, such as C(${aws:ResourceAccount}), replaced by their values."""
    if not isinstance(value, str):
        return value
    return VARIABLE.sub(lambda found: context.get(found[1].lower(), found[0]), value)


def _holds(operation: str, value: str | None, wanted: list[Any]) -> bool:
    """Return whether one key's test holds; that of an operator that is not emulated never does."""
    name = operation.rpartition(":")[2]
    if name == "Null":
        return all((value is None) is (str(one).lower() == "true") for one in wanted)
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = "Not" in name
    if value is None:
        return optional or negated
    test = TESTS.get(name.replace("Not", ""))
    return test is not None and any(test(value, str(one)) for one in wanted) is not negated


VARIABLE = re.compile(r"\$\{([\w:-]+)\}")
TESTS: dict[str, Callable[[str, str], bool]] = {
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": _like,
}
