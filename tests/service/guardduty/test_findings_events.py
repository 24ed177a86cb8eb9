# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings as EventBridge sent them are told with their why, and GuardDuty is asked nothing."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_info
from support.guardduty_cases import BUCKET, REGION, Edge, edge, world
from support.published import publish_with_index
from threatlists_emulators import control
from threatlists_emulators.control import Aws

INDEX = {"threats": f"s3://{BUCKET}/threats.txt"}


def event(remote: str, name: str = "threats", **changes: Any) -> dict[str, Any]:
    remote_details = {"remoteIpDetails": {"ipAddressV4": remote}}
    finding = {
        "id": "1" * 32,
        "accountId": "222222222222",
        "region": REGION,
        "severity": 5,
        "updatedAt": "2126-11-24T03:00:05Z",
        "service": {
            "additionalInfo": {"threatListName": name},
            "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": remote_details},
        },
    }
    return {"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": {**finding, **changes}}


def told(aws: Aws, *events: Any, **options: Any) -> Edge:
    module = edge(aws, findings_info.INFO_SPEC, events=list(events), index=INDEX, **options)
    aws.clear_calls()
    _module.run(module, findings_info.read_findings)
    return module


@pytest.fixture
def aws(tmp_path: pathlib.Path) -> Any:
    with control.aws() as running:
        running.world(world())
        publish_with_index(
            running, tmp_path, {"value": "45.1.2.3", "source": "A"}, {"value": "45.9.9.9", "source": "B"}
        )
        yield running


def test_a_finding_that_recurs_is_told_with_each_remote(aws: Aws) -> None:
    module = told(aws, event("45.1.2.3"), event("45.9.9.9"), event("45.1.2.3", "other", id="2" * 32))
    found = [(one["indicator"], one["list"], (one["why"] or {}).get("entry")) for one in module.result["findings"]]
    assert sorted(found, key=str) == [
        ("45.1.2.3", "other", None),
        ("45.1.2.3", "threats", "45.1.2.3"),
        ("45.9.9.9", "threats", "45.9.9.9"),
    ]
    assert {call["service"] for call in aws.calls()} == {"s3"}
    assert len(told(aws, event("45.1.2.3"), event("45.9.9.9"), lists=["other"]).result["findings"]) == 0
    assert told(aws, event("45.1.2.3"), severity_min=7).result["findings"] == []
    assert told(aws).result["findings"] == []
    for wrong in ({}, {"detail-type": "AWS API Call via CloudTrail", "detail": {}}):
        assert told(aws, wrong).result["error"]["code"] == "InvalidArgument"
