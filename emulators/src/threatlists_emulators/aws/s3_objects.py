# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects where moto and S3 differ: preconditions, checksums, ETags under KMS, SSE-C."""

from __future__ import annotations

import base64
import hashlib
import urllib.parse
from typing import Any

from .errors import Answer, AwsError
from .moto_bridge import Moto
from .request import Request

WRITES = {"PutObject", "CopyObject", "CompleteMultipartUpload"}
READS = {"GetObject", "HeadObject"}
CUSTOMER_KEY = "x-amz-server-side-encryption-customer-key-md5"


def copy_source(request: Request) -> tuple[str, str, str | None]:
    """Return C((bucket, key, version id)) of C(x-amz-copy-source)."""
    source, _mark, query = (request.header("x-amz-copy-source") or "").partition("?")
    bucket, _mark, key = urllib.parse.unquote(source).lstrip("/").partition("/")
    return bucket, key, urllib.parse.parse_qs(query).get("versionId", [None])[0]


def customer_key(stored: Any) -> str | None:
    """Return the MD5 of the customer's key for an object under SSE-C, else None."""
    return getattr(stored, "emulated_customer_key", None)


def check(request: Request, bucket: Any, moto: Moto) -> None:
    """Refuse what S3 refuses and moto lets through."""
    key = request.path_parameters.get("key", "")
    if request.operation in READS:
        _check_customer_key(request, moto.object(bucket, key, request.query.get("versionId")))
    if request.operation == "PutObject":
        _check_digest(request)
    if request.operation == "CopyObject":
        _check_conditions(request, bucket, key, moto)


def _check_customer_key(request: Request, stored: Any | None) -> None:
    wanted = customer_key(stored) if stored is not None else None
    if wanted is None:
        return
    given = request.header(CUSTOMER_KEY)
    if given is None:
        message = (
            "The object was stored using a form of Server Side Encryption. "
            "The correct parameters must be provided to retrieve the object."
        )
        raise AwsError("InvalidRequest", message)
    if given != wanted:
        raise AwsError("AccessDenied", "Access Denied", 403)


def _check_digest(request: Request) -> None:
    given = request.header("x-amz-checksum-sha256")
    if given and given != _sha256(request.body):
        raise AwsError("BadDigest", "The SHA256 you specified did not match the calculated checksum.")


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _check_conditions(request: Request, bucket: Any, key: str, moto: Moto) -> None:
    """Check If-Match and If-None-Match of the destination, and If-Match of the source."""
    present = moto.object(bucket, key)
    match = request.header("if-match")
    if match and present is None:
        raise AwsError("NoSuchKey", "The specified key does not exist.", 404, Key=key)
    if match and present is not None and _bare(match) != _bare(present.etag):
        raise _failed("If-Match")
    if request.header("if-none-match") == "*" and present is not None:
        raise _failed("If-None-Match")
    source_match = request.header("x-amz-copy-source-if-match")
    source_bucket, source_key, version = copy_source(request)
    found = moto.bucket(source_bucket)
    source = moto.object(found, source_key, version) if found is not None else None
    if source_match and source is not None and _bare(source_match) != _bare(source.etag):
        raise _failed("x-amz-copy-source-If-Match")


def _bare(etag: str) -> str:
    return etag.strip('"')


def _failed(condition: str) -> AwsError:
    message = "At least one of the pre-conditions you specified did not hold"
    return AwsError("PreconditionFailed", message, 412, Condition=condition)


def correct(request: Request, bucket: Any, answer: Answer) -> Answer:
    """Return moto's answer as S3 gives it."""
    status, headers, body = answer
    headers = {name.lower(): value for name, value in headers.items()}
    answer = status, headers, body
    if status >= 300 or request.operation not in WRITES | READS:
        return answer
    key = request.path_parameters["key"]
    version = request.query.get("versionId") or headers.get("x-amz-version-id")
    stored = Moto.object(bucket, key, version)
    if stored is None:
        return answer
    if request.operation in WRITES:
        return _remember(request, stored, (status, headers, body))
    return status, _checksum(request, stored, headers), body


def _remember(request: Request, stored: Any, answer: Answer) -> Answer:
    status, headers, body = answer
    stored.emulated_customer_key = request.header(CUSTOMER_KEY)
    if request.operation == "PutObject" and (digest := request.header("x-amz-checksum-sha256")):
        stored.checksum_algorithm, stored.checksum_value = "SHA256", digest
        headers["x-amz-checksum-sha256"] = digest
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
    if stored.encryption == "aws:kms" and "-" not in stored.etag:
        before = _bare(stored.etag)
        after = hashlib.md5(f"kms {before} {stored.version_id}".encode(), usedforsecurity=False).hexdigest()
        stored._etag = after
        body = body.replace(before.encode(), after.encode())
        headers = {name: value.replace(before, after) for name, value in headers.items()}
    return status, headers, body


def _checksum(request: Request, stored: Any, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers with the checksum: one over parts says how many, which moto does in GetObject only."""
    if request.header("x-amz-checksum-mode") != "ENABLED" or not stored.checksum_algorithm:
        return headers
    name = f"x-amz-checksum-{stored.checksum_algorithm.lower()}"
    composite = stored.checksum_type == "COMPOSITE"
    value = f"{stored.checksum_value}-{stored.checksum_parts}" if composite else stored.checksum_value
    return {**headers, name: value, "x-amz-checksum-type": "COMPOSITE" if composite else "FULL_OBJECT"}
