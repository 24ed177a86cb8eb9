# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of hits in S3, beside its list; written only over what was read. Private to the collection."""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import status_of
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, PublishError
from ansible_collections.threatlists.aws.plugins.module_utils._ledger import hits
from ansible_collections.threatlists.aws.plugins.module_utils._lists.index import Survey, survey
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import index_objects, objects
from ansible_collections.threatlists.aws.plugins.module_utils._s3.errors import CONFLICTS, NOT_FOUND, failure
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

with contextlib.suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

SUFFIX = ".hits.jsonl"
ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
JITTER = random.SystemRandom()


class Standing(t.NamedTuple):
    """What stands in S3. etag: None where nothing does."""

    ledger: hits.Ledger
    content: bytes
    etag: str | None


def beside(target: Target) -> Target:
    """Return where the ledger of a list stands."""
    return target._replace(key=f"{target.key}{SUFFIX}")


def read_ledger(place: Target) -> Standing:
    """Return the ledger, an empty one where none stands; costs a GetObject. Raises ThreatlistsError."""
    try:
        answer = place.client.get_object(**place.request)
        with answer["Body"] as body:
            content = body.read()
    except ClientError as error:
        if status_of(error) == NOT_FOUND and error.response["Error"]["Code"] != "NoSuchBucket":
            return Standing(hits.Ledger(), b"", None)
        raise failure(error, place.request) from error
    except BotoCoreError as error:
        raise failure(error, place.request) from error
    try:
        return Standing(hits.load(content, place.location), content, answer["ETag"])
    except ParseError as error:
        error.remedy = "Restore an earlier version of the object, or delete it: the ledger then begins anew."
        raise


def update(
    place: Target, change: t.Callable[[hits.Ledger], hits.Ledger], kms_key_id: str | None, *, check_mode: bool
) -> tuple[hits.Ledger, bool]:
    """Bring the ledger to what C(change) makes of it; return it, and whether it differed.

    It is written only if nobody wrote in between; whoever comes second reads again, so that neither loses anything.
    Raises ThreatlistsError.
    """
    for attempt in range(ATTEMPTS):
        standing = read_ledger(place)
        ledger = change(standing.ledger)
        content = hits.dump(ledger)
        if content == standing.content:
            return ledger, attempt > 0
        if check_mode or _put(place, content, standing.etag, kms_key_id):
            return ledger, True
        time.sleep(JITTER.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))
    raise PublishError(
        f"{place.location} was changed by somebody else each of {ATTEMPTS} times that it was to be written.",
        code="PublishConflict",
        retryable=True,
        remedy="Run again. What was found is not lost: GuardDuty keeps findings for 90 days.",
    )


def _put(place: Target, content: bytes, etag: str | None, kms_key_id: str | None) -> bool:
    """Write the ledger over what was read; return False where that no longer stood, and nothing was written."""
    sha256 = hashlib.sha256(content).hexdigest()
    condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id} if kms_key_id else {}
    request = {
        **place.request,
        "Body": content,
        "ChecksumAlgorithm": "SHA256",
        "ChecksumSHA256": objects.base64_digest(sha256),
        "ContentType": "application/x-ndjson",
        "Metadata": {"sha256": sha256, "collection-version": objects.COLLECTION_VERSION},
        **encrypted,
    }
    try:
        place.client.put_object(**condition, **request)
    except ClientError as error:
        if status_of(error) in CONFLICTS or error.response["Error"]["Code"] == "NoSuchKey":
            return False
        raise failure(error, request) from error
    except BotoCoreError as error:
        raise failure(error, request) from error
    return True


def survey_of(target: Target, asked: t.Sequence[str]) -> Survey | None:
    """Return what the index of the list's newest version holds, None where no index belongs to it.

    Costs a HeadObject of list and index each, and a GetObject. Raises ThreatlistsError.
    """
    state, place = target.observe(), index_objects.beside(target)
    index = place.observe() if state else None
    if state is None or index is None:
        return None
    version_id = index.version_id
    if index.metadata.get(index_objects.LIST_SHA256) != state.sha256:
        found = index_objects.of_list(place, state.sha256)
        if found is None:
            return None
        version_id = found.version_id
    try:
        request = objects.object_request(place.bucket, place.key, version_id, place.owner)
        with contextlib.closing(place.client.get_object(**request)["Body"]) as body:
            return survey(body, asked, place.location)
    except (ClientError, BotoCoreError) as error:
        raise failure(error, request) from error
