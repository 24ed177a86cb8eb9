# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan is a pure function: what it says, done to a model of a list, gives what was declared."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import match
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import plan, same_object
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    NAME_TAG,
    OURS,
    PENDING,
    SHA256_TAG,
    SUBMITTED,
    Create,
    Delete,
    Desired,
    Observed,
    Prove,
    Step,
    Tag,
    Untag,
    Update,
)
from hypothesis import given
from hypothesis import strategies as st
from support.plans import DIGESTS, LOCATIONS, MINE, OTHER, desired, desired_lists, observed, observed_lists, updated


def settle(found: Observed | None) -> Observed | None:
    final = {"ACTIVATING": "ACTIVE", "DEACTIVATING": "INACTIVE"}
    if found is None or found.status == "DELETE_PENDING":
        return None
    return found._replace(status=final.get(found.status, found.status))


def do(step: Step, found: Observed | None) -> Observed | None:
    """What GuardDuty would make of one step."""
    if isinstance(step, Create):
        assert found is None
        status = "ACTIVE" if step.activate else "INACTIVE"
        return Observed("2", step.name, step.format, step.location, status, dict(step.tags), step.owner)
    if found is None or isinstance(step, Delete):
        return None
    if isinstance(step, Untag):
        return found._replace(tags={key: value for key, value in found.tags.items() if key not in step.keys})
    if isinstance(step, (Tag, Prove)):
        assert isinstance(step, Tag) or found.status == "ACTIVE"
        tags = step.tags if isinstance(step, Tag) else {SHA256_TAG: step.digest}
        return found._replace(tags={**found.tags, **tags})
    return updated(step, found) if isinstance(step, Update) else found


def loads(step: Step) -> bool:
    return bool(isinstance(step, (Create, Update)) and step.activate)


@given(desired_lists(), st.none() | observed_lists())
def test_plan_done_to_a_model_gives_what_was_declared(desired: Desired, observed: Observed | None) -> None:
    found = settle(observed)
    for step in plan(desired, observed).steps:
        found = do(step, found)
    assert plan(desired, found).action == "none"
    assert plan(desired, found).steps == ()
    if not desired.present:
        assert found is None
        return
    assert found is not None
    assert (found.name, found.format) == (desired.name, desired.format)
    assert same_object(found.location, desired.location)
    assert found.status == ("ACTIVE" if desired.activate else "INACTIVE")
    assert found.tags[NAME_TAG] == desired.name
    assert found.tags[ACCOUNT_TAG] == MINE
    if desired.activate:
        assert found.tags[SHA256_TAG] == desired.digest
    assert desired.owner in (None, found.owner)
    if desired.tags is not None:
        others = {key: value for key, value in found.tags.items() if not key.startswith((OURS, "aws:"))}
        assert desired.tags.items() <= others.items()
        assert not desired.purge_tags or others == desired.tags


@given(desired_lists(), st.none() | observed_lists(), st.integers(0, 6))
def test_plan_cut_short_anywhere_is_finished_by_the_next(
    desired: Desired, observed: Observed | None, death: int
) -> None:
    found = settle(observed)
    for step in plan(desired, observed).steps[:death]:
        found = do(step, found)
    for step in plan(desired, found).steps:
        found = do(step, found)
    assert plan(desired, found).steps == ()


@given(desired_lists(), st.none() | observed_lists())
def test_no_load_begins_before_the_tag_says_pending(desired: Desired, observed: Observed | None) -> None:
    found = settle(observed)
    for step in plan(desired, observed).steps:
        if loads(step):
            tags = step.tags if isinstance(step, Create) else found.tags if found else {}
            assert tags[SHA256_TAG] == PENDING
        found = do(step, found)


@given(desired_lists(), observed_lists())
def test_only_an_absent_list_or_another_format_is_deleted(desired: Desired, observed: Observed) -> None:
    made = plan(desired, observed)
    deletes = any(isinstance(step, Delete) for step in made.steps)
    other_format = desired.present and observed.format != desired.format and observed.status != "DELETE_PENDING"
    assert deletes == ((not desired.present and observed.status != "DELETE_PENDING") or other_format)
    assert (made.action == "recreated") == other_format


@given(desired_lists(), observed_lists())
def test_a_plan_with_steps_says_why_and_shows_the_difference(desired: Desired, observed: Observed) -> None:
    made = plan(desired, observed)
    assert bool(made.steps) == (made.action != "none")
    assert not made.steps or made.cause
    assert made.steps or made.before == made.after
    assert not any(key.startswith("aws:") for step in made.steps if isinstance(step, Untag) for key in step.keys)
    assert not any(key.startswith(OURS) for step in made.steps if isinstance(step, Untag) for key in step.keys)


@pytest.mark.parametrize(
    ("changes", "action", "cause"),
    [
        ({}, "none", ""),
        ({"location": LOCATIONS[1]}, "none", ""),
        ({"location": LOCATIONS[2]}, "updated", "its location was 's3://bucket/two.txt'"),
        ({"name": "renamed"}, "updated", "its name was 'renamed'"),
        ({"status": "INACTIVE"}, "reloaded", "its status was INACTIVE"),
        ({"status": "ERROR", "error_details": "denied"}, "reloaded", "its status was ERROR (denied)"),
        ({"owner": OTHER}, "updated", f"its expected bucket owner was {OTHER}"),
        ({"format": "STIX"}, "recreated", "its format was STIX"),
        ({"tags": {**observed().tags, SHA256_TAG: DIGESTS[1]}}, "reloaded", "the content changed"),
        ({"tags": {**observed().tags, SHA256_TAG: PENDING}}, "reloaded", "a load had begun whose end is unknown"),
        ({"tags": {}}, "reloaded", "nothing proved which content it holds"),
        (
            {"tags": {**observed().tags, SHA256_TAG: f"{SUBMITTED}{DIGESTS[0]}"}},
            "updated",
            "the load that was submitted before is done",
        ),
    ],
)
def test_cause_says_what_was_found(changes: dict[str, object], action: str, cause: str) -> None:
    made = plan(desired(), observed(**changes))
    assert made.action == action
    assert made.cause.startswith(cause)


def test_deactivation_does_not_touch_the_proof() -> None:
    made = plan(desired(activate=False, digest=None), observed())
    assert made.action == "deactivated"
    assert made.steps[0] == Update(activate=False, owner=MINE)


def test_a_list_is_found_by_name_before_it_is_found_by_tag() -> None:
    by_tag = observed(id="tag", name="renamed")
    by_name = observed(id="name", tags={})
    assert match([by_tag], ["threats"])["threats"].id == "tag"
    assert match([by_tag, by_name], ["threats"])["threats"].id == "name"
    assert match([by_tag, by_name], ["threats", "renamed"])["renamed"].id == "tag"


def test_a_list_with_neither_name_nor_tag_is_never_found() -> None:
    assert match([observed(name="theirs", tags={"owner": "them"})], ["threats"]) == {}
