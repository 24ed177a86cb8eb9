# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that came later: what they cannot read is predicted, fails alike, and manage mends it, all of it said."""

from __future__ import annotations

import json
import typing as t

from support import fleet
from support.evidence import loaded, writes
from support.plays import Run
from support.worlds import World

CLOSED = "999999999999"


def failures(record: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """What the gate of the guide on pipelines asks for."""
    return [one for one in (*record["lists"], *record["results"]) if one["error"]]


def test_what_is_predicted_of_accounts_that_came_later_happens(world: World) -> None:
    inventory = json.loads(world.player.inventory.read_text())
    hosts = inventory["aws_accounts"]["hosts"]
    inventory["aws_accounts"]["hosts"] = {"security": hosts["security"]}
    world.player.inventory.write_text(json.dumps(inventory))
    report = world.player.folder / "record.json"

    def run(name: str, *arguments: str, **variables: t.Any) -> tuple[Run, str, dict[str, t.Any]]:
        done = world.player.run(f"threatlists.aws.{name}", *arguments, threatlists_report_dest=str(report), **variables)
        return done, " ".join(done.stdout.split()), json.loads(report.read_text())

    planned, words, record = run("plan")
    everybody = f"lets {fleet.PUBLISHER} (security) read"
    assert f"would create bucket {fleet.BUCKET}: {everybody}" in words and failures(record) == []
    done, words, record = run("site")
    assert f" created bucket {fleet.BUCKET}: {everybody}" in words
    assert [one["action"] for one in record["buckets"]] == ["created"]

    inventory["aws_accounts"]["hosts"] = hosts
    world.player.inventory.write_text(json.dumps(inventory))
    statements = set()
    for name, arguments in (("plan", ()), ("site", ("--check",)), ("site", ()), ("plan", ())):
        done, words, record = run(name, *arguments)
        failed = failures(record)
        assert {one["account_id"] for one in failed} == {fleet.STANDALONE}, "a member account reads nothing"
        assert len(failed) == 2 * len(fleet.DECLARED) and {one["action"] for one in failed} == {"failed"}
        assert {one["error"]["code"] for one in failed} == {"BucketPolicy"}
        assert done.failed.keys() >= {"production"}, "a plan fails as the run would"
        assert record["buckets"][0]["unread"] == [fleet.STANDALONE, fleet.MEMBER]
        assert record["buckets"][0]["action"] == "none"
        assert words.count("Add to the bucket policy") == 0
        assert words.count("threatlists_buckets=manage") == 1, done.stdout
        statements |= {one["error"]["remedy"].partition("{")[2] for one in failed}
    (statement,) = statements
    assert f"arn:aws:iam::{fleet.STANDALONE}:root" in statement and fleet.MEMBER not in statement

    change = f"the policy of bucket {fleet.BUCKET}: lets {fleet.STANDALONE} (production), {fleet.MEMBER} (sandbox) read"
    planned, words, record = run("plan", threatlists_buckets="manage")
    assert f"would change {change}" in words and failures(record) == []
    assert "would fail" not in words and "6 would change" in words
    assert record["buckets"][0]["now_read"] == [fleet.STANDALONE, fleet.MEMBER]
    done, words, record = run("site", threatlists_buckets="manage")
    assert done.status == "successful" and f" changed {change}" in words
    planned, words, record = run("plan", threatlists_buckets="manage")
    assert planned.status == "successful" and "bucket" not in words.rpartition("LIST KIND")[2]


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
    world.aws.settings(refuse_writes=True)
    checked = world.player.run("threatlists.aws.publish", "--check", threatlists_buckets="manage").succeeded()
    world.aws.settings(refuse_writes=False)
    assert f"AWS knows no account {CLOSED} (closed)" in " ".join(checked.stdout.split())
    assert "would change the policy" not in checked.stdout, "a plan predicts what the run does"
    assert "read yet" not in world.player.run("threatlists.aws.publish", "--check").succeeded().stdout
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
