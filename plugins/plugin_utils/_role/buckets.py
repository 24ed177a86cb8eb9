# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has each bucket as the lists need it, and says which accounts it does not let read yet. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import principals, readers
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
        return _make(steps, bucket)
    found = _found(steps, bucket)
    if steps.settings["buckets"] == "create" and (found.get("error") or {}).get("code") == "NoSuchBucket":
        unknown = _make(steps, bucket)
        steps.changed = steps.changed or steps.check_mode  # a check of the module for buckets predicts nothing
        return unknown
    return readers.gaps(bucket, found, steps.settings["partition"])


def _found(steps: Steps, bucket: Item) -> Result:
    place = {**bucket, "bucket": bucket["name"], "key": bucket["probe"]}
    return steps.call("threatlists.aws.s3_threatlist_info", {**steps.place(place), "bucket_policy": True})


def _make(steps: Steps, bucket: Item) -> list[Result]:
    """Make or manage a bucket; return what to say of the accounts that AWS does not know."""
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
    options = _options(steps, bucket, region)

    def put(policy: Item) -> Result:
        return steps.call("amazon.aws.s3_bucket", {**options, "policy": policy})

    result = put(bucket["policy"])
    unknown: list[str] = []
    if principals.is_refused(result):
        standing = _found(steps, bucket).get("bucket_policy") or {}
        result, unknown = principals.put_known(put, bucket["policy"], standing)
    if result.get("failed"):
        raise Refused.by(result)
    steps.note(result)
    return [{"lists": bucket["lists"], "message": _left_out(steps, bucket, unknown)}] if unknown else []


def _left_out(steps: Steps, bucket: Item, unknown: list[str]) -> str:
    hosts = [*steps.settings["hosts"], *(steps.settings["readers"] or [])]
    names = {account: [host["name"] for host in hosts if host["account_id"] == account] for account in unknown}
    who = " and ".join(f"{account} ({', '.join(dict.fromkeys(names[account]))})" for account in unknown)
    return (
        f"AWS knows no account {who}, so the policy of bucket {bucket['name']} leaves it out and all others may read. "
        "Correct the account_id, or take the host of a closed account out of the inventory."
    )


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
    }
