# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that lists are loaded from, each looked at once per invocation. Private to the collection."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import operator
import re
import threading
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import code_of
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import PublishError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import MAX_SIZE, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import objects as s3_objects
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState, parse_location

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

ObjectOrError: t.TypeAlias = "ObjectState | ThreatlistsError"
# What S3 answers to HeadObject and GetObject where the object needs a key that only the customer has.
NEEDS_KEY = ("InvalidRequest", "400")
STIX_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:Address_Value|Value)(?:\s[^>]*)?>([^<]*)<")


class Objects:
    """Looks at objects with the credentials that the module was started with, before any role is assumed."""

    def __init__(self, connection: Connection, *, trust_metadata: bool = True) -> None:
        """Call nothing yet. trust_metadata: whether to believe a digest that only the metadata of an object tells."""
        self._connection = connection
        self._trust_metadata = trust_metadata
        self._client: t.Any = None
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(connection.workers)
        self._first: dict[tuple[tuple[str, str], str | None], ObjectOrError] = {}

    def observe_all(self, places: t.Iterable[tuple[str, str | None]]) -> None:
        """Look at all objects, C((location, expected owner)); those that mean the same object cost one call."""
        distinct = {(parse_location(location), owner): (location, owner) for location, owner in places}
        found = in_threads(lambda place: self.observe(*place), list(distinct.values()), self._connection.workers)
        self._first.update(zip(distinct, found, strict=True))

    def first_observed(self, location: str, owner: str | None) -> ObjectOrError:
        """Return what C(observe_all) found there, or why it found nothing."""
        return self._first[parse_location(location), owner]

    def observe(self, location: str, owner: str | None) -> ObjectOrError:
        """Return an object as it is now, or why it cannot be seen."""
        bucket, key = parse_location(location)
        try:
            with self._slots:
                found = s3_objects.observe(self._s3(), bucket, key, expected_bucket_owner=owner)
                if found and not self._trust_metadata:
                    found = s3_objects.with_own_digest(self._s3(), found, expected_bucket_owner=owner)
        except ThreatlistsError as error:
            return _customer_key(error) if error.code in NEEDS_KEY else error
        except (boto.BotoCoreError, boto.ClientError) as error:
            return PublishError(f"s3://{bucket}/{key}: {error}")
        return found or PublishError(
            f"s3://{bucket}/{key}: there is no such object.",
            code="NoSuchObject",
            remedy="Publish it first; nothing was changed.",
        )

    def download(self, state: ObjectState, owner: str | None) -> bytes:
        """Return the content of the version that was looked at; raises PublishError or CredentialsError."""
        with self._slots:
            return s3_objects.download(self._s3(), state, expected_bucket_owner=owner)

    def policy(self, bucket: str) -> dict[str, t.Any] | None:
        """Return the bucket's policy, empty where it has none, None where it cannot be read."""
        try:
            policy: dict[str, t.Any] = json.loads(self._s3().get_bucket_policy(Bucket=bucket)["Policy"])
        except boto.ClientError as error:
            return {} if code_of(error) == "NoSuchBucketPolicy" else None
        except (boto.BotoCoreError, ValueError):
            return None
        return policy

    @property
    def role_arn(self) -> str | None:
        """The role that GuardDuty is called under, None where it is not known by name."""
        return self._connection.role.arn if self._connection.role else None

    def entries(self, state: ObjectState, list_format: str) -> int | None:
        """Return how many entries an object has: as its publisher noted, else counted, None where it cannot be told."""
        if state.entry_count is not None or list_format not in ("TXT", "STIX"):
            return state.entry_count
        try:
            content = s3_objects.download(self._s3(), state)
        except (ThreatlistsError, boto.BotoCoreError, boto.ClientError):
            return None
        if list_format == "TXT":
            return sum(1 for line in content.splitlines() if line.strip())
        values: list[bytes] = STIX_VALUE.findall(content)
        return sum(1 + value.count(b"##comma##") for value in values)

    def _s3(self) -> t.Any:
        with self._lock:
            self._client = self._client or self._connection.client("s3")
            return self._client


def _customer_key(error: ThreatlistsError) -> PublishError:
    return PublishError(
        f"{error} Probably it is encrypted with a key of the customer's (SSE-C), which GuardDuty cannot use.",
        code="CustomerKey",
        remedy="Upload it with SSE-S3 or SSE-KMS.",
    )


def beyond_limits(kind: Kind, state: ObjectState, entries: int | None = None) -> str:
    """Return in words what an object has more of than a kind takes; empty where it fits.

    entries: how many were counted; None: as the publisher noted.
    """
    if state.size > MAX_SIZE:
        return f"the object has {state.size:,} bytes, more than the {MAX_SIZE:,} that GuardDuty takes"
    entries = state.entry_count if entries is None else entries
    if entries is not None and entries > kind.max_entries:
        return f"the object has {entries:,} entries, more than the {kind.max_entries:,} that a {kind.title} takes"
    return ""


def is_loaded_since(updated_at: datetime.datetime | None, state: ObjectState) -> bool:
    """Return whether a list was surely updated after the object was written, of which S3 tells whole seconds only."""
    return updated_at is not None and updated_at >= state.last_modified + datetime.timedelta(seconds=1)


_identity = operator.attrgetter("sha256", "version_id", "etag", "last_modified")


def same_version(one: ObjectState, other: ObjectState) -> bool:
    """Return whether two looks saw the same version of an object."""
    return bool(_identity(one) == _identity(other))


def version_mark(state: ObjectState) -> str:
    """Return 16 hex digits that stand for one version of an object, short enough for a tag."""
    return hashlib.sha256(repr(tuple(map(str, _identity(state)))).encode()).hexdigest()[:16]
