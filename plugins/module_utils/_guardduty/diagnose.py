# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why GuardDuty did not take a list: it says little, so one looks for oneself. Private to the collection."""

from __future__ import annotations

import fnmatch
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Objects, excess
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import Desired, Observed
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState, parse_location

if t.TYPE_CHECKING:
    from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.apply import Work

LIMITS = "beyond the current AWS account limits"
OTHER_OWNER = "expected bucket owner doesn't match"
# The operators of a policy's conditions that are judged here.
POSITIVE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool")


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
    finding = _known(work, error, found)
    if not finding and work.desired.present and work.desired.activate:
        finding = _looked(objects, work)
    if not finding:
        return error or GuardDutyError(said, code="WrongState")
    return GuardDutyError(f"{said} {finding.cause}", code=finding.code, remedy=finding.remedy)


def statement(action: str | list[str], resource: str, principal: str | list[str] | None = None) -> str:
    """Return a policy statement as JSON to paste."""
    parts: dict[str, t.Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({**({"Principal": {"AWS": principal}} if principal else {}), **parts})


def _said(work: Work, error: ThreatlistsError | None, found: Observed | None) -> str:
    state = f"its status is {found.status}" if found else "it is not there"
    details = f" ({found.error_details})" if found and found.error_details else ""
    return f"{error or work.where}; {state}{details}." if error else f"{work.where}: {state}{details}."


def _known(work: Work, error: ThreatlistsError | None, found: Observed | None) -> Finding | None:
    """Return what the answer itself says, as far as its wording is established (contract: guardduty.md, Errors).

    Entity sets say it later, in ErrorDetails (contract: guardduty.md, Behaviour 3).
    """
    if found and OTHER_OWNER in found.error_details:
        return _wrong_owner(work.desired)
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
    return _likely(objects, desired, look)


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


def _likely(objects: Objects, desired: Desired, look: ObjectState) -> Finding:
    is_own = _is_own(objects, desired)
    if is_own is False and not desired.owner and not desired.kind.has_role_policy:
        return _wrong_owner(desired)
    known = "another owner, " if desired.owner or is_own else ""
    ruled_out = f"Ruled out: a missing object, {known}size, number of entries, SSE-C"
    if look.kms_key_id:
        allow = statement("kms:Decrypt", "*", _service_role(desired))
        return Finding(
            "KeyPolicy",
            f"The object is encrypted with {look.kms_key_id}; probably its key policy does not let GuardDuty's "
            f"service-linked role decrypt. {ruled_out}.",
            f"Add to the key policy: {allow}",
        )
    readers, policy = _readers(objects, desired), objects.policy(look.bucket)
    resource = arns.s3(desired.partition, look.bucket, look.key)
    verdicts = {verdict(policy, reader, resource) for reader in readers}
    if "denied" in verdicts:
        return Finding(
            "BucketPolicy",
            f"The policy of the bucket {look.bucket} denies reading the object. {ruled_out}.",
            f"Except from the bucket policy's Deny statement: {', '.join(readers)}",
        )
    if "silent" in verdicts and not is_own:
        return Finding(
            "BucketPolicy",
            f"The bucket belongs to {_owner_in_words(desired)}, and its policy does not let account {desired.account} "
            f"read. {ruled_out}.",
            f"Add to the bucket policy: {statement('s3:GetObject', resource, readers)}",
        )
    if "unknown" not in verdicts:
        ruled_out += ", the bucket policy"
    elif not is_own:
        return _undecided(desired, f"{ruled_out}.", statement("s3:GetObject", resource, readers))
    return _unlisted(desired, f"{ruled_out}.", resource)


def _undecided(desired: Desired, ruled_out: str, allow: str) -> Finding:
    """Return what is left where a bucket policy counts that cannot be read or judged from here."""
    causes = ["the bucket policy does not let the account read"]
    if desired.kind.has_role_policy:
        causes.append("the caller lacks iam:PutRolePolicy on GuardDuty's service-linked role")
    return Finding(
        "ActivationFailed" if desired.kind.has_role_policy else "BucketPolicy",
        f"The bucket belongs to {_owner_in_words(desired)}, and its policy cannot be judged from here; "
        f"probably {', or '.join(causes)}. {ruled_out}",
        f"Add to the bucket policy: {allow} {_role_policy(desired)}".strip(),
    )


def _unlisted(desired: Desired, ruled_out: str, resource: str) -> Finding:
    """Return what is left where neither the object nor its bucket explains it."""
    if desired.kind.has_role_policy:
        return Finding(
            "RolePolicy",
            f"The object can be read from here, so probably the caller lacks iam:PutRolePolicy on GuardDuty's "
            f"service-linked role, or that role's inline policies are full. {ruled_out}",
            _role_policy(desired),
        )
    return Finding(
        "ActivationFailed",
        f"The cause is not known. {ruled_out} Left: the caller's own s3:GetObject, content that is not "
        f"{desired.format}.",
        f"Allow the caller: {statement('s3:GetObject', resource)}",
    )


def _is_own(objects: Objects, desired: Desired) -> bool | None:
    """Return whether the bucket is the account's own, None where that cannot be told."""
    if desired.owner:
        return desired.owner == desired.account
    look = objects.again(desired.location, desired.account)
    if isinstance(look, ObjectState):
        return True
    return False if look.code == "AccessDenied" else None


def _readers(objects: Objects, desired: Desired) -> list[str]:
    """Return who must be able to read: for entity lists the calling role too (contract: guardduty.md, Behaviour 7)."""
    caller = objects.role_arn if not desired.kind.has_role_policy else None
    return [_service_role(desired), *([caller] if caller else [])]


def _owner_in_words(desired: Desired) -> str:
    return f"account {desired.owner}" if desired.owner else f"another account than {desired.account}"


def verdict(policy: dict[str, t.Any] | None, principal: str, resource: str) -> str:
    """Return what a bucket policy says about reading: V(allowed), V(denied), V(silent), or V(unknown).

    policy: None where it could not be read. V(unknown) too where a statement cannot be judged from here.
    """
    if policy is None:
        return "unknown"
    effects = {(one.get("Effect"), _applies(one, principal, resource)) for one in _many(policy.get("Statement"))}
    if ("Deny", True) in effects:
        return "denied"
    if ("Deny", None) in effects:
        return "unknown"
    if ("Allow", True) in effects:
        return "allowed"
    return "unknown" if ("Allow", None) in effects else "silent"


def _applies(one: dict[str, t.Any], principal: str, resource: str) -> bool | None:
    if any(name in one for name in ("NotPrincipal", "NotAction", "NotResource")):
        return None
    account, given = arns.account_of(principal), one.get("Principal", "")
    names = _many(given.get("AWS")) if isinstance(given, dict) else _many(given)
    root = principal.partition("role/")[0] + "root"
    if not {"*", account, root, principal} & set(names):
        return False
    if not _is_like("s3:getobject", [action.lower() for action in _many(one.get("Action"))]):
        return False
    return _conditions_hold(one, principal) if _is_like(resource, _many(one.get("Resource"))) else False


def _conditions_hold(one: dict[str, t.Any], principal: str) -> bool | None:
    """Return None where only what is not known here would tell."""
    known = {
        "aws:principalarn": principal,
        "aws:principalaccount": arns.account_of(principal),
        "aws:securetransport": "true",
    }
    held: list[bool | None] = [
        _is_like(known[key.lower()], [str(value) if operator != "Bool" else str(value).lower() for value in wanted])
        if key.lower() in known and operator in POSITIVE
        else None
        for operator, tests in one.get("Condition", {}).items()
        for key, wanted in ((key, _many(wanted)) for key, wanted in tests.items())
    ]
    if False in held:
        return False
    return None if None in held else True


def _is_like(value: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


def _many(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _wrong_owner(desired: Desired) -> Finding:
    bucket, _key = parse_location(desired.location)
    if desired.owner:
        return Finding(
            "WrongOwner",
            f"The bucket {bucket} does not belong to account {desired.owner}.",
            "Correct expected_bucket_owner or location.",
        )
    return Finding(
        "WrongOwner",
        f"The bucket {bucket} does not belong to account {desired.account}, and no other owner is declared.",
        f"Set expected_bucket_owner to the id of the account that owns the bucket {bucket}, or correct location.",
    )


def _role_policy(desired: Desired) -> str:
    if not desired.kind.has_role_policy:
        return ""
    allow = statement(["iam:PutRolePolicy", "iam:DeleteRolePolicy"], _service_role(desired))
    return f"Allow the caller: {allow}"


def _service_role(desired: Desired) -> str:
    return arns.guardduty_role(desired.partition, desired.account)


def _bucket_statement(desired: Desired, bucket: str, key: str) -> str:
    return statement("s3:GetObject", arns.s3(desired.partition, bucket, key), _service_role(desired))
