# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that came later: who cannot read the bucket is said before anything is written, and manage mends it."""

from __future__ import annotations

import json

from support import fleet
from support.evidence import loaded, writes
from support.worlds import World

CLOSED = "999999999999"


def test_accounts_that_come_later(world: World) -> None:
    inventory = json.loads(world.player.inventory.read_text())
    hosts = inventory["aws_accounts"]["hosts"]
    inventory["aws_accounts"]["hosts"] = {"security": hosts["security"]}
    world.player.inventory.write_text(json.dumps(inventory))
    alone = world.player.run("threatlists.aws.site").succeeded()
    assert "read yet" not in alone.stdout

    hosts["production"]["threatlists_account_id"] = hosts["production"].pop("account_id")
    inventory["aws_accounts"]["hosts"] = hosts
    world.player.inventory.write_text(json.dumps(inventory))
    world.aws.clear_calls()
    checked = world.player.run("threatlists.aws.publish", "--check").succeeded()
    assert writes(world.aws) == []
    words = " ".join(checked.stdout.split())
    assert f"does not let {fleet.STANDALONE} and {fleet.MEMBER} read yet" in words
    assert "threatlists_buckets=manage" in words

    # One account that was closed would have the whole policy refused; it is left out and told, and the others may read.
    hosts["closed"] = {"account_id": CLOSED}
    world.player.inventory.write_text(json.dumps(inventory))
    for is_first in (True, False):
        world.aws.clear_calls()
        managed = world.player.run("threatlists.aws.publish", threatlists_buckets="manage").succeeded()
        assert f"AWS knows no account {CLOSED} (closed)" in " ".join(managed.stdout.split())
        # The second run asks once, is refused, and finds the policy as it should be.
        assert (len(writes(world.aws)) > 1) is is_first
    del hosts["closed"]
    world.player.inventory.write_text(json.dumps(inventory))

    grown = world.player.run("threatlists.aws.site", threatlists_buckets="manage").succeeded()
    assert "read yet" not in grown.stdout
    assert {place[0] for place in loaded(world.aws)} == {fleet.PUBLISHER, fleet.STANDALONE}
    # After a pause the rulebook hands over one event of each place that was changed meanwhile.
    places = [(fleet.STANDALONE, fleet.REGIONS[0]), (fleet.PUBLISHER, fleet.REGIONS[1]), (CLOSED, "eu-west-1")]
    events = {f"m_{n}": {"body": {"account": place[0], "region": place[1]}} for n, place in enumerate(places)}
    healed = world.player.run("threatlists.aws.heal", ansible_eda={"events": events})
    assert {(place[0], place[1]) for place in healed.actions()} == set(places[:2])
    assert f"Account {CLOSED} is not in this inventory" in healed.stdout
    assert healed.status == "failed"
