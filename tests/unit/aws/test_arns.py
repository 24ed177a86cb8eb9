# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, ids and ARNs as AWS defines them."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::111111111111:role/threatlists",
        "arn:aws-cn:iam::111111111111:role/path/to/threatlists",
        "arn:aws-us-gov:iam::111111111111:role/a+b=c,d.e@f-g",
        "arn:aws-iso-b:iam::111111111111:role/x",
    ],
)
def test_roles(arn: str) -> None:
    found = arns.ROLE_ARN.fullmatch(arn)
    assert found
    assert (found["partition"], found["account"]) == (arns.partition_of(arn), arns.account_of(arn))


@pytest.mark.parametrize(
    "arn",
    [
        "role",
        "arn:aws:iam::1111:role/x",
        f"arn:aws:iam::{chr(0x661) * 12}:role/x",
        "arn:aws:iam::111111111111:user/x",
        "arn:aws:iam::111111111111:role/",
        "arn:aws:sts::111111111111:assumed-role/x/y",
    ],
)
def test_what_is_no_role(arn: str) -> None:
    assert not arns.ROLE_ARN.fullmatch(arn)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("acme-threatlists", True),
        ("a.b.c", True),
        ("ab", False),
        ("a..b", False),
        ("Acme", False),
        ("-ab", False),
        ("a" * 64, False),
    ],
)
def test_buckets(name: str, fits: bool) -> None:
    assert bool(arns.BUCKET_NAME.fullmatch(name)) is fits


def test_what_is_built() -> None:
    role = arns.guardduty_role("aws-cn", "111111111111")
    assert role.startswith("arn:aws-cn:iam::111111111111:role/aws-service-role/guardduty.amazonaws.com/")
    assert arns.ROLE_ARN.fullmatch(role)
    assert arns.iam("aws", "111111111111", "root") == "arn:aws:iam::111111111111:root"
    assert arns.s3("aws", "b") == "arn:aws:s3:::b"
    assert arns.s3("aws", "b", "k") == "arn:aws:s3:::b/k"
    assert arns.guardduty("aws", "eu-west-1", "1", "detector/2") == "arn:aws:guardduty:eu-west-1:1:detector/2"
    assert arns.for_any_account(role) == role.replace("111111111111", "{account_id}")
    assert arns.for_any_account("123456789012") == "123456789012"


@pytest.mark.parametrize(
    ("arn", "fits"),
    [
        ("arn:aws:sqs:eu-west-1:111111111111:queue", True),
        ("arn:{partition}:sns:{region}:{account_id}:topic", True),
        ("arn:aws:lambda:eu-west-1:111111111111:", False),
        ("arn:nowhere:sqs:eu-west-1:111111111111:queue", False),
        ("queue", False),
    ],
)
def test_targets_with_and_without_placeholders(arn: str, fits: bool) -> None:
    assert bool(arns.ANY_ARN.fullmatch(arn)) is fits
    assert arns.is_arn(arn) is (arn != "queue")
