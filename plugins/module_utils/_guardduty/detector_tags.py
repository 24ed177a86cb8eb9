# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entity sets take no tags (docs/dev/guardduty.md#5): ours stand in a tag of their detector. Private to the collection.

The tag C(threatlists:<id of the set>) holds C(proof/UpdatedAt/name). The proof is bound to that UpdatedAt, so that an
activation by somebody else shows. For signed content, the time of its signature follows UpdatedAt after a dot.
Before the name of a set that something else made, and that has no tags of its own, a colon stands for the slash.
"""

from __future__ import annotations

import datetime

from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    FOREIGN_TAG,
    NAME_TAG,
    OURS,
    PENDING,
    PUBLISHED_TAG,
    SHA256_TAG,
    SUBMITTED,
    TOUCHED,
    Observed,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import signature

MAX_TAGS = 50
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
# Tells that the own tags of sets were refused, so that not every run tries again.
REFUSED = f"{OURS}tags"


def key(list_id: str) -> str:
    """Return the key of a set's tag."""
    return f"{OURS}{list_id}"


def is_of_a_set(tag: str) -> bool:
    """Return whether a tag of a detector is one of ours for an entity set."""
    return tag.startswith(OURS) and tag != REFUSED


def holds(tag: str, text: str) -> bool:
    """Return whether a tag of ours is kept at the detector; FOREIGN_TAG with the keys of a set's tags stands there."""
    return tag.startswith(OURS) and not (tag == FOREIGN_TAG and text)


def value(tags: dict[str, str], found: Observed | None) -> str:
    """Return the detector's tag value for our tags of a set. found: the set, to whose UpdatedAt the proof is bound."""
    time = _time(found.updated_at if found else None)
    if signed := tags.get(PUBLISHED_TAG):
        time += f".{_milliseconds(signed)}"
    return f"{tags.get(SHA256_TAG, '')}/{time}{':' if FOREIGN_TAG in tags else '/'}{tags.get(NAME_TAG, '')}"


def of_ours(held: str) -> str:
    """Return the value for a set that was taken over in all: its proof stays."""
    proof, _slash, rest = held.partition("/")
    return f"{proof}/{rest.replace(':', '/')}"


def our_tags(held: str | None, updated_at: datetime.datetime | None, account: str) -> dict[str, str]:
    """Return the tags that a value stands for, none for None; a proof bound to another time is marked TOUCHED."""
    if held is None:
        return {}
    proof, _slash, rest = held.partition("/")
    is_foreign = ":" in rest
    time, _mark, name = rest.partition(":" if is_foreign else "/")
    time, _dot, signed = time.partition(".")
    is_bound = proof in ("", PENDING) or proof.startswith(SUBMITTED) or time == _time(updated_at)
    tags = {
        ACCOUNT_TAG: account,
        NAME_TAG: name,
        SHA256_TAG: proof if is_bound else f"{TOUCHED}{proof}",
        PUBLISHED_TAG: _from_milliseconds(signed),
    }
    return {tag: text for tag, text in tags.items() if text} | ({FOREIGN_TAG: ""} if is_foreign else {})


def has_room(tags: dict[str, str], added: str) -> bool:
    """Return whether a detector with these tags takes one more key; AWS's own do not count."""
    return sum(not tag.startswith("aws:") for tag in {*tags, added}) <= MAX_TAGS


def _time(updated_at: datetime.datetime | None) -> str:
    return str(round(updated_at.timestamp() * 1000)) if updated_at else ""


def _milliseconds(published: str) -> str:
    return _time(datetime.datetime.fromisoformat(published))


def _from_milliseconds(text: str) -> str:
    try:
        return signature.text_of(EPOCH + datetime.timedelta(milliseconds=int(text)))
    except (ValueError, OverflowError):
        return ""
