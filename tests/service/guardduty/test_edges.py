# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rare interleavings, answers nobody expects, and causes that must not be confused with each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import loopback
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    KINDS,
    LOCATION,
    ONE,
    OTHER,
    POLICY,
    REGION,
    ROLE,
    SECOND,
    TWO,
    after,
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

SERVICE_ROLE = "arn:aws:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
IP_KINDS, ENTITY_KINDS = KINDS[:2], KINDS[2:]


def set_policy(aws: Aws, *statements: dict[str, Any]) -> None:
    objects = {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    given = [{**objects, **statement} for statement in statements]
    client(aws, "s3").put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": given or POLICY["Statement"]})
    )


def error_of(aws: Aws, **options: Any) -> dict[str, Any]:
    """The error of a list that GuardDuty did not take in the other account, whose bucket is the first account's."""
    result = converge(aws, lst(**options), assume_role_arn=ROLE)
    error: dict[str, Any] = result.only["error"]
    return error


# Causes


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_an_undeclared_owner_of_an_entity_list_is_named_with_the_remedy(aws: Aws, kind: str) -> None:
    error = error_of(aws, kind=kind, expected_bucket_owner=None)
    assert error["code"] == "WrongOwner"
    assert OTHER in error["message"]
    assert "another owner" not in error["message"]
    assert error["remedy"].startswith("Set expected_bucket_owner")


@pytest.mark.parametrize("kind", IP_KINDS)
@pytest.mark.parametrize("owner", [ACCOUNT, None])
@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Principal": "*"},
        {"Effect": "Allow", "Principal": {"AWS": [SERVICE_ROLE.format(OTHER)]}},
        {
            "Effect": "Allow",
            "Principal": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": SERVICE_ROLE.format("*")}},
        },
    ],
)
def test_a_bucket_policy_that_allows_is_not_blamed(
    aws: Aws, kind: str, owner: str | None, statement: dict[str, Any]
) -> None:
    tls = {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    set_policy(aws, statement, tls)
    aws.account(OTHER, put_role_policy=False)
    error = error_of(aws, kind=kind, expected_bucket_owner=owner)
    assert error["code"] == "RolePolicy"
    assert "the bucket policy" in error["message"].partition("Ruled out: ")[2]
    assert "iam:PutRolePolicy" in error["remedy"]


@pytest.mark.parametrize("kind", IP_KINDS)
def test_where_the_bucket_policy_cannot_be_read_both_statements_are_offered(aws: Aws, kind: str) -> None:
    aws.account(OTHER, put_role_policy=False)
    aws.fault(service="s3", operation="GetBucketPolicy", code="AccessDenied", status=403, times=None)
    error = error_of(aws, kind=kind)
    assert error["code"] == "ActivationFailed"
    assert "iam:PutRolePolicy" in error["remedy"]
    assert f"arn:aws:s3:::{BUCKET}/*" in error["remedy"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_bucket_policy_that_allows_others_only_is_blamed(aws: Aws, kind: str) -> None:
    set_policy(aws, {"Effect": "Allow", "Principal": {"AWS": SERVICE_ROLE.format(ACCOUNT)}})
    error = error_of(aws, kind=kind)
    assert error["code"] == "BucketPolicy"
    statement = json.loads(error["remedy"].partition(": ")[2])
    assert statement["Principal"]["AWS"] == [f"arn:aws:iam::{OTHER}:root"]
    readers = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]
    assert SERVICE_ROLE.format("*") in readers
    assert (ROLE.replace(OTHER, "*") in readers) is (kind in ENTITY_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bucket_policy_that_denies_is_blamed_in_the_own_account_too(aws: Aws, kind: str) -> None:
    denied = {"Effect": "Deny", "Principal": {"AWS": SERVICE_ROLE.format(ACCOUNT)}}
    set_policy(aws, {"Effect": "Allow", "Principal": "*"}, denied)
    error = converge(aws, lst(kind=kind)).only["error"]
    assert error["code"] == "BucketPolicy"
    assert "denies" in error["message"]


# The proof


def test_a_digest_that_could_not_be_checked_before_the_load_is_not_proven_by_a_look_after_it(aws: Aws) -> None:
    publish(aws, TWO)
    aws.settings(activation_delay=0.6)
    for operation in ("HeadObject", "GetObject"):
        aws.fault(service="s3", operation=operation, code="AccessDenied", status=403, times=1)
    thread = after(aws, "CreateThreatIntelSet", ONE)
    result = converge(aws, lst(sha256=digest_of(ONE)))
    thread.join()
    (one,) = loaded(aws)
    assert result.actions == ["created"]
    assert one["sha256"] == one["tags"]["threatlists:sha256"] == digest_of(ONE)


@pytest.mark.parametrize("declared", [True, False])
def test_a_submitted_load_is_not_confirmed_by_an_object_that_came_back(aws: Aws, declared: bool) -> None:
    options = {"sha256": digest_of(ONE)} if declared else {}
    aws.fault(service="guardduty", operation="CreateThreatIntelSet", action="hang", seconds=0.6)
    thread = after(aws, "CreateThreatIntelSet", TWO)
    converge(aws, lst(**options), wait=False)
    thread.join()
    assert loaded(aws)[0]["sha256"] == digest_of(TWO)
    publish(aws, ONE)
    assert converge(aws, lst(**options)).actions == ["reloaded"]
    (one,) = loaded(aws)
    assert one["sha256"] == one["tags"]["threatlists:sha256"] == digest_of(ONE)


# One failure stops nothing else


class Portal(loopback.Handler):
    """What stands between: answers everything with a page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Please log in</html>")


def test_an_answer_that_is_not_guarddutys_is_a_result(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback.served(Portal) as portal:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_GUARDDUTY", portal)
        result = converge(aws, lst(), endpoint_url=None, on_unavailable="skip")
        seen = info(aws, endpoint_url=None)
    assert result.only["error"]["code"] == "Unexpected"
    assert REGION in result.only["error"]["message"]
    assert seen.result["regions"][0]["error"]["code"] == "Unexpected"


def test_a_region_whose_locations_cannot_be_counted_stops_no_other(aws: Aws) -> None:
    regions = ["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ca-central-1", "eu-central-1", "eu-north-1"]
    regions += ["eu-west-1", "us-east-1"]
    aws.world({**world(), "regions": regions})
    for region in regions:
        publish(aws, key=f"{region}.txt")
    aws.fault(
        service="guardduty",
        operation="ListThreatIntelSets",
        region=SECOND,
        code="AccessDeniedException",
        status=403,
        times=None,
    )
    result = converge(aws, lst(kind="ipset", location=f"s3://{BUCKET}/{{region}}.txt"), regions=regions)
    assert result.actions == ["created"] * 7 + ["failed"]
    assert result.result["results"][-1]["error"]["code"] == "AccessDenied"


def test_a_list_of_the_same_name_that_is_being_deleted_hides_no_other(aws: Aws) -> None:
    detector = converge(aws, lst()).only["detector_id"]
    aws.settings(deletion_delay=30)
    converge(aws, lst(state="absent"), wait=False)
    made = client(aws, "guardduty").create_threat_intel_set(
        DetectorId=detector, Name="other", Format="TXT", Location=LOCATION, Activate=True
    )
    aws.tamper(made["ThreatIntelSetId"], name="threats")
    result = converge(aws, lst(), wait_timeout=1)
    assert (result.only["id"], result.only["action"]) == (made["ThreatIntelSetId"], "updated")


def test_without_any_region_nothing_is_called(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    result = converge(aws, lst(), region=None, assume_role_arn=ROLE)
    assert result.result["error"]["code"] == "InvalidArgument"
    assert calls(aws) == []


# Names and tags


def test_a_trusted_list_with_spaces_in_its_name_is_adopted_named_back_and_deleted(aws: Aws) -> None:
    detector = client(aws, "guardduty").list_detectors()["DetectorIds"][0]
    made = client(aws, "guardduty").create_ip_set(
        DetectorId=detector, Name="our own", Format="TXT", Location=LOCATION, Activate=False
    )
    declared = lst("our own", kind="ipset")
    assert converge(aws, declared).only["id"] == made["IpSetId"]
    aws.tamper(made["IpSetId"], name="an other")
    assert "'an other'" in converge(aws, declared).only["cause"]
    assert loaded(aws)[0]["name"] == "our own"
    assert converge(aws, lst("our own", kind="ipset", state="absent", adopt=True)).actions == ["deleted"]


@pytest.mark.parametrize("check", [True, False])
def test_tags_beyond_what_a_resource_takes_are_refused_before_any_write(aws: Aws, check: bool) -> None:
    converge(aws, lst())
    (one,) = loaded(aws)
    foreign = {f"theirs{number}": "x" for number in range(40)}
    aws.tamper(one["id"], tags={**one["tags"], **foreign})
    ours = {f"ours{number}": "x" for number in range(10)}
    result = converge(aws, lst(tags=ours, purge_tags=False), check=check)
    assert (result.only["error"]["code"], calls(aws, write=True)) == ("TooManyTags", [])
    assert "53 tags" in result.only["error"]["message"]


def test_tags_that_go_make_room_for_those_that_come(aws: Aws) -> None:
    converge(aws, lst(tags={f"old{number}": "x" for number in range(47)}))
    tags = {f"new{number}": "x" for number in range(47)}
    assert converge(aws, lst(tags=tags)).actions == ["updated"]
    assert len(loaded(aws)[0]["tags"]) == 50


def test_a_delete_that_fails_is_tried_once(aws: Aws) -> None:
    converge(aws, lst())
    fault: dict[str, Any] = {"code": "BadRequestException", "status": 400, "times": None}
    aws.fault(operation="DeleteThreatIntelSet", message="The request is rejected.", **fault)
    assert converge(aws, lst(state="absent"), lst(kind="ipset")).actions == ["failed", "created"]
    assert calls(aws).count("DeleteThreatIntelSet") == 1
