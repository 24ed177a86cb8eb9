# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has each bucket as the lists need it, and says which accounts it does not let read yet. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import readers
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Item, Refused, Result, Steps


def prepare(steps: Steps) -> list[Result]:
    """Make or manage each bucket of the plan as O(buckets) says; return what to say of those that not all may read.

    The lists of a bucket that cannot be had are refused, the others go on.
    """
    unread: list[Result] = []
    for bucket in steps.plan["buckets"]:
        try:
            unread += _prepare(steps, bucket)
        except Refused as error:
            message = f"Bucket {bucket['name']}: {error}"
            steps.refused += [{**one, "message": message} for one in bucket["lists"]]
    return unread


def _prepare(steps: Steps, bucket: Item) -> list[Result]:
    if steps.settings["buckets"] == "manage":
        _make(steps, bucket)
        return []
    place = {**bucket, "bucket": bucket["name"], "key": bucket["probe"]}
    found = steps.call("threatlists.aws.s3_threatlist_info", {**steps.place(place), "bucket_policy": True})
    if steps.settings["buckets"] == "create" and (found.get("error") or {}).get("code") == "NoSuchBucket":
        _make(steps, bucket)
        steps.changed = steps.changed or steps.check_mode  # a check of the module for buckets predicts nothing
        return []
    return readers.gaps(bucket, found, steps.settings["partition"])


def _make(steps: Steps, bucket: Item) -> None:
    if bucket["problem"]:
        raise Refused(bucket["problem"])
    owner, region = bucket.get("expected_bucket_owner"), steps.region(bucket["region"])
    if owner:
        # STS wants a Region, which AWX's credential for AWS does not bring.
        some = next((name for name in steps.settings["regions"] if name != "all"), None)
        caller = steps.run("amazon.aws.aws_caller_info", {"region": region or some})["account"]
        if str(caller) != owner:
            raise Refused(
                f"It should belong to {owner}, but the credentials of this run are of {caller}. Run with the owner's "
                "credentials once, or set threatlists_buckets to none."
            )
    steps.note(steps.run("amazon.aws.s3_bucket", _options(steps, bucket, region)))


def _options(steps: Steps, bucket: Item, region: str | None) -> dict[str, t.Any]:
    key = steps.settings["kms_key_id"] or None
    return {
        "name": bucket["name"],
        "region": region,
        "public_access": {
            "block_public_acls": True,
            "ignore_public_acls": True,
            "block_public_policy": True,
            "restrict_public_buckets": True,
        },
        "object_ownership": "BucketOwnerEnforced",
        "versioning": True,
        "encryption": "aws:kms" if key else "AES256",
        "encryption_key_id": key,
        "bucket_key_enabled": True if key else None,
        "policy": bucket["policy"],
    }
