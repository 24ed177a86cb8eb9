# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be done, from what is declared and what was observed: pure functions. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    ACTIVE,
    ALL_KEYS,
    BECOMES,
    FOREIGN_TAG,
    GONE,
    INACTIVE,
    MAX_TAG_VALUE,
    NAME_TAG,
    NOTHING,
    OURS,
    PENDING,
    PUBLISHED_TAG,
    SHA256_TAG,
    SUBMITTED,
    TOUCHED,
    AwaitStatus,
    Create,
    Delete,
    Desired,
    Observed,
    Plan,
    Prove,
    Step,
    Tag,
    Untag,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location

HAS_NONE = ("it has none of our tags", "")


def when_settled(observed: Observed | None) -> Observed | None:
    """Return the list as it will be when a pending state has passed, None where it will be gone."""
    if observed is None or observed.status in GONE:
        return None
    return observed._replace(status=BECOMES.get(observed.status, observed.status))


def plan(desired: Desired, observed: Observed | None) -> Plan:
    """Return what brings C(observed) to C(desired); pending states count as passed."""
    found = when_settled(observed)
    if not desired.present:
        if found is None:
            return NOTHING
        return Plan("deleted", "declared absent", (Delete(), AwaitStatus("DELETED")), state(found), {})
    if found is None:
        return created(desired, {})
    if found.format != desired.format:
        return _recreated(desired, found)
    return amended(desired, found)


def same_object(one: str, other: str) -> bool:
    """Return whether two spellings mean the same bucket and key."""
    try:
        return one == other or parse_location(one) == parse_location(other)
    except ArgumentError:
        return False


def is_ours(tags: t.Mapping[str, str]) -> bool:
    """Return whether a list with these tags is, or was, managed by this collection."""
    return any(key.startswith(OURS) for key in tags)


def tag_changes(desired: Desired, found: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return tags to set and keys to remove, as amazon.aws does; ours and AWS's own are never purged.

    Nor are the tags of a list that something else made, unless C(adopt) is set.
    """
    wanted = {**(desired.tags or {}), ACCOUNT_TAG: desired.account, NAME_TAG: desired.name}
    others = {key for key in found if key not in wanted and not key.startswith((OURS, "aws:"))}
    adopted = (FOREIGN_TAG,) if desired.adopt and FOREIGN_TAG in found else ()
    foreign = "" if desired.adopt else found.get(FOREIGN_TAG, "")
    if not is_ours(found) and not desired.adopt:
        foreign = wanted[FOREIGN_TAG] = _foreign_keys(others)
    to_set = {key: value for key, value in wanted.items() if found.get(key) != value}
    if desired.tags is None or not desired.purge_tags or foreign == ALL_KEYS:
        return to_set, adopted
    return to_set, tuple(sorted((others - set(foreign.split(" "))) | {*adopted}))


def _foreign_keys(keys: t.Iterable[str]) -> str:
    text = " ".join(sorted(keys))
    return text if len(text) <= MAX_TAG_VALUE else ALL_KEYS


def state(found: Observed) -> dict[str, t.Any]:
    """Return a list as a diff shows it."""
    return {
        "name": found.name,
        "format": found.format,
        "location": found.location,
        "status": found.status,
        "expected_bucket_owner": found.owner,
        "tags": dict(sorted(found.tags.items())),
    }


def _declared_state(desired: Desired, location: str, owner: str | None, tags: dict[str, str]) -> dict[str, t.Any]:
    status = ACTIVE if desired.activate else INACTIVE
    return state(
        Observed("", desired.name, desired.format, location, status, {**tags, **desired.proof}, desired.owner or owner)
    )


def created(desired: Desired, carried: dict[str, str]) -> Plan:
    """Return the plan that creates the list; carried: tags that it is to have besides."""
    tags = {**carried, **(desired.tags or {}), ACCOUNT_TAG: desired.account, NAME_TAG: desired.name}
    given = {**tags, SHA256_TAG: PENDING} if desired.activate else tags
    steps: tuple[Step, ...] = (
        Create(desired.under or desired.name, desired.format, desired.location, desired.activate, desired.owner, given),
        Prove(desired.digest) if desired.activate and desired.digest else AwaitStatus(INACTIVE),
    )
    return Plan("created", "it was not there", steps, {}, _declared_state(desired, desired.location, None, tags))


def _recreated(desired: Desired, found: Observed) -> Plan:
    made = created(desired, carried_tags(desired, found))
    return made._replace(
        action="recreated",
        cause=f"its format was {found.format}, which can only be changed by deleting and creating it: its id is new",
        steps=(Delete(), AwaitStatus("DELETED"), *made.steps),
        before=state(found),
    )


def carried_tags(desired: Desired, found: Observed) -> dict[str, str]:
    """Return the tags that a list which is created anew takes over."""
    _tags, purged = tag_changes(desired, found.tags)
    lost = (SHA256_TAG, *purged)
    return {key: value for key, value in found.tags.items() if key not in lost and not key.startswith("aws:")}


def amended(desired: Desired, found: Observed) -> Plan:
    """Return the plan that updates the list in place."""
    update = _update(desired, found)
    to_set, to_remove = tag_changes(desired, found.tags)
    tags, submitted = dict(to_set), _is_submitted(desired, found)
    if update.activate and found.tags.get(SHA256_TAG) != PENDING:
        tags[SHA256_TAG] = PENDING
    elif not update.activate and (submitted or _is_signed_later(desired, found)):
        tags |= desired.proof
    steps = [
        *([Untag(to_remove)] if to_remove else []),
        *([Tag(tags)] if tags else []),
        *_updating(desired, found, update),
    ]
    if not steps:
        return Plan("none", "", (), state(found), state(found))
    changes = _changes(desired, found, update)
    causes = [*changes, *_condition(desired, found, update)]
    if SHA256_TAG in tags and not update.activate:
        causes.append("the load that was submitted before is done" if submitted else _signed_later(desired, found))
    if tags_differ := sorted({*to_set, *to_remove}):
        causes.append(f"tags differed: {', '.join(tags_differ)}")
    kept = {key: value for key, value in {**found.tags, **to_set}.items() if key not in to_remove}
    return Plan(
        action="deactivated"
        if update.activate is False
        else "reloaded"
        if update.activate and not changes
        else "updated",
        cause="; ".join(causes),
        steps=tuple(steps),
        before=state(found),
        after=_declared_state(desired, update.location or found.location, found.owner, kept),
        only_proof=bool(update.activate) and not changes and found.status == ACTIVE,
    )


def _update(desired: Desired, found: Observed) -> Update:
    """Return the one update that is due, all of it None where none is."""
    moved = not same_object(found.location, desired.location)
    other_owner = desired.owner is not None and found.owner != desired.owner
    activate: bool | None = None
    if desired.activate:
        activate = True if moved or other_owner or found.status != ACTIVE or _unproven(desired, found) else None
    elif found.status != INACTIVE:
        activate = False
    name = _new_name(desired, found)
    if not (name or moved or other_owner or activate is not None):
        return Update()
    if desired.activate and desired.kind.is_dated:
        # Each Update changes UpdatedAt, which the proof is bound to, so it must load the list too.
        activate = True
    # Whether an update without the owner keeps it is not known, so it is always sent where it is known.
    return Update(
        name, desired.location if moved else None, activate, desired.owner or (None if moved else found.owner)
    )


def _new_name(desired: Desired, found: Observed) -> str | None:
    name = desired.under or desired.name
    return name if found.name != name else None


def _updating(desired: Desired, found: Observed, update: Update) -> tuple[Step, ...]:
    if update == Update():
        return ()
    if update.activate and desired.digest:
        return update, Prove(desired.digest)
    return update, AwaitStatus(INACTIVE if update.activate is False else found.status)


def _unproven(desired: Desired, found: Observed) -> bool:
    return found.tags.get(SHA256_TAG) != desired.digest and not _is_submitted(desired, found)


def submission(digest: str, version: str) -> str:
    """Return the proof of a load that was begun; version: tells an object from an earlier one of the same bytes."""
    return f"{SUBMITTED}{digest}:{version}" if version else f"{SUBMITTED}{digest}"


def _is_submitted(desired: Desired, found: Observed) -> bool:
    proof = found.tags.get(SHA256_TAG, "")
    digest, _colon, version = proof.removeprefix(SUBMITTED).partition(":")
    is_same = digest == desired.digest and (not version or desired.version in ("", version))
    return proof.startswith(SUBMITTED) and is_same


def _is_signed_later(desired: Desired, found: Observed) -> bool:
    """Return whether the content that is loaded was signed again since: the tag keeps the latest time."""
    return bool(desired.proof) and desired.published > found.tags.get(PUBLISHED_TAG, "")


def _signed_later(desired: Desired, found: Observed) -> str:
    return f"its content was signed {desired.published}, before that {found.tags.get(PUBLISHED_TAG, 'never')}"


def _changes(desired: Desired, found: Observed, update: Update) -> list[str]:
    """Return in words what differed that only an update can change."""
    causes = []
    if update.name:
        causes.append(f"its name was {found.name!r}")
    if update.location:
        causes.append(f"its location was {found.location!r}")
    if desired.owner is not None and found.owner != desired.owner:
        causes.append(f"its expected bucket owner was {found.owner or 'not set'}")
    return causes


def _condition(desired: Desired, found: Observed, update: Update) -> list[str]:
    """Return in words why a list must be loaded or deactivated although it points to the right place."""
    if update.activate is None:
        return []
    if not update.activate or found.status != ACTIVE:
        details = f" ({found.error_details})" if found.error_details else ""
        return [f"its status was {found.status}{details}"]
    proof = found.tags.get(SHA256_TAG, "")
    if update.location or not _unproven(desired, found):
        return []
    return [_unproven_since(found) if not proof else _stale(str(desired.digest), proof)]


def _unproven_since(found: Observed) -> str:
    if ACCOUNT_TAG in found.tags or NAME_TAG in found.tags:
        return "nothing proved which content it holds: the tag that did is gone"
    has_none, whose = ("its detector has no tag of ours for it", " for the detector") if found.updated_at else HAS_NONE
    return (
        f"nothing proved which content it holds: {has_none}, so it is new to this collection, or another "
        f"tool took them (with Terraform, set ignore_changes = [tags, tags_all]{whose})"
    )


def _stale(digest: str, proof: str) -> str:
    if proof == PENDING:
        return "a load had begun whose end is unknown"
    if proof.startswith(TOUCHED):
        return "somebody else changed or activated it since it was loaded"
    held = proof.removeprefix(SUBMITTED).partition(":")[0]
    if held == digest:
        return "the object was written anew since its load was submitted"
    return f"the content changed: it held {held[:12]}, the object has {digest[:12]}"
