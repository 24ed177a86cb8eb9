# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person sees at the end of a run, word for word: C(UPDATE_TERMINAL=1) writes the files anew."""

from __future__ import annotations

import json
import os
import pathlib
import re

from support import fleet
from support.evidence import writes
from support.plays import Run
from support.worlds import World

EXPECTED = pathlib.Path(__file__).with_name("terminal")
MALWARE, ANALYSTS, OWN = fleet.DECLARED
WIDEST = 120


def answer(run: Run) -> str:
    """Everything that the last task printed; nothing but the recap follows."""
    body, _recap, rest = run.stdout.partition("PLAY RECAP")
    assert "TASK [" not in rest
    _banner, _newline, text = body.rpartition("TASK [")[2].partition("\n")
    lines = [re.sub(r"\S*/threatlists-\w+/", "…/", line.rstrip()) for line in text.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"


def compare(run: Run, name: str) -> None:
    text, path = answer(run), EXPECTED / f"{name}.txt"
    if os.environ.get("UPDATE_TERMINAL"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= WIDEST


def test_a_plan_writes_nothing(world: World) -> None:
    world.aws.settings(refuse_writes=True)
    plan = world.player.run("threatlists.aws.plan", threatlists_report_dest=str(world.player.folder / "plan.json"))
    world.aws.settings(refuse_writes=False)
    assert plan.status == "failed" and '"assertion"' not in plan.stdout
    changes = "1 bucket would change, 3 lists would be published, 15 places would change; nothing was written."
    assert f"The plan has changes: {changes}" in plan.stdout
    assert writes(world.aws) == []
    compare(plan, "plan")
    record = json.loads((world.player.folder / "plan.json").read_text())
    would_fail = [one for one in (*record["lists"], *record["results"]) if one["error"]]
    assert would_fail == [], "the guide's way to tell what would change from what would fail"

    world.aws.clear_calls()
    world.player.run("threatlists.aws.plan", threatlists_report_dest=f"s3://{fleet.BUCKET}/plan.json")
    assert writes(world.aws) == [], "nor its own record, where that is kept in S3"


def test_failing_run(world: World) -> None:
    declared = [MALWARE, {**ANALYSTS, "policy": {"min_entries": 1000}}, OWN]
    run = world.player.run("threatlists.aws.site", threatlists_declared=declared)
    assert set(run.failed) == {"security"}, run.stdout
    compare(run, "failing")
    assert run.stdout.count("fewer than min_entries") == 1, "each failure is told once"


def test_the_last_lines_of_a_failing_run_answer(world: World) -> None:
    world.aws.account(fleet.PUBLISHER, actions_denied=["guardduty:TagResource"])
    world.aws.account(fleet.STANDALONE, put_role_policy=False)
    declared = [MALWARE, {**ANALYSTS, "policy": {"min_entries": 1000}}]
    run = world.player.run("threatlists.aws.site", threatlists_declared=declared, threatlists_serial="100%")
    assert set(run.failed) == {"security", "production"}, run.stdout
    compare(run, "failures")
    last = " ".join(run.stdout.splitlines()[-20:])
    assert "PLAY RECAP" in last and "3 accounts, 3 Regions, 2 lists" in last
    for words in (fleet.PUBLISHER, "guardduty:TagResource", fleet.STANDALONE, "iam:PutRolePolicy", "min_entries"):
        assert words in last


def test_publish(world: World) -> None:
    compare(world.player.run("threatlists.aws.publish").succeeded(), "publish")


def test_run_and_retire(world: World) -> None:
    compare(world.player.run("threatlists.aws.site").succeeded(), "run")
    declared = [{**MALWARE, "state": "absent"}, ANALYSTS, OWN]
    world.aws.settings(refuse_writes=True)
    checked = world.player.run("threatlists.aws.retire", "--check", threatlists_declared=declared).succeeded()
    world.aws.settings(refuse_writes=False)
    assert "would delete" in checked.stdout
    compare(world.player.run("threatlists.aws.retire", threatlists_declared=declared).succeeded(), "retire")
