# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What S3's errors mean to a person, where S3 has its own causes and remedies. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import (
    DENIED,
    code_of,
    denied_remedy,
    names_policy,
    status_of,
)
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure as aws_failure
from ansible_collections.threatlists.aws.plugins.module_utils._errors import PublishError, ThreatlistsError

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

NOT_FOUND = 404
CONFLICTS = (409, 412)
NO_VERSION = ("NoSuchVersion", "InvalidArgument", "MethodNotAllowed")
OTHER_REGION = (
    "PermanentRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "TemporaryRedirect",
    "301",
)


def failure(error: BaseException, request: dict[str, t.Any], *, code: str | None = None) -> ThreatlistsError:
    """Translate a botocore error into one of ours: which object, what was wrong, what to do.

    request: the parameters of the call. code: S3's own error code, where the answer had no body to name it.
    """
    where = f"s3://{request['Bucket']}/{request.get('Key', '')}"
    if isinstance(error, boto.ClientError) and (known := _of_s3(error, request, where, code or code_of(error))):
        return known
    made = aws_failure(error, where, kind=PublishError)
    if isinstance(error, boto.ParamValidationError):
        made.remedy = "Check the options bucket, key and version_id."
    return made


def wrong_owner(request: dict[str, t.Any]) -> PublishError:
    """Return the error for a bucket that is there, but is not of the account in O(expected_bucket_owner)."""
    return PublishError(
        f"The bucket {request['Bucket']} does not belong to account {request['ExpectedBucketOwner']}.",
        code="WrongOwner",
        remedy="Correct expected_bucket_owner, or the bucket.",
    )


def _of_s3(error: t.Any, request: dict[str, t.Any], where: str, code: str) -> ThreatlistsError | None:
    said = f"S3 answered {code} ({status_of(error)}): {error.response.get('Error', {}).get('Message', '')}"
    if code == "NoSuchBucket":
        return PublishError(
            f"{where}: the bucket {request['Bucket']} does not exist. {said}",
            code=code,
            remedy="Create the bucket, let the role do it (threatlists_buckets), or correct the option bucket.",
        )
    if code in NO_VERSION and "VersionId" in request:
        return PublishError(
            f"{where}: there is no version {request['VersionId']} to read. {said}",
            code="NoSuchVersion",
            remedy="Choose one that s3_threatlist_info lists.",
        )
    if code in OTHER_REGION:
        actual = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region")
        return PublishError(
            f"{where}: the bucket is in {f'Region {actual}' if actual else 'another Region'}. {said}",
            code="WrongRegion",
            remedy="Set the option region to the Region of the bucket.",
        )
    if code in DENIED:
        remedy = denied_remedy(str(error)) if names_policy(error) else _denied_remedy(request)
        return PublishError(f"{where}: access denied. {said}", code="AccessDenied", remedy=remedy)
    return None


def _denied_remedy(request: dict[str, t.Any]) -> str:
    remedy = "Check the permissions of the caller, the bucket policy and the key policy"
    if "ExpectedBucketOwner" in request:
        remedy += f", and that account {request['ExpectedBucketOwner']} (expected_bucket_owner) owns the bucket"
    return f"{remedy}; without s3:ListBucket a missing object answers the same."
