# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that do not show yet what was written, and lists that somebody else makes at the same time."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import waiting
from support.guardduty_cases import KINDS, LOCATION, TWO, Edge, calls, client, converge, loaded, lst, publish
from threatlists_emulators.control import Aws


def creates(aws: Aws) -> int:
    return sum(operation.startswith("Create") for operation in calls(aws))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wait", [True, False])
def test_a_list_goes_through_its_life_though_reads_lag_behind(aws: Aws, kind: str, wait: bool) -> None:
    aws.settings(eventual_consistency=0.7)
    assert converge(aws, lst(kind=kind), wait=wait).actions == ["created"]
    digest = publish(aws, TWO)
    result = converge(aws, lst(kind=kind))
    assert result.actions == ["reloaded"], result.result
    (one,) = aws.loaded()
    assert (one["sha256"], one["status"]) == (digest, "ACTIVE")
    assert converge(aws, lst(kind=kind, activate=False)).actions == ["deactivated"]
    assert converge(aws, lst(kind=kind, state="absent")).actions == ["deleted"]
    assert loaded(aws) == []


@pytest.mark.parametrize("kind", KINDS[2:])
def test_a_late_failure_is_not_taken_for_the_state_before(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    publish(aws, TWO)
    aws.settings(eventual_consistency=1, activation_delay=0.5)
    aws.deny_reading("acme-threatlists")
    result = converge(aws, lst(kind=kind, trust_content=True))
    assert result.actions == ["failed"]
    (one,) = loaded(aws)
    assert (one["status"], one["tags"]["threatlists:sha256"]) == ("ERROR", "pending")


def test_a_list_that_is_not_shown_right_after_its_creation_is_not_created_again(aws: Aws) -> None:
    aws.fault(
        service="guardduty",
        operation="GetThreatIntelSet",
        code="BadRequestException",
        status=400,
        message="The request is rejected since no such resource found.",
    )
    result = converge(aws, lst())
    assert (result.actions, calls(aws).count("CreateThreatIntelSet")) == (["created"], 1)


@pytest.mark.parametrize("kind", KINDS)
def test_one_list_is_created_though_reads_lag_longer_than_other_writes_are_waited_for(
    aws: Aws, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", 0.3)
    aws.settings(eventual_consistency=2)
    result = converge(aws, lst(kind=kind))
    assert (result.actions, creates(aws)) == (["created"], 1)
    (one,) = loaded(aws)
    assert one["sha256"] == one["tags"]["threatlists:sha256"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_list_that_is_never_shown_is_said_and_not_created_again(aws: Aws, wait: bool) -> None:
    aws.settings(eventual_consistency=30)
    error = converge(aws, lst(), wait=wait, wait_timeout=1).only["error"]
    assert (error["code"], error["retryable"], creates(aws)) == ("TimedOut", True, 1)
    assert "second one" in error["remedy"] and loaded(aws)[0]["id"] in error["message"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lag", [0, 0.7])
def test_two_runs_at_once_make_one_list_and_neither_blames_a_permission(aws: Aws, kind: str, lag: float) -> None:
    aws.settings(activation_delay=0.3, eventual_consistency=lag)
    results: list[Edge] = []
    runs = [threading.Thread(target=lambda: results.append(converge(aws, lst(kind=kind)))) for _number in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [one.result["failed"] for one in results] == [False, False], [one.result for one in results]
    (one,) = loaded(aws)
    assert one["sha256"] == one["tags"]["threatlists:sha256"]


def test_a_list_made_by_others_meanwhile_is_adopted(aws: Aws) -> None:
    aws.fault(service="guardduty", operation="GetAdministratorAccount", action="hang", seconds=1.5)
    detector = client(aws, "guardduty").list_detectors()["DetectorIds"][0]

    def create() -> None:
        while "GetAdministratorAccount" not in calls(aws):
            pass
        client(aws, "guardduty").create_threat_intel_set(
            DetectorId=detector, Name="threats", Format="TXT", Location=LOCATION, Activate=True
        )

    thread = threading.Thread(target=create)
    aws.clear_calls()
    thread.start()
    result = converge(aws, lst())
    thread.join()
    assert (result.actions, len(loaded(aws))) == (["updated"], 1)
    assert loaded(aws)[0]["tags"]["threatlists:sha256"] == loaded(aws)[0]["sha256"]


def test_a_list_that_is_shown_though_it_is_gone_is_created(aws: Aws) -> None:
    detector = converge(aws, lst()).only["detector_id"]
    aws.settings(eventual_consistency=2)
    aws.fault(service="guardduty", operation="GetThreatIntelSet", action="hang", seconds=0.1)
    client(aws, "guardduty").delete_threat_intel_set(DetectorId=detector, ThreatIntelSetId=loaded(aws)[0]["id"])
    publish(aws, TWO)
    assert converge(aws, lst()).actions == ["created"]
    (one,) = loaded(aws)
    assert one["sha256"] == one["tags"]["threatlists:sha256"]


@pytest.mark.parametrize("kind", KINDS[:2])
def test_the_role_policy_is_never_blamed_where_the_list_is_active(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    publish(aws, TWO)
    given: dict[str, Any] = {"service": "guardduty", "code": "BadRequestException", "status": 400, "times": None}
    aws.fault(operation={"threatintelset": "UpdateThreatIntelSet", "ipset": "UpdateIPSet"}[kind], **given)
    error = converge(aws, lst(kind=kind)).only["error"]
    assert (error["code"], "PutRolePolicy" in str(error)) == ("BadRequestException", False)
