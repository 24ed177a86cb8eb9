# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that change a list, each with what its answers mean. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import code_of, failure, is_passing
from ansible_collections.threatlists.aws.plugins.module_utils._errors import CredentialsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import detector_tags, waiting
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import NO_SUCH, RegionReader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ERROR,
    FOREIGN_TAG,
    GONE,
    NAME_TAG,
    PENDING,
    SHA256_TAG,
    Create,
    Observed,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.waiting import Waiter
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

SIDE_BY_SIDE = ("tag_resource", "untag_resource")
LIMITS = "beyond the current AWS account limits"
NOT_AUTHORIZED = "the caller is not authorized to call this API"
# What says that something else than the name keeps a list from being created (docs/dev/guardduty.md#27).
ESTABLISHED = (
    *("expected bucket owner doesn't match", "'accountId' was formatted incorrectly", "has an invalid value"),
    *("JSON could not be processed", "is not owned by the current account"),
)
WEAK = "So what it holds is judged by UpdatedAt alone, which is weak."
STAYS = "the tags at the detector that tell of lists which are gone were not let go"
NO_TAGS = "GuardDuty refused tags of the entity set; those declared are left out."


class Writer:
    """Changes lists of one account; raises what botocore raises."""

    def __init__(self, reader: RegionReader, waiter: Waiter) -> None:
        self._reader = reader
        self._waiter = waiter
        self._account = reader.account

    def tag(self, attempt: Attempt, tags: dict[str, str]) -> None:
        """Write tags; ours of an entity set go to its detector. Where tags of a set are refused, warn and go on."""
        if not attempt.desired.kind.is_dated:
            self._write(attempt, "tag_resource", ResourceArn=self._arn(attempt), Tags=tags)
            return
        if FOREIGN_TAG in tags and self._is_tagged_meanwhile(attempt):
            tags = {key: text for key, text in tags.items() if key != FOREIGN_TAG}
        ours = {key: text for key, text in tags.items() if detector_tags.holds(key, text)}
        if ours and attempt.can_tag:
            self._tag_detector(attempt, ours)
        if others := {key: text for key, text in tags.items() if key not in ours}:
            self._tag_entity_set(attempt, others)

    def _is_tagged_meanwhile(self, attempt: Attempt) -> bool:
        """Return whether the detector tells by now that an entity set is ours: another run may just have made it."""
        self._reader.read_detector_tag(attempt.region, attempt.desired.kind, attempt.id)
        return detector_tags.key(attempt.id) in attempt.region.detector_tags

    def _tag_detector(self, attempt: Attempt, ours: dict[str, str]) -> None:
        """Write our tags of an entity set as one tag of its detector (docs/dev/decisions/0001-digest-in-a-tag.md)."""
        held, key = attempt.region.detector_tags, detector_tags.key(attempt.id)
        if not detector_tags.has_room(held, key):
            self._make_room(attempt)
        if not detector_tags.has_room(held, key):
            attempt.refuse_tags(f"the detector has {detector_tags.MAX_TAGS} tags already; remove some. {WEAK}")
            return
        known = detector_tags.our_tags(held.get(key), None, attempt.desired.account)
        if FOREIGN_TAG in known and FOREIGN_TAG not in ours:
            # Another run may have made it, and said so since.
            self._reader.read_detector_tag(attempt.region, attempt.desired.kind, attempt.id)
            known = detector_tags.our_tags(held.get(key), None, attempt.desired.account)
        # The old proof is bound to a time, so it cannot be carried over: without a new one the tag says PENDING.
        proof = ours.get(SHA256_TAG, PENDING if known.get(SHA256_TAG) else "")
        tags = {**known, NAME_TAG: attempt.desired.name, **ours, SHA256_TAG: proof}
        text = detector_tags.value(tags, attempt.seen)
        try:
            self._write(attempt, "tag_resource", ResourceArn=self._detector(attempt), Tags={key: text})
        except boto.ClientError as error:
            self._check_refusal(attempt, error)
            attempt.refuse_tags(f"tags of its detector were refused ({code_of(error)}). {WEAK}")
        else:
            held[key] = text

    def _make_room(self, attempt: Attempt) -> None:
        try:
            self._remove_what_is_left_over(attempt)
        except boto.ClientError as error:
            self._check_refusal(attempt, error)
            attempt.warn(f"{STAYS} ({code_of(error)}).")

    def _untag_detector(self, attempt: Attempt, keys: list[str]) -> None:
        self._write(attempt, "untag_resource", ResourceArn=self._detector(attempt), TagKeys=keys)
        for key in keys:
            attempt.region.detector_tags.pop(key, None)

    def _remove_what_is_left_over(self, attempt: Attempt) -> None:
        """Remove the detector's tags for sets that are gone, left by a run that ended between the two deletes."""
        dated = [kind for kind in KINDS.values() if kind.is_dated]
        there = {detector_tags.key(one) for kind in dated for one in self._reader.list_ids(attempt.region, kind)}
        if left := [key for key in attempt.region.detector_tags if detector_tags.is_of_a_set(key) and key not in there]:
            self._untag_detector(attempt, left)

    def _tag_entity_set(self, attempt: Attempt, tags: dict[str, str]) -> None:
        try:
            self._write(attempt, "tag_resource", ResourceArn=self._arn(attempt), Tags=tags)
        except boto.ClientError as error:
            self._check_refusal(attempt, error)
            self._note_refusal(attempt)
            if FOREIGN_TAG in tags and attempt.can_tag:
                self._tag_detector(attempt, {FOREIGN_TAG: ""})

    def _note_refusal(self, attempt: Attempt) -> None:
        """Note at the detector that its entity sets take no tags, so that the next run does not try again."""
        attempt.warn(NO_TAGS)
        held = attempt.region.detector_tags
        if detector_tags.has_room(held, detector_tags.REFUSED):
            tags = {detector_tags.REFUSED: "refused"}
            self._write(attempt, "tag_resource", ResourceArn=self._detector(attempt), Tags=tags)
            held.update(tags)

    def _check_refusal(self, attempt: Attempt, error: Exception) -> None:
        """Raise the error unless it is a refusal of the tags."""
        if is_passing(error) or isinstance(failure(error, attempt.where), CredentialsError):
            raise error

    def untag(self, attempt: Attempt, keys: tuple[str, ...]) -> None:
        """Remove tags of the list; FOREIGN_TAG of an entity set may be kept at its detector."""
        held, key = attempt.region.detector_tags, detector_tags.key(attempt.id)
        if FOREIGN_TAG in keys and key in held and held[key] != detector_tags.of_ours(held[key]):
            tags = {key: detector_tags.of_ours(held[key])}
            self._write(attempt, "tag_resource", ResourceArn=self._detector(attempt), Tags=tags)
            held.update(tags)
            keys = tuple(one for one in keys if one != FOREIGN_TAG)
        if keys:
            self._write(attempt, "untag_resource", ResourceArn=self._arn(attempt), TagKeys=list(keys))

    def create(self, attempt: Attempt, step: Create) -> Observed | None:
        """Create the list under a token of this attempt's own, which all retries share (docs/dev/guardduty.md#14).

        Return None, or the list that has the name already and was not made by this call.
        """
        kind = attempt.desired.kind
        given = {key: text for key, text in step.tags.items() if not (kind.is_dated and detector_tags.holds(key, text))}
        tags = {"Tags": given} if given and attempt.takes_tags else {}
        owner = {"ExpectedBucketOwner": step.owner} if step.owner else {}
        attempt.create_began()
        attempt.dates("created")
        try:
            answer = self._write(
                attempt,
                f"create_{kind.noun}",
                DetectorId=attempt.region.detector_id,
                Name=step.name,
                Format=step.format,
                Location=step.location,
                Activate=step.activate,
                ClientToken=attempt.token,
                **owner,
                **tags,
            )
        except (boto.BotoCoreError, boto.ClientError) as error:
            return self._not_created(attempt, step, error)
        attempt.created_as(answer[kind.id_key])
        if kind.is_dated:
            self.tag(attempt, {key: text for key, text in step.tags.items() if detector_tags.holds(key, text)})
        return None

    def update(self, attempt: Attempt, step: Update) -> None:
        """Change what the step names, and nothing else."""
        given = {
            "Name": step.name,
            "Location": step.location,
            "Activate": step.activate,
            "ExpectedBucketOwner": step.owner,
        }
        request = {key: value for key, value in given.items() if value is not None}
        self._waiter.until_another_second(attempt)
        attempt.dates("changed")
        self._write(attempt, f"update_{attempt.desired.kind.noun}", **self._identity(attempt, attempt.id), **request)

    def delete(self, attempt: Attempt, list_id: str) -> None:
        """Delete a list of the attempt; one that is gone already counts as deleted.

        The detector's tag for it goes last, since it is what tells that the list is ours.
        """
        attempt.dates("deleted")
        self._delete(attempt, list_id)
        if (key := detector_tags.key(list_id)) not in attempt.region.detector_tags:
            return
        try:
            self._untag_detector(attempt, [key])
        except boto.ClientError as error:
            self._check_refusal(attempt, error)
            attempt.warn(
                f"it is deleted, and {STAYS} ({code_of(error)}). Allow guardduty:UntagResource on the detector."
            )

    def _delete(self, attempt: Attempt, list_id: str) -> None:
        try:
            self._write(attempt, f"delete_{attempt.desired.kind.noun}", **self._identity(attempt, list_id))
        except boto.ClientError as error:
            # The answer of an earlier try may have been lost: a second Delete finds no such list.
            if NO_SUCH in str(error):
                return
            found = self._reader.get(attempt.region, attempt.desired.kind, list_id)
            if found and found.status not in GONE:
                raise

    def _not_created(self, attempt: Attempt, step: Create, error: Exception) -> Observed | None:
        kind = attempt.desired.kind
        found = self._reader.find_by_name(attempt.region, kind, step.name)
        attempt.settled(found)
        if is_passing(error):
            if found:
                return None
            raise error
        if (
            not found
            and kind.is_dated
            and attempt.takes_tags
            and any(not detector_tags.holds(key, text) for key, text in step.tags.items())
        ):
            return self._create_without_tags(attempt, step, error)
        if not found and not code_of(error).startswith("AccessDenied") and not _is_established(error):
            found = self._find_what_is_not_shown(attempt, step, error)
        if found is None or found.status == ERROR:
            raise error
        return found

    def _find_what_is_not_shown(self, attempt: Attempt, step: Create, error: Exception) -> Observed | None:
        """Look for a list of that name that nothing shows yet: how a name that is taken is refused is not established.

        Not where the quota explains it: the lists that are shown fill it, or it is a second list beside the old one.
        """
        if NOT_AUTHORIZED in str(error):
            return self._waiter.find(attempt, step.name, waiting.UNTIL_SHOWN)
        if LIMITS in str(error) and (attempt.plan.needs_place or self._is_full(attempt)):
            return None
        found = self._waiter.find(attempt, step.name, waiting.UNTIL_FOUND)
        if found is None:
            attempt.refused_in_vain()
        return found

    def _is_full(self, attempt: Attempt) -> bool:
        kind = attempt.desired.kind
        return len(self._reader.list_ids(attempt.region, kind)) >= kind.quota

    def _create_without_tags(self, attempt: Attempt, step: Create, refused: Exception) -> Observed | None:
        attempt.leave_out_tags()
        try:
            found = self.create(attempt, step)
        except boto.ClientError:
            raise refused from None
        self._note_refusal(attempt)
        return found

    def _write(self, attempt: Attempt, operation: str, **request: t.Any) -> dict[str, t.Any]:
        attempt.write_began()
        # Only calls that may change the policies of the service-linked role are serial; those for tags do not.
        send = self._account.call if operation in SIDE_BY_SIDE else self._account.write
        try:
            answer = send("guardduty", attempt.region.name, operation, **request)
        except (boto.BotoCoreError, boto.ClientError) as error:
            # A failed activation changes the list, and a lost answer may have: only a denial surely changed nothing.
            attempt.write_ended(changed=not code_of(error).startswith("AccessDenied"))
            raise
        attempt.write_ended(changed=True)
        return answer

    def _identity(self, attempt: Attempt, list_id: str) -> dict[str, str]:
        return {"DetectorId": attempt.region.detector_id, attempt.desired.kind.id_key: list_id}

    def _detector(self, attempt: Attempt) -> str:
        resource = f"detector/{attempt.region.detector_id}"
        return arns.guardduty(self._account.partition, attempt.region.name, self._account.id, resource)

    def _arn(self, attempt: Attempt) -> str:
        resource = f"detector/{attempt.region.detector_id}/{attempt.desired.kind.name}/{attempt.id}"
        return arns.guardduty(self._account.partition, attempt.region.name, self._account.id, resource)


def _is_established(error: Exception) -> bool:
    return any(words in str(error) for words in ESTABLISHED)
