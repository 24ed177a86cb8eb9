# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's errors have one meaning, whichever service answered."""

from __future__ import annotations

import re
import types

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws import errors, kms
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import code_of, failure
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    CredentialsError,
    PublishError,
    SignatureError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import errors as s3_errors
from botocore import exceptions as boto

REQUEST = {"Bucket": "acme-threatlists", "Key": "threats.txt"}
KEY = "alias/threatlists"
STATUSES = [400, 403, 429, 500, 503, s3_errors.NOT_FOUND, *s3_errors.CONFLICTS]


def codes_of(module: types.ModuleType) -> set[str]:
    """Every code that a tuple or table of a module names, so that a new one is held too; sentences are none."""
    groups = [value for name, value in vars(module).items() if name.isupper() and isinstance(value, tuple | dict)]
    words = [word for group in groups for word in group if isinstance(word, str)]
    return {word for word in words if re.fullmatch(r"[A-Z]\w+|\d+", word)}


AWS_CODES = codes_of(errors)
KMS_CODES = set(kms.CAUSES)
EVERY_CODE = sorted(AWS_CODES | codes_of(s3_errors) | KMS_CODES | {"InternalError", "MalformedPolicy"})


def answered(code: str, status: int, message: str = "m") -> boto.ClientError:
    return boto.ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "ListDetectors"
    )


def test_the_modules_tuples_are_read() -> None:
    groups = (errors.DEAD, errors.SKEWED, errors.DENIED, errors.THROTTLED, errors.SLOW, errors.NOT_SUBSCRIBED)
    groups += (s3_errors.NO_VERSION, s3_errors.OTHER_REGION, tuple(KMS_CODES))
    assert set().union(*groups) <= set(EVERY_CODE)
    assert not {*errors.SKEWED_WORDS, *errors.BY_ORGANIZATION} & set(EVERY_CODE)


# Of another Region only S3 can tell: below.
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("code", [code for code in EVERY_CODE if code not in s3_errors.OTHER_REGION])
def test_s3_and_guardduty_agree_on_every_code(code: str, status: int) -> None:
    error = answered(code, status)
    one, other = failure(error, "here"), s3_errors.failure(error, REQUEST)
    assert (one.code, one.retryable) == (other.code, other.retryable)
    assert isinstance(one, CredentialsError) is isinstance(other, CredentialsError)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("code", [code for code in EVERY_CODE if code not in KMS_CODES])
def test_kms_and_guardduty_agree_on_every_code(code: str, status: int) -> None:
    error = answered(code, status)
    one, other = failure(error, "here"), kms.failure(error, KEY, "kms:VerifyMac")
    assert (one.code, one.retryable) == (other.code, other.retryable)
    assert isinstance(one, CredentialsError) is isinstance(other, CredentialsError)


@pytest.mark.parametrize("code", kms.CAUSES)
def test_kms_says_what_is_wrong_with_the_key(code: str) -> None:
    expected, cause, remedy = kms.CAUSES[code]
    made = kms.failure(answered(code, 400), KEY, "kms:VerifyMac")
    assert (made.code, made.retryable, made.remedy, type(made)) == (expected, False, remedy, SignatureError)
    assert str(made).startswith(f"KMS key {KEY}: {cause}")


@pytest.mark.parametrize("status", s3_errors.CONFLICTS)
@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "OperationAborted", "PreconditionFailed"])
def test_a_conflict_is_no_passing_error(code: str, status: int) -> None:
    """Who uploads looks at what won instead of sending the same again."""
    for made in (failure(answered(code, status), "here"), s3_errors.failure(answered(code, status), REQUEST)):
        assert (made.code, made.retryable) == (code, False)


@pytest.mark.parametrize(
    ("code", "status", "expected", "retryable"),
    [
        ("RequestExpired", 400, "ClockSkew", False),
        ("RequestTimeTooSkewed", 403, "ClockSkew", False),
        ("InvalidToken", 400, "InvalidCredentials", False),
        ("TokenRefreshRequired", 400, "InvalidCredentials", False),
        ("RequestTimeout", 400, "RequestTimeout", True),
        ("SlowDown", 503, "SlowDown", True),
        ("Whatever", 429, "Whatever", True),
        ("AllAccessDisabled", 403, "AccessDenied", False),
        ("403", 403, "AccessDenied", False),
    ],
)
def test_what_one_service_alone_used_to_know(code: str, status: int, expected: str, retryable: bool) -> None:
    for made in (failure(answered(code, status), "here"), s3_errors.failure(answered(code, status), REQUEST)):
        assert (made.code, made.retryable) == (expected, retryable)


@pytest.mark.parametrize("code", s3_errors.OTHER_REGION)
def test_s3_says_where_the_bucket_is(code: str) -> None:
    made = s3_errors.failure(answered(code, 301), REQUEST)
    assert (made.code, type(made)) == ("WrongRegion", PublishError)


@pytest.mark.parametrize("code", s3_errors.NO_VERSION)
def test_s3_says_which_version_is_not_there(code: str) -> None:
    made = s3_errors.failure(answered(code, 400), {**REQUEST, "VersionId": "v1"})
    assert made.code == "NoSuchVersion"
    assert "v1" in str(made)
    assert s3_errors.failure(answered(code, 400), REQUEST).code == code


def test_a_denied_object_names_the_declared_owner() -> None:
    made = s3_errors.failure(answered("AccessDenied", 403), {**REQUEST, "ExpectedBucketOwner": "111111111111"})
    assert "111111111111" in made.remedy
    assert s3_errors.failure(answered("404", 404), REQUEST, code="NoSuchBucket").code == "NoSuchBucket"


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (answered("InternalServerErrorException", 400), "InternalServerErrorException", False),
        (answered("InternalServerErrorException", 500), "InternalServerErrorException", True),
        (answered("ThrottlingException", 400), "ThrottlingException", True),
        (answered("TooManyRequestsException", 429), "TooManyRequestsException", True),
        (answered("503", 503), "Unavailable", True),
        (answered("AccessDeniedException", 403), "AccessDenied", False),
        (answered("ExpiredTokenException", 403), "InvalidCredentials", False),
        (boto.ReadTimeoutError(endpoint_url="x"), "TimedOut", True),
        (boto.EndpointConnectionError(endpoint_url="x"), "Unreachable", True),
        (boto.NoCredentialsError(), "InvalidCredentials", False),
    ],
)
def test_errors_are_told_apart_by_status_not_by_name(error: Exception, code: str, retryable: bool) -> None:
    made = failure(error, "here", "guardduty:ListDetectors")
    assert (made.code, made.retryable) == (code, retryable)
    assert str(made).startswith("here")
    assert bool(code_of(error)) == isinstance(error, boto.ClientError)


@pytest.mark.parametrize(
    "message",
    [
        "Signature expired: 20261124T010000Z is now earlier than 20261124T020000Z (20261124T020500Z - 5 min.)",
        "Signature not yet current: 20261124T030000Z is still later than 20261124T020500Z (20261124T020000Z + 5 min.)",
    ],
)
def test_a_clock_that_is_wrong_is_no_dead_key(message: str) -> None:
    for code in ("InvalidSignatureException", "SignatureDoesNotMatch"):
        made = failure(answered(code, 403, message), "here")
        assert (made.code, type(made)) == ("ClockSkew", CredentialsError)
        assert "clock" in made.remedy


@pytest.mark.parametrize("code", errors.NOT_SUBSCRIBED)
def test_an_account_that_is_not_active_is_told_by_what_can_be_done(code: str) -> None:
    made = failure(answered(code, 403), "here")
    assert (made.code, made.retryable) == (code, False)
    assert "billing" in made.remedy


DENIAL = "User: arn:aws:iam::111111111111:user/x is not authorized to perform: guardduty:TagResource on resource: x "


def test_a_denial_names_the_action_that_aws_names() -> None:
    message = f"{DENIAL}because no identity-based policy allows the guardduty:TagResource action"
    made = failure(answered("AccessDeniedException", 403, message), "here", "guardduty:CreateIPSet")
    assert made.remedy == "Allow guardduty:TagResource to the caller."
    assert not errors.denied_by_organization(answered("AccessDeniedException", 403, message))


@pytest.mark.parametrize("policy", ["service", "resource"])
def test_what_the_organization_denies_nothing_in_the_account_allows(policy: str) -> None:
    error = answered("AccessDenied", 403, f"{DENIAL}with an explicit deny in a {policy} control policy")
    assert errors.denied_by_organization(error)
    for made in (failure(error, "here"), s3_errors.failure(error, REQUEST)):
        assert made.code == "AccessDenied"
        assert f"{policy} control policy" in made.remedy


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (boto.InvalidDefaultsMode(mode="marsh", valid_modes="legacy"), "InvalidConfiguration"),
        (boto.InvalidRetryModeError(provided_retry_mode="marsh", valid_modes="standard"), "InvalidConfiguration"),
        (boto.ProfileNotFound(profile="none"), "InvalidCredentials"),
        (boto.CredentialRetrievalError(provider="x", error_msg="y"), "InvalidCredentials"),
    ],
)
def test_settings_are_told_from_credentials(error: Exception, code: str) -> None:
    for made in (failure(error, "here"), s3_errors.failure(error, REQUEST)):
        assert made.code == code
