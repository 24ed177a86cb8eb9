# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the object of a list in one conditional request, with its tags. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import SERVER_ERROR, status_of
from ansible_collections.threatlists.aws.plugins.module_utils._errors import PublishError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import objects, signature
from ansible_collections.threatlists.aws.plugins.module_utils._s3.errors import CONFLICTS, failure
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

with contextlib.suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

ATTEMPTS = 2
NO_TAGS = ("NotImplemented", "NoSuchTagSet")  # of stores other than S3


class Upload(t.NamedTuple):
    """What to write: the content, its digest in hex, and what goes into metadata and headers.

    restores: the version that it brings back, None for new content.
    """

    content: bytes
    sha256: str
    metadata: dict[str, str]
    content_type: str | None
    kms_key_id: str | None
    restores: objects.ObjectState | None


def write(module: Module, target: Target, upload: Upload, standing: objects.ObjectState | None) -> str | None:
    """Write the object over what was seen; return its version, None in check mode. Raises ThreatlistsError."""
    if module.check_mode:
        return None
    request = _put_request(target, upload, _tags_to_write(module, target, standing, upload.restores))
    return _put(target, request, standing, upload.sha256).version_id


def tagged(module: Module, target: Target) -> bool:
    """Bring the tags of an object that is not written anew to O(tags); return whether they differed."""
    wanted = _wanted_tags(module)
    if wanted is None or wanted == _tags(target):
        return False
    if not module.check_mode:
        tag_set = [{"Key": name, "Value": value} for name, value in sorted(wanted.items())]
        target.call("put_object_tagging", Tagging={"TagSet": tag_set})
    return True


def _wanted_tags(module: Module) -> dict[str, str] | None:
    """Return O(tags) as text, as S3 keeps them, spelled as guardduty_lists does; None where they are left out."""
    tags = module.params["tags"]
    return None if tags is None else {str(name): str(value) for name, value in tags.items()}


def _tags(target: Target, version_id: str | None = None) -> dict[str, str]:
    version = {"VersionId": version_id} if version_id else {}
    return {tag["Key"]: tag["Value"] for tag in target.call("get_object_tagging", **version)["TagSet"]}


def _tags_to_write(
    module: Module, target: Target, standing: objects.ObjectState | None, restores: objects.ObjectState | None
) -> dict[str, str]:
    """Return O(tags), or, where they are left out, the tags of what stands, else of what is restored.

    For what stands no version is named in the call, since that would take another permission.
    """
    wanted = _wanted_tags(module)
    if wanted is not None or not (standing or restores):
        return wanted or {}
    try:
        return _tags(target, restores.version_id if restores and not standing else None)
    except PublishError as error:
        if error.code in NO_TAGS:
            return {}
        if error.code != "AccessDenied":
            raise
        module.warn(f"{target.location}: its tags may not be read and are lost. Allow that, or set tags: {{}}. {error}")
        return {}


def _put_request(target: Target, upload: Upload, tags: dict[str, str]) -> dict[str, t.Any]:
    metadata = {**upload.metadata, "sha256": upload.sha256, "collection-version": objects.COLLECTION_VERSION}
    request = {
        **target.request,
        "Body": upload.content,
        "ChecksumAlgorithm": "SHA256",
        "ChecksumSHA256": objects.base64_digest(upload.sha256),
        "Metadata": {name: value for name, value in metadata.items() if value},
    }
    if upload.content_type:
        request["ContentType"] = upload.content_type
    if upload.kms_key_id:
        request.update(ServerSideEncryption="aws:kms", SSEKMSKeyId=upload.kms_key_id)
    if tags:
        request["Tagging"] = urllib.parse.urlencode(tags)
    return request


def _put(
    target: Target, request: dict[str, t.Any], standing: objects.ObjectState | None, digest: str
) -> objects.ObjectState:
    """Write the object in one PutObject, only over what was seen; return it as read back.

    Where our content is there in the end it is no failure that the answer was lost, or that the condition failed since
    botocore repeated a PutObject that had worked.
    """
    condition = {"IfMatch": standing.etag} if standing else {"IfNoneMatch": "*"}
    for attempt in range(ATTEMPTS):
        try:
            answer = target.client.put_object(**condition, **request)
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and not _is_conflict(error) and status_of(error) < SERVER_ERROR:
                raise failure(error, request) from error
            found = _found_after(target, error)
            if found is not None and found.sha256 == digest and _is_signed_as(found, request):
                return found
            if not _is_conflict(error):
                raise failure(error, request) from error
            unchanged = (found.etag if found else None) == (standing.etag if standing else None)
            if not unchanged or attempt == ATTEMPTS - 1:
                raise _conflict(target, found) from error
        else:
            written = target.observe(objects.known_version(answer.get("VersionId")))
            if written is None or written.sha256 != digest:
                raise _conflict(target, written)
            return written
    raise AssertionError("every attempt returns or raises")


def _is_signed_as(found: objects.ObjectState, request: dict[str, t.Any]) -> bool:
    """Return whether an object has the signature of the request: content that is signed anew has the same bytes."""
    return bool(found.metadata.get(signature.SIGNATURE) == request["Metadata"].get(signature.SIGNATURE))


def _is_conflict(error: t.Any) -> bool:
    """Return whether a condition failed; If-Match on an object that was deleted meanwhile answers NoSuchKey."""
    return isinstance(error, ClientError) and (
        status_of(error) in CONFLICTS or error.response["Error"]["Code"] == "NoSuchKey"
    )


def _found_after(target: Target, error: Exception) -> objects.ObjectState | None:
    try:
        return target.observe()
    except ThreatlistsError:
        raise failure(error, target.request) from error


def _conflict(target: Target, found: objects.ObjectState | None) -> PublishError:
    now = "it was deleted"
    if found is not None:
        now = f"version {found.version_id} of {found.last_modified.isoformat()} holds sha256 {found.sha256}"
    return PublishError(
        f"{target.location} was changed by somebody else while it was being published: {now}.",
        code="PublishConflict",
        retryable=True,
        remedy="See that only one publisher writes this key, then run again.",
    )
