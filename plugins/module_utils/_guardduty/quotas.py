# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an account's quotas leave room for, counted before anything is written. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    GuardDutyError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import beyond_limits
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionReader, RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    GONE,
    SHA256_TAG,
    Create,
    Observed,
    Tag,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, MAX_LOCATIONS, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location

# docs/dev/guardduty.md#34
MAX_TAGS = 50


def check_quotas(reader: RegionReader, regions: t.Sequence[RegionState], attempts: t.Sequence[Attempt]) -> None:
    """Fail each list that has something to do for which the quotas leave no room. regions: all that could be read."""
    for attempt in attempts:
        if (
            attempt.basis
            and attempt.desired.activate
            and (too_much := beyond_limits(attempt.desired.kind, attempt.basis))
        ):
            attempt.fail(_exceeded(attempt, f"{too_much}; nothing was changed", "Publish a smaller list."))
        if any(isinstance(step, (Tag, Create)) for step in attempt.plan.steps):
            _check_tags(attempt)
    for some in _by_region_and_kind(attempts).values():
        _check_count(some)
    _check_locations(reader, regions, [attempt for attempt in attempts if not attempt.error])


def _by_region_and_kind(attempts: t.Sequence[Attempt]) -> dict[tuple[str, str], list[Attempt]]:
    found: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        found.setdefault((attempt.region.name, attempt.desired.kind.name), []).append(attempt)
    return found


def _check_tags(attempt: Attempt) -> None:
    """Fail a list that would have too many tags: those it keeps count too, AWS's own do not."""
    tags = {SHA256_TAG, *attempt.plan.after["tags"]} if attempt.is_load else set(attempt.plan.after["tags"])
    count = sum(not key.startswith("aws:") for key in tags)
    if count > MAX_TAGS:
        attempt.fail(
            GuardDutyError(
                f"{attempt.where}: it would have {count} tags, ours among them, more than the {MAX_TAGS} that a "
                "resource takes; nothing was changed.",
                code="TooManyTags",
                remedy="Declare fewer tags, or remove those that others put there (purge_tags removes them).",
            )
        )


def _check_count(attempts: list[Attempt]) -> None:
    """Fail each list for which the quota of lists leaves no place.

    Creates take the free places, and those that planned deletes free, in the order of declaration.
    """
    region, kind = attempts[0].region, attempts[0].desired.kind
    room = kind.quota - region.count(kind) + sum(attempt.action == "deleted" for attempt in attempts)
    for attempt in attempts:
        # Lists that need a second place use it one after the other, before any list is created.
        if attempt.plan.needs_place and room < 1 and not attempt.error:
            attempt.plan_without_room()
    for attempt in attempts:
        if attempt.action != "created" or attempt.error:
            continue
        room -= 1
        if room < 0:
            holders = ", ".join(repr(one.name) for one in region.lists[kind.name] if one.status not in GONE)
            planned = [repr(one.desired.name) for one in attempts if one.action == "created" and not one.error]
            others = ", ".join(name for name in planned if name != repr(attempt.desired.name))
            held = " and ".join(filter(None, [holders, others and f"those to be created: {others}"]))
            attempt.fail(
                _exceeded(
                    attempt,
                    f"GuardDuty takes {kind.quota} {kind.title}s per detector (inactive ones count), held by {held}",
                    "Delete a list, or declare one that is not needed as absent.",
                )
            )


def _check_locations(reader: RegionReader, regions: t.Sequence[RegionState], attempts: list[Attempt]) -> None:
    """Fail each list whose location finds no room in the policies of GuardDuty's service-linked role.

    Each location of an IP list is an inline policy on that role, which the account's Regions share, and the policies
    have one size in common (docs/dev/guardduty.md#22).
    """
    adding = [attempt for attempt in attempts if _adds_location(attempt)]
    if not adding:
        return
    kinds = [kind for kind in KINDS.values() if kind.has_role_policy]
    wanted = {parse_location(attempt.desired.location) for attempt in adding}
    if len(wanted) + sum(_most_locations(region, kind) for region in regions for kind in kinds) > MAX_LOCATIONS:
        broken = in_threads(
            lambda region: _read_rest(reader, region, kinds), regions, reader.account.connection.workers
        )
        errors = {region.name: error for region, error in zip(regions, broken, strict=True) if error}
        for attempt in adding:
            if error := errors.get(attempt.region.name):
                attempt.fail(error)
        adding = [attempt for attempt in adding if not attempt.error]
        wanted = {parse_location(attempt.desired.location) for attempt in adding}
    replaced = {
        attempt.observed.id
        for attempt in attempts
        if attempt.observed and (_adds_location(attempt) or _removes(attempt))
    }
    kept = [
        one for region in regions for kind in kinds for one in region.lists.get(kind.name, ()) if one.id not in replaced
    ]
    held = {_location(one) for one in kept if one.status not in GONE}
    if len(held | wanted) <= MAX_LOCATIONS:
        return
    for attempt in adding:
        if parse_location(attempt.desired.location) not in held:
            attempt.fail(
                _exceeded(
                    attempt,
                    f"the account's IP lists would have {len(held | wanted)} distinct locations, more than "
                    f"{MAX_LOCATIONS}: the inline policies of GuardDuty's service-linked role share 10,240 characters",
                    "Use one bucket for all Regions, or fewer lists.",
                )
            )


def _read_rest(reader: RegionReader, region: RegionState, kinds: list[Kind]) -> ThreatlistsError | None:
    try:
        for kind in kinds:
            reader.read_rest(region, kind)
    except Exception as error:
        return failure(error, f"account {reader.account.id}, {region.name}", "the guardduty read actions")
    return None


def in_turn(attempts: t.Sequence[Attempt]) -> list[list[Attempt]]:
    """Return groups of lists: the groups may be worked at together, the lists of one after each other.

    A list whose format changes takes a second place of the quota for a while: others of its kind that need one wait.
    """
    alone: list[list[Attempt]] = []
    for some in _by_region_and_kind(attempts).values():
        waiting = [attempt for attempt in some if attempt.action in ("recreated", "created")]
        waiting.sort(key=lambda attempt: attempt.action != "recreated")
        if not any(attempt.plan.needs_place for attempt in waiting):
            waiting = []
        alone += [[attempt] for attempt in some if attempt not in waiting]
        alone += [waiting] if waiting else []
    return alone


def _adds_location(attempt: Attempt) -> bool:
    steps = attempt.plan.steps
    adds = any(isinstance(step, Create) or (isinstance(step, Update) and step.location) for step in steps)
    return adds and attempt.desired.kind.has_role_policy


def _removes(attempt: Attempt) -> bool:
    return attempt.action == "deleted"


def _most_locations(region: RegionState, kind: Kind) -> int:
    """Return how many locations the lists of the kind may have in the Region, whether they were read or not."""
    return region.count(kind) if kind.name in region.lists else kind.quota


def _location(one: Observed) -> tuple[str, str]:
    try:
        return parse_location(one.location)
    except ArgumentError:
        return one.location, ""


def _exceeded(attempt: Attempt, cause: str, remedy: str) -> GuardDutyError:
    return GuardDutyError(f"{attempt.where}: {cause}.", code="QuotaExceeded", remedy=remedy)
