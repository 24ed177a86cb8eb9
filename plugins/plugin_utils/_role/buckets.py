# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes or manages buckets as the lists need them, and says what changes and which accounts cannot read. Private."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import principals, readers
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.record import WRONG_OWNER
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Refused, Steps
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult

OF_THE_PLAN = ("name", "lists", "principals", "organization_id")
NOTHING: ModuleResult = {
    "action": "none",
    "changes": [],
    "now_read": [],
    "no_longer_read": [],
    "unread": [],
    "outside": [],
    "unknown": "",
}


def prepare(steps: Steps) -> list[ModuleResult]:
    """Make or manage each bucket of the plan as O(buckets) says; return what became, or would become, of each.

    That is the record's C(buckets), with OF_THE_PLAN, from which a remedy is made; C(outside), the roles that cannot
    read; and C(unknown), a sentence on accounts that AWS does not know. The lists of a bucket that is not to be had are
    refused, the others go on.
    """
    prepared: list[ModuleResult] = []
    for bucket in steps.plan["buckets"]:
        try:
            done = _prepare(steps, bucket)
            prepared.append({**NOTHING, **{part: bucket[part] for part in OF_THE_PLAN}, **done})
        except Refused as error:
            told = {"message": f"Bucket {bucket['name']}: {error}", "error": error.result.get("error") or {}}
            steps.refused += [{**one, **told} for one in bucket["lists"]]
    return prepared


def _prepare(steps: Steps, bucket: Item) -> ModuleResult:
    found = _found(steps, bucket)
    code = (found.get("error") or {}).get("code")
    if code == WRONG_OWNER:
        raise Refused.by(found)
    is_missing = code == "NoSuchBucket"
    if steps.settings["buckets"] == "manage" or (steps.settings["buckets"] == "create" and is_missing):
        return _make(steps, bucket, found, is_missing=is_missing)
    unknown = _known_as_unknown(bucket, found)
    outside = [role for role in readers.outside(bucket, found) if arns.account_of(role) not in unknown]
    return {"unread": readers.of(outside), "outside": outside}


def _known_as_unknown(bucket: Item, found: Item) -> list[str]:
    """Return the accounts that AWS did not know when the policy was put: without a write nobody can ask again."""
    standing = found.get("bucket_policy")
    return principals.left_out(bucket["policy"], standing) if standing and not bucket["problem"] else []


def _found(steps: Steps, bucket: Item) -> ModuleResult:
    place = {**bucket, "bucket": bucket["name"], "key": bucket["probe"]}
    return steps.call("threatlists.aws.s3_threatlist_info", {**steps.place(place), "bucket_policy": True})


def _make(steps: Steps, bucket: Item, found: Item, *, is_missing: bool) -> ModuleResult:
    if bucket["problem"]:
        raise Refused(bucket["problem"])
    owner, region = bucket.get("expected_bucket_owner"), steps.region(bucket["region"])
    if owner:
        # STS wants a Region, which AWX's credential for AWS does not bring.
        some = next((name for name in steps.settings["regions"] if name != "all"), None)
        caller = steps.run("amazon.aws.aws_caller_info", {"region": region or some})["account"]
        if str(caller) != owner:
            raise Refused.because(
                WRONG_OWNER,
                f"Bucket {bucket['name']} should belong to {owner}, but the credentials of this run are of {caller}.",
                "Correct expected_bucket_owner, run once as the owner, or set threatlists_buckets=none.",
            )
    # None where it may not be seen: a run goes on without it, a check cannot.
    standing = {} if is_missing else found.get("bucket_policy")
    if steps.check_mode and standing is None:
        raise Refused.because(
            "AccessDenied",
            f"The policy of bucket {bucket['name']} cannot be read, so it cannot be managed.",
            f"Allow s3:GetBucketPolicy on {bucket['name']} to whoever publishes, or set threatlists_buckets=none.",
        )
    options = _options(steps, bucket, region)

    def put(policy: Item) -> ModuleResult:
        return steps.call("amazon.aws.s3_bucket", {**options, "policy": policy})

    result = put(bucket["policy"])
    unknown = _known_as_unknown(bucket, found) if steps.check_mode else []
    if principals.is_refused(result):
        result, unknown = principals.put_known(put, bucket["policy"], standing or {})
    if result.get("failed"):
        raise Refused.by(result)
    steps.note(result)
    wanted = principals.without(bucket["policy"], unknown)
    is_other = standing is not None and (not standing or bool(compare_policies(standing, wanted)))
    # A check of the module for buckets predicts nothing.
    is_changed = is_other if steps.check_mode else bool(result.get("changed"))
    steps.changed = steps.changed or is_changed
    told = {"unknown": _left_out(steps, bucket, unknown) if unknown else ""}
    if not is_changed:
        return told
    changes = (
        _of_policy(bucket, {**found, "bucket_policy": standing}, unknown) if is_other else {"changes": ["settings"]}
    )
    return {**told, "action": "created" if is_missing else "updated", **changes}


def _of_policy(bucket: Item, found: Item, unknown: t.Collection[str]) -> ModuleResult:
    known = set(readers.of(bucket["principals"]))
    return {
        "changes": ["policy"],
        "now_read": [account for account in readers.of(readers.outside(bucket, found)) if account not in unknown],
        "no_longer_read": sorted(readers.named(found["bucket_policy"]) - known),
    }


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
