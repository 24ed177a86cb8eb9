# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings and alert rules: whatever call is refused is said, whatever is throttled is done all the same."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._alerts import converge as alerts
from ansible_collections.threatlists.aws.plugins.module_utils._alerts import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_change, findings_info
from support.guardduty_cases import ACCOUNT, BUCKET, LOCATION, REGION, Edge, converge, edge, lst, publish, world
from threatlists_emulators.control import Aws

ADDRESS = "45.1.2.3"
RULE = {"name": "threatlists-oncall", "lists": ["threats"], "regions": [REGION]}
QUEUES = [{"id": name, "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"} for name in ("one", "two")]
ANOTHER = [{**QUEUES[0], "maximum_retry_attempts": 3}]


@dataclasses.dataclass(frozen=True)
class Case:
    """A call of a module, after C(given), which is what it changes."""

    name: str
    backend: Callable[[Any], dict[str, Any]]
    spec: dict[str, Any]
    options: dict[str, Any]
    given: dict[str, Any] | None = None

    def run(self, aws: Aws, options: dict[str, Any] | None = None) -> Edge:
        module = edge(aws, self.spec, **(self.options if options is None else options))
        aws.clear_calls()
        _module.run(module, self.backend)
        return module

    def prepare(self, aws: Aws) -> None:
        """Three findings of a list of ours, for what reads them, and what the case changes."""
        aws.reset()
        aws.world(world())
        if self.backend is not alerts.converge:
            publish(aws, b"45.1.0.0/16\n")
            converge(aws, lst(), regions=[REGION])
            aws.traffic(ACCOUNT, REGION, ADDRESS, count=3)
        if self.given:
            assert not self.run(aws, self.given).result["failed"]


CASES = [
    Case("info", findings_info.read_findings, findings_info.INFO_SPEC, {"index": {"threats": LOCATION}}),
    Case(
        "archive",
        findings_change.change,
        findings_change.CHANGE_SPEC,
        {"lists": ["threats"], "archived": True, "feedback": "USEFUL"},
    ),
    Case(
        "unarchive",
        findings_change.change,
        findings_change.CHANGE_SPEC,
        {"lists": ["threats"], "archived": False},
        {"lists": ["threats"], "archived": True},
    ),
    Case("rule is new", alerts.converge, options.ARGUMENT_SPEC, {**RULE, "targets": QUEUES}),
    Case(
        "rule changes",
        alerts.converge,
        options.ARGUMENT_SPEC,
        {**RULE, "targets": ANOTHER, "severity_min": 7, "tags": {"new": "x"}},
        {**RULE, "targets": QUEUES, "tags": {"old": "x"}},
    ),
    Case(
        "rule is left over",
        alerts.converge,
        options.ARGUMENT_SPEC,
        {"state": "absent", "all_except": [], "regions": [REGION]},
        {**RULE, "targets": QUEUES},
    ),
]


def operations(aws: Aws) -> list[tuple[str, str]]:
    return list(dict.fromkeys((call["service"], call["operation"]) for call in aws.calls()))


def said(module: Edge) -> str:
    """All that a person reads of what went wrong."""
    errors = [one.get("error") for key in ("results", "regions") for one in module.result.get(key) or []]
    return f"{module.result.get('error')} {errors} {module.warnings}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_call_may_be_refused_or_throttled(emulator: Aws, case: Case) -> None:
    case.prepare(emulator)
    done = case.run(emulator).result
    assert not done["failed"], done
    made = operations(emulator)
    assert len(made) > 1
    for service, operation in made:
        case.prepare(emulator)
        emulator.fault(service=service, operation=operation, code="AccessDenied", status=403, message="no", times=None)
        refused = case.run(emulator)
        assert "denied" in said(refused).lower(), (operation, refused)
        # Which account it is, is not known where STS does not tell.
        assert service == "sts" or ACCOUNT in said(refused) or BUCKET in said(refused), operation
        emulator.clear_faults()
        assert not case.run(emulator).result["failed"], operation
    case.prepare(emulator)
    for service, operation in made:
        emulator.fault(service=service, operation=operation, action="throttle", times=1)
    borne = case.run(emulator)
    assert (borne.result["failed"], borne.result["changed"]) == (False, done["changed"])
    assert len(borne.result.get("results", [])) == len(done.get("results", []))


def test_a_finding_that_expires_while_it_is_read_stops_no_other(emulator: Aws) -> None:
    info = CASES[0]
    info.prepare(emulator)
    expired, *rest = [one["id"] for one in info.run(emulator).result["findings"]]
    emulator.fault(operation="GetFindings", action="hang", seconds=1)

    def expire() -> None:
        while not emulator.calls(operation="ListFindings"):
            time.sleep(0.01)
        emulator.change_finding(expired, expired=True)

    emulator.clear_calls()
    thread = threading.Thread(target=expire)
    thread.start()
    module = edge(emulator, info.spec, **info.options)
    _module.run(module, info.backend)
    thread.join()
    assert [one["id"] for one in module.result["findings"]] == rest
