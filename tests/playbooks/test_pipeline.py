# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate of the guide on pipelines, as it stands there: what it ends with tells what a plan came to."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

from support import examples, fleet
from support.paths import ROOT
from support.worlds import World

GUIDE = ROOT / "docs/docsite/rst/guide_pipeline.rst"
MALWARE, ANALYSTS, OWN = fleet.DECLARED


class Pipeline:
    """A folder with the files that the guide names, and its gate."""

    def __init__(self, world: World) -> None:
        self.world, self.folder = world, world.player.folder
        (gate,) = [block for block in examples.blocks(GUIDE) if block.name == "gate.sh"]
        (self.folder / "gate.sh").write_text(gate.text)
        self.inventory = self.folder / "inventory.yml"
        self.declare(*fleet.DECLARED)

    def declare(self, *declared: object) -> None:
        (self.folder / "lists.yml").write_text(json.dumps({"threatlists_declared": declared}))

    def take(self, *names: str) -> None:
        inventory = json.loads(self.world.player.inventory.read_text())["aws_accounts"]
        hosts = {name: inventory["hosts"][name] for name in names}
        self.inventory.write_text(json.dumps({"aws_accounts": {**inventory, "hosts": hosts}}))

    def gate(self) -> int:
        environment = {**os.environ, **self.world.player.env}
        return subprocess.run(["sh", "gate.sh"], cwd=self.folder, env=environment, check=False).returncode

    def leaves_no_record(self) -> bool:
        (self.folder / "plan.json").write_text("[]")  # of the run before
        return self.gate() == 1 and not pathlib.Path(self.folder, "plan.json").exists()


def test_the_gate_tells_changes_from_failures_and_from_a_plan_that_did_not_come_about(world: World) -> None:
    pipeline = Pipeline(world)
    pipeline.take("security")
    assert pipeline.gate() == 2, "all would be created"
    world.player.run("threatlists.aws.site", "--limit security").succeeded()
    assert pipeline.gate() == 0
    world.aws.client("s3", fleet.PUBLISHER).delete_bucket_policy(Bucket=fleet.BUCKET)
    pipeline.take("security", "production")
    assert pipeline.gate() == 1, "an account cannot read the bucket"
    pipeline.take("security")
    pipeline.declare({**MALWARE, "policy": {"min_entries": 1000}}, ANALYSTS, OWN)
    assert pipeline.gate() == 1, "a list would be refused"
    pipeline.declare({**MALWARE, "kindd": "ipset"}, ANALYSTS, OWN)
    assert pipeline.leaves_no_record(), "misspelt"
    pipeline.declare(*fleet.DECLARED)
    pipeline.inventory.write_text("all: {hosts: {}}\n")
    assert pipeline.leaves_no_record(), "nobody is in the inventory"
    pipeline.inventory.unlink()
    assert pipeline.leaves_no_record(), "there is no inventory"
