# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A finding is read in every shape that GuardDuty gives it, and nothing that it may hold breaks the reader."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings import Finding, parse
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = {"remoteIpDetails": {"ipAddressV4": "4.5.6.7", "country": {"countryName": "X"}}}
INFO = {"threatName": "Customer Threat Intel", "threatListName": "threat-list2", "authenticationMethod": "AuthHeader"}
EVIDENCE = {"threatIntelligenceDetails": [{"threatListName": "threat-list2", "threatNames": ["Customer Threat Intel"]}]}
# As recorded (docs/dev/findings.md#8).
RECORDED: dict[str, Any] = {
    "schemaVersion": "2.0",
    "accountId": "111122223333",
    "region": "us-east-1",
    "partition": "aws",
    "id": "0" * 32,
    "arn": f"arn:aws:guardduty:us-east-1:111122223333:detector/{'1' * 32}/finding/{'0' * 32}",
    "type": "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
    "severity": 8,
    "createdAt": "2023-06-08T08:22:11.192Z",
    "updatedAt": "2023-06-08T08:32:11.192Z",
    "title": "API DeleteObjects was invoked from an IP address on a custom threat list.",
    "resource": {
        "resourceType": "S3Bucket",
        "accessKeyDetails": {"userName": "analyst"},
        "s3BucketDetails": [{"name": "acme-data", "tags": [{"key": "app", "value": "shop"}]}],
    },
    "service": {
        "serviceName": "guardduty",
        "resourceRole": "TARGET",
        "archived": False,
        "count": 2,
        "eventFirstSeen": "2023-06-08T08:17:05.000Z",
        "eventLastSeen": "2023-06-08T08:27:05.000Z",
        "action": {"actionType": "AWS_API_CALL", "awsApiCallAction": {"api": "DeleteObjects", **ADDRESS}},
        "evidence": EVIDENCE,
        "additionalInfo": {"type": "default", "value": json.dumps(INFO)},
    },
}


def with_service(**changes: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RECORDED)
    raw["service"] = {**raw["service"], **changes}
    return {**raw, "service": {name: value for name, value in raw["service"].items() if value is not None}}


def as_boto3(node: Any) -> Any:
    """The names of members as boto3 spells them; the contents of strings are left alone."""
    if isinstance(node, list):
        return [as_boto3(one) for one in node]
    if isinstance(node, dict):
        return {{"sourceIPs": "SourceIps"}.get(k, k[:1].upper() + k[1:]): as_boto3(v) for k, v in node.items()}
    return node


def action(kind: str, member: str, details: Any) -> dict[str, Any]:
    return with_service(action={"actionType": kind, member: details})


def test_the_recorded_finding() -> None:
    assert dataclasses.asdict(parse(RECORDED)) == {
        "account_id": "111122223333",
        "region": "us-east-1",
        "id": "0" * 32,
        "arn": RECORDED["arn"],
        "type": "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
        "severity": 8.0,
        "title": RECORDED["title"],
        "lists": ["threat-list2"],
        "indicators": ["4.5.6.7"],
        "direction": "inbound",
        "resource": {"type": "S3Bucket", "id": "acme-data", "tags": {"app": "shop"}},
        "count": 2,
        "first_seen": "2023-06-08T08:17:05.000Z",
        "last_seen": "2023-06-08T08:27:05.000Z",
        "updated": "2023-06-08T08:32:11.192Z",
        "archived": False,
        "feedback": "",
        "is_sample": False,
    }


@pytest.mark.parametrize(
    ("changes", "lists"),
    [
        ({"evidence": None}, ["threat-list2"]),
        ({"additionalInfo": None}, ["threat-list2"]),
        ({"evidence": None, "additionalInfo": INFO}, ["threat-list2"]),  # an event
        ({"evidence": None, "additionalInfo": None}, []),
        ({"evidence": None, "additionalInfo": {"value": "{not JSON"}}, []),
        ({"evidence": None, "additionalInfo": {"value": "[1]"}}, []),
        ({"additionalInfo": {"value": '{"threatListName": "other"}'}}, ["threat-list2", "other"]),
        (
            {"evidence": {"threatIntelligenceDetails": [{"threatListName": n} for n in "ab"]}},
            ["a", "b", "threat-list2"],
        ),
    ],
)
def test_the_name_of_the_list_stands_in_two_places(changes: dict[str, Any], lists: list[str]) -> None:
    assert parse(with_service(**changes)).lists == lists
    assert parse(as_boto3(with_service(**changes))).lists == lists


PROBES = [{"remoteIpDetails": {"ipAddressV4": f"4.5.6.{number}"}} for number in (7, 8, 7)]


@pytest.mark.parametrize(
    ("raw", "indicators", "direction"),
    [
        (
            action("NETWORK_CONNECTION", "networkConnectionAction", {"connectionDirection": "OUTBOUND", **ADDRESS}),
            ["4.5.6.7"],
            "outbound",
        ),
        (
            action("NETWORK_CONNECTION", "networkConnectionAction", {"connectionDirection": "UNKNOWN", **ADDRESS}),
            ["4.5.6.7"],
            "inbound",
        ),
        (
            action(
                "NETWORK_CONNECTION", "networkConnectionAction", {"remoteIpDetails": {"ipAddressV6": "2001:db8::1"}}
            ),
            ["2001:db8::1"],
            "inbound",
        ),
        (action("KUBERNETES_API_CALL", "kubernetesApiCallAction", ADDRESS), ["4.5.6.7"], "inbound"),
        (action("KUBERNETES_API_CALL", "kubernetesApiCallAction", {"sourceIPs": ["4.5.6.7"]}), ["4.5.6.7"], "inbound"),
        (action("PORT_PROBE", "portProbeAction", {"portProbeDetails": PROBES}), ["4.5.6.7", "4.5.6.8"], "inbound"),
        (action("DNS_REQUEST", "dnsRequestAction", {"domain": "bad.example"}), ["bad.example"], "outbound"),
        (action("DNS_REQUEST", "dnsRequestAction", {"domainWithSuffix": "b.example"}), ["b.example"], "outbound"),
        (action("RDS_LOGIN_ATTEMPT", "rdsLoginAttemptAction", ADDRESS), ["4.5.6.7"], "inbound"),
        (action("SOMETHING_NEW", "networkConnectionAction", ADDRESS), ["4.5.6.7"], "inbound"),
        (with_service(action=None, resourceRole=None), [], ""),
    ],
)
def test_where_the_indicator_stands_depends_on_the_action(
    raw: dict[str, Any], indicators: list[str], direction: str
) -> None:
    for found in (parse(raw), parse(as_boto3(raw))):
        assert (found.indicators, found.direction) == (indicators, direction)


@pytest.mark.parametrize(
    ("resource", "identity"),
    [
        ({"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1", "tags": []}}, "i-1"),
        ({"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": "AKIA"}}, "AKIA"),
        ({"resourceType": "EKSCluster", "eksClusterDetails": {"name": "one"}}, "one"),
        ({"resourceType": "Lambda", "lambdaDetails": {"functionName": "job"}}, "job"),
        ({"resourceType": "New"}, ""),
        ({}, ""),
    ],
)
def test_a_resource_is_called_by_what_tells_most(resource: dict[str, Any], identity: str) -> None:
    found = parse({**RECORDED, "resource": resource}).resource
    assert (found["type"], found["id"], found["tags"]) == (resource.get("resourceType", ""), identity, {})


@pytest.mark.parametrize(
    "changes", [{"title": "[SAMPLE] x"}, {"service": {"additionalInfo": {"value": '{"sample": true}'}}}]
)
def test_sample_findings_are_told(changes: dict[str, Any]) -> None:
    assert parse({**RECORDED, **changes}).is_sample


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """The recorded finding with anything in the place of some of its parts."""
    raw = copy.deepcopy(RECORDED)
    node: Any = raw
    while isinstance(node, dict) and node and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(node)))
        if draw(st.booleans()) or not isinstance(node[name], dict):
            node[name] = draw(JSON)
            break
        node = node[name]
    return raw


@given(raw=broken() | st.dictionaries(st.sampled_from(["service", "Service", "resource", "id", "title"]), JSON))
def test_nothing_that_comes_breaks_it(raw: dict[str, Any]) -> None:
    found = parse(raw)
    assert isinstance(found, Finding)
    texts = [found.id, found.title, found.direction, *found.lists, *found.indicators, *found.resource["tags"]]
    assert all(isinstance(text, str) for text in texts)
    json.dumps(dataclasses.asdict(found))


@given(raw=broken())
def test_the_api_and_boto3_say_the_same(raw: dict[str, Any]) -> None:
    assert parse(as_boto3(raw)) == parse(raw)
