# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What S3's and botocore's errors mean to a person. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    PublishError,
    ThreatlistsError,
)

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

NOT_FOUND = 404
CONFLICTS = (409, 412)
SERVER_ERROR = 500

DEAD_CREDENTIALS = (
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
)
OTHER_REGION = (
    "PermanentRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "TemporaryRedirect",
    "301",
)
THROTTLED = ("SlowDown", "RequestLimitExceeded", "Throttling", "ThrottlingException", "RequestTimeout")


def status_of(error: t.Any) -> int:
    """Return the HTTP status of a botocore ClientError; 0 where there was none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def failure(error: t.Any, request: dict[str, t.Any], *, code: str | None = None) -> ThreatlistsError:
    """Return a botocore error as ours: which object, what was wrong, what to do.

    request: the parameters of the call. code: S3's own error code, where the answer had no body to name it.
    """
    place = f"s3://{request['Bucket']}/{request.get('Key', '')}"
    if isinstance(error, boto.ClientError):
        return _answered(error, request, place, code or error.response.get("Error", {}).get("Code", ""))
    if isinstance(error, (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError)):
        return CredentialsError(
            f"{place}: no usable AWS credentials: {error}",
            remedy="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or run where a role is attached.",
        )
    if isinstance(error, boto.ParamValidationError):
        return ArgumentError(f"{place}: {error}".strip(), remedy="Check the options bucket, key and version_id.")
    if isinstance(error, (boto.ReadTimeoutError, boto.ConnectTimeoutError)):
        return PublishError(f"{place}: S3 did not answer in time: {error}", code="TimedOut", retryable=True)
    if isinstance(error, (boto.ConnectionError, boto.HTTPClientError, boto.ResponseStreamingError)):
        return PublishError(f"{place}: the connection to S3 failed: {error}", code="Unreachable", retryable=True)
    return PublishError(f"{place}: {error}")


def _answered(error: t.Any, request: dict[str, t.Any], place: str, code: str) -> ThreatlistsError:
    said = f"S3 answered {code} ({status_of(error)}): {error.response.get('Error', {}).get('Message', '')}"
    if code in DEAD_CREDENTIALS:
        return CredentialsError(f"{place}: the AWS credentials are not valid. {said}", remedy="Renew the credentials.")
    if code == "NoSuchBucket":
        return PublishError(
            f"{place}: the bucket {request['Bucket']} does not exist. {said}",
            code=code,
            remedy="Create the bucket, let the role do it (threatlists_buckets), or correct the option bucket.",
        )
    if code in ("NoSuchVersion", "InvalidArgument", "MethodNotAllowed") and "VersionId" in request:
        return PublishError(
            f"{place}: there is no version {request['VersionId']} to read. {said}",
            code="NoSuchVersion",
            remedy="Choose one that s3_threatlist_info lists.",
        )
    if code in OTHER_REGION:
        actual = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region")
        return PublishError(
            f"{place}: the bucket is in {f'Region {actual}' if actual else 'another Region'}. {said}",
            code="WrongRegion",
            remedy="Set the option region to the Region of the bucket.",
        )
    if code in ("AccessDenied", "AllAccessDisabled", "403"):
        return PublishError(f"{place}: access denied. {said}", code="AccessDenied", remedy=_denied_remedy(request))
    retryable = code in THROTTLED or status_of(error) >= SERVER_ERROR
    return PublishError(f"{place}: {said}", code=code or None, retryable=retryable)


def _denied_remedy(request: dict[str, t.Any]) -> str:
    remedy = "Check the permissions of the caller, the bucket policy and the key policy"
    if "ExpectedBucketOwner" in request:
        remedy += f", and that account {request['ExpectedBucketOwner']} (expected_bucket_owner) owns the bucket"
    return f"{remedy}; without s3:ListBucket a missing object answers the same."
