# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects in S3 and their digests. Private to the collection."""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime
import hashlib
import re
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import MadeOnce
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import status_of
from ansible_collections.threatlists.aws.plugins.module_utils._aws.regions import PARTITIONS
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._s3.errors import NOT_FOUND, failure, wrong_owner

with contextlib.suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

COLLECTION_VERSION = "0.1.0"
CHUNK = 1 << 20
HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
SUFFIXES = "|".join(sorted({re.escape(partition.dns_suffix) for partition in PARTITIONS.values()}))
S3_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.\-]*)\.)?s3(?:[.\-](?:dualstack\.)?[a-z0-9\-]+)?\." f"(?:{SUFFIXES})"
)

# Digests that cost a download, by bucket, key and ETag: an ETag stands for one content of a key.
_downloaded: MadeOnce[str] = MadeOnce()


class ObjectState(t.NamedTuple):
    """One version of an object.

    sha256: digest of the content, 64 hex digits.
    size: bytes.
    etag: opaque, as S3 gave it (with its quotes); only good for conditional calls.
    version_id: None where the bucket has no versioning; V(null) only where that version was asked for.
    entry_count: how many entries the publisher noted of this very content; None where it noted none.
    metadata: the C(x-amz-meta-) headers without their prefix.
    kms_key_id: the key of SSE-KMS; None without.
    content_type: as its publisher said; None where a store keeps none.
    is_noted: whether only the metadata tell the digest.
    """

    bucket: str
    key: str
    sha256: str
    size: int
    etag: str
    version_id: str | None
    last_modified: datetime.datetime
    entry_count: int | None
    metadata: dict[str, str]
    kms_key_id: str | None
    content_type: str | None
    is_noted: bool = False


def parse_location(text: str) -> tuple[str, str]:
    """Return C((bucket, key)) of any spelling that GuardDuty takes (docs/dev/guardduty.md#15).

    Raises ArgumentError for what is no location of an object in S3.
    """
    bucket = key = ""
    try:
        url = urllib.parse.urlsplit(text)
    except ValueError:
        url = urllib.parse.urlsplit("")
    if url.scheme == "s3":
        bucket, key = url.netloc, text.partition("://")[2].partition("/")[2]
    elif url.scheme in ("http", "https") and not (url.query or url.fragment):
        host = S3_HOST.fullmatch(url.netloc.lower())
        path = urllib.parse.unquote(url.path[1:])
        if host and host["bucket"]:
            bucket, key = host["bucket"], path
        elif host:
            bucket, _slash, key = path.partition("/")
    if not bucket or not key:
        raise ArgumentError(f"{text!r} is no location of an object in S3; write s3://BUCKET/KEY.")
    return bucket, key


def observe(
    client: t.Any, bucket: str, key: str, *, version_id: str | None = None, expected_bucket_owner: str | None = None
) -> ObjectState | None:
    """Return the object (its newest version, or the one of version_id), or None where there is none.

    Costs one HeadObject. The digest is S3's full-object SHA-256, else, in a store without checksums, the one in our
    metadata, else that of the content, downloaded once per ETag; why in this order:
    docs/dev/decisions/0007-which-digest-is-believed.md. Raises PublishError or CredentialsError.
    """
    request = object_request(bucket, key, version_id, expected_bucket_owner)
    try:
        head = client.head_object(ChecksumMode="ENABLED", **request)
    except ClientError as error:
        if status_of(error) == NOT_FOUND:
            _check_bucket_exists(client, request, error)
            return None
        raise _explained(client, request, error) from error
    except BotoCoreError as error:
        raise failure(error, request) from error
    metadata = _metadata(head)
    digest = told_digest(head) or _content_digest(client, request, head["ETag"])
    return ObjectState(
        bucket=bucket,
        key=key,
        sha256=digest,
        size=head["ContentLength"],
        etag=head["ETag"],
        version_id=known_version(head.get("VersionId")) or version_id,
        last_modified=head["LastModified"],
        entry_count=_noted_entries(metadata, digest),
        metadata=metadata,
        kms_key_id=head.get("SSEKMSKeyId"),
        content_type=head.get("ContentType"),
        is_noted=not _checksum(head) and _noted_digest(head, metadata) is not None,
    )


def with_own_digest(client: t.Any, state: ObjectState, *, expected_bucket_owner: str | None = None) -> ObjectState:
    """Return the object with the digest of its content.

    A digest that only the metadata tell is not believed: whoever may write the object can set them. Raises PublishError
    or CredentialsError.
    """
    if not state.is_noted:
        return state
    request = object_request(state.bucket, state.key, state.version_id, expected_bucket_owner)
    return state._replace(sha256=_content_digest(client, request, state.etag), is_noted=False)


def object_request(
    bucket: str, key: str, version_id: str | None = None, expected_bucket_owner: str | None = None
) -> dict[str, t.Any]:
    """Return the parameters that every call on one object shares."""
    request = {"Bucket": bucket, "Key": key, "VersionId": version_id, "ExpectedBucketOwner": expected_bucket_owner}
    return {name: value for name, value in request.items() if value}


def download(client: t.Any, state: ObjectState, *, expected_bucket_owner: str | None = None) -> bytes:
    """Return the content of exactly the version that C(state) describes. Raises PublishError or CredentialsError."""
    request = object_request(state.bucket, state.key, state.version_id, expected_bucket_owner)
    return b"".join(_content(client, request, state.etag))


def known_version(version_id: str | None) -> str | None:
    """Return the id of a version; None for C(null), which a bucket without versioning may answer."""
    return None if version_id in (None, "null") else version_id


def base64_digest(sha256: str) -> str:
    """Return a digest of hex digits as S3 writes it."""
    return base64.b64encode(bytes.fromhex(sha256)).decode("ascii")


def _noted_entries(metadata: dict[str, str], digest: str) -> int | None:
    """Return the number of entries in our metadata, None where they belong to other content, as after a copy."""
    entries = metadata.get("entries", "")
    return int(entries) if entries.isdecimal() and metadata.get("sha256") == digest else None


def told_digest(head: dict[str, t.Any]) -> str | None:
    """Return the digest that HeadObject itself tells; None where only the content does."""
    return _checksum(head) or _noted_digest(head, _metadata(head))


def _metadata(head: dict[str, t.Any]) -> dict[str, str]:
    """Return the metadata by names in lower case, as S3 gives them; other stores spell them as they like."""
    return {name.lower(): value for name, value in head.get("Metadata", {}).items()}


def _checksum(head: dict[str, t.Any]) -> str | None:
    """Return S3's own SHA-256 of the whole object, None for a composite one, which does not tell the content."""
    checksum = head.get("ChecksumSHA256", "")
    if not checksum or "-" in checksum or head.get("ChecksumType") == "COMPOSITE":
        return None
    try:
        digest = base64.b64decode(checksum, validate=True).hex()
    except binascii.Error:
        return None
    return digest if HEX_DIGEST.fullmatch(digest) else None


def _noted_digest(head: dict[str, t.Any], metadata: dict[str, str]) -> str | None:
    """Return the digest in our metadata; None where the object has a checksum of another type.

    Then something else wrote it, which may have kept our metadata with other content.
    """
    if any(name.startswith("Checksum") for name in head):
        return None
    digest = metadata.get("sha256", "")
    return digest if HEX_DIGEST.fullmatch(digest) else None


def _content_digest(client: t.Any, request: dict[str, t.Any], etag: str) -> str:
    def make() -> str:
        digest = hashlib.sha256()
        for chunk in _content(client, request, etag):
            digest.update(chunk)
        return digest.hexdigest()

    return _downloaded.get((request["Bucket"], request["Key"], etag), make)


def _content(client: t.Any, request: dict[str, t.Any], etag: str) -> t.Iterator[bytes]:
    try:
        with client.get_object(IfMatch=etag, **request)["Body"] as body:
            while chunk := body.read(CHUNK):
                yield chunk
    except (ClientError, BotoCoreError) as error:
        raise failure(error, request) from error


def _explained(client: t.Any, request: dict[str, t.Any], error: ClientError) -> Exception:
    """Return why HeadObject failed.

    Its answer has no body; that of GetObject, which takes the same permission, names the cause.
    """
    try:
        client.get_object(**request)["Body"].close()
    except (ClientError, BotoCoreError) as cause:
        found = failure(cause, request)
        return wrong_owner(request) if found.code == "AccessDenied" and _is_of_another(client, request) else found
    return failure(error, request)


def _is_of_another(client: t.Any, request: dict[str, t.Any]) -> bool:
    """Return whether the object can be seen, or is missing, once no owner is expected."""
    if "ExpectedBucketOwner" not in request:
        return False
    try:
        client.head_object(**{name: value for name, value in request.items() if name != "ExpectedBucketOwner"})
    except ClientError as error:
        return status_of(error) == NOT_FOUND
    except BotoCoreError:
        return False
    return True


def _check_bucket_exists(client: t.Any, request: dict[str, t.Any], missing: ClientError) -> None:
    if "x-amz-delete-marker" in missing.response["ResponseMetadata"].get("HTTPHeaders", {}):
        return
    bucket = {name: value for name, value in request.items() if name in ("Bucket", "ExpectedBucketOwner")}
    try:
        client.head_bucket(**bucket)
    except ClientError as error:
        if status_of(error) == NOT_FOUND:
            raise failure(error, request, code="NoSuchBucket") from error
    except BotoCoreError as error:
        raise failure(error, request) from error
