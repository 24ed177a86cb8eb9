# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One finding of GuardDuty, as its API or an event of EventBridge tells it. Pure. Private to the collection.

The wire spells C(service), boto3 C(Service). The additional information is JSON in a string from the API, an object in
an event (docs/dev/findings.md#8, docs/dev/findings.md#19). All of these are read.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import typing as t

INBOUND, OUTBOUND = "inbound", "outbound"
DIRECTIONS = {"INBOUND": INBOUND, "OUTBOUND": OUTBOUND, "TARGET": INBOUND, "ACTOR": OUTBOUND}
DNS_REQUEST = "DNS_REQUEST"
HIGHEST_NUMBER = 2**53
# Where the peer's address stands, by service.action.actionType.
ADDRESSES = {
    "NETWORK_CONNECTION": "networkConnectionAction.remoteIpDetails",
    "AWS_API_CALL": "awsApiCallAction.remoteIpDetails",
    "KUBERNETES_API_CALL": "kubernetesApiCallAction.remoteIpDetails",
    "PORT_PROBE": "portProbeAction.portProbeDetails.remoteIpDetails",
    "RDS_LOGIN_ATTEMPT": "rdsLoginAttemptAction.remoteIpDetails",
}
# What a resource is called, the most telling first, since a finding often describes several.
RESOURCES = (
    ("s3BucketDetails", "name"),
    ("lambdaDetails", "functionName"),
    ("eksClusterDetails", "name"),
    ("ecsClusterDetails", "name"),
    ("rdsDbInstanceDetails", "dbInstanceIdentifier"),
    ("rdsLimitlessDbDetails", "dbShardGroupIdentifier"),
    ("instanceDetails", "instanceId"),
    ("containerDetails", "name"),
    ("accessKeyDetails", "userName"),
    ("accessKeyDetails", "accessKeyId"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a finding says, as far as it concerns lists of indicators.

    lists: every list that it names; indicators: what was talked to (addresses, or a domain name), as observed, which is
    not how the list spells it; direction: V(inbound), V(outbound) or empty; resource: C({type, id, tags});
    feedback: V(USEFUL), V(NOT_USEFUL) or empty.
    """

    account_id: str
    region: str
    id: str
    arn: str
    type: str
    severity: float
    title: str
    lists: list[str]
    indicators: list[str]
    direction: str
    resource: dict[str, t.Any]
    count: int
    first_seen: str
    last_seen: str
    updated: str
    archived: bool
    feedback: str
    is_sample: bool


def parse(raw: t.Mapping[str, t.Any]) -> Finding:
    """Return the finding; a field that is missing, or has another shape than it should, is empty."""
    info = _additional_info(raw)
    return Finding(
        account_id=_text(raw, "accountId"),
        region=_text(raw, "region"),
        id=_text(raw, "id"),
        arn=_text(raw, "arn"),
        type=_text(raw, "type"),
        severity=_number(_first(raw, "severity")),
        title=_text(raw, "title"),
        lists=_lists(raw, info),
        indicators=_indicators(raw),
        direction=_direction(raw),
        resource=_resource(_first(raw, "resource")),
        count=int(_number(_first(raw, "service.count"))),
        first_seen=_text(raw, "service.eventFirstSeen") or _text(raw, "createdAt"),
        last_seen=_text(raw, "service.eventLastSeen") or _text(raw, "updatedAt"),
        updated=_text(raw, "updatedAt"),
        archived=_first(raw, "service.archived") is True,
        feedback=_text(raw, "service.userFeedback"),
        is_sample=info.get("sample") is True or _text(raw, "title").startswith("[SAMPLE]"),
    )


def _lists(raw: t.Any, info: dict[str, t.Any]) -> list[str]:
    """Return every name in the evidence, and the one in the additional information."""
    named = [*_values(raw, "service.evidence.threatIntelligenceDetails.threatListName"), _text(info, "threatListName")]
    return list(dict.fromkeys(name for name in named if isinstance(name, str) and name))


def _additional_info(raw: t.Any) -> dict[str, t.Any]:
    """Return the additional information with its JSON unpacked; in an event it is unpacked already."""
    given = _first(raw, "service.additionalInfo")
    info = dict(given) if isinstance(given, dict) else {}
    text = _text(info, "value")
    try:
        unpacked = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        unpacked = {}
    return {**(unpacked if isinstance(unpacked, dict) else {}), **info}


def _indicators(raw: t.Any) -> list[str]:
    action = _first(raw, "service.action")
    kind = _text(action, "actionType")
    if kind == DNS_REQUEST:
        found = [_text(action, "dnsRequestAction.domain") or _text(action, "dnsRequestAction.domainWithSuffix")]
    else:
        paths = [ADDRESSES[kind]] if kind in ADDRESSES else list(ADDRESSES.values())
        details = [one for path in paths for one in _values(action, path)]
        found = [_text(one, "ipAddressV4") or _text(one, "ipAddressV6") for one in details]
        if not any(found):
            found = [one for one in _values(action, "kubernetesApiCallAction.sourceIPs") if isinstance(one, str)]
    return list(dict.fromkeys(one for one in found if one))


def _direction(raw: t.Any) -> str:
    """Return which side began: as the connection says, else by the resource's role, target or actor."""
    if _text(raw, "service.action.actionType") == DNS_REQUEST:
        return OUTBOUND
    said = _text(raw, "service.action.networkConnectionAction.connectionDirection")
    return DIRECTIONS.get(said) or DIRECTIONS.get(_text(raw, "service.resourceRole"), "")


def _resource(given: t.Any) -> dict[str, t.Any]:
    for details, name in RESOURCES:
        for one in _values(given, details):
            if found := _text(one, name):
                return {"type": _text(given, "resourceType"), "id": found, "tags": _tags(one)}
    return {"type": _text(given, "resourceType"), "id": "", "tags": {}}


def _tags(details: t.Any) -> dict[str, str]:
    return {key: _text(tag, "value") for tag in _values(details, "tags") if (key := _text(tag, "key"))}


def _values(node: t.Any, path: str) -> list[t.Any]:
    """Return everything at a path; a list on the way stands for each of its items."""
    found = [node]
    for names in _steps(path):
        steps = [_member(one, names) for one in found]
        found = [one for step in steps for one in (step if isinstance(step, list) else [step]) if one is not None]
    return found


@functools.cache
def _steps(path: str) -> tuple[tuple[str, str], ...]:
    """Return the names of a path, each as it is on the wire and as boto3 spells it."""
    return tuple(
        (name, "SourceIps" if name == "sourceIPs" else name[:1].upper() + name[1:]) for name in path.split(".")
    )


def _member(node: t.Any, names: tuple[str, str]) -> t.Any:
    if not isinstance(node, dict):
        return None
    return node[names[0]] if names[0] in node else node.get(names[1])


def _first(node: t.Any, path: str) -> t.Any:
    found = node
    for names in _steps(path):
        found = _member(found, names)
        if isinstance(found, list):
            return next(iter(_values(node, path)), None)
    return found


def _text(node: t.Any, path: str) -> str:
    found = _first(node, path)
    return found if isinstance(found, str) else ""


def _number(value: t.Any) -> float:
    return float(value) if isinstance(value, (int, float)) and abs(value) < HIGHEST_NUMBER else 0.0
