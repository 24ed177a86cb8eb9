# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge's event patterns, objects in arrays included: a pattern's fields must hold in one element."""

from __future__ import annotations

import fnmatch
import ipaddress
import operator
from collections.abc import Callable
from typing import Any

NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}
ABSENT = object()


def matches(pattern: dict[str, Any], event: object) -> bool:
    """Return whether the event holds every field of the pattern."""
    return all(_field(name, wanted, event) for name, wanted in pattern.items())


def _field(name: str, wanted: Any, event: object) -> bool:
    if name == "$or":
        return any(matches(alternative, event) for alternative in wanted)
    value = event.get(name, ABSENT) if isinstance(event, dict) else ABSENT
    if isinstance(wanted, dict):
        elements = value if isinstance(value, list) else [value]
        return any(matches(wanted, element) for element in elements)
    values = value if isinstance(value, list) else [value]
    return any(_test(test, one) for test in wanted for one in values)


def _test(test: Any, value: Any) -> bool:
    if not isinstance(test, dict):
        return value is not ABSENT and type(test) is type(value) and test == value
    name, given = next(iter(test.items()))
    if name == "exists":
        return (value is not ABSENT) is given
    return value is not ABSENT and TESTS[name](value, given)


def _is_text(function: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, given: Any) -> bool:
        return isinstance(value, str) and function(value, given)

    return test


def _is_numeric(value: Any, given: list[Any]) -> bool:
    pairs = zip(given[::2], given[1::2], strict=True)
    return isinstance(value, int | float) and all(NUMERIC[sign](value, bound) for sign, bound in pairs)


def _is_none_of(value: Any, given: Any) -> bool:
    if isinstance(given, dict):
        return not _test(given, value)
    return value not in (given if isinstance(given, list) else [given])


def _is_in(value: str, given: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(given)
    except ValueError:
        return False


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "prefix": _is_text(str.startswith),
    "suffix": _is_text(str.endswith),
    "equals-ignore-case": _is_text(lambda value, given: value.lower() == given.lower()),
    "wildcard": _is_text(lambda value, given: fnmatch.fnmatchcase(value, given.replace("[", "[[]"))),
    "cidr": _is_text(_is_in),
    "anything-but": _is_none_of,
    "numeric": _is_numeric,
}
