# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An empty world: what check mode predicts happens, and the parts of the chain do what the whole does."""

from __future__ import annotations

import json
import pathlib
import tempfile

from support import fleet
from support.evidence import everywhere, loaded, published
from support.worlds import World


def test_check_mode_predicts_the_run(world: World) -> None:
    world.aws.settings(refuse_writes=True)
    # Not tmp_path, which may be too long for the socket that Ansible makes there.
    with tempfile.TemporaryDirectory() as temporary:
        world.player.env["TMPDIR"] = temporary
        predicted = world.player.run("threatlists.aws.site", "--check", "--diff").succeeded()
        left = list(pathlib.Path(temporary).glob("threatlist*"))
    del world.player.env["TMPDIR"]
    world.aws.settings(refuse_writes=False)
    assert world.aws.loaded() == []
    assert left == [], "what would have been published is left behind"
    happened = world.player.run("threatlists.aws.site", "--diff").succeeded()
    assert predicted.actions() == happened.actions()
    # Entries are shown once a list, and not in each place.
    assert predicted.stdout.count("+++ after") == happened.stdout.count("+++ after") == len(fleet.DECLARED)
    assert any(outcome[-1] == "created" for outcome in happened.actions())


def test_publish_then_converge_do_what_site_does(world: World) -> None:
    world.player.run("threatlists.aws.publish").succeeded()
    assert world.aws.loaded() == []
    world.player.run("threatlists.aws.converge").succeeded()
    assert loaded(world.aws) == everywhere(published(world.aws))


def test_a_host_without_its_role_is_not_the_account_of_the_controller(world: World) -> None:
    inventory = json.loads(world.player.inventory.read_text())
    production = inventory["aws_accounts"]["hosts"]["production"]
    production["assume_role"] = production.pop("assume_role_arn")
    inventory["aws_accounts"]["hosts"]["security"]["account_id"] = int(fleet.PUBLISHER)  # as YAML reads it unquoted
    world.player.inventory.write_text(json.dumps(inventory))
    for playbook in ("site", "verify"):
        run = world.player.run(f"threatlists.aws.{playbook}")
        assert "production" in run.failed
        assert "WrongAccount" in run.stdout and "assume_role_arn" in run.stdout
        assert "was converted to" not in run.stdout
    assert {one["account"] for one in world.aws.loaded()} == {fleet.PUBLISHER}
