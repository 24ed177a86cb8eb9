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
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.apply import Work
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import excess
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import Place, Reader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import GONE, Create, Observed, Update
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, MAX_LOCATIONS, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location


def check_quotas(reader: Reader, places: t.Sequence[Place], works: t.Sequence[Work]) -> None:
    """Fail those lists with something to do that the quotas leave no room for. places: all that could be read."""
    for work in works:
        if work.basis and work.desired.activate and (too_much := excess(work.desired.kind, work.basis)):
            work.failed(_exceeded(work, f"{too_much}; nothing was changed", "Publish a smaller list."))
    for some in _by_place(works).values():
        _check_count(some)
    _check_locations(reader, places, [work for work in works if not work.error])


def _by_place(works: t.Sequence[Work]) -> dict[tuple[str, str], list[Work]]:
    found: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        found.setdefault((work.place.region, work.desired.kind.name), []).append(work)
    return found


def _check_count(works: list[Work]) -> None:
    """Creates take places that stood free or that planned deletes free, in the order of declaration."""
    place, kind = works[0].place, works[0].desired.kind
    room = kind.quota - place.count(kind) + sum(work.action == "deleted" for work in works)
    for work in works:
        if work.action != "created" or work.error:
            continue
        room -= 1
        if room < 0:
            holders = ", ".join(repr(one.name) for one in place.lists[kind.name] if one.status not in GONE)
            planned = [repr(one.desired.name) for one in works if one.action == "created" and not one.error]
            others = ", ".join(name for name in planned if name != repr(work.desired.name))
            held = " and ".join(filter(None, [holders, others and f"those to be created: {others}"]))
            work.failed(
                _exceeded(
                    work,
                    f"GuardDuty takes {kind.quota} {kind.title}s per detector (inactive ones count), held by {held}",
                    "Delete a list, or declare one that is not needed as absent.",
                )
            )


def _check_locations(reader: Reader, places: t.Sequence[Place], works: list[Work]) -> None:
    """Each location of an IP list is an inline policy on a role that the account's Regions share, and those have a
    common size (contract: guardduty.md, Accounts and Regions)."""
    adding = [work for work in works if _adds_location(work)]
    if not adding:
        return
    kinds = [kind for kind in KINDS.values() if kind.has_role_policy]
    wanted = {parse_location(work.desired.location) for work in adding}
    if len(wanted) + sum(_possible(place, kind) for place in places for kind in kinds) > MAX_LOCATIONS:
        broken = in_threads(lambda place: _read_rest(reader, place, kinds), places, reader.account.connection.workers)
        errors = {place.region: error for place, error in zip(places, broken, strict=True) if error}
        for work in adding:
            if error := errors.get(work.place.region):
                work.failed(error)
        adding = [work for work in adding if not work.error]
        wanted = {parse_location(work.desired.location) for work in adding}
    replaced = {work.observed.id for work in works if work.observed and (_adds_location(work) or _removes(work))}
    kept = [
        one for place in places for kind in kinds for one in place.lists.get(kind.name, ()) if one.id not in replaced
    ]
    held = {_location(one) for one in kept if one.status not in GONE}
    if len(held | wanted) <= MAX_LOCATIONS:
        return
    for work in adding:
        if parse_location(work.desired.location) not in held:
            work.failed(
                _exceeded(
                    work,
                    f"the account's IP lists would have {len(held | wanted)} distinct locations, more than "
                    f"{MAX_LOCATIONS}: the inline policies of GuardDuty's service-linked role share 10,240 characters",
                    "Use one bucket for all Regions, or fewer lists.",
                )
            )


def _read_rest(reader: Reader, place: Place, kinds: list[Kind]) -> ThreatlistsError | None:
    try:
        for kind in kinds:
            reader.read_rest(place, kind)
    except Exception as error:
        return failure(error, f"account {reader.account.id}, {place.region}", "the guardduty read actions")
    return None


def _adds_location(work: Work) -> bool:
    steps = work.plan.steps
    adds = any(isinstance(step, Create) or (isinstance(step, Update) and step.location) for step in steps)
    return adds and work.desired.kind.has_role_policy


def _removes(work: Work) -> bool:
    return work.action == "deleted"


def _possible(place: Place, kind: Kind) -> int:
    """Return how many locations lists of the kind may have there, read or not."""
    return place.count(kind) if kind.name in place.lists else kind.quota


def _location(one: Observed) -> tuple[str, str]:
    try:
        return parse_location(one.location)
    except ArgumentError:
        return one.location, ""


def _exceeded(work: Work, cause: str, remedy: str) -> GuardDutyError:
    return GuardDutyError(f"{work.where}: {cause}.", code="QuotaExceeded", remedy=remedy)
