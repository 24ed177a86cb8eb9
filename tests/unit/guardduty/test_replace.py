# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of format, cut short anywhere, is finished by the next run; what is not ours is deleted only when asked."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import match, under_temporary_name
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import is_ours, tag_changes
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.replace import (
    plan_for,
    sort_out,
    temporary_name,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    FOREIGN_TAG,
    NAME_TAG,
    PENDING,
    SHA256_TAG,
    AwaitStatus,
    Create,
    Delete,
    Desired,
    Observed,
    Plan,
    Prove,
    Remove,
    Step,
    Tag,
    Untag,
    Update,
)
from hypothesis import given
from hypothesis import strategies as st
from support.plans import MINE, desired, desired_lists, observed, observed_lists, updated

NEW = temporary_name("threats")


class Detector:
    """The lists of one kind as the steps of a plan change them, and which of them the steps are about."""

    def __init__(self, *lists: Observed) -> None:
        self.lists = {one.id: one for one in lists}
        self.at = ""

    def plan(self, wanted: Desired, *, has_room: bool = True) -> Plan:
        present = list(self.lists.values())
        named = match(present, [wanted.name]).get(wanted.name)
        found, other = sort_out(wanted, named, under_temporary_name(present, wanted.name, named))
        self.at = found.id if found else ""
        return plan_for(wanted, found, other, has_room=has_room)

    def do(self, step: Step) -> None:
        if isinstance(step, Create):
            assert step.name not in [one.name for one in self.lists.values()]
            self.at = f"created {len(self.lists)} {step.name}"
            status = "ACTIVE" if step.activate else "INACTIVE"
            self.lists[self.at] = Observed(
                self.at, step.name, step.format, step.location, status, dict(step.tags), step.owner
            )
            return
        if isinstance(step, (Delete, Remove)):
            self.lists.pop(step.id if isinstance(step, Remove) else self.at, None)
            return
        if isinstance(step, AwaitStatus):
            assert step.status == "DELETED" or self.lists[self.at].status == step.status
            return
        self.lists[self.at] = self.after(step, self.lists[self.at])

    def after(self, step: Step, found: Observed) -> Observed:
        if isinstance(step, Untag):
            return found._replace(tags={key: value for key, value in found.tags.items() if key not in step.keys})
        if isinstance(step, Update):
            others = [one.name for one in self.lists.values() if one.id != found.id]
            assert step.name not in others
            return updated(step, found)
        assert isinstance(step, (Tag, Prove))
        return found._replace(
            tags={**found.tags, **(step.tags if isinstance(step, Tag) else {SHA256_TAG: step.digest})}
        )

    def in_effect(self) -> list[Observed]:
        return [one for one in self.lists.values() if one.status == "ACTIVE"]


@given(desired_lists(), observed_lists(), st.lists(st.integers(0, 9), max_size=3), st.booleans())
def test_a_change_of_format_cut_short_again_and_again_is_finished(
    wanted: Desired, first: Observed, deaths: list[int], room: bool
) -> None:
    wanted = wanted._replace(present=True, format="STIX", adopt=True, recreate=True)
    if wanted.digest is None:
        wanted = wanted._replace(activate=False)
    theirs = first._replace(name="threats", format="TXT", status="ACTIVE", tags={**first.tags, "team": "theirs"})
    world = Detector(theirs)
    for death in deaths:
        for step in world.plan(wanted, has_room=room).steps[:death]:
            world.do(step)
            assert not room or not wanted.activate or world.in_effect()
    for step in world.plan(wanted, has_room=room).steps:
        world.do(step)
    assert world.plan(wanted).steps == ()
    (one,) = world.lists.values()
    assert (one.name, one.format, one.tags[NAME_TAG], one.tags[ACCOUNT_TAG]) == ("threats", "STIX", "threats", MINE)
    assert not wanted.activate or (one.status, one.tags[SHA256_TAG]) == ("ACTIVE", wanted.digest)
    assert (room and "team" not in one.tags) <= (wanted.tags is not None and wanted.purge_tags)


@given(desired_lists(), observed_lists())
def test_what_is_not_ours_keeps_its_tags_and_is_deleted_only_when_asked(wanted: Desired, found: Observed) -> None:
    found = found._replace(name="threats", status="ACTIVE", tags={"team": "theirs", "cost": "x"})
    made = plan_for(wanted, found)
    if wanted.present and found.format == wanted.format:
        world = Detector(found)
        for _turn in range(2):
            for step in world.plan(wanted).steps:
                world.do(step)
        (one,) = world.lists.values()
        assert one.tags["team"] == "theirs"
        assert "cost" in one.tags
        assert is_ours(one.tags)
        assert world.plan(wanted).steps == ()
        for step in world.plan(wanted._replace(adopt=True, tags={}, purge_tags=True)).steps:
            world.do(step)
        assert not {"team", "cost", FOREIGN_TAG} & set(world.lists["1"].tags)
        return
    assert made.refusal is not None
    assert made.refusal.code == "NotOurs"
    assert made.steps == ()
    assert plan_for(wanted._replace(adopt=True), found).steps


def test_a_new_list_is_active_and_proven_before_the_old_one_goes() -> None:
    made = plan_for(desired(format="STIX"), observed(tags={**observed().tags, "team": "theirs"}))
    create, proof, remove, rename, _wait = made.steps
    assert isinstance(create, Create)
    assert (create.name, create.tags[SHA256_TAG], create.tags["team"]) == (NEW, PENDING, "theirs")
    assert isinstance(proof, Prove)
    assert (remove, rename) == (Remove("1"), Update(name="threats", owner=MINE))
    assert made.needs_place
    assert made.after["name"] == "threats"


@pytest.mark.parametrize("others", [(), (observed(),)])
def test_a_new_list_that_has_no_tags_yet_is_ours(others: tuple[Observed, ...]) -> None:
    world, wanted = Detector(*others, observed(id="2", name=NEW, format="STIX", tags={})), desired(format="STIX")
    for step in world.plan(wanted).steps:
        world.do(step)
    (one,) = world.lists.values()
    assert FOREIGN_TAG not in one.tags
    assert is_ours(one.tags)
    assert world.plan(wanted).steps == ()


def test_without_room_it_is_deleted_first_only_where_that_was_allowed() -> None:
    refused = plan_for(desired(format="STIX"), observed(), has_room=False)
    assert refused.steps == ()
    assert refused.refusal is not None
    assert refused.refusal.code == "NeedsRecreate"
    allowed = plan_for(desired(format="STIX", recreate=True), observed(), has_room=False)
    assert isinstance(allowed.steps[0], Delete)


def test_a_list_left_under_the_temporary_name_is_removed_once_the_format_is_back() -> None:
    world = Detector(observed(), observed(id="2", name=NEW, format="STIX"))
    made = world.plan(desired())
    assert made.action == "updated"
    assert made.steps == (Remove("2"),)
    assert world.plan(desired(present=False)).steps[0] == Remove("2")
    assert world.plan(desired(format="STIX")).steps[0] == Remove("1")


@pytest.mark.parametrize(
    ("keys", "kept"), [({"team", "cost"}, "cost team"), ({f"k{number}" * 9 for number in range(20)}, "all")]
)
def test_the_keys_of_foreign_tags_are_noted_as_far_as_they_fit(keys: set[str], kept: str) -> None:
    to_set, to_remove = tag_changes(desired(tags={"owner": "me"}), dict.fromkeys(keys, "x"))
    assert to_set[FOREIGN_TAG] == kept
    assert to_remove == ()
    held = {**dict.fromkeys(keys, "x"), **to_set, "owner": "me", "stray": "x"}
    assert tag_changes(desired(tags={"owner": "me"}), held)[1] == (() if kept == "all" else ("stray",))


def test_temporary_names_fit_and_are_nobody_elses() -> None:
    assert len(temporary_name("x" * 256)) <= 300
    assert temporary_name("threats") != temporary_name("threat")
