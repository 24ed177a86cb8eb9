# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list whose format changes: the new one is in effect before the old one goes. Private to the collection.

The new list is made under a temporary name, which tells a later run what was under way, whatever ended this one: both
lists are there, or the new one alone, which is then renamed like any list that was renamed elsewhere.
"""

from __future__ import annotations

import hashlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import (
    amended,
    carried_tags,
    created,
    is_ours,
    plan,
    state,
    when_settled,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACTIVE,
    FOREIGN_TAG,
    INACTIVE,
    SHA256_TAG,
    Desired,
    Observed,
    Plan,
    Refusal,
    Remove,
)


def temporary_name(name: str) -> str:
    """Return the name that a new list has while the old one is there, which nobody else would give by chance."""
    return f"{name}-new-{hashlib.sha256(f'threatlists.aws:{name}'.encode()).hexdigest()[:8]}"


def sort_out(
    desired: Desired, named: Observed | None, temporary: Observed | None
) -> tuple[Observed | None, Observed | None]:
    """Return the list to work at, and the one to remove on the way.

    named: the list that has the declared name; temporary: the one that has the temporary name. The latter is the new
    list, to be worked at as long as its format is the declared one and that of the old list is not.
    """
    if temporary is None or when_settled(temporary) is None:
        return named, None
    old = when_settled(named)
    if desired.present and (old is None or old.format != desired.format) and temporary.format == desired.format:
        return temporary, named
    return (temporary, None) if named is None else (named, temporary)


def plan_for(desired: Desired, found: Observed | None, other: Observed | None = None, *, has_room: bool = True) -> Plan:
    """Return what brings the lists that were found to C(desired).

    found, other: as C(sort_out) returns them; has_room: whether the quota leaves a place for one more list.
    """
    there = when_settled(found)
    is_new = there is not None and there.name == temporary_name(desired.name)
    if is_new:
        # Its run may have ended before its tags were written.
        desired = desired._replace(adopt=True)
    # An old list with a new one beside it is ours, whatever became of its tags: for others no new one is made.
    if not (is_new and other) and (refusal := _not_ours(desired, found)):
        return _refused(found, refusal)
    if other and is_new and there:
        return _continued(desired, there, other)
    is_left_over = other is not None and when_settled(other) is not None
    left = (Remove(other.id),) if other and is_left_over else ()
    if there is None or not desired.present or there.format == desired.format:
        made = plan(desired, found)
        if left and not made.steps:
            made = made._replace(action="updated", cause="a list was left of a change of format that did not finish")
        return made._replace(steps=(*left, *made.steps), only_proof=made.only_proof and not left)
    if not has_room and not left:
        return plan(desired, found) if desired.recreate else _refused(found, _no_room(desired, there))
    made = created(desired._replace(under=temporary_name(desired.name)), carried_tags(desired, there))
    return made._replace(
        action="recreated",
        cause=f"its format was {there.format}, which no update changes: it is created anew, and its id is new",
        steps=(*left, *made.steps, Remove(there.id), *_renamed(desired, made.after)),
        before=state(there),
        needs_place=not left,
    )


def _continued(desired: Desired, new: Observed, old: Observed) -> Plan:
    made = amended(desired._replace(under=new.name), new)
    return made._replace(
        action="recreated",
        cause=f"a change of its format from {old.format} had begun: its id is new",
        steps=(*made.steps, Remove(old.id), *_renamed(desired, made.after or state(new))),
        before=state(old),
        after={**(made.after or state(new)), "name": desired.name},
        only_proof=False,
    )


def _renamed(desired: Desired, after: dict[str, t.Any]) -> tuple[t.Any, ...]:
    """Return the steps that give the new list, as C(after) shows it, its own name."""
    tags = {**after["tags"], **({SHA256_TAG: desired.digest} if desired.digest else {})}
    new = Observed(
        id="",
        name=temporary_name(desired.name),
        format=desired.format,
        location=desired.location,
        status=ACTIVE if desired.activate else INACTIVE,
        tags=tags,
        owner=after["expected_bucket_owner"],
    )
    return amended(desired, new).steps


def _not_ours(desired: Desired, found: Observed | None) -> Refusal | None:
    there = when_settled(found)
    is_foreign = there is not None and FOREIGN_TAG in there.tags
    if there is None or desired.adopt or (is_ours(there.tags) and not is_foreign):
        return None
    if desired.present and there.format == desired.format:
        return None
    why = (
        f"was taken over for updates only ({FOREIGN_TAG}): something else made it, or had taken its tags"
        if is_foreign
        else "has none of this collection's tags: something else made it, or took them"
    )
    what = "is declared absent" if not desired.present else f"has the format {there.format}, not {desired.format}"
    return Refusal(
        "NotOurs",
        f"it {what}, but {why}",
        "Set adopt to true for the list, so that it is deleted; or rename one of the two.",
    )


def _no_room(desired: Desired, found: Observed) -> Refusal:
    return Refusal(
        "NeedsRecreate",
        f"its format was {found.format}, which no update changes, and the quota of {desired.kind.quota} "
        f"{desired.kind.title}s per detector leaves no place to create it anew before the old one is deleted",
        "Set recreate to true for the list: nothing is in effect between its end and the new one's load. Or delete a "
        "list that is not needed.",
    )


def _refused(found: Observed | None, refusal: Refusal) -> Plan:
    there = when_settled(found)
    shown = state(there) if there else {}
    return Plan("failed", refusal.cause, (), shown, shown, refusal=refusal)
