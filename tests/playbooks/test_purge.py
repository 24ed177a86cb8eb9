# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that are declared no longer go where that is asked for, and none that is declared goes with them."""

from __future__ import annotations

import json

from support import fleet
from support.worlds import World

MALWARE, ANALYSTS, OWN = fleet.DECLARED


def standing(world: World) -> set[str]:
    return {one["name"] for one in world.aws.loaded() if one["status"] != "DELETED"}


def test_purge(world: World) -> None:
    world.player.run("threatlists.aws.site", threatlists_declared=[ANALYSTS, OWN]).succeeded()
    assert standing(world) == {"analysts", "own-networks"}

    looked = world.player.run("threatlists.aws.verify", threatlists_declared=[ANALYSTS])
    assert looked.status == "successful", looked.stdout
    assert "own-networks (ipset) in 2 accounts" in looked.stdout, "also of a kind that is declared nowhere any more"

    # Its object is gone, so nothing of it could be loaded: it stays, and so does all that may have been left over.
    world.aws.client("s3", fleet.PUBLISHER).delete_object(Bucket=fleet.BUCKET, Key=ANALYSTS["key"])
    run = world.player.run("threatlists.aws.converge", threatlists_declared=[ANALYSTS], threatlists_purge=True)
    assert run.status == "failed" and "own-networks (ipset) in 2 accounts" in run.stdout
    for named in ("analysts (threatintelset)", "threatintelset 'analysts'"):
        assert named not in run.stdout, "it is declared, though nothing is published"
    assert standing(world) == {"analysts", "own-networks"}

    world.player.run("threatlists.aws.site", threatlists_declared=[ANALYSTS], threatlists_purge=True)
    assert standing(world) == {"analysts"}


def test_an_account_that_has_no_list_any_more_is_looked_at(world: World) -> None:
    """It may have been in a group by mistake, so nothing is removed there, and every run says what is left over."""
    world.player.run("threatlists.aws.site", threatlists_declared=[ANALYSTS, OWN]).succeeded()
    inventory = json.loads(world.player.inventory.read_text())
    inventory["aws_accounts"]["children"] = {"prod": {"hosts": {"production": {}}}}
    world.player.inventory.write_text(json.dumps(inventory))
    declared = [{**one, "groups": ["prod"]} for one in (ANALYSTS, OWN)]
    for playbook, purge in (("site", True), ("site", False), ("verify", False)):
        run = world.player.run(f"threatlists.aws.{playbook}", threatlists_declared=declared, threatlists_purge=purge)
        words = " ".join(run.stdout.split())
        assert f"own-networks (ipset) in {fleet.PUBLISHER}" in words, run.stdout
        assert {one["account"] for one in world.aws.loaded(status="ACTIVE")} == {fleet.PUBLISHER, fleet.STANDALONE}
