# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why GuardDuty did not take a list: it says little itself, so the causes are looked for. Private to the collection."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import ACTION
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.bucket_policy import (
    statement,
    to_read,
    verdict,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Objects, beyond_limits
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import ACTIVE, ERROR, Desired, Observed
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.writes import LIMITS, NOT_AUTHORIZED
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState, parse_location

OTHER_OWNER = "expected bucket owner doesn't match"


class Cause(t.NamedTuple):
    code: str
    cause: str
    remedy: str = ""
    retryable: bool = False


def diagnose(
    objects: Objects, attempt: Attempt, error: ThreatlistsError | None, found: Observed | None
) -> GuardDutyError | ThreatlistsError:
    """Return the likely cause of a failed write or activation, with what to do, or what was ruled out.

    error: what the call raised, None where the failure showed in the list's state; found: the list afterwards.
    Where certainty would cost too much the message says "probably".
    """
    description = _description(attempt, error, found)
    finding = _by_answer(attempt, error, found)
    is_loaded = found is not None and found.status == ACTIVE
    if not finding and attempt.desired.present and attempt.desired.activate and not is_loaded:
        # Only an activation needs the role's policy, and one that failed is told in these words or leaves ERROR.
        failed = (found is not None and found.status == ERROR) or NOT_AUTHORIZED in str(error)
        finding = _by_looking(objects, attempt, failed=failed)
        # GuardDuty's own words say little where one has to look.
        said = description.removeprefix(f"{attempt.where}: ")
        return _error(f"{attempt.where}: {finding.cause} GuardDuty: {said}", finding)
    if not finding:
        return error or GuardDutyError(description, code="WrongState")
    return _error(f"{description} {finding.cause}", finding)


def _error(message: str, finding: Cause) -> GuardDutyError:
    return GuardDutyError(message, code=finding.code, remedy=finding.remedy, retryable=finding.retryable)


def _description(attempt: Attempt, error: ThreatlistsError | None, found: Observed | None) -> str:
    state = f"its status is {found.status}" if found else "it is not there"
    details = f" ({found.error_details})" if found and found.error_details else ""
    return f"{error or attempt.where}; {state}{details}." if error else f"{attempt.where}: {state}{details}."


def _by_answer(attempt: Attempt, error: ThreatlistsError | None, found: Observed | None) -> Cause | None:
    """Return what the answer itself says, if its wording is known (docs/dev/guardduty.md#27), else None.

    Entity sets say it later, in ErrorDetails (docs/dev/guardduty.md#12).
    """
    if found and OTHER_OWNER in found.error_details:
        return _wrong_owner(attempt.desired)
    if error is None:
        return None
    if LIMITS in str(error):
        return _beyond_limits(attempt)
    if OTHER_OWNER in str(error):
        return _wrong_owner(attempt.desired)
    if error.code == "AccessDenied":
        # If AWS names the denied action of GuardDuty, the role's policy is not the cause.
        is_named = bool(ACTION.search(str(error)))
        more = "" if is_named or (found and found.status == ACTIVE) else _role_policy(attempt.desired)
        return Cause("AccessDenied", "The caller lacks a permission.", f"{error.remedy} {more}".strip())
    return None


def _beyond_limits(attempt: Attempt) -> Cause:
    if attempt.name_may_be_taken:
        return _perhaps_taken("The lists that are shown leave room for it.")
    quota = f"The quota of {attempt.desired.kind.quota} {attempt.desired.kind.title}s per detector is reached."
    return Cause("QuotaExceeded", quota, "Delete a list that is not needed.")


def _by_looking(objects: Objects, attempt: Attempt, *, failed: bool) -> Cause:
    """Return what can be seen from here. failed: whether its activation surely did."""
    desired = attempt.desired
    seen = objects.observe(desired.location, desired.owner)
    if isinstance(seen, ThreatlistsError):
        return _invisible(objects, desired, seen)
    if too_much := beyond_limits(desired.kind, seen, objects.entries(seen, desired.format)):
        return Cause("QuotaExceeded", f"The cause: {too_much}.", "Publish a smaller list.")
    if attempt.name_may_be_taken:
        return _perhaps_taken("Ruled out: a missing object, size, number of entries, SSE-C.")
    return _likely(objects, desired, seen, failed=failed)


def _perhaps_taken(ruled_out: str) -> Cause:
    return Cause(
        "TimedOut",
        f"It was not created; another run may have made a list of that name that is not shown yet. {ruled_out}",
        "Run again later, when that list is shown. Where it is refused each time, see what GuardDuty says.",
        retryable=True,
    )


def _invisible(objects: Objects, desired: Desired, error: ThreatlistsError) -> Cause:
    bucket, _key = parse_location(desired.location)
    if error.code in ("NoSuchObject", "NoSuchBucket"):
        return Cause("NoSuchObject", f"The cause: {error}", "Publish the object, or correct location.")
    if error.code == "WrongOwner":
        return _wrong_owner(desired)
    if error.code == "CustomerKey":
        return Cause(error.code, f"The cause: {error}", error.remedy)
    return Cause(
        "ActivationFailed",
        f"The object could not be seen from here either: {error} Ruled out: nothing.",
        f"Allow reading it to GuardDuty: {_to_read(objects, desired, bucket)}",
    )


def _likely(objects: Objects, desired: Desired, seen: ObjectState, *, failed: bool) -> Cause:
    is_own = _is_own(objects, desired)
    if is_own is False and not desired.owner and not desired.kind.has_role_policy:
        return _wrong_owner(desired)
    known = "another owner, " if desired.owner or is_own else ""
    ruled_out = f"Ruled out: a missing object, {known}size, number of entries, SSE-C"
    if seen.kms_key_id:
        allow = statement("kms:Decrypt", "*", _service_role(desired))
        return Cause(
            "KeyPolicy",
            f"The object is encrypted with {seen.kms_key_id}; probably its key policy does not let GuardDuty's "
            f"service-linked role decrypt. {ruled_out}.",
            f"Add to the key policy: {allow}",
        )
    readers, policy = _readers(objects, desired), objects.policy(seen.bucket)
    resource = arns.s3(desired.partition, seen.bucket, seen.key)
    verdicts = {verdict(policy, reader, resource) for reader in readers}
    if "denied" in verdicts:
        return Cause(
            "BucketPolicy",
            f"The policy of the bucket {seen.bucket} denies reading the object. {ruled_out}.",
            f"Except from the bucket policy's Deny statement: {', '.join(readers)}",
        )
    if "silent" in verdicts and not is_own:
        return Cause(
            "BucketPolicy",
            f"The bucket belongs to {_owner_in_words(desired)}, and its policy does not let account {desired.account} "
            f"read. {ruled_out}.",
            f"Add to the bucket policy: {_to_read(objects, desired, seen.bucket)}",
        )
    if "unknown" not in verdicts:
        ruled_out += ", the bucket policy"
    elif not is_own:
        return _undecided(desired, f"{ruled_out}.", _to_read(objects, desired, seen.bucket))
    return _unlisted(desired, f"{ruled_out}.", resource, failed=failed)


def _undecided(desired: Desired, ruled_out: str, allow: str) -> Cause:
    """Return the possible causes where the bucket policy counts and cannot be read or judged from here."""
    causes = ["the bucket policy does not let the account read"]
    if desired.kind.has_role_policy:
        causes.append("the caller lacks iam:PutRolePolicy on GuardDuty's service-linked role")
    return Cause(
        "ActivationFailed" if desired.kind.has_role_policy else "BucketPolicy",
        f"The bucket belongs to {_owner_in_words(desired)}, and its policy cannot be judged from here; "
        f"probably {', or '.join(causes)}. {ruled_out}",
        f"Add to the bucket policy: {allow} {_role_policy(desired)}".strip(),
    )


def _unlisted(desired: Desired, ruled_out: str, resource: str, *, failed: bool) -> Cause:
    """Return what is left where neither the object nor its bucket explains it."""
    if desired.kind.has_role_policy and failed:
        return Cause(
            "RolePolicy",
            f"The object can be read from here, so probably the caller lacks iam:PutRolePolicy on GuardDuty's "
            f"service-linked role, or that role's inline policies are full. {ruled_out}",
            _role_policy(desired),
        )
    return Cause(
        "ActivationFailed",
        f"The cause is not known. {ruled_out} Left: the caller's own s3:GetObject, content that is not "
        f"{desired.format}.",
        f"Allow the caller: {statement('s3:GetObject', resource)}",
    )


def _is_own(objects: Objects, desired: Desired) -> bool | None:
    """Return whether the bucket is the account's own, None where that cannot be told."""
    if desired.owner:
        return desired.owner == desired.account
    seen = objects.observe(desired.location, desired.account)
    if isinstance(seen, ObjectState):
        return True
    return False if seen.code in ("AccessDenied", "WrongOwner") else None


def _readers(objects: Objects, desired: Desired) -> list[str]:
    """Return who must be able to read: for entity lists also the role that calls (docs/dev/guardduty.md#16)."""
    caller = objects.role_arn if not desired.kind.has_role_policy else None
    return [_service_role(desired), *([caller] if caller else [])]


def _owner_in_words(desired: Desired) -> str:
    return f"account {desired.owner}" if desired.owner else f"another account than {desired.account}"


def _wrong_owner(desired: Desired) -> Cause:
    bucket, _key = parse_location(desired.location)
    if desired.owner:
        return Cause(
            "WrongOwner",
            f"The bucket {bucket} does not belong to account {desired.owner}.",
            "Correct expected_bucket_owner or location.",
        )
    return Cause(
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


def _to_read(objects: Objects, desired: Desired, bucket: str) -> str:
    """Return, as JSON, the statement that lets the account read, the same that publish writes for all accounts."""
    readers = _readers(objects, desired)
    if not desired.kind.has_role_policy and not objects.role_arn:
        readers.append(arns.iam(desired.partition, desired.account, "root"))
    return json.dumps(to_read(arns.s3(desired.partition, bucket), readers)[-1])
