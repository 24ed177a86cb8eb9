# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bucket policy says about reading an object, as far as can be told. Private to the collection."""

from __future__ import annotations

import fnmatch
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns

# The operators of a policy's conditions that are judged here.
POSITIVE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool")


def statement(action: str | list[str], resource: str, principal: str | list[str] | None = None) -> str:
    """Return a policy statement as JSON to paste."""
    parts: dict[str, t.Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({**({"Principal": {"AWS": principal}} if principal else {}), **parts})


def verdict(policy: dict[str, t.Any] | None, principal: str, resource: str) -> str:
    """Return what a bucket policy says about reading: V(allowed), V(denied), V(silent), or V(unknown).

    policy: None where it could not be read. V(unknown) too where a statement cannot be judged from here.
    """
    if policy is None:
        return "unknown"
    effects = {(one.get("Effect"), _applies(one, principal, resource)) for one in _many(policy.get("Statement"))}
    if ("Deny", True) in effects:
        return "denied"
    if ("Deny", None) in effects:
        return "unknown"
    if ("Allow", True) in effects:
        return "allowed"
    return "unknown" if ("Allow", None) in effects else "silent"


def _applies(one: dict[str, t.Any], principal: str, resource: str) -> bool | None:
    if any(name in one for name in ("NotPrincipal", "NotAction", "NotResource")):
        return None
    account, given = arns.account_of(principal), one.get("Principal", "")
    names = _many(given.get("AWS")) if isinstance(given, dict) else _many(given)
    root = principal.partition("role/")[0] + "root"
    if not {"*", account, root, principal} & set(names):
        return False
    if not _is_like("s3:getobject", [action.lower() for action in _many(one.get("Action"))]):
        return False
    return _conditions_hold(one, principal) if _is_like(resource, _many(one.get("Resource"))) else False


def _conditions_hold(one: dict[str, t.Any], principal: str) -> bool | None:
    """Return None where only what is not known here would tell."""
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
        for key, wanted in ((key, _many(wanted)) for key, wanted in tests.items())
    ]
    if False in held:
        return False
    return None if None in held else True


def _is_like(value: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


def _many(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
