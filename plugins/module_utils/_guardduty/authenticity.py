# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose content is loaded: with O(verify_key_id) none that publish did not sign. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.kms import Kms
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    SignatureError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import ObjectOrError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    PUBLISHED_TAG,
    SHA256_TAG,
    Observed,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState
from ansible_collections.threatlists.aws.plugins.module_utils._s3.signature import Verifier
from ansible_collections.threatlists.aws.plugins.module_utils._s3.signing import verify_keys

MISSING = ("NoSuchObject", "NoSuchBucket")


def verifier(params: dict[str, t.Any], connection: Connection) -> Verifier | None:
    """Return what verifies by O(verify_key_id), None without that option.

    KMS is asked with the credentials that the module was started with. Raises ArgumentError.
    """
    keys = verify_keys(params)
    if params.get("forbid_rollback") and not keys:
        raise ArgumentError("forbid_rollback: only what is signed has a time that can be believed; set verify_key_id.")
    return Verifier(Kms(connection), keys) if keys else None


class Authenticity:
    """Judges each object that lists would hold; KMS is asked once for each, however many Regions load it."""

    def __init__(self, params: dict[str, t.Any], connection: Connection, *, check_mode: bool) -> None:
        """Raise ArgumentError for options that cannot be meant."""
        self._verifier = verifier(params, connection)
        self._forbids_rollback = bool(params.get("forbid_rollback"))
        self._check_mode = check_mode

    @property
    def is_asked(self) -> bool:
        """Return whether only signed content counts."""
        return self._verifier is not None

    def check(self, attempt: Attempt, seen: ObjectOrError, observed: Observed | None) -> None:
        """Raise SignatureError where the object is not signed as the content of the list, or that cannot be told.

        If it is signed, the time of its signature becomes part of what is desired. In check mode an object whose
        declared digest tells that it has yet to be published is not judged.
        """
        if self._verifier is None or self._is_to_come(attempt, seen):
            return
        if isinstance(seen, ThreatlistsError):
            raise _of_list(attempt, seen)
        try:
            published = self._verifier.published(seen, attempt.desired.name, attempt.desired.kind.name)
        except ThreatlistsError as error:
            raise _of_list(attempt, error) from error
        attempt.signed_at(published)
        held = observed.tags if observed else {}
        if self._forbids_rollback and published < held.get(PUBLISHED_TAG, "") and held.get(SHA256_TAG) != seen.sha256:
            raise SignatureError(
                f"{attempt.where}: {attempt.outcome}: {attempt.desired.location} was signed {published}, and what is "
                f"loaded {held[PUBLISHED_TAG]}: it is older.",
                code="Rollback",
                remedy="See in CloudTrail who put it there. To go back on purpose use s3_threatlist with "
                "state: restored and signing_key_id, which signs it anew, or run once with forbid_rollback: false.",
            )

    def _is_to_come(self, attempt: Attempt, seen: ObjectOrError) -> bool:
        declared = attempt.declared.sha256
        if not self._check_mode or not declared:
            return False
        return seen.sha256 != declared if isinstance(seen, ObjectState) else seen.code in MISSING


def _of_list(attempt: Attempt, error: ThreatlistsError) -> ThreatlistsError:
    """Return the error with its list in the message. It keeps its class: dead credentials stay a CredentialsError."""
    return type(error)(
        f"{attempt.where}: {attempt.outcome}: its signature did not verify: {error}",
        code=error.code,
        retryable=error.retryable,
        remedy=error.remedy,
    )
