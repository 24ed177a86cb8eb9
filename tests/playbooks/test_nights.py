# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""However a night in AWX ends, nobody is exposed to what nobody approved, and the next night does the right thing."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from support import fleet
from support.rollouts import Nights, create
from support.worlds import World
from threatlists_emulators import awx, awx_workflow, control

FEW = [f"45.155.1.{last}" for last in range(10)]
ONE_MORE = [*FEW, "45.155.2.1"]
MANY = [*FEW, *(f"91.92.240.{last}" for last in range(90))]
APPROVED = {"growing": 10, "steady": 10}
pytestmark = pytest.mark.timeout(900)  # one test here is up to fifteen jobs
ACCOUNT = {"security": {"account_id": fleet.PUBLISHER, "ansible_connection": "local"}}


def ends(rollout: awx_workflow.Rollout) -> dict[str, str]:
    return {name: each.status for name, each in rollout.nodes.items()}


@pytest.fixture(scope="module")
def nights(
    tmp_path_factory: pytest.TempPathFactory,
    collections: pathlib.Path,
    running_aws: control.Aws,
    running_threatstream: t.Any,
) -> t.Iterator[Nights]:
    """After a first night that somebody approved, and canceled midway."""
    world = World(tmp_path_factory.mktemp("world"), collections, running_aws, running_threatstream)
    with awx.serve() as server:
        create(server)
        made = Nights(server, world, tmp_path_factory.mktemp("nights"))
        made.declare(growing={"entries": FEW}, steady={"entries": FEW})
        # Canceled after its first list was loaded, while the second one was.
        world.aws.fault(service="guardduty", operation="CreateThreatIntelSet", skip=1, action="hang", seconds=8)
        canceled = made.night("approve", converge=("cancel", lambda: bool(world.aws.loaded(status="ACTIVE"))))
        world.aws.clear_faults()
        assert (canceled.status, "verify" in canceled.nodes) == ("canceled", False)
        yield made


def test_the_night_after_one_that_was_canceled_midway_finishes_it(nights: Nights) -> None:
    assert nights.asked and nights.loaded() != APPROVED
    night = nights.night()
    assert (night.status, set(ends(night).values())) == ("successful", {"successful"}), nights.said
    assert nights.loaded() == APPROVED
    report = nights.report()
    assert (report["mode"], {item["action"] for item in report["results"]}) == ("verify", {"none"})


def test_neither_a_failed_promotion_nor_a_no_lets_anything_pass_the_approval(nights: Nights) -> None:
    nights.declare(growing={"entries": MANY}, steady={"entries": FEW})
    denied = {"action": "error", "code": "AccessDenied", "status": 403, "message": "Denied", "times": None}
    nights.world.aws.fault(service="s3", operation="PutObject", where={"key": "growing.txt"}, **denied)
    failed = nights.night("approve")
    nights.world.aws.clear_faults()
    assert (failed.status, ends(failed)["promote"], ends(failed)["converge"]) == ("failed", "failed", "successful")
    assert nights.loaded() == APPROVED

    nights.declare(growing={"entries": MANY}, steady={"entries": FEW, "policy": {"min_entries": 1000}})
    refused = nights.night("deny")
    assert (refused.status, ends(refused)["publish"], nights.asked) == ("failed", "failed", True)
    assert ends(refused)["converge"] == "successful" and nights.loaded() == APPROVED
    assert "growing changed, but nobody approved it" in nights.said["verify"]
    assert "steady" in nights.said["verify"] and "min_entries" in nights.said["verify"]

    nights.declare(growing={"entries": MANY}, steady={"entries": ONE_MORE})
    no = nights.night("deny")
    assert nights.asked, "what changed is still a change against what was approved last"
    assert (no.status, ends(no)["publish"]) == ("failed", "successful"), "a denied rollout is no success"
    assert nights.loaded() == {**APPROVED, "steady": 11}, "what needs no approval goes on"


def test_a_publish_that_was_killed_between_two_uploads_leaves_what_is_approved(nights: Nights) -> None:
    nights.declare(growing={"entries": [*MANY, "91.92.241.1"]}, steady={"entries": [*ONE_MORE, "45.155.2.2"]})
    before_it = nights.loaded()
    s3 = nights.world.aws.client("s3", fleet.PUBLISHER)
    before = s3.list_object_versions(Bucket=fleet.BUCKET, Prefix="staged/growing.txt")["Versions"]
    nights.world.aws.fault(
        service="s3", operation="PutObject", where={"key": "staged/steady.txt"}, action="hang", seconds=8
    )

    def between() -> bool:
        return bool(s3.list_object_versions(Bucket=fleet.BUCKET, Prefix="staged/growing.txt")["Versions"] != before)

    killed = nights.night(publish=("kill", between))
    nights.world.aws.clear_faults()
    assert (killed.status, ends(killed)["publish"], ends(killed)["converge"]) == ("failed", "canceled", "successful")
    assert "Publish did not finish" in nights.said["verify"]
    assert nights.loaded() == before_it


def test_an_inventory_without_accounts_ends_no_night_well(nights: Nights) -> None:
    nights.accounts({})
    ended = nights.night()
    nights.accounts(ACCOUNT)
    assert ended.status == "failed"
    for name in ("publish", "promote", "converge", "verify"):
        assert ends(ended)[name] == "failed" and "The inventory has no accounts" in nights.said[name]


def test_an_empty_slice_is_fine(nights: Nights) -> None:
    (template,) = [item for item in nights.server.items("job_templates") if item["playbook"] == "converge.yml"]
    limited = {"awx_job_template_name": "converge", "threatlists_hosts": "nobody_of_this_slice"}
    # What AWX gives the job of a slice, and one of another workflow.
    assert nights.job(template, {**limited, "awx_workflow_job_name": "converge"}).status == "successful"
    assert nights.job(template, {**limited, "awx_workflow_job_name": "rollout"}).status == "failed"
