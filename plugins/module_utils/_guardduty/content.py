# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be loaded: GuardDuty itself would accept any content. Private to the collection."""

from __future__ import annotations

import hashlib
import threading

from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import MadeOnce
from ansible_collections.threatlists.aws.plugins.module_utils._aws.shared import Shared
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.authenticity import Authenticity
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Objects, version_mark
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import MAX_SIZE
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import validate
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState

READABLE = ("TXT", "STIX")
# For these trust_content is no remedy: GuardDuty would refuse the object, and the list that stood would be in ERROR.
BEYOND_QUOTAS = ("TooManyEntries", "TooLarge")


class ContentGuard:
    """Judges what lists would load (docs/dev/guardduty.md#17), each version of an object once for each kind.

    All accounts at work in this process share the verdicts: each looked at the object with its own credentials.
    An object that this collection published was judged then: its metadata hold its digest and its number of entries,
    which are believed if S3 or the content itself shows the same digest. Any other object is read.
    """

    def __init__(self, objects: Objects, authenticity: Authenticity, shared: Shared) -> None:
        self._objects = objects
        self._authenticity = authenticity
        self._verdicts: MadeOnce[int | ThreatlistsError] = shared.once("verdicts on content", MadeOnce)
        # One at a time: a file of 35 MB takes memory and a whole core.
        self._reading = threading.Lock()

    def check(self, attempt: Attempt) -> None:
        """Raise GuardError or SignatureError where the attempt would load what must not be loaded.

        Where the object could not be looked at nothing is raised.
        """
        state = attempt.basis
        if state is None:
            return
        self._authenticity.check(attempt, state, attempt.observed)
        if state.size == 0:
            raise self._refusal(attempt, "Empty", "the object is empty.", "Publish the list, or declare it absent.")
        if state.size > MAX_SIZE:
            found = f"the object has {state.size:,} bytes, more than the {MAX_SIZE:,} that GuardDuty takes."
            raise self._refusal(attempt, "QuotaExceeded", found, "Publish a smaller list.")
        if attempt.declared.trust_content:
            attempt.warn_of(f"{attempt.desired.location}: is loaded without being judged (trust_content).")
            return
        entries = self._noted(attempt, state)
        if entries is None and attempt.desired.format not in READABLE:
            attempt.warn_of(
                f"{attempt.desired.location}: is loaded without being judged, since {attempt.desired.format} is a "
                "format that this collection does not read."
            )
            return
        if entries is None:
            entries = self._count(attempt, state)
        if entries < attempt.declared.min_entries:
            found = f"the object has {entries:,} entries, fewer than min_entries ({attempt.declared.min_entries:,})."
            raise self._refusal(attempt, "TooFewEntries", found, "Look at what wrote it, or lower min_entries.")

    def _noted(self, attempt: Attempt, state: ObjectState) -> int | None:
        """Return how many entries the publisher noted of exactly this content, None where nothing is noted."""
        kind, list_format = attempt.desired.kind.name, attempt.desired.format
        if state.is_noted or state.metadata.get("kind", kind) != kind:
            return None
        if state.content_type != validate.CONTENT_TYPES.get(list_format):
            return None
        return state.entry_count

    def _count(self, attempt: Attempt, state: ObjectState) -> int:
        version = (state.bucket, state.key, version_mark(state), state.is_noted)
        key = (*version, attempt.desired.kind.name, attempt.desired.format)
        with self._reading:
            verdict = self._verdicts.get(key, lambda: _judged(self._content(attempt, state), attempt, state))
        if isinstance(verdict, ThreatlistsError):
            remedy = "Publish it with s3_threatlist, which judges it first, or set trust_content to load it as it is."
            if verdict.code in BEYOND_QUOTAS:
                remedy = verdict.remedy
            raise self._refusal(attempt, verdict.code, str(verdict), remedy)
        return verdict

    def _content(self, attempt: Attempt, state: ObjectState) -> bytes:
        """Return what is to be judged. A failure to read it is no verdict that is kept: the next try may succeed."""
        try:
            return self._objects.download(state, attempt.desired.owner)
        except ThreatlistsError as error:
            raise type(error)(
                f"{attempt.where}: {attempt.outcome}: it could not be read to be judged: {error}",
                code=error.code,
                retryable=error.retryable,
                remedy=error.remedy,
            ) from error

    def _refusal(self, attempt: Attempt, code: str, found: str, remedy: str) -> GuardError:
        return GuardError(f"{attempt.where}: {attempt.outcome}: {found}", code=code, remedy=remedy)


def _judged(content: bytes, attempt: Attempt, state: ObjectState) -> int | ThreatlistsError:
    """Return the number of entries, or why they must not be loaded."""
    params = {"kind": attempt.desired.kind.name, "format": attempt.desired.format, "min_entries": 1}
    location = f"s3://{state.bucket}/{state.key}"
    if state.is_noted and hashlib.sha256(content).hexdigest() != state.sha256:
        return GuardError(f"{location}: is not what the sha256 in its metadata says.", code="ContentMismatch")
    try:
        return validate.judge(content, params, location).entry_count
    except ThreatlistsError as error:
        return error
