# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proves which content a list holds, and keeps the proof. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.content import ContentGuard
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.diagnose import diagnose
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import (
    ObjectOrError,
    Objects,
    beyond_limits,
    is_loaded_since,
    same_version,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import is_ours, submission
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACTIVE,
    BECOMES,
    PENDING,
    SHA256_TAG,
    TOUCHED,
    Observed,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.waiting import Waiter
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.writes import Writer
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState

RELOADS = 3


class Prover:
    """Writes the digest of what a list holds, once that is certain (docs/dev/decisions/0001-digest-in-a-tag.md)."""

    def __init__(self, objects: Objects, guard: ContentGuard, writer: Writer, waiter: Waiter) -> None:
        self._objects = objects
        self._guard = guard
        self._writer = writer
        self._waiter = waiter

    def prove(self, attempt: Attempt, digest: str, until_created: t.Callable[[Attempt], Observed | None]) -> None:
        """Wait until the list is ACTIVE, and note the digest if the object is still what it was before the load.

        Otherwise load the list again, up to three times. Raises GuardDutyError where it is not ACTIVE then, or the
        object changes during each load.
        """
        for turn in range(1 + RELOADS):
            found = until_created(attempt)
            if not attempt.shows_write(found):
                # What is shown as it was before the load neither holds it nor failed to.
                self._waiter.until_shown(attempt, attempt.shows_write, goes_on=True)
                found = self._waiter.until_settled(attempt)
            if found is None or found.status != ACTIVE:
                raise diagnose(self._objects, attempt, None, found)
            seen = self._objects.observe(attempt.desired.location, attempt.desired.owner)
            if self._is_as_before(attempt, digest, seen):
                self._note(attempt, digest, found)
                return
            changed = t.cast(ObjectState, seen)
            attempt.based_on(changed)
            digest = changed.sha256
            self._check_changed(attempt, digest)
            if turn < RELOADS:
                self._writer.update(attempt, Update(activate=True, owner=attempt.desired.owner))
        raise GuardDutyError(
            f"{attempt.where}: the object changed during each of {1 + RELOADS} loads; which content it holds is "
            "unknown.",
            code="ContentChanging",
            retryable=True,
            remedy="Let whatever writes the object finish, then run again.",
        )

    def submit(self, attempt: Attempt, digest: str) -> None:
        """Note that a load of the digest has begun, which nobody waits for."""
        found = self._waiter.until_shown(attempt, attempt.shows_write, suffices=_is_loaded)
        if not _is_loaded(found):
            raise diagnose(self._objects, attempt, None, found)
        self._writer.tag(attempt, {SHA256_TAG: submission(digest, attempt.desired.version)})
        attempt.proved("submitted")

    def is_newer(self, attempt: Attempt, found: Observed | None) -> bool:
        """Return whether the list was updated after its object, which is looked at if that was not done yet."""
        if attempt.basis is None:
            seen = self._objects.observe(attempt.desired.location, attempt.desired.owner)
            if not isinstance(seen, ThreatlistsError):
                attempt.based_on(seen)
        newer = bool(found and attempt.basis and is_loaded_since(found.updated_at, attempt.basis))
        attempt.proved("updated_at" if newer else "")
        return newer

    def _is_as_before(self, attempt: Attempt, digest: str, seen: ObjectOrError) -> bool:
        """Return whether the object is still what it was before the load, or may not be looked at at all.

        An object first seen after the load proves nothing: other bytes may have stood there before.
        """
        if isinstance(seen, ThreatlistsError):
            if attempt.basis is None and attempt.declared.sha256:
                attempt.proved("declared")
                attempt.warn(f"the declared sha256 was not checked against the object: {seen}")
                return True
            raise seen
        return seen.sha256 == digest and attempt.basis is not None and same_version(attempt.basis, seen)

    def _check_changed(self, attempt: Attempt, digest: str) -> None:
        """Raise where the object, which changed, is not what is declared, or is what GuardDuty does not take."""
        if attempt.declared.sha256 not in (None, digest):
            raise mismatch(attempt, digest)
        if attempt.basis and (too_much := beyond_limits(attempt.desired.kind, attempt.basis)):
            raise GuardDutyError(f"{attempt.where}: {too_much}.", code="QuotaExceeded")
        self._guard.check(attempt)

    def _note(self, attempt: Attempt, digest: str, found: Observed) -> None:
        if not attempt.can_tag:
            self.is_newer(attempt, found)
            return
        self._writer.tag(attempt, {**attempt.desired.proof, SHA256_TAG: digest})
        if attempt.can_tag:
            attempt.proved(attempt.proof or "sha256")
        else:
            self.is_newer(attempt, found)


def _is_loaded(found: Observed | None) -> bool:
    return found is not None and BECOMES.get(found.status, found.status) == ACTIVE


def lacks_end(found: Observed | None) -> bool:
    """Return whether the list is ours, and nothing shows how its last load ended."""
    proof = found.tags.get(SHA256_TAG, "") if found else ""
    return found is not None and is_ours(found.tags) and (proof in ("", PENDING) or proof.startswith(TOUCHED))


def check_declared(attempt: Attempt, seen: ObjectOrError) -> None:
    """Fail a load whose object is missing, or not what O(sha256) declares; trust a digest that cannot be checked."""
    if isinstance(seen, ThreatlistsError):
        if seen.code in ("NoSuchObject", "NoSuchBucket"):
            attempt.fail(seen)
        return
    attempt.expects(seen)
    if seen.sha256 == attempt.declared.sha256:
        attempt.make_plan(attempt.observed)
    else:
        attempt.fail(mismatch(attempt, seen.sha256))


def mismatch(attempt: Attempt, digest: str) -> GuardDutyError:
    """Return the error for an object that does not hold what O(sha256) declares."""
    return GuardDutyError(
        f"{attempt.where}: {attempt.desired.location} holds {digest}, not the declared sha256 "
        f"{attempt.declared.sha256}.",
        code="ContentMismatch",
        remedy="Publish the list again, or correct sha256.",
    )
