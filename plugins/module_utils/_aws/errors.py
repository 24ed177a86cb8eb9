# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS's and botocore's errors mean to a person, whichever service they come from. Private to the collection."""

from __future__ import annotations

import contextlib
import re
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
EXPIRED = ("ExpiredToken", "ExpiredTokenException")
SKEWED = ("RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture")
SKEWED_WORDS = ("Signature expired", "Signature not yet current")
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
# What is said where the signer of a certificate is unknown, or the file of authorities missing, unreadable or none.
UNTRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED|NO_CERTIFICATE|\[X509|\bPEM\b|\[Errno (?:2|13|20|21)\]")
CERTIFICATES = (
    "Correct AWS_CA_BUNDLE (ca_bundle, aws_ca_bundle), the file of the authorities whose certificates are believed. "
    "Where something between here and AWS shows a certificate of its own, its authority belongs there."
)
# docs/dev/guardduty.md#41
NOT_SUBSCRIBED = ("OptInRequired", "SubscriptionRequiredException")
SUBSCRIBE = (
    "AWS has not activated the account for this service yet, or the account is suspended or closed: see its billing, "
    "or leave the account out."
)
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429
# Which policy denies, or does not allow (docs/dev/guardduty.md#35).
DENIES = re.compile(r"explicit deny in an? ((?:[\w-]+ )+?(?:policy|boundary))")
LACKS = re.compile(r"because no ((?:[\w-]+ )+?(?:policy|boundary)) allows")
# Policies of the organization: they deny, whatever the account's own policies allow.
BY_ORGANIZATION = ("service control policy", "resource control policy")
ACTION = re.compile(r"is not authorized to perform: ([\w-]+:\w+)")
GIVE_CREDENTIALS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or run where a role is attached."


def code_of(error: BaseException) -> str:
    """Return the service's error code, empty where no service answered."""
    return str((getattr(error, "response", None) or {}).get("Error", {}).get("Code", ""))


def status_of(error: BaseException) -> int:
    """Return the HTTP status, 0 where no service answered."""
    return int((getattr(error, "response", None) or {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_passing(error: BaseException) -> bool:
    """Return whether the same call may succeed later.

    The HTTP status decides, since InternalServerErrorException with 400 is permanent (docs/dev/guardduty.md#26).
    """
    if isinstance(error, boto.ClientError):
        status = status_of(error)
        return status >= SERVER_ERROR or status == TOO_MANY_REQUESTS or code_of(error) in (*THROTTLED, *SLOW)
    return isinstance(error, (boto.HTTPClientError, boto.ConnectionError)) and not _is_of_this_machine(error)


def _is_of_this_machine(error: BaseException) -> bool:
    """Return whether TLS failed for a setting of this machine: whose certificates it believes."""
    return isinstance(error, boto.SSLError) and bool(UNTRUSTED.search(str(error)))


def failure(
    error: BaseException, where: str, permission: str = "", kind: type[ThreatlistsError] = GuardDutyError
) -> ThreatlistsError:
    """Translate what boto3 raised into an error of ours; one of ours is returned as it is.

    where: what failed, and where; the message begins with it. permission: the IAM action that the call needs.
    kind: the class of the error where neither an option nor the credentials are at fault.
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
        return _misconfigured(error, where)
    return kind(
        f"{where}: {type(error).__name__}: {error}",
        code="Unexpected",
        remedy="Check that nothing between here and AWS answers in its place, and that boto3 is recent.",
    )


def _answered(error: t.Any, where: str, permission: str, kind: type[ThreatlistsError]) -> ThreatlistsError:
    code, message = code_of(error), error.response.get("Error", {}).get("Message", "")
    said = f"{where}: {code} ({status_of(error)}): {message}"
    if code in SKEWED or message.startswith(SKEWED_WORDS):
        return CredentialsError(
            said, code="ClockSkew", remedy="Set the clock of the machine that runs Ansible: AWS allows five minutes."
        )
    if code in DEAD:
        return CredentialsError(said, remedy="Renew the credentials.")
    if code in DENIED:
        return kind(said, code="AccessDenied", remedy=denied_remedy(message, permission))
    if code in NOT_SUBSCRIBED:
        return kind(said, code=code, remedy=SUBSCRIBE)
    # An answer without a body has its status for a code.
    is_busy = is_passing(error)
    return kind(said, code="Unavailable" if is_busy and code.isdecimal() else code or None, retryable=is_busy)


def denied_by_organization(error: BaseException) -> bool:
    """Return whether a service or resource control policy denies, which nothing in the account can change."""
    found = DENIES.search(str(error)) or LACKS.search(str(error))
    return code_of(error) in DENIED and found is not None and found[1] in BY_ORGANIZATION


def names_policy(error: BaseException) -> bool:
    """Return whether a denial says which policy it comes from."""
    return bool(DENIES.search(str(error)) or LACKS.search(str(error)))


def denied_remedy(message: str, permission: str = "") -> str:
    """Return what to do about a denial. message: AWS's own; permission: the action, where the message names none."""
    found = ACTION.search(message)
    action = found[1] if found else permission
    if by := DENIES.search(message):
        return f"Except {action or 'the call'} from the {_whose(by[1])} that denies it."
    by = LACKS.search(message)
    if by and by[1] != "identity-based policy":
        return f"Allow {action or 'the call'} in the {_whose(by[1])}."
    return to_caller(action) if action else ""


def to_caller(action: str) -> str:
    """Return what to do where nothing tells which policy denies."""
    return f"Allow {action} to the caller."


def _whose(policy: str) -> str:
    return f"{policy} of the organization" if policy in BY_ORGANIZATION else policy


def _misconfigured(error: BaseException, where: str) -> ThreatlistsError:
    """Return CredentialsError for credentials that are missing, ArgumentError for a setting that cannot be meant."""
    missing = (
        boto.NoCredentialsError,
        boto.PartialCredentialsError,
        boto.CredentialRetrievalError,
        boto.TokenRetrievalError,
        boto.ProfileNotFound,
        boto.SSOError,
        boto.MetadataRetrievalError,
    )
    if isinstance(error, missing):
        return CredentialsError(f"{where}: {error}", remedy=GIVE_CREDENTIALS)
    setting = "AWS_DEFAULTS_MODE" if isinstance(error, boto.InvalidDefaultsMode) else "the environment variable AWS_*"
    remedy = f"Correct {setting} or the setting of the AWS configuration file that is meant."
    return ArgumentError(
        f"{where}: {error}", code="InvalidConfiguration", remedy=CERTIFICATES if _is_of_this_machine(error) else remedy
    )
