# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that do not show yet what was written, and lists that somebody else makes at the same time."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.guardduty_cases import (
    KINDS,
    LOCATION,
    ONE,
    TWO,
    Edge,
    calls,
    client,
    converge,
    loaded,
    lst,
    publish,
    world,
)
from threatlists_emulators.control import Aws

LAG = 0.4
STEPS: list[dict[str, Any]] = [{}, {"format": "STIX"}, {"activate": False}, {"state": "absent"}, {"tags": {"a": "b"}}]


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


def create_as_another_run(aws: Aws, kind: str) -> None:
    """A list of the declared name, made where our next run does not see it yet."""
    guardduty = client(aws, "guardduty")
    create = {"threatintelset": guardduty.create_threat_intel_set, "ipset": guardduty.create_ip_set}[kind]
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    create(DetectorId=detector, Name="threats", Format="TXT", Location=LOCATION, Activate=True)


@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("lag", [2, 30])
def test_a_list_that_another_run_made_and_nothing_shows_is_no_missing_permission(
    aws: Aws, kind: str, lag: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", 0.3)
    monkeypatch.setattr(waiting, "UNTIL_FOUND", 4)
    aws.settings(eventual_consistency=lag)
    create_as_another_run(aws, kind)
    result = converge(aws, lst(kind=kind)).only
    if lag == 2:
        assert (result["action"], result["proof"]) == ("updated", "sha256")
    else:
        error = result["error"]
        assert (error["code"], error["retryable"], "another run" in error["message"]) == ("TimedOut", True, True)
        assert "PutRolePolicy" not in str(error)


@pytest.mark.parametrize("lag", [2, 30])
def test_a_quota_that_no_list_which_is_shown_fills_is_looked_at_again(
    aws: Aws, lag: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where AWS should count before it looks at the name."""
    monkeypatch.setattr(waiting, "UNTIL_FOUND", 4)
    aws.settings(eventual_consistency=lag)
    create_as_another_run(aws, "ipset")
    message = "because it\u2019s an attempt to create resources beyond the current AWS account limits."
    aws.fault(operation="CreateIPSet", code="InternalServerErrorException", status=400, message=message, times=9)
    result = converge(aws, lst(kind="ipset")).only
    if lag == 2:
        assert (result["action"], result["proof"]) == ("updated", "sha256")
    else:
        assert (result["error"]["code"], result["error"]["retryable"]) == ("TimedOut", True)


def test_a_quota_that_the_lists_which_are_shown_fill_is_believed_at_once(aws: Aws) -> None:
    aws.fault(operation="GetAdministratorAccount", action="hang", seconds=1)

    def fill() -> None:
        while "GetAdministratorAccount" not in calls(aws):
            pass
        guardduty = client(aws, "guardduty")
        (detector,) = guardduty.list_detectors()["DetectorIds"]
        guardduty.create_ip_set(DetectorId=detector, Name="x", Format="TXT", Location=LOCATION, Activate=False)

    thread = threading.Thread(target=fill)
    aws.clear_calls()
    thread.start()
    began = time.monotonic()
    error = converge(aws, lst(kind="ipset")).only["error"]
    thread.join()
    assert (error["code"], error["retryable"]) == ("QuotaExceeded", False)
    assert time.monotonic() - began < 10


def test_a_list_in_error_that_is_shown_as_before_is_not_told_a_cause(aws: Aws) -> None:
    converge(aws, lst())
    aws.tamper(loaded(aws)[0]["id"], status="ERROR")
    aws.settings(eventual_consistency=30)
    error = converge(aws, lst(), wait_timeout=1).only["error"]
    assert (error["code"], error["retryable"]) == ("TimedOut", True)
    assert "its status is ERROR" in error["message"]
    assert loaded(aws)[0]["tags"]["threatlists:sha256"] == "pending"


@pytest.mark.parametrize("kind", KINDS[2:])
def test_a_proof_is_bound_to_the_load_that_is_shown(aws: Aws, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", 0.3)
    converge(aws, lst(kind=kind))
    publish(aws, TWO)
    aws.settings(eventual_consistency=2)
    assert converge(aws, lst(kind=kind)).only["proof"] == "sha256"
    assert converge(aws, lst(kind=kind)).actions == ["none"]


@pytest.mark.parametrize("kind", KINDS[2:])
def test_a_load_that_is_never_shown_is_not_proven(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    publish(aws, TWO)
    aws.settings(eventual_consistency=30)
    error = converge(aws, lst(kind=kind), wait_timeout=1).only["error"]
    assert (error["code"], error["retryable"]) == ("TimedOut", True)
    assert loaded(aws)[0]["tags"]["threatlists:sha256"] == "pending"


CHANGES: dict[str, dict[str, Any]] = {
    "deactivated": {"activate": False},
    "deleted": {"state": "absent"},
    "recreated": {"format": "STIX", "trust_content": True, "recreate": True},
}


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("wait", [True, False])
def test_what_is_shown_late_is_no_wrong_state(
    aws: Aws, action: str, wait: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", 0.3 if wait else 4)
    converge(aws, lst(kind="ipset"))
    aws.settings(eventual_consistency=2)
    assert converge(aws, lst(kind="ipset", **CHANGES[action]), wait=wait).actions == [action]


def test_a_deletion_that_a_creation_follows_is_waited_for_in_any_case(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", 0.3)
    converge(aws, lst(kind="ipset"))
    aws.settings(eventual_consistency=2)
    error = converge(aws, lst(kind="ipset", **CHANGES["recreated"]), wait=False).only["error"]
    assert (error["code"], creates(aws), len(loaded(aws))) == ("TimedOut", 1, 1)


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("wait", [True, False])
def test_what_is_never_shown_is_worth_another_try(
    aws: Aws, action: str, wait: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", 0.5)
    converge(aws, lst(kind="ipset"))
    aws.settings(eventual_consistency=30)
    error = converge(aws, lst(kind="ipset", **CHANGES[action]), wait=wait, wait_timeout=1).only["error"]
    assert (error["code"], error["retryable"]) == ("TimedOut", True)
    assert "does not show that yet: its status is ACTIVE" in error["message"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_that_was_shown_once_and_then_is_not_is_created_under_its_token(aws: Aws, kind: str) -> None:
    """Replicas that disagree: the same token gives the same list, and nothing is loaded again."""
    aws.settings(activation_delay=1)
    operation = {"ipset": "GetIPSet", "threatintelset": "GetThreatIntelSet", "threatentityset": "GetThreatEntitySet"}
    message = "The request is rejected since no such resource found."
    fault: dict[str, Any] = {"code": "BadRequestException", "status": 400, "message": message, "skip": 1}
    aws.fault(operation=operation.get(kind, "GetTrustedEntitySet"), **fault)
    result = converge(aws, lst(kind=kind))
    (one,) = loaded(aws)
    assert (result.actions, creates(aws), one["loads"], one["id"]) == (["created"], 2, 1, result.only["id"])
    assert result.only["proof"] == "sha256"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wait", [True, False])
def test_a_run_right_after_another_loads_nothing_again(
    aws: Aws, kind: str, wait: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_PROVEN", 5)
    converge(aws, lst(kind=kind))
    publish(aws, TWO)
    aws.settings(eventual_consistency=1)
    assert converge(aws, lst(kind=kind), wait=wait).actions == ["reloaded"]
    aws.clear_calls()
    assert converge(aws, lst(kind=kind), wait=wait).only["action"] in ("none", "updated")
    assert loaded(aws)[0]["loads"] == 2


def test_a_load_that_no_run_ended_is_looked_at_for_seconds_only(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "UNTIL_PROVEN", 1)
    converge(aws, lst())
    (one,) = loaded(aws)
    aws.tamper(one["id"], tags={**one["tags"], "threatlists:sha256": "pending"})
    result = converge(aws, lst())
    assert (result.actions, result.only["cause"]) == (["reloaded"], "a load had begun whose end is unknown")


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
    assert "threatlists:foreign" not in one["tags"]


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


@given(
    st.sampled_from(KINDS),
    st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([ONE, TWO]), st.booleans()), min_size=2, max_size=3),
)
@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_ends_in_the_declared_state_though_reads_lag(
    aws: Aws, kind: str, history: list[tuple[dict[str, Any], bytes, bool]]
) -> None:
    aws.world(world())
    aws.settings(eventual_consistency=LAG)
    declared, digest = lst(), ""
    for changes, content, wait in history:
        declared = lst(kind=kind, trust_content=True, recreate=True, **changes)
        digest = publish(aws, content)
        converge(aws, declared, wait=wait)
    last = converge(aws, declared)
    assert not last.result["failed"], last.result
    time.sleep(LAG)
    assert converge(aws, declared).actions == ["none"]
    assert calls(aws, write=True) == []
    held = [(one["format"], one["status"], one["sha256"]) for one in loaded(aws)]
    if declared.get("state") == "absent":
        assert held == []
    elif declared.get("activate", True):
        assert held == [(declared["format"], "ACTIVE", digest)]
    else:
        assert [one[:2] for one in held] == [(declared["format"], "INACTIVE")]
