# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list can be, as declared and as observed, and the steps between the two. Private to the collection."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._kinds import Kind

OURS = "threatlists:"
SHA256_TAG, ACCOUNT_TAG, NAME_TAG = f"{OURS}sha256", f"{OURS}account", f"{OURS}name"
# On a list that something else made and that is only updated: the keys of its own tags; ALL_KEYS where they do not fit.
FOREIGN_TAG, ALL_KEYS, MAX_TAG_VALUE = f"{OURS}foreign", "all", 256
# Holds when the loaded content was signed; it is there only where signatures are verified.
PUBLISHED_TAG = f"{OURS}published"
# TOUCHED precedes the digest of a load after which somebody else changed or activated the list.
PENDING, SUBMITTED, TOUCHED = "pending", "submitted:", "touched:"
ACTIVE, INACTIVE, ERROR = "ACTIVE", "INACTIVE", "ERROR"
BECOMES = {"ACTIVATING": ACTIVE, "DEACTIVATING": INACTIVE, "DELETE_PENDING": "DELETED"}
GONE = ("DELETE_PENDING", "DELETED")


class Desired(t.NamedTuple):
    """One list as it should be in one Region.

    digest: SHA-256 of the object, None where the list is absent or inactive; tags: None leaves all that it has, but
    ours, alone; version: a mark of the object's version, empty where it was not looked at; recreate: whether it may be
    deleted before it is created anew; adopt: whether a list that something else made is treated in all as one of ours;
    under: the name that it has until another list is gone, empty for its own; published: when its content was signed,
    empty where signatures are not verified.
    """

    kind: Kind
    name: str
    present: bool
    format: str
    location: str
    activate: bool
    digest: str | None
    owner: str | None
    tags: dict[str, str] | None
    purge_tags: bool
    account: str
    partition: str = "aws"
    version: str = ""
    recreate: bool = False
    adopt: bool = False
    under: str = ""
    published: str = ""

    @property
    def proof(self) -> dict[str, str]:
        """The tags that say what the list holds, to be written once it does."""
        signed = {PUBLISHED_TAG: self.published} if self.published else {}
        return {SHA256_TAG: self.digest, **signed} if self.activate and self.digest else {}


class Observed(t.NamedTuple):
    """One list as Get showed it; C(updated_at) and C(error_details) for entity sets only."""

    id: str
    name: str
    format: str
    location: str
    status: str
    tags: dict[str, str]
    owner: str | None = None
    updated_at: datetime.datetime | None = None
    error_details: str = ""


class Tag(t.NamedTuple):
    tags: dict[str, str]


class Untag(t.NamedTuple):
    keys: tuple[str, ...]


class Create(t.NamedTuple):
    name: str
    format: str
    location: str
    activate: bool
    owner: str | None
    tags: dict[str, str]


class Update(t.NamedTuple):
    """What an update changes; None leaves it as it is."""

    name: str | None = None
    location: str | None = None
    activate: bool | None = None
    owner: str | None = None


class Delete(t.NamedTuple):
    pass


class Remove(t.NamedTuple):
    """Delete another list than the one at work, and wait until it is gone."""

    id: str


class AwaitStatus(t.NamedTuple):
    """Wait for a final state, which must be C(status)."""

    status: str


class Prove(t.NamedTuple):
    """Wait until the list is ACTIVE, look at the object again, and only then write its digest."""

    digest: str


Step: t.TypeAlias = "Tag | Untag | Create | Update | Delete | Remove | AwaitStatus | Prove"


class Refusal(t.NamedTuple):
    """Why nothing is done with a list unless the user asks for more; remedy: how to ask."""

    code: str
    cause: str
    remedy: str


class Plan(t.NamedTuple):
    """What is to be done with one list: nothing where C(steps) is empty.

    only_proof: nothing but the proof is missing; before, after: the list for a diff, empty where it is not there;
    needs_place: for a while it takes a place of the quota beside its own; refusal: why there are no steps.
    """

    action: str
    cause: str
    steps: tuple[Step, ...]
    before: dict[str, t.Any]
    after: dict[str, t.Any]
    only_proof: bool = False
    needs_place: bool = False
    refusal: Refusal | None = None


NOTHING = Plan("none", "", (), {}, {})
