# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a list did not load: the cause that each failed activation is given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    KINDS,
    OTHER,
    REGION,
    ROLE,
    TWO,
    calls,
    client,
    converge,
    lst,
    publish,
)
from threatlists_emulators.control import Aws

FAR = "ap-east-1"
QUICK = {"retries": {"mode": "standard", "total_max_attempts": 3}, "read_timeout": 1, "connect_timeout": 1}


def explained(aws: Aws, *, kind: str = "threatintelset", **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    result = converge(aws, lst(kind=kind, **options))
    assert result.result["failed"]
    return result.only, result.only["error"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_lost_during_the_run_is_named(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    digest = publish(aws, TWO)
    client(aws, "s3").delete_object(Bucket=BUCKET, Key="threats.txt")
    one, error = explained(aws, kind=kind, sha256=digest)
    assert error["code"] == "NoSuchObject"
    assert one["status"] == "ACTIVE"
    assert calls(aws, write=True) == []


@pytest.mark.parametrize("kind", KINDS)
def test_another_owner_is_named(aws: Aws, kind: str) -> None:
    digest = publish(aws)
    one, error = explained(aws, kind=kind, expected_bucket_owner=OTHER, sha256=digest)
    assert error["code"] == "WrongOwner"
    assert OTHER in error["message"]
    assert one["status"] == "ERROR"
    publish(aws, TWO)
    assert converge(aws, lst(kind=kind)).only["cause"].startswith("its expected bucket owner was 2222")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kms_key_that_guardduty_may_not_use_is_the_likely_cause(aws: Aws, kind: str) -> None:
    publish(aws, ServerSideEncryption="aws:kms", SSEKMSKeyId=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1")
    aws.deny_reading(BUCKET, reason="kms")
    _one, error = explained(aws, kind=kind)
    assert error["code"] == "KeyPolicy"
    statement = json.loads(error["remedy"].partition(": ")[2])
    assert statement["Action"] == "kms:Decrypt"
    assert "AWSServiceRoleForAmazonGuardDuty" in statement["Principal"]["AWS"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_bucket_policy_of_another_account_is_the_likely_cause(aws: Aws, kind: str) -> None:
    client(aws, "s3").delete_bucket_policy(Bucket=BUCKET)
    result = converge(aws, lst(kind=kind), assume_role_arn=ROLE)
    error = result.only["error"]
    assert error["code"] == "BucketPolicy"
    statement = json.loads(error["remedy"].partition(": ")[2])
    assert OTHER in str(statement["Principal"]["AWS"])
    client(aws, "s3").put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    assert converge(aws, lst(kind=kind), assume_role_arn=ROLE).only["error"] is None, "it is what mends it"


@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_missing_put_role_policy_is_the_likely_cause_for_ip_lists(aws: Aws, kind: str) -> None:
    aws.account(ACCOUNT, put_role_policy=False)
    one, error = explained(aws, kind=kind)
    assert (error["code"], one["status"]) == ("RolePolicy", "ERROR")
    assert "iam:PutRolePolicy" in error["remedy"]
    assert "Ruled out" in error["message"]
    aws.account(ACCOUNT, put_role_policy=True)
    again = converge(aws, lst(kind=kind))
    assert (again.only["action"], again.only["cause"]) == ("reloaded", "its status was ERROR")


@pytest.mark.parametrize("kind", KINDS[2:])
def test_what_cannot_be_known_is_said_with_what_was_ruled_out(aws: Aws, kind: str) -> None:
    aws.deny_reading(BUCKET)
    _one, error = explained(aws, kind=kind)
    assert error["code"] == "ActivationFailed"
    assert "Ruled out" in error["message"]
    assert "Amazon S3 denied access" in error["message"]


def test_a_denied_action_names_the_permission(aws: Aws) -> None:
    aws.fault(
        service="guardduty", operation="CreateThreatIntelSet", code="AccessDeniedException", status=403, times=None
    )
    _one, error = explained(aws)
    assert error["code"] == "AccessDenied"
    assert "guardduty" in error["remedy"]
    assert converge(aws, lst()).result["changed"] is False


@pytest.mark.parametrize("kind", KINDS[2:])
def test_more_entries_than_anybody_noted_are_counted_after_the_failure(aws: Aws, kind: str) -> None:
    publish(aws, b"".join(b"198.51.%d.%d\n" % divmod(number, 250) for number in range(1001)))
    one, error = explained(aws, kind=kind, trust_content=True)
    assert (error["code"], one["status"]) == ("QuotaExceeded", "ERROR")
    assert "1,001 entries" in error["message"]


def test_more_stix_entries_than_anybody_noted_are_counted_after_the_failure(aws: Aws) -> None:
    values = "##comma##".join(f"198.51.{number // 250}.{number % 250}" for number in range(2001))
    publish(aws, f"<a xmlns:x='u'><x:Address_Value condition='Equals'>{values}</x:Address_Value></a>".encode())
    _one, error = explained(aws, kind="ipset", format="STIX", trust_content=True)
    assert "2,001 entries" in error["message"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_the_customers_is_named_before_anything_is_written(aws: Aws, kind: str) -> None:
    publish(aws, SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
    _one, error = explained(aws, kind=kind)
    assert error["code"] == "CustomerKey"
    assert "SSE-C" in error["message"]
    assert calls(aws, write=True) == []
