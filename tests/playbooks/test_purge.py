# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that are declared no longer go where that is asked for, and none that is declared goes with them."""

from __future__ import annotations

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
    assert run.status == "failed" and "not declared" not in run.stdout, "it is declared, though nothing is published"
    assert standing(world) == {"analysts", "own-networks"}

    world.player.run("threatlists.aws.site", threatlists_declared=[ANALYSTS], threatlists_purge=True)
    assert standing(world) == {"analysts"}
