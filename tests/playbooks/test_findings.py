# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook findings: what the lists found in all accounts, each once, with its sources, and nothing written."""

from __future__ import annotations

from support import fleet
from support.worlds import World


def test_findings_of_a_fleet(converged: World) -> None:
    aws, listed = converged.aws, fleet.OBJECTS[0]["value"]
    for account in (fleet.STANDALONE, fleet.MEMBER):
        assert aws.traffic(account, "eu-west-1", listed, resource=f"i-{account}") is not None
    aws.clear_calls()
    run = converged.player.run("threatlists.aws.findings").succeeded()
    assert aws.calls(write=True) == []
    for account in (fleet.STANDALONE, fleet.MEMBER):
        assert run.stdout.count(f"Instance i-{account}, inbound {listed}") == 1
    assert "list threatstream-malware, listed by PhishMe (c2_ip, confidence" in run.stdout


def test_what_was_found_is_kept_and_judged(converged: World) -> None:
    aws, page = converged.aws, converged.player.folder / "report.html"
    assert aws.traffic(fleet.STANDALONE, "eu-west-1", fleet.OBJECTS[0]["value"]) is not None
    aws.clear_calls()
    run = converged.player.run("threatlists.aws.findings", "-e", "threatlists_hits=true").succeeded()
    written = {call["parameters"]["key"] for call in aws.calls(write=True)}
    assert written and all(key.endswith(".hits.jsonl") for key in written)
    assert "LAST MATCH" in run.stdout
    aws.clear_calls()
    converged.player.run(
        "threatlists.aws.verify", "-e", "threatlists_hits=true", "-e", f"threatlists_report_html={page}"
    ).succeeded()
    assert aws.calls(write=True) == []
    assert "What it found" in page.read_text()
