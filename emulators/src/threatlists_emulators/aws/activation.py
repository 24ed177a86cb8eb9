# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GuardDuty does when a list is activated: it reads the object, or says why not."""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from .lists import ListRecord
from .world import World

UNREADABLE = "The request is rejected because the caller is not authorized to call this API."
WRONG_OWNER = (
    "The request failed because the expected bucket owner doesn't match the actual S3 bucket owner. "
    "Verify the account ID and bucket ownership, and then retry."
)
SERVICE_ROLE = "arn:aws:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
STIX_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:Address_Value|Value)\b[^>]*>([^<]+)<")
_BUCKET = r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"
_KEY = r"(?P<key>.+)"
LOCATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"s3://{_BUCKET}/{_KEY}",
        rf"https?://s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com/{_BUCKET}/{_KEY}",
        rf"https?://{_BUCKET}\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com/{_KEY}",
    )
)


class ActivationError(Exception):
    """Why an activation failed: C(code) of the IP lists' answer, C(details) for the entity sets' ErrorDetails."""

    def __init__(self, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or message


class Objects(Protocol):
    """Objects in S3 as GuardDuty sees them."""

    def owner(self, bucket: str) -> str | None:
        """Return the account that owns the bucket, None where there is no such bucket."""

    def read(self, bucket: str, key: str, principals: list[str]) -> bytes | None:
        """Return the object's bytes if all the principals may read it, else None."""


class Store:
    """The bytes that were loaded, by digest, with how many entries they hold, so that each is counted once."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self._entries: dict[tuple[str, str], int] = {}

    def keep(self, content: bytes) -> str:
        """Keep loaded bytes; return their digest."""
        digest = hashlib.sha256(content).hexdigest()
        self.contents.setdefault(digest, content)
        return digest

    def entries(self, digest: str, list_format: str) -> int:
        """Return how many entries the bytes of a digest hold."""
        if (digest, list_format) not in self._entries:
            self._entries[digest, list_format] = count_entries(self.contents[digest], list_format)
        return self._entries[digest, list_format]


def parse_location(location: str) -> tuple[str, str] | None:
    """Return C((bucket, key)) of any spelling that docs/dev/guardduty.md#15 names, else None."""
    for pattern in LOCATIONS:
        if match := pattern.fullmatch(location):
            return match["bucket"], match["key"]
    return None


def count_entries(content: bytes, list_format: str) -> int:
    """Return the number of values in a STIX 1.x document, else of lines that hold something.

    A document that no parser would take is counted by its lines too.
    """
    values = STIX_VALUE.findall(content) if list_format == "STIX" else []
    if values:
        return sum(1 + value.count(b"##comma##") for value in values)
    return sum(1 for line in content.splitlines() if line.strip())


def activate(record: ListRecord, world: World, store: Store, objects: Objects, caller_arn: str) -> str:
    """Read the list's object and return its digest; raise ActivationError where GuardDuty would refuse."""
    bucket, key = parse_location(record.location) or ("", "")
    owner = objects.owner(bucket)
    account = world.accounts[record.account]
    expected = record.expected_bucket_owner or (record.account if record.kind.entity else None)
    if owner and expected and owner != expected:
        raise ActivationError("BadRequestException", WRONG_OWNER)
    if not record.kind.entity and not account["put_role_policy"]:
        raise ActivationError("InternalServerErrorException", UNREADABLE)
    principals = [SERVICE_ROLE.format(record.account)] + ([caller_arn] if record.kind.entity else [])
    content = objects.read(bucket, key, principals) if owner else None
    if content is None:
        raise ActivationError("InternalServerErrorException", UNREADABLE, "Amazon S3 denied access to the object.")
    if len(content) > world.settings["max_size"]:
        raise ActivationError("BadRequestException", "The request is rejected because the file is too large.")
    digest = store.keep(content)
    if store.entries(digest, record.format) > world.settings["max_entries"][record.kind.noun]:
        raise ActivationError("BadRequestException", "The request is rejected because the file has too many lines.")
    return digest
