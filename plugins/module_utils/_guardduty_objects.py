# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that lists are loaded from, each looked at once per invocation. Private to the collection."""

from __future__ import annotations

import contextlib
import operator
import threading
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import PublishError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty_kinds import MAX_SIZE, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import ObjectState, observe, parse_location
from ansible_collections.threatlists.aws.plugins.module_utils._targets import Connection, over

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

Look: t.TypeAlias = "ObjectState | ThreatlistsError"


class Objects:
    """Looks at objects with the credentials that the module was started with, before any role is assumed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client: t.Any = None
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], Look] = {}

    def look_at(self, places: t.Iterable[tuple[str, str | None]]) -> None:
        """Look at all objects, given as C((location, expected owner)); spellings of one object cost one look."""
        distinct = {parse_location(location): (location, owner) for location, owner in places}
        looks = over(lambda place: self.again(*place), list(distinct.values()), self._connection.workers)
        self._seen.update(zip(distinct, looks, strict=True))

    def seen(self, location: str) -> Look:
        """Return what was found there at first, or why nothing was."""
        return self._seen[parse_location(location)]

    def again(self, location: str, owner: str | None) -> Look:
        """Look at an object now, and return it, or why it cannot be seen."""
        bucket, key = parse_location(location)
        with self._lock:
            self._client = self._client or self._connection.client("s3")
        try:
            found = observe(self._client, bucket, key, expected_bucket_owner=owner)
        except ThreatlistsError as error:
            return error
        except (boto.BotoCoreError, boto.ClientError) as error:
            return PublishError(f"s3://{bucket}/{key}: {error}")
        return found or PublishError(
            f"s3://{bucket}/{key}: there is no such object.",
            code="NoSuchObject",
            remedy="Publish it first; nothing was changed.",
        )


def excess(kind: Kind, seen: ObjectState) -> str:
    """Return in words by what an object exceeds what a kind takes, empty where it does not."""
    if seen.size > MAX_SIZE:
        return f"the object has {seen.size:,} bytes, more than the {MAX_SIZE:,} that GuardDuty takes"
    if seen.entry_count is not None and seen.entry_count > kind.max_entries:
        return (
            f"the object has {seen.entry_count:,} entries, more than the {kind.max_entries:,} that a {kind.title} takes"
        )
    return ""


def same_version(one: ObjectState, other: ObjectState) -> bool:
    """Return whether two looks saw the same version of an object."""
    key = operator.attrgetter("sha256", "version_id", "etag", "last_modified")
    return bool(key(one) == key(other))
