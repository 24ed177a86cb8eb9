# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks findings and notify: what the lists found, each once, with its sources, told where people look."""

from __future__ import annotations

import json

from support import fleet
from support.webhooks import webhook
from support.worlds import World

DENIED = "a control policy of the organization denies the Region"


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


def test_a_region_that_the_organization_denies_fails_no_findings_of_all_regions(converged: World) -> None:
    converged.aws.account(fleet.STANDALONE, regions_denied=["us-east-1"])
    denied = converged.player.run("threatlists.aws.findings", threatlists_on_unavailable="fail")
    assert denied.status == "failed" and set(denied.failed) == {"production"}
    assert DENIED in denied.stdout
    converged.player.run("threatlists.aws.findings", threatlists_on_unavailable="skip").succeeded()
    everywhere = {"threatlists_regions": ["all"], "threatlists_on_unavailable": "fail"}
    allowed = converged.player.run("threatlists.aws.findings", **everywhere)
    # Where GuardDuty is not on, it fails all the same.
    assert set(allowed.failed) == {"production"} and "GuardDuty is not on there" in allowed.stdout
    assert DENIED not in allowed.stdout


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


def test_an_event_is_told_to_a_webhook_and_to_tasks_of_the_user(converged: World) -> None:
    listed = fleet.OBJECTS[0]["value"]
    finding = converged.aws.traffic(fleet.STANDALONE, "eu-west-1", listed)
    event = {"id": "1", "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": finding}
    told, tasks = converged.player.folder / "told.json", converged.player.folder / "tell.yml"
    copy = {"content": "{{ threatlists_findings }}", "dest": str(told), "mode": "0600"}
    tasks.write_text(json.dumps([{"name": "Tell", "ansible.builtin.copy": copy}]))
    with webhook() as hook:
        run = converged.player.run(
            "threatlists.aws.notify",
            threatlists_events=[event],
            threatlists_notify_url=f"{hook.url}?token=secret-in-url",
            threatlists_notify_headers={"Authorization": "Bearer secret-in-header"},
            threatlists_notify_tasks=str(tasks),
        ).succeeded()
    ((headers, body),) = hook.told
    assert headers["Authorization"] == "Bearer secret-in-header"
    assert listed in body["text"] and "listed by PhishMe" in body["text"]
    assert [one["indicator"] for one in body["findings"]] == [listed]
    assert json.loads(told.read_text()) == body["findings"]
    assert "secret-in" not in run.stdout + json.dumps(run.events)
