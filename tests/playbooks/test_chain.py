# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job by the installed tarball: as is, again, with --check, after a change; no complaint of any kind."""

from __future__ import annotations

import hashlib
import typing as t

import fleet
import pytest
from emulators import control
from plays import Player

# The member has no lists of its own, and one Region of the standalone account has no detector.
PLACES = {
    *((fleet.PUBLISHER, region) for region in fleet.REGIONS),
    *((fleet.STANDALONE, region) for region in fleet.REGIONS if region != "us-west-2"),
}


@pytest.fixture
def converged(player: Player) -> Player:
    player.run("threatlists.aws.site").succeeded()
    return player


def loaded(aws: control.Aws) -> dict[tuple[str, str, str], str | None]:
    """The digest of the bytes in effect, by account, Region and list."""
    return {(item["account"], item["region"], item["name"]): item["sha256"] for item in aws.loaded(status="ACTIVE")}


def published(aws: control.Aws) -> dict[str, str]:
    """The digest of each declared list's object, by list."""
    s3 = aws.client("s3", fleet.PUBLISHER)
    bodies = {item["name"]: s3.get_object(Bucket=item["bucket"], Key=item["key"])["Body"] for item in fleet.DECLARED}
    return {name: hashlib.sha256(body.read()).hexdigest() for name, body in bodies.items()}


def everywhere(digests: dict[str, str]) -> dict[tuple[str, str, str], str]:
    return {(*place, name): digest for place in PLACES for name, digest in digests.items()}


def loads(aws: control.Aws) -> dict[str, int]:
    """How many activations read each list's object so far."""
    counts: dict[str, int] = {}
    for item in aws.loaded():
        counts[item["name"]] = counts.get(item["name"], 0) + item["loads"]
    return counts


def writes(aws: control.Aws) -> list[tuple[t.Any, ...]]:
    return [(call["service"], call["operation"], call["account"], call["region"]) for call in aws.calls(write=True)]


def test_every_place_holds_the_bytes_of_the_objects(converged: Player, aws: control.Aws) -> None:
    assert loaded(aws) == everywhere(published(aws))


def test_a_second_run_changes_nothing_and_only_reads(converged: Player, aws: control.Aws) -> None:
    aws.clear_calls()
    assert converged.run("threatlists.aws.site").succeeded().changed == {}
    assert writes(aws) == []


@pytest.mark.parametrize("playbook", ["site", "publish", "converge"])
def test_check_mode_of_a_converged_fleet_writes_nothing(converged: Player, aws: control.Aws, playbook: str) -> None:
    aws.settings(refuse_writes=True)
    assert converged.run(f"threatlists.aws.{playbook}", "--check", "--diff").succeeded().changed == {}


def test_check_mode_of_an_empty_world_predicts_the_run(player: Player, aws: control.Aws) -> None:
    aws.settings(refuse_writes=True)
    predicted = player.run("threatlists.aws.site", "--check", "--diff").succeeded()
    assert aws.loaded() == []
    aws.settings(refuse_writes=False)
    happened = player.run("threatlists.aws.site", "--diff").succeeded()
    assert predicted.actions() == happened.actions()
    assert any(outcome[-1] == "created" for outcome in happened.actions())


def test_changed_intelligence_reloads_only_the_lists_concerned(
    converged: Player, aws: control.Aws, threatstream: t.Any
) -> None:
    before, loads_before = published(aws), loads(aws)
    threatstream.add({"value": "198.51.7.7", "source": "Analyst"})
    run = converged.run("threatlists.aws.site").succeeded()
    after, loads_after = published(aws), loads(aws)
    assert {name for name in after if after[name] != before[name]} == {"analysts"}
    assert loaded(aws) == everywhere(after)
    assert {
        name: loads_after[name] - loads_before[name] for name in after if loads_after[name] != loads_before[name]
    } == {"analysts": len(PLACES)}
    others = {outcome[-1] for outcome in run.actions() if outcome[2] != "analysts"}
    assert others <= {"none", "skipped"}


def test_publish_then_converge_do_what_site_does(player: Player, aws: control.Aws) -> None:
    player.run("threatlists.aws.publish").succeeded()
    assert aws.loaded() == []
    player.run("threatlists.aws.converge").succeeded()
    assert loaded(aws) == everywhere(published(aws))


def test_converge_needs_nothing_of_publish_but_the_object(
    converged: Player, aws: control.Aws, threatstream: t.Any
) -> None:
    threatstream.world({"credentials": {}})
    for item in aws.loaded():
        aws.tamper(item["id"], tags={**item["tags"], "threatlists:sha256": "pending"})
    converged.run("threatlists.aws.converge").succeeded()
    assert loaded(aws) == everywhere(published(aws))


def test_the_api_key_is_nowhere_in_the_output(converged: Player) -> None:
    run = converged.run("threatlists.aws.site", "-vvvv")
    assert run.status == "successful"
    assert converged.env["THREATSTREAM_API_KEY"] not in run.stdout
    assert converged.env["AWS_SECRET_ACCESS_KEY"] not in run.stdout
