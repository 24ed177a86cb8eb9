# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rolling a list back: the versions are shown, one is restored with its index, and stays until its release."""

from __future__ import annotations

from support import fleet
from support.evidence import loaded, published, writes
from support.signing import create_key
from support.worlds import World

LIST = fleet.DECLARED[0]["name"]
RESTORE = "threatlists.aws.restore"


def versions(world: World) -> list[str]:
    listed = world.aws.client("s3", fleet.PUBLISHER).list_object_versions(Bucket=fleet.BUCKET)["Versions"]
    key = fleet.DECLARED[0]["key"]
    return [version["VersionId"] for version in listed if version["Key"] == key]


def overwrite(world: World) -> None:
    """Somebody who may write to the bucket puts a list of their own there."""
    place = {"Bucket": fleet.BUCKET, "Key": fleet.DECLARED[0]["key"]}
    world.aws.client("s3", fleet.PUBLISHER).put_object(Body=b"203.0.114.9\n", **place)


def test_rollback(world: World) -> None:
    """With signed lists, so that what somebody else wrote is never loaded, and an earlier version is signed anew."""
    fleet.write_inventory(world.player.inventory, threatlists_signing_key_id=create_key(world.aws, fleet.PUBLISHER))
    world.player.run("threatlists.aws.site").succeeded()
    good = published(world.aws)
    world.threatstream.add({"value": "45.155.204.9", "itype": "c2_ip"})
    planned = world.player.run("threatlists.aws.plan")
    # What is only predicted is not signed yet, which is no reason to refuse it.
    assert "The plan has changes: " in planned.stdout and "Unsigned" not in planned.stdout, planned.stdout
    world.player.run("threatlists.aws.site").succeeded()
    newer = published(world.aws)
    assert newer != good
    overwrite(world)
    world.aws.clear_calls()
    seen = world.player.run("threatlists.aws.verify")
    assert seen.status == "failed" and "Unsigned" in seen.stdout, seen.stdout
    assert "was not written by publish" in " ".join(seen.stdout.split())
    assert writes(world.aws) == [] and set(loaded(world.aws).values()) == set(newer.values())

    shown = world.player.run(RESTORE, list=LIST).succeeded()
    assert all(version in shown.stdout for version in versions(world)) and "Nothing was written" in shown.stdout
    unknown = world.player.run(RESTORE, list=LIST, version="nowhere")
    assert unknown.status == "failed" and f"{LIST} has no version nowhere" in unknown.stdout
    empty = world.player.run(RESTORE, list=LIST, version="")
    assert empty.status == "failed" and "version is empty" in empty.stdout and "Leave it out" in empty.stdout
    other = world.player.run(RESTORE, list="malwares")
    assert other.status == "failed" and f"No list malwares is declared, but {LIST}" in other.stdout
    first = versions(world)[-1]
    checked = world.player.run(RESTORE, "--check", list=LIST, version=first).succeeded()
    assert checked.changed == {"security": 1} and "would be published again" in checked.stdout
    assert writes(world.aws) == []

    done = world.player.run(RESTORE, list=LIST, version=first).succeeded()
    assert done.changed == {"security": 1} and "is published again" in done.stdout
    assert published(world.aws) == good
    place = {"Bucket": fleet.BUCKET, "Key": f"{fleet.DECLARED[0]['key']}.index.jsonl.gz"}
    index = world.aws.client("s3", fleet.PUBLISHER).head_object(**place)
    assert index["Metadata"]["list-sha256"] == good[LIST]

    night = world.player.run("threatlists.aws.site").succeeded()
    assert f"{LIST} is on hold" in night.stdout and "held" in night.stdout
    assert published(world.aws) == good and set(loaded(world.aws).values()) == set(good.values())

    released = world.player.run(RESTORE, list=LIST, release=True).succeeded()
    assert released.changed == {"security": 1} and published(world.aws) == good
    assert "on hold no longer" in released.stdout and "Load it in every account" not in released.stdout
