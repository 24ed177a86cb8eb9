# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook explain: an indicator in any spelling, over all declared lists, and nothing written."""

from __future__ import annotations

from support import fleet
from support.worlds import World


def test_explain(converged: World) -> None:
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
