# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What publish knows of the buckets says which lists will load, before GuardDuty tries. Private."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import readers
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

LOADS = ("created", "reloaded", "recreated")
# The codes with which an entity list may fail where nobody may see the policy (docs/dev/guardduty.md#12).
MAYBE_POLICY = (readers.CODE, "ActivationFailed")


def outcome(given: Item, known: Item) -> Item:
    """Return what guardduty_lists returned of a host, corrected by what publish knows of the buckets.

    known: what declared_lists returned. A load that failed since the account cannot read the bucket is explained by
    that. Where C(known) predicts, such a load fails before it is tried, and a failure that the policy of this run mends
    is taken back.
    """
    buckets = _by_name(known)
    if not buckets or not given.get("results"):
        return given
    predicts = bool(known.get("predicts"))
    places = {(_bucket_of(one), one["account_id"], one["kind"]) for one in given["results"]}
    # Made once for all lists of an account, since its statement is made from all who read the bucket.
    errors = {
        (name, account, kind): readers.error(buckets[name], account)
        for name, account, kind in places
        if name in buckets and _cannot_read(buckets[name], account, kind)
    }
    return {**given, "results": [_item(one, buckets, errors, predicts) for one in given["results"]]}


def _cannot_read(bucket: Item, account: str, kind: str) -> bool:
    return account in bucket["unread"] and any(
        arns.account_of(role) == account and readers.reads_for(role, kind) for role in bucket["outside"]
    )


def _item(
    item: Item, buckets: t.Mapping[str, Item], errors: t.Mapping[tuple[str, str, str], Item], predicts: bool
) -> Item:
    name, account, code = _bucket_of(item), item["account_id"], (item.get("error") or {}).get("code")
    bucket = buckets.get(name)
    if bucket is None:
        return item
    if error := errors.get((name, account, item["kind"])):
        if code == readers.CODE or (predicts and item["action"] in LOADS):
            return {**item, "action": "failed", "cause": error["message"], "error": error}
    elif predicts and "policy" in bucket["changes"]:
        mended = MAYBE_POLICY if account in bucket["now_read"] else (readers.CODE,)
        return {**item, "error": None} if code in mended and item["action"] != "failed" else item
    return item


def notes(known: Item, outcomes: t.Iterable[Item]) -> list[dict[str, t.Any]]:
    """Return C({lists, message}) for each bucket that not all accounts may read, where no result says so.

    outcomes: what C(outcome) returned. An account whose results are all skipped, such as a member's, needs no access.
    """
    buckets = _by_name(known)
    quiet: dict[tuple[str, str], list[bool]] = {}
    told = set()
    for given in outcomes:
        for item in given.get("results") or []:
            place = _bucket_of(item), item["account_id"]
            quiet.setdefault(place, []).append(item["action"] == "skipped")
            if (item.get("error") or {}).get("code") == readers.CODE:
                told.add(place)
    skipped = {place for place, some in quiet.items() if all(some)}
    found = []
    for name, bucket in buckets.items():
        outside = [account for account in bucket["unread"] if (name, account) not in told | skipped]
        if outside:
            found.append({"lists": bucket["lists"], "message": readers.note(bucket, outside)})
    return found


def record(known: Item) -> list[shape.Bucket]:
    """Return the record's C(buckets)."""
    return [
        t.cast(shape.Bucket, {key: bucket[key] for key in shape.Bucket.__annotations__})
        for bucket in _by_name(known).values()
    ]


def _by_name(known: Item) -> dict[str, Item]:
    return {bucket["name"]: bucket for bucket in known.get("prepared") or []}


def _bucket_of(item: Item) -> str:
    location = item.get("location")
    return parse_location(location)[0] if location else ""
