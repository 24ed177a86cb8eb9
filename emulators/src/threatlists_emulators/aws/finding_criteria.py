# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GuardDuty's finding criteria select: the fields and conditions that ListFindings documents."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

from .guardduty_wire import INVALID, bad_request

MAX_FIELDS = 50
MAX_VALUES = 50
REMOTE = "remoteIpDetails.ipAddressV4"
FIELDS = {
    "accountId",
    "region",
    "id",
    "confidence",
    "type",
    "severity",
    "updatedAt",
    "resource.resourceType",
    "service.archived",
    "service.resourceRole",
    "service.additionalInfo.threatListName",
    "service.action.actionType",
    f"service.action.networkConnectionAction.{REMOTE}",
    f"service.action.awsApiCallAction.{REMOTE}",
    "service.action.dnsRequestAction.domain",
    "service.action.dnsRequestAction.domainWithSuffix",
}
OLD_NAMES = {
    "eq": "equals",
    "neq": "notEquals",
    "gt": "greaterThan",
    "gte": "greaterThanOrEqual",
    "lt": "lessThan",
    "lte": "lessThanOrEqual",
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "greaterThan": lambda value, limit: value > limit,
    "greaterThanOrEqual": lambda value, limit: value >= limit,
    "lessThan": lambda value, limit: value < limit,
    "lessThanOrEqual": lambda value, limit: value <= limit,
}
Finding = dict[str, Any]
Test = Callable[[Finding], bool]


def test_of(criteria: dict[str, Any] | None) -> Test:
    """Return a test for whether a finding fits C({criterion: {field: condition}}); raise where the service refuses."""
    criterion: dict[str, Any] = (criteria or {}).get("criterion") or {}
    if len(criterion) > MAX_FIELDS or set(criterion) - FIELDS:
        raise _refused()
    tests = [_test(field, name, given) for field, condition in criterion.items() for name, given in condition.items()]
    return lambda finding: all(test(finding) for test in tests)


def milliseconds(timestamp: str) -> float:
    """Return the epoch milliseconds, in which criteria count, of a finding's timestamp."""
    return datetime.datetime.fromisoformat(timestamp).timestamp() * 1000


def field_of(finding: Finding, field: str) -> list[Any]:
    """Return the values at a path; an array stands for each of its items."""
    if field == "service.additionalInfo.threatListName":
        return _listed_in_additional_info(finding)
    return list(_walk(finding, field.split(".")))


def _test(field: str, name: str, given: Any) -> Test:
    name = OLD_NAMES.get(name, name)
    if name in COMPARISONS and isinstance(given, int) and not isinstance(given, bool):
        compare = COMPARISONS[name]
        return lambda finding: any(compare(_number(field, value), given) for value in field_of(finding, field))
    if name in {"equals", "notEquals"} and _is_list_of_strings(given):
        wanted, is_in = set(given), name == "equals"
        return lambda finding: bool(wanted & {_text(value) for value in field_of(finding, field)}) is is_in
    raise _refused()


def _is_list_of_strings(given: Any) -> bool:
    return isinstance(given, list) and len(given) <= MAX_VALUES and all(isinstance(one, str) for one in given)


def _refused() -> Exception:
    return bad_request(INVALID.format("findingCriteria"))


def _number(field: str, value: Any) -> float:
    return milliseconds(value) if field == "updatedAt" else float(value)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def _listed_in_additional_info(finding: Finding) -> list[Any]:
    text = finding["service"].get("additionalInfo", {}).get("value") or "{}"
    name = json.loads(text).get("threatListName")
    return [name] if name else []


def _walk(node: Any, names: list[str]) -> Iterator[Any]:
    if isinstance(node, list):
        for one in node:
            yield from _walk(one, names)
    elif not names:
        yield node
    elif isinstance(node, dict) and names[0] in node:
        yield from _walk(node[names[0]], names[1:])
