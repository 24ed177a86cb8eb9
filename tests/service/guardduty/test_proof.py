# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proof, minimal calls, adoption, tags and check mode, through real boto3."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import pytest
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    KINDS,
    OTHER,
    REGION,
    ROLE,
    SECOND,
    TWO,
    calls,
    client,
    converge,
    info,
    loaded,
    lst,
    publish,
)
from threatlists_emulators.control import Aws


def sha_tag(one: dict[str, Any]) -> str:
    return one["tags"]["threatlists:sha256"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_tag_says_is_loaded_and_a_new_content_is_loaded_again(aws: Aws, kind: str) -> None:
    first = converge(aws, lst(kind=kind))
    assert first.actions == ["created"]
    assert first.only["proof"] == "sha256"
    (one,) = loaded(aws)
    assert one["sha256"] == sha_tag(one) == first.only["sha256"]
    digest = publish(aws, TWO)
    assert info(aws).result["lists"][0]["current"] is False
    again = converge(aws, lst(kind=kind))
    assert again.actions == ["reloaded"]
    (after,) = loaded(aws)
    assert (after["id"], after["sha256"], sha_tag(after), after["loads"]) == (one["id"], digest, digest, 2)
    assert info(aws).result["lists"][0]["current"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_run_makes_exactly_the_promised_calls(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind), regions=[REGION, SECOND], assume_role_arn=ROLE)
    second = converge(aws, lst(kind=kind), regions=[REGION, SECOND], assume_role_arn=ROLE)
    assert second.result["changed"] is False
    assert second.actions == ["none", "none"]
    per_region = [operation for operation in calls(aws, region=SECOND) if operation not in ("HeadObject", "AssumeRole")]
    assert len(per_region) == (4 if kind in KINDS[2:] else 3)
    assert Counter(calls(aws)) == Counter(["HeadObject", "AssumeRole", *per_region, *per_region])
    assert calls(aws)[:2] == ["HeadObject", "AssumeRole"]


def test_with_the_digest_given_a_second_run_reads_nothing_from_s3(aws: Aws) -> None:
    digest = publish(aws)
    converge(aws, lst(sha256=digest))
    second = converge(aws, lst(sha256=digest))
    assert second.only["proof"] == "sha256"
    assert calls(aws) == ["GetCallerIdentity", "ListDetectors", "ListThreatIntelSets", "GetThreatIntelSet"]


def test_each_list_is_read_once(aws: Aws) -> None:
    lists = [lst(name) for name in ("a", "b", "c", "d")]
    converge(aws, *lists)
    converge(aws, lists[0])
    assert calls(aws).count("GetThreatIntelSet") == 4
    assert "GetAdministratorAccount" not in calls(aws)
    converge(aws, lst("zz", state="absent"))
    assert calls(aws).count("GetThreatIntelSet") == 4


def test_lists_come_in_pages(aws: Aws) -> None:
    aws.settings(page_size=1)
    lists = [lst(name) for name in ("a", "b", "c")]
    assert converge(aws, *lists).actions == ["created"] * 3
    assert converge(aws, *lists).actions == ["none"] * 3


def test_the_owner_is_asked_for_only_where_no_list_is_tagged_ours(aws: Aws) -> None:
    converge(aws, lst())
    assert "GetAdministratorAccount" in calls(aws)
    converge(aws, lst())
    assert "GetAdministratorAccount" not in calls(aws)
    assert "GetDetector" not in calls(aws)


def publish_during_load(aws: Aws, contents: list[bytes]) -> threading.Thread:
    """Publish each content as soon as another load has begun."""

    def work() -> None:
        for number, content in enumerate(contents, 1):
            while len([one for one in calls(aws) if one in ("CreateThreatIntelSet", "UpdateThreatIntelSet")]) < number:
                time.sleep(0.01)
            publish(aws, content)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_an_object_that_changes_during_the_load_is_loaded_again(aws: Aws) -> None:
    aws.settings(activation_delay=0.4)
    aws.clear_calls()
    thread = publish_during_load(aws, [TWO])
    result = converge(aws, lst())
    thread.join()
    (one,) = loaded(aws)
    assert result.actions == ["created"]
    assert one["loads"] == 2
    assert one["sha256"] == sha_tag(one) == publish(aws, TWO)


def test_an_object_that_never_rests_fails_and_is_not_proven(aws: Aws) -> None:
    aws.settings(activation_delay=0.4)
    aws.clear_calls()
    thread = publish_during_load(aws, [b"198.51.100.%d\n" % number for number in range(10, 14)])
    result = converge(aws, lst())
    thread.join()
    assert result.only["error"]["code"] == "ContentChanging"
    (one,) = loaded(aws)
    assert (sha_tag(one), one["loads"]) == ("pending", 4)


def test_a_declared_digest_that_the_object_does_not_have_is_refused_before_any_write(aws: Aws) -> None:
    result = converge(aws, lst(sha256="f" * 64))
    assert result.only["error"]["code"] == "ContentMismatch"
    assert calls(aws, write=True) == []


def test_who_may_not_read_the_object_trusts_the_declared_digest_and_says_so(aws: Aws) -> None:
    digest = publish(aws)
    aws.fault(service="s3", operation="HeadObject", code="403", status=403, times=None)
    aws.fault(service="s3", operation="GetObject", code="AccessDenied", status=403, times=None)
    result = converge(aws, lst(sha256=digest))
    assert (result.only["action"], result.only["proof"]) == ("created", "declared")
    assert "not checked" in result.warnings[0]
    assert converge(aws, lst(sha256=digest)).actions == ["none"]


def test_a_missing_object_is_refused_before_any_write(aws: Aws) -> None:
    result = converge(aws, lst(location=f"s3://{BUCKET}/none.txt"), lst("good"))
    assert result.actions == ["failed", "created"]
    assert result.result["results"][0]["error"]["code"] == "NoSuchObject"
    assert result.result["failed"]


def test_without_waiting_the_load_is_submitted_and_confirmed_later(aws: Aws) -> None:
    aws.settings(activation_delay=3)
    first = converge(aws, lst(), wait=False)
    assert (first.only["action"], first.only["proof"]) == ("created", "submitted")
    assert sha_tag(loaded(aws)[0]).startswith("submitted:")
    under_way = converge(aws, lst(), wait=False)
    assert (under_way.only["action"], under_way.only["proof"]) == ("none", "submitted")
    confirmed = converge(aws, lst())
    assert confirmed.actions == ["updated"]
    assert calls(aws, write=True) == ["TagResource"]
    assert converge(aws, lst()).only["proof"] == "sha256"


def test_a_submitted_load_of_another_content_is_loaded_anew(aws: Aws) -> None:
    converge(aws, lst(), wait=False)
    digest = publish(aws, TWO)
    assert converge(aws, lst()).actions == ["reloaded"]
    assert loaded(aws)[0]["sha256"] == digest


def refuse_tags(aws: Aws) -> None:
    aws.fault(service="guardduty", operation="TagResource", code="AccessDeniedException", status=403, times=None)


@pytest.mark.parametrize("kind", KINDS[2:])
def test_where_the_detector_takes_no_tags_the_time_is_the_weak_proof(aws: Aws, kind: str) -> None:
    refuse_tags(aws)
    time.sleep(1.1)
    first = converge(aws, lst(kind=kind))
    assert (first.only["action"], first.only["proof"]) == ("created", "updated_at")
    assert "weak" in first.warnings[0]
    second = converge(aws, lst(kind=kind))
    assert (second.only["action"], second.only["proof"], second.result["changed"]) == ("none", "updated_at", False)
    time.sleep(1.1)
    digest = publish(aws, TWO)
    time.sleep(1.1)
    third = converge(aws, lst(kind=kind))
    assert (third.only["action"], third.only["proof"]) == ("reloaded", "updated_at")
    assert loaded(aws)[0]["sha256"] == digest


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"location": f"s3://{BUCKET}/other.txt"}, "its location was"),
        ({"name": "renamed"}, "its name was 'renamed'"),
        ({"status": "INACTIVE"}, "its status was INACTIVE"),
        ({"status": "ERROR", "error_details": "x"}, "its status was ERROR"),
        ({"tags": {}}, "nothing proved which content it holds"),
    ],
)
def test_a_list_that_was_tampered_with_is_brought_back(
    aws: Aws, kind: str, changes: dict[str, Any], cause: str
) -> None:
    converge(aws, lst(kind=kind))
    (before,) = loaded(aws)
    aws.tamper(before["id"], **changes)
    if changes == {"tags": {}} and kind in KINDS[2:]:
        arn = before["arn"].partition(f"/{kind}")[0]
        client(aws, "guardduty").untag_resource(ResourceArn=arn, TagKeys=[f"threatlists:{before['id']}"])
    result = converge(aws, lst(kind=kind))
    assert result.only["action"] in ("updated", "reloaded")
    assert result.only["cause"].startswith(cause)
    (after,) = loaded(aws)
    if changes == {"tags": {}}:
        # Nothing tells it from a list that something else made.
        before["tags"]["threatlists:foreign"] = ""
    same = ("id", "name", "location", "status", "tags", "sha256")
    assert [after[key] for key in same] == [before[key] for key in same]
    assert converge(aws, lst(kind=kind)).actions == ["none"]


def test_a_deleted_list_is_created_again(aws: Aws) -> None:
    converge(aws, lst())
    (one,) = loaded(aws)
    client(aws, "guardduty").delete_threat_intel_set(
        DetectorId=converge(aws, lst()).only["detector_id"], ThreatIntelSetId=one["id"]
    )
    result = converge(aws, lst())
    assert (result.only["action"], result.only["cause"]) == ("created", "it was not there")


def test_another_spelling_of_the_location_is_no_change(aws: Aws) -> None:
    converge(aws, lst())
    for spelling in (f"https://{BUCKET}.s3.amazonaws.com", f"https://s3.amazonaws.com/{BUCKET}"):
        assert converge(aws, lst(location=f"{spelling}/threats.txt")).actions == ["none"]


def test_lists_of_others_are_never_touched(aws: Aws) -> None:
    guardduty, detector = client(aws, "guardduty"), converge(aws, lst("x", state="absent")).only["detector_id"]
    guardduty.create_threat_intel_set(
        DetectorId=detector, Name="theirs", Format="TXT", Location=f"s3://{BUCKET}/threats.txt", Activate=True
    )
    before = loaded(aws)
    converge(aws, lst())
    converge(aws, lst(state="absent"))
    assert loaded(aws) == before


def test_a_list_of_the_declared_name_is_taken_over(aws: Aws) -> None:
    guardduty, detector = client(aws, "guardduty"), converge(aws, lst("x", state="absent")).only["detector_id"]
    made = guardduty.create_ip_set(
        DetectorId=detector, Name="threats", Format="TXT", Location=f"s3://{BUCKET}/threats.txt", Activate=True
    )
    result = converge(aws, lst(kind="ipset"))
    assert result.only["id"] == made["IpSetId"]
    assert loaded(aws)[0]["tags"]["threatlists:account"] == ACCOUNT


def test_tags_are_set_and_purged_but_ours_stay(aws: Aws) -> None:
    converge(aws, lst(tags={"owner": "secops", "cost": "1"}))
    assert converge(aws, lst()).actions == ["none"]
    kept = converge(aws, lst(tags={"cost": "2"}, purge_tags=False))
    assert kept.only["cause"] == "tags differed: cost"
    assert loaded(aws)[0]["tags"]["owner"] == "secops"
    purged = converge(aws, lst(tags={"cost": "2"}))
    assert (purged.actions, calls(aws, write=True)) == (["updated"], ["UntagResource"])
    assert set(loaded(aws)[0]["tags"]) == {"cost", "threatlists:sha256", "threatlists:account", "threatlists:name"}


@pytest.mark.parametrize("kind", KINDS)
def test_check_mode_writes_nothing_and_predicts_the_run(aws: Aws, kind: str) -> None:
    def both(*lists: dict[str, Any]) -> list[str]:
        aws.settings(refuse_writes=True)
        check = converge(aws, *lists, check=True, diff=True)
        assert calls(aws, write=True) == []
        aws.settings(refuse_writes=False)
        run = converge(aws, *lists, diff=True)
        predicted, done = ([(one["action"], one["cause"]) for one in r.result["results"]] for r in (check, run))
        assert predicted == done
        assert check.result["diff"] == run.result["diff"]
        assert check.result["changed"] == run.result["changed"]
        return run.actions

    assert both(lst(kind=kind)) == ["created"]
    assert both(lst(kind=kind)) == ["none"]
    publish(aws, TWO)
    assert both(lst(kind=kind, tags={"owner": "me"})) == ["reloaded"]
    assert both(lst(kind=kind, activate=False)) == ["deactivated"]
    assert both(lst(kind=kind, activate=False)) == ["none"]
    has_room = kind in ("threatintelset", "threatentityset")
    assert both(lst(kind=kind, format="STIX", trust_content=True, recreate=not has_room)) == ["recreated"]
    assert both(lst(kind=kind, state="absent")) == ["deleted"]
    assert both(lst(kind=kind, state="absent")) == ["none"]


def test_check_mode_takes_a_digest_of_what_is_not_published_yet(aws: Aws) -> None:
    result = converge(aws, lst(location=f"s3://{BUCKET}/later.txt", sha256="a" * 64), check=True)
    assert (result.actions, calls(aws, write=True)) == (["created"], [])


def test_diff_shows_before_and_after(aws: Aws) -> None:
    converge(aws, lst())
    digest = publish(aws, TWO)
    (diff,) = converge(aws, lst(), diff=True).result["diff"]
    assert REGION in diff["before_header"]
    assert diff["before"]["tags"]["threatlists:sha256"] != digest
    assert diff["after"] == {**diff["before"], "tags": {**diff["before"]["tags"], "threatlists:sha256": digest}}


def test_another_format_recreates_with_the_tags_and_warns_of_the_new_id(aws: Aws) -> None:
    converge(aws, lst(tags={"owner": "secops"}))
    (before,) = loaded(aws)
    result = converge(aws, lst(format="STIX", trust_content=True))
    (after,) = loaded(aws)
    assert result.actions == ["recreated"]
    assert any(after["id"] in warning for warning in result.warnings)
    assert (after["format"], after["tags"], after["id"] == before["id"]) == ("STIX", before["tags"], False)


def test_another_account_is_worked_in_with_its_role_but_objects_are_seen_without(aws: Aws) -> None:
    result = converge(aws, lst(expected_bucket_owner=None, activate=False), assume_role_arn=ROLE, regions=[REGION])
    assert result.result["account_id"] == OTHER
    assert {call["account"] for call in aws.calls(service="guardduty")} == {OTHER}
    assert {call["account"] for call in aws.calls(service="sts")} == {ACCOUNT}
