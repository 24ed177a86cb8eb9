# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook alerts: declared once, left alone, moved, and removed where it is declared no longer."""

from __future__ import annotations

import typing as t

from support import fleet
from support.worlds import World

TARGET = {"id": "oncall", "arn": "arn:aws:sqs:{region}:{account_id}:oncall"}
ONCALL = {"name": "threatlists-oncall", "severity_min": 4, "targets": [TARGET]}


def rules(world: World) -> set[tuple[str, str, str]]:
    """C((account, Region, name)) of every rule that exists."""
    return {
        (account, region, rule["Name"])
        for account in world.aws.world()["accounts"]
        for region in fleet.REGIONS
        for rule in world.aws.client("events", account, region).list_rules()["Rules"]
    }


def run(world: World, alerts: list[dict[str, t.Any]], *arguments: str, **variables: t.Any) -> t.Any:
    return world.player.run("threatlists.aws.alerts", *arguments, threatlists_alerts=alerts, **variables).succeeded()


def test_alerts(world: World) -> None:
    predicted = run(world, [ONCALL], "--check")
    assert rules(world) == set()
    made = run(world, [ONCALL])
    assert predicted.changed == made.changed
    everywhere = {(account, region, "threatlists-oncall") for account, region, _name in rules(world)}
    assert rules(world) == everywhere
    assert {region for _account, region, _name in everywhere} == set(fleet.REGIONS)
    assert run(world, [ONCALL]).changed == {}
    verify_says_what_differs(world)
    home = {**ONCALL, "name": "threatlists-home", "regions": [fleet.REGIONS[0]]}
    # A rule of one Region stays there, where the account is worked in in all of them.
    run(world, [home], threatlists_regions=["all"])
    assert {(region, name) for _account, region, name in rules(world)} == {(fleet.REGIONS[0], "threatlists-home")}
    run(world, [{**home, "groups": ["nobody"]}])
    assert rules(world) == set()


def test_rules_of_one_name_that_would_undo_each_other_are_refused_before_anything_is_called(world: World) -> None:
    elsewhere = {**ONCALL, "groups": ["nobody"]}
    for other in (elsewhere, {**elsewhere, "regions": fleet.REGIONS[:1]}, {**elsewhere, "regions": []}):
        world.aws.clear_calls()
        done = world.player.run("threatlists.aws.alerts", threatlists_alerts=[ONCALL, other])
        assert done.status == "failed"
        assert "threatlists-oncall" in done.stdout
        assert world.aws.calls() == []
    apart = [{**ONCALL, "regions": [region]} for region in fleet.REGIONS[:2]]
    assert run(world, apart, "--check").changed


def verify_says_what_differs(world: World) -> None:
    """A rule that somebody disabled, one that is missing, one that is left over; and nothing is changed."""
    account, (first, second) = fleet.STANDALONE, fleet.REGIONS[:2]
    world.aws.client("events", account, first).disable_rule(Name="threatlists-oncall")
    events = world.aws.client("events", account, second)
    events.remove_targets(Rule="threatlists-oncall", Ids=["oncall"])
    events.delete_rule(Name="threatlists-oncall")
    events.put_rule(Name="old", EventPattern="{}", Tags=[{"Key": "threatlists:account", "Value": account}])
    world.aws.clear_calls()
    seen = world.player.run("threatlists.aws.verify", threatlists_alerts=[ONCALL])
    assert world.aws.calls(write=True) == []
    assert (seen.status, seen.changed) == ("failed", {})
    for words in (
        "it is disabled",
        "the rule is missing",
        "the rule is not declared for this place",
        "3 lists, 2 alert rules",
    ):
        assert words in seen.stdout, seen.stdout
    events.delete_rule(Name="old")
