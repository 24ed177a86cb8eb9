# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bucket policy with a principal that does not exist is refused as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from threatlists_emulators import control

ONE, TWO, CLOSED = "111111111111", "222222222222", "999999999999"
GUARDDUTY = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
GONE = f"arn:aws:iam::{TWO}:role/gone"


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with control.aws() as aws:
        accounts = {ONE: {}, TWO: {"no_detector": ["eu-west-1"]}}
        aws.world({"accounts": accounts, "regions": ["eu-west-1"], "roles": {GONE: {"exists": False}}})
        client = aws.client("s3")
        client.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def put(s3: Any, *principals: str, **more: Any) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lists/*", **more}
    statement.setdefault("Principal", {"AWS": list(principals)})
    s3.put_bucket_policy(Bucket="lists", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


@pytest.mark.parametrize(
    "principal", [TWO, f"arn:aws:iam::{TWO}:root", f"arn:aws:iam::{TWO}:role/some", f"arn:aws:iam::{ONE}:{GUARDDUTY}"]
)
def test_who_exists_may_be_named(s3: Any, principal: str) -> None:
    put(s3, principal)


@pytest.mark.parametrize(
    "principal", [CLOSED, f"arn:aws:iam::{CLOSED}:root", GONE, f"arn:aws:iam::{TWO}:{GUARDDUTY}", "nobody"]
)
def test_who_does_not_exist_spoils_the_whole_policy(s3: Any, principal: str) -> None:
    with pytest.raises(ClientError, match="Invalid principal in policy") as caught:
        put(s3, ONE, principal)
    assert caught.value.response["Error"]["Code"] == "MalformedPolicy"


def test_conditions_and_services_are_not_looked_up(s3: Any) -> None:
    put(s3, ONE, Condition={"ArnLike": {"aws:PrincipalArn": [GONE]}})
    put(s3, Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-emulated"}})
    put(s3, Principal={"Service": "cloudtrail.amazonaws.com"})
