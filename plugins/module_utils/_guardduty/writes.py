# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that change a list, each with what its answers mean. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t
import uuid

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import code_of, failure, is_passing
from ansible_collections.threatlists.aws.plugins.module_utils._errors import CredentialsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import NO_SUCH, RegionReader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import (
    ERROR,
    GONE,
    Create,
    Observed,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.waiting import Waiter
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

SIDE_BY_SIDE = ("tag_resource", "untag_resource")
LIMITS = "beyond the current AWS account limits"
TAGS_REFUSED = "tags were refused, so what it holds is judged by UpdatedAt alone, which is weak."


class Writer:
    """Changes lists of one account; raises what botocore raises."""

    def __init__(self, reader: RegionReader, waiter: Waiter) -> None:
        self._reader = reader
        self._waiter = waiter
        self._account = reader.account

    def tag(self, attempt: Attempt, tags: dict[str, str]) -> None:
        """Write tags. The documentation does not name entity sets among what takes tags: a refusal is not the end."""
        if not attempt.can_tag:
            return
        try:
            self._write(attempt, "tag_resource", ResourceArn=self._arn(attempt), Tags=tags)
        except boto.ClientError as error:
            reason = failure(error, attempt.where)
            if not attempt.desired.kind.is_dated or is_passing(error) or isinstance(reason, CredentialsError):
                raise
            attempt.refuse_tags(TAGS_REFUSED)

    def untag(self, attempt: Attempt, keys: tuple[str, ...]) -> None:
        """Remove tags."""
        self._write(attempt, "untag_resource", ResourceArn=self._arn(attempt), TagKeys=list(keys))

    def create(self, attempt: Attempt, step: Create) -> Observed | None:
        """Create under a token of this attempt's own, which all retries share (docs/dev/guardduty.md#14).

        Return the list of that name that was there before, and is not ours by this call, else None.
        """
        tags = {"Tags": step.tags} if attempt.can_tag else {}
        owner = {"ExpectedBucketOwner": step.owner} if step.owner else {}
        kind = attempt.desired.kind
        attempt.create_began()
        try:
            answer = self._write(
                attempt,
                f"create_{kind.noun}",
                DetectorId=attempt.region.detector_id,
                Name=step.name,
                Format=step.format,
                Location=step.location,
                Activate=step.activate,
                ClientToken=uuid.uuid4().hex,
                **owner,
                **tags,
            )
        except (boto.BotoCoreError, boto.ClientError) as error:
            return self._not_created(attempt, step, error)
        attempt.created_as(answer[kind.id_key])
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
        self._write(attempt, f"update_{attempt.desired.kind.noun}", **self._identity(attempt), **request)

    def delete(self, attempt: Attempt) -> None:
        """Delete the list; one that is gone already is deleted."""
        try:
            self._write(attempt, f"delete_{attempt.desired.kind.noun}", **self._identity(attempt))
        except boto.ClientError as error:
            # The answer of an earlier try may have been lost: a second Delete finds no such list.
            if NO_SUCH in str(error):
                return
            found = self._reader.get(attempt.region, attempt.desired.kind, attempt.id)
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
        if not found and kind.is_dated and step.tags and attempt.can_tag:
            self._create_without_tags(attempt, step, error)
            return None
        if not found and not code_of(error).startswith("AccessDenied") and LIMITS not in str(error):
            # How a name that is taken is refused is not established, and a list just created may not be shown yet.
            found = self._waiter.until_shown(
                attempt,
                lambda one: one is not None,
                lambda: self._reader.find_by_name(attempt.region, kind, step.name),
            )
        if found is None or found.status == ERROR:
            raise error
        return found

    def _create_without_tags(self, attempt: Attempt, step: Create, refused: Exception) -> None:
        attempt.can_tag = False
        try:
            self.create(attempt, step)
        except boto.ClientError:
            raise refused from None
        attempt.refuse_tags(TAGS_REFUSED)

    def _write(self, attempt: Attempt, operation: str, **request: t.Any) -> dict[str, t.Any]:
        attempt.write_began()
        # Only what may change the service-linked role's policies is serial; tags are none of that.
        send = self._account.call if operation in SIDE_BY_SIDE else self._account.write
        try:
            answer = send("guardduty", attempt.region.name, operation, **request)
        except (boto.BotoCoreError, boto.ClientError) as error:
            # A failed activation persists, and a lost answer says nothing; only a denial surely changed nothing.
            attempt.write_ended(changed=not code_of(error).startswith("AccessDenied"))
            raise
        attempt.write_ended(changed=True)
        return answer

    def _identity(self, attempt: Attempt) -> dict[str, str]:
        return {"DetectorId": attempt.region.detector_id, attempt.desired.kind.id_key: attempt.id}

    def _arn(self, attempt: Attempt) -> str:
        resource = f"detector/{attempt.region.detector_id}/{attempt.desired.kind.name}/{attempt.id}"
        return arns.guardduty(self._account.partition, attempt.region.name, self._account.id, resource)
