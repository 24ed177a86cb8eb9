# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pending states, quotas, members, Regions, passing and permanent errors, tokens."""

from __future__ import annotations

import threading
import time

import pytest
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    KINDS,
    MEMBER,
    OTHER,
    REGION,
    ROLE,
    SECOND,
    TWO,
    calls,
    client,
    converge,
    digest_of,
    info,
    loaded,
    lst,
    publish,
    world,
)
from threatlists_emulators.control import Aws

FAR = "ap-east-1"
QUICK = {"retries": {"mode": "standard", "total_max_attempts": 3}, "read_timeout": 1, "connect_timeout": 1}


# Pending states


@pytest.mark.parametrize("kind", KINDS)
def test_a_pending_list_is_waited_for_then_acted_on(aws: Aws, kind: str) -> None:
    aws.settings(activation_delay=0.6)
    converge(aws, lst(kind=kind), wait=False)
    digest = publish(aws, TWO)
    assert converge(aws, lst(kind=kind)).actions == ["reloaded"]
    assert loaded(aws)[0]["sha256"] == digest


def test_waiting_ends_at_its_timeout_and_the_next_run_goes_on(aws: Aws) -> None:
    aws.settings(activation_delay=2)
    result = converge(aws, lst(), wait_timeout=1)
    assert result.only["error"]["code"] == "TimedOut"
    assert result.only["error"]["retryable"]
    assert converge(aws, lst()).actions == ["reloaded"]


def test_waits_overlap_but_writes_do_not(aws: Aws) -> None:
    aws.settings(activation_delay=1.5)
    lists = [lst(kind=kind) for kind in KINDS]
    began = time.monotonic()
    assert converge(aws, *lists, regions=[REGION, SECOND]).actions == ["created"] * 8
    assert time.monotonic() - began < 8 * 1.5
    creates = [call for call in aws.calls(service="guardduty") if call["operation"].startswith("Create")]
    assert len(creates) == 8


def test_a_list_being_deleted_is_waited_for_and_created_anew(aws: Aws) -> None:
    converge(aws, lst())
    aws.settings(deletion_delay=0.5)
    converge(aws, lst(state="absent"), wait=False)
    assert converge(aws, lst()).actions == ["created"]


def test_credentials_are_renewed_before_they_expire(aws: Aws) -> None:
    aws.settings(session_lifetime=200)
    converge(aws, lst(), assume_role_arn=ROLE)
    assert calls(aws).count("AssumeRole") > 1


def test_credentials_that_expired_all_the_same_are_renewed_once(aws: Aws) -> None:
    aws.fault(service="guardduty", operation="ListDetectors", code="ExpiredTokenException", status=403)
    assert converge(aws, lst(), assume_role_arn=ROLE).actions == ["created"]
    assert calls(aws).count("AssumeRole") == 2


# Quotas


@pytest.mark.parametrize(("kind", "quota"), [("threatintelset", 6), ("ipset", 1)])
def test_lists_beyond_the_quota_fail_before_anything_is_written_and_name_the_holders(
    aws: Aws, kind: str, quota: int
) -> None:
    lists = [lst(f"l{number}", kind) for number in range(quota)]
    converge(aws, *lists)
    result = converge(aws, lst("more", kind))
    assert result.only["error"]["code"] == "QuotaExceeded"
    assert "'l0'" in result.only["error"]["message"]
    assert calls(aws, write=True) == []
    swapped = converge(aws, lst("more", kind), lst("l0", kind, state="absent"))
    assert swapped.actions == ["created", "deleted"]


def test_more_lists_than_the_quota_in_one_declaration(aws: Aws) -> None:
    result = converge(aws, lst("a", "ipset"), lst("b", "ipset"))
    assert result.actions == ["created", "failed"]
    assert "'a'" in result.result["results"][1]["error"]["message"]


@pytest.mark.parametrize("kind", KINDS[2:])
def test_entries_beyond_what_the_kind_takes_are_refused_before_any_write(aws: Aws, kind: str) -> None:
    publish(aws, TWO, Metadata={"entries": "1001", "sha256": digest_of(TWO)})
    result = converge(aws, lst(kind=kind))
    assert result.only["error"]["code"] == "QuotaExceeded"
    assert calls(aws, write=True) == []


def test_more_than_50_locations_are_refused_before_any_write(aws: Aws) -> None:
    regions = ["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ca-central-1", "eu-central-1", "eu-north-1"]
    regions += ["eu-west-1", "eu-west-2", "us-east-1"]
    aws.world({**world(), "regions": regions})
    for region in regions:
        for number in range(6):
            publish(aws, key=f"{region}/{number}.txt")
    lists = [lst(f"l{number}", location=f"s3://{BUCKET}/{{region}}/{number}.txt") for number in range(6)]
    result = converge(aws, *lists, regions=regions)
    assert set(result.actions) == {"failed"}
    assert "54 distinct locations" in result.result["results"][0]["error"]["message"]
    assert calls(aws, write=True) == []
    assert set(converge(aws, *lists, regions=regions[:8]).actions) == {"created"}
    last = converge(aws, *lists, regions=regions)
    assert last.actions.count("none") == 48
    assert last.actions.count("failed") == 6


# Members, Regions, credentials


def test_members_are_skipped_with_their_administrator_or_fail(aws: Aws) -> None:
    aws.world(world(a333333333333={"administrator": ACCOUNT}))
    publish(aws)
    converge(aws, lst())
    for state in ("present", "absent"):
        skipped = converge(aws, lst(state=state), account=MEMBER)
        assert (skipped.only["action"], skipped.only["administrator"]) == ("skipped", ACCOUNT)
    failed = converge(aws, lst(), account=MEMBER, on_member="fail")
    assert failed.only["error"]["code"] == "MemberAccount"
    assert ACCOUNT in failed.only["error"]["message"]
    assert calls(aws, write=True) == []


def test_membership_is_per_region(aws: Aws) -> None:
    aws.world(world(a111111111111={"administrator": {SECOND: OTHER}}))
    publish(aws)
    assert converge(aws, lst(), regions=[REGION, SECOND]).actions == ["created", "skipped"]


@pytest.mark.parametrize(
    ("change", "code"),
    [("no_detector", "NoDetector"), ("suspended", "Suspended"), ("regions_not_enabled", "NotEnabled")],
)
def test_an_unavailable_region_fails_or_is_skipped_and_stops_no_other(aws: Aws, change: str, code: str) -> None:
    aws.world(world(a111111111111={change: [SECOND]}))
    publish(aws)
    failed = converge(aws, lst(), regions=[SECOND, REGION])
    assert failed.actions == ["failed", "created"]
    assert failed.result["results"][0]["error"]["code"] == code
    skipped = converge(aws, lst(), regions=[SECOND, REGION], on_unavailable="skip")
    assert skipped.actions == ["skipped", "none"]
    assert not skipped.result["failed"]


def test_all_means_the_enabled_regions(aws: Aws) -> None:
    aws.world(world(a111111111111={"regions_not_enabled": [FAR]}))
    publish(aws)
    result = converge(aws, lst(), regions=["all"])
    assert [one["region"] for one in result.result["results"]] == [REGION, SECOND]
    assert [one["region"] for one in info(aws, regions=["all"]).result["regions"]] == [REGION, SECOND]


@pytest.mark.parametrize("skip", ["skip", "fail"])
def test_a_dead_credential_is_never_an_unavailable_region(aws: Aws, skip: str) -> None:
    dead = converge(aws, lst(), account="AKIADEAD", regions=[REGION, SECOND], on_unavailable=skip, on_member="skip")
    assert dead.result["failed"]
    assert dead.result["error"]["code"] == "InvalidCredentials"
    aws.fault(service="guardduty", code="UnrecognizedClientException", status=403, times=None)
    died_since = converge(aws, lst(), regions=[REGION, SECOND], on_unavailable=skip)
    assert died_since.actions == ["failed", "failed"]
    assert died_since.result["results"][0]["error"]["code"] == "InvalidCredentials"
    assert info(aws, regions=[REGION]).result["error"]["code"] == "InvalidCredentials"


def test_an_expired_token_is_never_an_unavailable_region(aws: Aws) -> None:
    aws.fault(service="guardduty", region=SECOND, code="ExpiredTokenException", status=403, times=None)
    result = converge(aws, lst(), regions=[REGION, SECOND], on_unavailable="skip")
    assert result.actions == ["created", "failed"]
    assert result.result["results"][1]["error"]["code"] == "InvalidCredentials"


def test_a_role_that_cannot_be_assumed_is_named(aws: Aws) -> None:
    aws.world({**world(), "roles": {ROLE: {"assumable": False}}})
    publish(aws)
    result = converge(aws, lst(), assume_role_arn=ROLE)
    assert result.result["error"]["code"] == "AssumeRoleFailed"
    assert ROLE in result.result["msg"]


def test_a_region_that_is_misspelt_is_told_from_one_that_is_not_enabled(aws: Aws) -> None:
    for region, asks in (("eu-wesst-1", "Did you mean eu-west-1? "), ("af-south-1", "")):
        aws.world(world(a111111111111={"regions_not_enabled": [region]}))
        publish(aws)
        error = converge(aws, lst(), regions=[region, REGION]).result["results"][0]["error"]
        assert error["code"] == "NotEnabled"
        assert error["remedy"].startswith(f"{asks}Enable the Region")


def test_nothing_is_done_in_an_account_that_is_not_meant(aws: Aws) -> None:
    publish(aws)
    result = converge(aws, lst(), account_id="999999999999")
    assert result.result["error"]["code"] == "WrongAccount"
    assert "999999999999" in result.result["msg"]
    assert ACCOUNT in result.result["msg"]
    assert {call["service"] for call in aws.calls()} <= {"sts"}
    assert converge(aws, lst(), account_id=ACCOUNT).actions == ["created"]
    assert converge(aws, lst(), account_id="").actions == ["none"], "nothing is said of the account"
    assert converge(aws, lst(), account_id="1111-1111-1111").result["error"]["code"] == "InvalidArgument"
    told = converge(aws, lst(), account_id="999999999999", assume_role_arn=ROLE)
    assert told.result["error"]["code"] == "WrongAccount"


# Permanent and passing errors, tokens


def test_a_region_that_fails_stops_no_other_and_the_module_fails_with_all_results(aws: Aws) -> None:
    aws.fault(service="guardduty", region=SECOND, action="hang", seconds=3, times=None)
    result = converge(aws, lst(), lst("b"), regions=[SECOND, REGION], aws_config={**QUICK})
    assert result.actions == ["failed", "failed", "created", "created"]
    assert result.result["results"][0]["error"] == {
        **result.result["results"][0]["error"],
        "code": "TimedOut",
        "retryable": True,
    }
    assert result.result["changed"]


@pytest.mark.parametrize("action", ["throttle", "drop", "error"])
def test_passing_errors_are_retried_within_a_bound(aws: Aws, action: str) -> None:
    aws.fault(service="guardduty", action=action, times=2)
    assert converge(aws, lst(), aws_config={**QUICK, "read_timeout": 5}).actions == ["created"]
    aws.fault(service="guardduty", action=action, times=None)
    failed = converge(aws, lst(), aws_config={**QUICK, "read_timeout": 5})
    assert failed.only["error"]["retryable"]
    assert calls(aws, service="guardduty") == ["ListDetectors"] * 3


def test_an_internal_error_with_status_400_is_permanent(aws: Aws) -> None:
    aws.fault(
        service="guardduty", operation="ListDetectors", code="InternalServerErrorException", status=400, times=None
    )
    result = converge(aws, lst())
    assert result.only["error"]["retryable"] is False
    assert calls(aws).count("ListDetectors") == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, 3])
def test_a_create_whose_answer_was_lost_is_not_doubled(aws: Aws, kind: str, times: int) -> None:
    aws.fault(service="guardduty", where={"name": "threats"}, when="after", action="drop", times=times)
    result = converge(aws, lst(kind=kind), aws_config={**QUICK, "read_timeout": 5})
    assert result.actions == ["created"]
    (one,) = loaded(aws)
    assert one["id"] == result.only["id"]


def test_the_id_of_a_deleted_list_never_comes_back(aws: Aws) -> None:
    converge(aws, lst())
    (old,) = loaded(aws)
    converge(aws, lst(state="absent"))
    result = converge(aws, lst())
    assert result.only["id"] != old["id"]
    assert [one["id"] for one in loaded(aws)] == [result.only["id"]]


def test_a_token_that_replays_a_list_deleted_meanwhile_is_replaced(aws: Aws) -> None:
    aws.fault(operation="CreateThreatIntelSet", when="after", action="hang", seconds=2, times=1)

    def delete_the_first() -> None:
        while not loaded(aws):
            time.sleep(0.02)
        (one,) = loaded(aws)
        detector = one["arn"].split("/")[1]
        client(aws, "guardduty").delete_threat_intel_set(DetectorId=detector, ThreatIntelSetId=one["id"])

    thread = threading.Thread(target=delete_the_first)
    thread.start()
    result = converge(aws, lst(), aws_config=QUICK)
    thread.join()
    assert result.actions == ["created"]
    assert calls(aws).count("CreateThreatIntelSet") == 3
    (one,) = loaded(aws)
    assert (one["id"], one["status"]) == (result.only["id"], "ACTIVE")


def test_deleting_what_is_gone_already_is_no_failure(aws: Aws) -> None:
    converge(aws, lst())
    aws.fault(service="guardduty", operation="DeleteThreatIntelSet", when="after", action="drop", times=1)
    assert converge(aws, lst(state="absent")).actions == ["deleted"]
    assert loaded(aws) == []
