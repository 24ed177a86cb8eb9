# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What publish stages reaches nobody until it is promoted, and then as the very bytes that were judged."""

from __future__ import annotations

import typing as t

from support import fleet
from support.evidence import loaded, published
from support.plays import Run
from support.signing import create_key
from support.worlds import World

STAGING = "staged/"


def handed_on(run: Run, name: str = "threatlists_published") -> list[dict[str, t.Any]]:
    """What the job hands on to later ones, of each list."""
    (stats,) = [event["event_data"] for event in run.events if event["event"] == "playbook_on_stats"]
    lists: list[dict[str, t.Any]] = stats["artifact_data"][name]
    return lists


INDEX = ".index.jsonl.gz"


def in_place(world: World) -> set[str]:
    """The keys of the lists that stand where GuardDuty looks; each has the index that was staged with it."""
    listed = world.aws.client("s3", fleet.PUBLISHER).list_objects_v2(Bucket=fleet.BUCKET)
    found = {item["Key"] for item in listed["Contents"] if not item["Key"].startswith(STAGING)}
    lists = {key for key in found if not key.endswith(INDEX)}
    assert found == lists | {f"{key}{INDEX}" for key in lists}
    return lists


def test_what_is_staged_waits_for_its_promotion(world: World) -> None:
    fleet.write_inventory(world.player.inventory, threatlists_signing_key_id=create_key(world.aws, fleet.PUBLISHER))
    staged = world.player.run("threatlists.aws.publish", threatlists_staging_prefix=STAGING).succeeded()
    assert in_place(world) == set()
    lists = handed_on(staged)
    assert [entry["change_percent"] for entry in lists] == [100] * len(lists)

    again = handed_on(world.player.run("threatlists.aws.publish", threatlists_staging_prefix=STAGING).succeeded())
    assert [entry["change_percent"] for entry in again] == [100] * len(lists), "compared with what was promoted"

    promoted = world.player.run("threatlists.aws.promote", threatlists_staged=again).succeeded()
    assert {entry["sha256"] for entry in handed_on(promoted, "threatlists_promoted")} == set(
        published(world.aws).values()
    )
    assert world.player.run("threatlists.aws.promote", threatlists_staged=again).succeeded().changed == {}
    left = handed_on(world.player.run("threatlists.aws.publish", threatlists_staging_prefix=STAGING).succeeded())
    assert [(entry["changed"], entry["staged"]) for entry in left] == [(False, None)] * len(lists)
    # What was promoted is signed as the list, and so it is loaded.
    world.player.run("threatlists.aws.converge").succeeded()
    assert set(loaded(world.aws).values()) == set(published(world.aws).values())


def test_other_bytes_than_those_judged_are_not_promoted(world: World) -> None:
    lists = handed_on(world.player.run("threatlists.aws.publish", threatlists_staging_prefix=STAGING).succeeded())
    lists[0]["staged"]["sha256"] = "0" * 64
    run = world.player.run("threatlists.aws.promote", threatlists_staged=lists)
    assert run.status == "failed" and "was staged. Publish again" in run.stdout, run.stdout
    assert len(in_place(world)) == len(lists) - 1, "the others are promoted"


def test_the_first_publish_needs_no_region_in_the_environment(world: World) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        world.player.env.pop(name, None)
    world.player.run("threatlists.aws.publish").succeeded()
    assert len(in_place(world)) == len(fleet.DECLARED)
