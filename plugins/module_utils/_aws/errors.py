# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS's and botocore's errors mean to a person, whichever service they come from. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    GuardDutyError,
    ThreatlistsError,
)

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

UNRECOGNIZED = "UnrecognizedClientException"
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
DEAD = (
    *EXPIRED,
    UNRECOGNIZED,
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "InvalidToken",
    "TokenRefreshRequired",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
)
# 403 stands for an answer without a body, such as HeadObject's.
DENIED = ("AccessDenied", "AccessDeniedException", "AllAccessDisabled", "403")
THROTTLED = (
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
)
SLOW = ("RequestTimeout", "RequestTimeoutException")
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429
GIVE_CREDENTIALS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or run where a role is attached."


def code_of(error: BaseException) -> str:
    """Return the service's error code, empty where no service answered."""
    return str((getattr(error, "response", None) or {}).get("Error", {}).get("Code", ""))


def status_of(error: BaseException) -> int:
    """Return the HTTP status, 0 where no service answered."""
    return int((getattr(error, "response", None) or {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_passing(error: BaseException) -> bool:
    """Return whether the same call may succeed later.

    The HTTP status decides, since InternalServerErrorException with 400 is permanent (contract: guardduty.md, Errors).
    """
    if isinstance(error, boto.ClientError):
        status = status_of(error)
        return status >= SERVER_ERROR or status == TOO_MANY_REQUESTS or code_of(error) in (*THROTTLED, *SLOW)
    return isinstance(error, (boto.HTTPClientError, boto.ConnectionError))


def failure(
    error: BaseException, where: str, permission: str = "", kind: type[ThreatlistsError] = GuardDutyError
) -> ThreatlistsError:
    """Return what boto3 raised as ours.

    where: what failed, and where; the message begins with it. permission: the IAM action that the call needs.
    kind: the class of what is neither an option's fault nor that of the credentials.
    """
    if isinstance(error, ThreatlistsError):
        return error
    if isinstance(error, boto.ClientError):
        return _answered(error, where, permission, kind)
    if is_passing(error):
        timed_out = isinstance(error, (boto.ReadTimeoutError, boto.ConnectTimeoutError))
        code = "TimedOut" if timed_out else "Unreachable"
        remedy = "" if timed_out else "Check the Region's name, the network and endpoint_url."
        return kind(f"{where}: {error}", code=code, retryable=True, remedy=remedy)
    if isinstance(error, boto.ParamValidationError):
        return ArgumentError(f"{where}: {error}".strip())
    if isinstance(error, boto.BotoCoreError):
        return CredentialsError(f"{where}: {error}", remedy=GIVE_CREDENTIALS)
    return kind(
        f"{where}: {type(error).__name__}: {error}",
        code="Unexpected",
        remedy="Check that nothing between here and AWS answers in its place, and that boto3 is recent.",
    )


def _answered(error: t.Any, where: str, permission: str, kind: type[ThreatlistsError]) -> ThreatlistsError:
    code, message = code_of(error), error.response.get("Error", {}).get("Message", "")
    said = f"{where}: {code} ({status_of(error)}): {message}"
    if code in DEAD:
        return CredentialsError(said, remedy="Renew the credentials.")
    if code in DENIED:
        return kind(said, code="AccessDenied", remedy=f"Allow {permission} to the caller." if permission else "")
    return kind(said, code=code or None, retryable=is_passing(error))
