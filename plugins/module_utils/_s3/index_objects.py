# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The index of a list in S3, beside its object and bound to it by the list's digest. Private to the collection."""

from __future__ import annotations

import contextlib
import hashlib
import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ListFileError, PublishError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import index
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import objects
from ansible_collections.threatlists.aws.plugins.module_utils._s3.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

with contextlib.suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

SUFFIX = ".index.jsonl.gz"
LIST_SHA256 = "list-sha256"
# How many versions of an index are looked at, to find that of an earlier list; each costs a HeadObject.
LOOKED_AT = 50


class IndexVersion(t.NamedTuple):
    """One version of an index; list_sha256: the digest of the list that it belongs to; published: ISO 8601."""

    version_id: str | None
    list_sha256: str
    published: str


def beside(target: Target) -> Target:
    """Return where the index of a list stands."""
    return target._replace(key=f"{target.key}{SUFFIX}")


def publish(target: Target, src: str, list_sha256: str, kms_key_id: str | None, *, check_mode: bool) -> bool:
    """Put the index beside its list, before the list; return whether it differed. Raises ThreatlistsError.

    In check mode the file may be missing, since the task that would write it did not.
    """
    place = beside(target)
    try:
        content = pathlib.Path(src).read_bytes()
    except OSError as error:
        if check_mode and isinstance(error, FileNotFoundError):
            return False
        raise ListFileError(f"index: {src} cannot be read: {error.strerror}.") from error
    sha256 = hashlib.sha256(content).hexdigest()
    standing = place.observe()
    if standing and standing.sha256 == sha256 and standing.metadata.get(LIST_SHA256) == list_sha256:
        return False
    if not check_mode:
        _put(place, content, sha256, list_sha256, kms_key_id)
    return True


def restore(target: Target, list_sha256: str, kms_key_id: str | None, *, check_mode: bool) -> str:
    """Bring the index of an earlier list back; return a warning, empty where there is nothing to warn of."""
    place = beside(target)
    try:
        return _restore(place, list_sha256, kms_key_id, check_mode=check_mode)
    except PublishError as error:
        return f"The index is not restored, and none is used for the list: {error}"


def _restore(place: Target, list_sha256: str, kms_key_id: str | None, *, check_mode: bool) -> str:
    standing = place.observe()
    if standing is None or standing.metadata.get(LIST_SHA256) == list_sha256:
        return ""
    found = of_list(place, list_sha256)
    if found is None:
        return f"{place.location}: no version of the index belongs to the list that is restored, so none is used."
    if not check_mode:
        state = place.observe(found.version_id)
        if state is None:
            return f"{place.location}: its version {found.version_id} is gone."
        _put(place, place.download(state), state.sha256, list_sha256, kms_key_id or state.kms_key_id)
    return ""


def remove(target: Target) -> str:
    """Delete the index where there is one; return a warning, empty where there is nothing to warn of."""
    place = beside(target)
    try:
        if place.observe() is not None:
            place.call("delete_object")
    except PublishError as error:
        return f"The index of the list is not deleted: {error}"
    return ""


def of_list(place: Target, list_sha256: str) -> IndexVersion | None:
    """Return the newest version of the index that belongs to a list, None without one."""
    return next((one for one in history(place, LOOKED_AT) if one.list_sha256 == list_sha256), None)


def history(place: Target, most: int) -> t.Iterator[IndexVersion]:
    """Yield the versions of an index, newest first; costs ListObjectVersions, and a HeadObject for each one taken."""
    versions = [version for version in place.versions() if not version.deleted]
    for version in versions[:most]:
        state = place.observe(version.asked_for)
        if state is not None:
            yield IndexVersion(
                objects.known_version(state.version_id), state.metadata.get(LIST_SHA256, ""), version.last_modified
            )


def read_index(place: Target, version_id: str | None, asked: t.Sequence[str]) -> index.FoundEntries:
    """Return what one version of an index says of the values, reading it once. Raises ThreatlistsError."""
    request = objects.object_request(place.bucket, place.key, version_id, place.owner)
    try:
        with contextlib.closing(place.client.get_object(**request)["Body"]) as body:
            return index.look_up(body, asked, place.location)
    except (ClientError, BotoCoreError) as error:
        raise failure(error, request) from error


def _put(place: Target, content: bytes, sha256: str, list_sha256: str, kms_key_id: str | None) -> None:
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id} if kms_key_id else {}
    place.call(
        "put_object",
        Body=content,
        ChecksumAlgorithm="SHA256",
        ChecksumSHA256=objects.base64_digest(sha256),
        ContentType="application/gzip",
        Metadata={"sha256": sha256, LIST_SHA256: list_sha256, "collection-version": objects.COLLECTION_VERSION},
        **encrypted,
    )
    found = place.observe()
    if found is None or found.sha256 != sha256:
        raise PublishError(
            f"{place.location} was changed by somebody else while it was being published.",
            code="PublishConflict",
            retryable=True,
            remedy="See that only one publisher writes this key, then run again.",
        )
