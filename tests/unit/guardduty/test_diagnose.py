# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GuardDuty's own answers say, and what a bucket policy says, before anything is looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.bucket_policy import statement, verdict
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.diagnose import diagnose
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionState
from support.attempts import REGION, attempt, declared, observed

ROLE = "arn:aws:iam::111111111111:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
OBJECT = "arn:aws:s3:::bucket/key"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
# Whoever looks at S3 fails the test.
BLIND: Any = SimpleNamespace()


@pytest.mark.parametrize(
    ("error", "found", "code"),
    [
        (GuardDutyError("an attempt beyond the current AWS account limits."), None, "QuotaExceeded"),
        (GuardDutyError("the expected bucket owner doesn't match."), None, "WrongOwner"),
        (GuardDutyError("x", code="AccessDenied", remedy="Allow guardduty."), None, "AccessDenied"),
        (
            None,
            observed(status="ERROR", error_details="the expected bucket owner doesn't match the actual one"),
            "WrongOwner",
        ),
    ],
)
def test_what_the_answer_says_is_believed(error: GuardDutyError | None, found: Any, code: str) -> None:
    one = attempt(RegionState(REGION, "detector"), declared())
    cause = diagnose(BLIND, one, error, found)
    assert cause.code == code
    assert cause.remedy
    assert "'threats'" in str(cause) or error is not None


@pytest.mark.parametrize(("state", "activate"), [("absent", True), ("present", False)])
def test_what_is_not_to_be_loaded_is_not_looked_at(state: str, activate: bool) -> None:
    one = attempt(RegionState(REGION, "detector"), declared(state=state, activate=activate))
    cause = diagnose(BLIND, one, None, observed(status="ACTIVE"))
    assert (cause.code, str(cause).endswith("its status is ACTIVE.")) == ("WrongState", True)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], "silent"),
        ([{**READ, "Principal": "*"}], "allowed"),
        ([{**READ, "Principal": {"AWS": ROLE}}], "allowed"),
        ([{**READ, "Principal": {"AWS": "arn:aws:iam::111111111111:root"}}], "allowed"),
        ([{**READ, "Principal": {"AWS": "222222222222"}}], "silent"),
        ([{**READ, "Principal": "*", "Resource": "arn:aws:s3:::bucket/other"}], "silent"),
        ([{**READ, "Principal": "*", "Action": ["s3:PutObject", "S3:get*"]}], "allowed"),
        ([{**READ, "Principal": "*"}, {**READ, "Effect": "Deny", "Principal": {"AWS": [ROLE]}}], "denied"),
        ([{**READ, "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}], "unknown"),
        ([{**READ, "Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::2*"}}}], "silent"),
        ([{**READ, "Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": ROLE}}}], "allowed"),
        (
            [
                {**READ, "Principal": "*"},
                {**READ, "Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            ],
            "allowed",
        ),
        ([{"Effect": "Deny", "NotPrincipal": {"AWS": "x"}, "Action": "s3:*", "Resource": "*"}], "unknown"),
    ],
)
def test_what_a_bucket_policy_says(statements: list[dict[str, Any]], expected: str) -> None:
    assert verdict({"Statement": statements}, ROLE, OBJECT) == expected


def test_a_policy_that_could_not_be_read_says_nothing() -> None:
    assert verdict(None, ROLE, OBJECT) == "unknown"


def test_a_statement_to_paste_allows_what_it_names() -> None:
    assert (
        statement("s3:GetObject", OBJECT) == f'{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{OBJECT}"}}'
    )
