# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why GuardDuty did not take a list: it says little, so one looks for oneself. Private to the collection."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty_objects import Objects, excess
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty_plan import Desired, Observed
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import ObjectState, parse_location

if t.TYPE_CHECKING:
    from ansible_collections.threatlists.aws.plugins.module_utils._guardduty_apply import Work

LIMITS = "beyond the current AWS account limits"
OTHER_OWNER = "expected bucket owner doesn't match"
SERVICE_ROLE = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"


class Finding(t.NamedTuple):
    code: str
    cause: str
    remedy: str = ""


def explain(
    objects: Objects, work: Work, error: ThreatlistsError | None, found: Observed | None
) -> GuardDutyError | ThreatlistsError:
    """Return the likely cause of a failed write or activation, with what to do, or what was ruled out.

    error: what the call raised, None where the failure showed in the list's state; found: the list afterwards.
    Where it is too costly to be sure the message says "probably".
    """
    said = _said(work, error, found)
    finding = _known(work, error)
    if not finding and work.desired.present and work.desired.activate:
        finding = _looked(objects, work)
    if not finding:
        return error or GuardDutyError(said, code="WrongState")
    return GuardDutyError(f"{said} {finding.cause}", code=finding.code, remedy=finding.remedy)


def statement(action: str | list[str], resource: str, principal: str | None = None) -> str:
    """Return a policy statement as JSON to paste."""
    parts: dict[str, t.Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({**({"Principal": {"AWS": principal}} if principal else {}), **parts})


def _said(work: Work, error: ThreatlistsError | None, found: Observed | None) -> str:
    state = f"its status is {found.status}" if found else "it is not there"
    details = f" ({found.error_details})" if found and found.error_details else ""
    return f"{error or work.where}; {state}{details}." if error else f"{work.where}: {state}{details}."


def _known(work: Work, error: ThreatlistsError | None) -> Finding | None:
    """Return what the answer itself says, as far as its wording is established (contract: guardduty.md, Errors)."""
    if error is None:
        return None
    if LIMITS in str(error):
        quota = f"The quota of {work.desired.kind.quota} {work.desired.kind.title}s per detector is reached."
        return Finding("QuotaExceeded", quota, "Delete a list that is not needed.")
    if OTHER_OWNER in str(error):
        return _wrong_owner(work.desired)
    if error.code == "AccessDenied":
        return Finding("AccessDenied", "The caller lacks a permission.", f"{error.remedy} {_role_policy(work.desired)}")
    return None


def _looked(objects: Objects, work: Work) -> Finding:
    desired = work.desired
    look = objects.again(desired.location, desired.owner)
    if isinstance(look, ThreatlistsError):
        return _unseen(objects, desired, look)
    if too_much := excess(desired.kind, look, objects.entries(look, desired.format)):
        return Finding("QuotaExceeded", f"The cause: {too_much}.", "Publish a smaller list.")
    return _likely(desired, look)


def _unseen(objects: Objects, desired: Desired, look: ThreatlistsError) -> Finding:
    bucket, key = parse_location(desired.location)
    if look.code in ("NoSuchObject", "NoSuchBucket"):
        return Finding("NoSuchObject", f"The cause: {look}", "Publish the object, or correct location.")
    if desired.owner and isinstance(objects.again(desired.location, None), ObjectState):
        return _wrong_owner(desired)
    if look.code == "CustomerKey":
        return Finding(look.code, f"The cause: {look}", look.remedy)
    return Finding(
        "ActivationFailed",
        f"The object could not be seen from here either: {look} Ruled out: nothing.",
        f"Allow reading it to GuardDuty: {_bucket_statement(desired, bucket, key)}",
    )


def _likely(desired: Desired, look: ObjectState) -> Finding:
    ruled_out = "Ruled out: a missing object, another owner, size, number of entries, SSE-C."
    if look.kms_key_id:
        allow = statement("kms:Decrypt", "*", _service_role(desired))
        return Finding(
            "KeyPolicy",
            f"The object is encrypted with {look.kms_key_id}; probably its key policy does not let GuardDuty's "
            f"service-linked role decrypt. {ruled_out}",
            f"Add to the key policy: {allow}",
        )
    if desired.owner and desired.owner != desired.account:
        return Finding(
            "BucketPolicy",
            f"The bucket belongs to account {desired.owner}; probably its policy does not let account "
            f"{desired.account} read. {ruled_out}",
            f"Add to the bucket policy: {_bucket_statement(desired, look.bucket, look.key)}",
        )
    if desired.kind.has_role_policy:
        return Finding(
            "RolePolicy",
            f"The object can be read from here, so probably the caller lacks iam:PutRolePolicy on GuardDuty's "
            f"service-linked role, or that role's inline policies are full. {ruled_out}",
            _role_policy(desired),
        )
    return Finding(
        "ActivationFailed",
        f"The cause is not known. {ruled_out} Left: a bucket policy that denies, content that is not {desired.format}.",
        f"Allow the caller: {statement('s3:GetObject', f'arn:{desired.partition}:s3:::{look.bucket}/{look.key}')}, "
        "and check the bucket policy.",
    )


def _wrong_owner(desired: Desired) -> Finding:
    bucket, _key = parse_location(desired.location)
    given = f"account {desired.owner}" if desired.owner else f"account {desired.account}, as none is declared"
    return Finding(
        "WrongOwner", f"The bucket {bucket} does not belong to {given}.", "Correct expected_bucket_owner or location."
    )


def _role_policy(desired: Desired) -> str:
    if not desired.kind.has_role_policy:
        return ""
    allow = statement(["iam:PutRolePolicy", "iam:DeleteRolePolicy"], _service_role(desired))
    return f"Allow the caller: {allow}"


def _service_role(desired: Desired) -> str:
    return f"arn:{desired.partition}:iam::{desired.account}:{SERVICE_ROLE}"


def _bucket_statement(desired: Desired, bucket: str, key: str) -> str:
    return statement("s3:GetObject", f"arn:{desired.partition}:s3:::{bucket}/{key}", _service_role(desired))
