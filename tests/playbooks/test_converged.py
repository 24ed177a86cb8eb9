# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A converged fleet: nothing to do, nothing written; what changed is loaded again. The tests build on each other."""

from __future__ import annotations

import json
import pathlib

from support import fleet
from support.evidence import PLACES, everywhere, loaded, loads, published, writes
from support.worlds import World


def test_every_place_holds_the_bytes_of_the_objects(converged: World) -> None:
    assert loaded(converged.aws) == everywhere(published(converged.aws))


def test_a_second_run_changes_nothing_and_only_reads(converged: World) -> None:
    converged.aws.clear_calls()
    kept = converged.player.folder / "second.json"
    run = converged.player.run("threatlists.aws.site", threatlists_report_dest=str(kept)).succeeded()
    assert run.changed == {} and writes(converged.aws) == []
    # Who is in step is a number; the first of a batch worked at all of it.
    assert set(run.stats["ok"]) == {"localhost", "security", "production"}
    results = json.loads(kept.read_text())["results"]
    assert {one["account_id"] for one in results} == set(fleet.WORLD["accounts"]), "but no account is lost"


def test_check_mode_writes_nothing(converged: World) -> None:
    converged.aws.settings(refuse_writes=True)
    run = converged.player.run("threatlists.aws.site", "--check", "--diff", "-vvvv")
    converged.aws.settings(refuse_writes=False)
    assert (run.status, run.changed) == ("successful", {}), run.stdout
    assert converged.player.env["THREATSTREAM_API_KEY"] not in run.stdout
    assert converged.player.env["AWS_SECRET_ACCESS_KEY"] not in run.stdout


def test_verify_finds_everything_in_step(converged: World) -> None:
    converged.aws.clear_calls()
    kept = converged.player.folder / "verify.json"
    run = converged.player.run("threatlists.aws.verify", threatlists_report_dest=str(kept)).succeeded()
    assert run.changed == {} and writes(converged.aws) == []
    assert "skipping: [" not in run.stdout
    analysts = next(item for item in json.loads(kept.read_text())["lists"] if item["name"] == "analysts")
    assert analysts["entry_count"] == 11 and analysts["dropped"] == {"excluded_bogons": 1}
    assert [source["usable"] for source in analysts["sources"]] == [10, 1], "what publish knew, from the object"
    assert "Dropped from analysts: 1 excluded_bogons" in run.stdout


def test_verify_of_the_role_prints_nothing_of_what_is_not_declared(converged: World, tmp_path: pathlib.Path) -> None:
    role = {"name": "threatlists.aws.threatlists", "tasks_from": "verify"}
    playbook = tmp_path / "verify.yml"
    task = {"name": "Verify", "ansible.builtin.include_role": role}
    playbook.write_text(json.dumps([{"name": "Verify", "hosts": "all", "gather_facts": False, "tasks": [task]}]))
    run = converged.player.run(str(playbook)).succeeded()
    compared, _banner, told = run.stdout.partition("Put the record together")
    assert "skipping: [" not in compared
    assert "3 accounts, 3 Regions, 3 lists" in told


def test_explain(converged: World) -> None:
    """An indicator in any spelling, over all declared lists, and nothing written."""
    listed = fleet.OBJECTS[0]["value"]
    converged.aws.clear_calls()
    asked = listed.replace(".", "[.]")
    run = converged.player.run("threatlists.aws.explain", indicator=asked).succeeded()
    assert converged.aws.calls(write=True) == []
    assert "threatstream-malware: in it, since" in run.stdout
    assert f"{listed}, listed by PhishMe (c2_ip" in run.stdout
    assert "own-networks: not in it" in run.stdout
    assert "nor among what was dropped at the last publish: no source gave it" in run.stdout
    unpublished = {"name": "unpublished", "kind": "threatintelset", "bucket": fleet.BUCKET, "key": "none.txt"}
    lists = [unpublished, *fleet.DECLARED]
    other = converged.player.run("threatlists.aws.explain", indicator=asked, threatlists_declared=lists)
    assert other.status == "failed"
    assert "threatstream-malware: in it, since" in other.stdout
    assert "1 of 4 lists cannot be looked at: s3://acme-threatlists/none.txt is not there" in other.stdout


def test_changed_intelligence_reloads_only_the_lists_concerned(converged: World) -> None:
    aws = converged.aws
    before, loads_before = published(aws), loads(aws)
    converged.threatstream.add({"value": "10.9.9.9", "source": "Analyst"})
    dropped = converged.player.run("threatlists.aws.site").succeeded()
    assert dropped.changed == {"security": 1} and (published(aws), loads(aws)) == (before, loads_before)
    assert "analysts: its entries are as they were, so nothing is loaded anew." in dropped.stdout
    converged.threatstream.add({"value": "198.51.7.7", "source": "Analyst"})
    run = converged.player.run("threatlists.aws.site").succeeded()
    assert run.changed == {"security": 2, "production": 1}
    after, loads_after = published(aws), loads(aws)
    assert {name for name in after if after[name] != before[name]} == {"analysts"}
    assert loaded(aws) == everywhere(after)
    assert loads_after == {**loads_before, "analysts": loads_before["analysts"] + len(PLACES)}
    others = {outcome[-1] for outcome in run.actions() if outcome[2] != "analysts"}
    assert others <= {"none", "skipped"}


def test_converge_needs_nothing_of_publish_but_the_object(converged: World) -> None:
    converged.threatstream.world({"credentials": {}})
    for item in converged.aws.loaded():
        converged.aws.tamper(item["id"], tags={**item["tags"], "threatlists:sha256": "pending"})
    converged.player.run("threatlists.aws.converge").succeeded()
    assert loaded(converged.aws) == everywhere(published(converged.aws))


def test_retire_leaves_nothing_behind(converged: World) -> None:
    declared = [{**item, "state": "absent"} if item["name"] == "analysts" else item for item in fleet.DECLARED]
    retired = converged.player.run("threatlists.aws.retire", threatlists_declared=declared).succeeded()
    assert f"s3://{fleet.BUCKET}/analysts.txt was deleted" in retired.stdout
    assert {place[-1] for place in loaded(converged.aws)} == {"threatstream-malware", "own-networks"}
    objects = converged.aws.client("s3", fleet.PUBLISHER).list_objects_v2(Bucket=fleet.BUCKET)["Contents"]
    left = {"threatstream-indicators.xml", "own-networks.txt"}
    assert {item["Key"] for item in objects} == left | {f"{key}.index.jsonl.gz" for key in left}
