# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a workflow that was configured in the emulated AWX, by the rules of AWX 24.6.1's workflow manager.

A node runs once, when all its parents ended or will not run, and the edge of one of them leads to it. It gets the
artifacts of all its ancestors as extra variables. A failed node fails the workflow unless an edge leads on from there.
A job that is canceled alone counts as failed; where the workflow is canceled, no other node runs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from threatlists_emulators.awx import Awx

EDGES = {"successful": ("success_nodes", "always_nodes"), "failed": ("failure_nodes", "always_nodes")}
HANDLED = ("failure_nodes", "always_nodes")


@dataclasses.dataclass
class Ended:
    """How a job ended: C(successful), C(failed) or C(canceled), and what it left by C(set_stats)."""

    status: str
    artifacts: dict[str, Any] = dataclasses.field(default_factory=dict)


class CanceledError(Exception):
    """Raised by a job during which somebody canceled the workflow."""


@dataclasses.dataclass
class Rollout:
    """What became of a workflow: its C(status), and by identifier how each node that ran ended."""

    status: str
    nodes: dict[str, Ended]


# (template, extra variables) -> how the job ended. An approval's template is a workflow_approval_template.
Run = Callable[[dict[str, Any], dict[str, Any]], Ended]


def run(awx: Awx, name: str, job: Run, **extra_vars: Any) -> Rollout:
    """Run the workflow of this name. extra_vars: of its launch; they go before the artifacts."""
    (workflow,) = [item for item in awx.items("workflow_job_templates") if item["name"] == name]
    nodes = {
        item["id"]: item
        for item in awx.items("workflow_job_template_nodes")
        if item["workflow_job_template"] == workflow["id"]
    }
    ended: dict[int, Ended] = {}
    inherited: dict[int, dict[str, Any]] = {}
    answers = {question["variable"]: question["default"] for question in awx.survey(workflow).get("spec", [])}
    for number in _in_order(awx, nodes):
        parents = [
            other for other in nodes if number in _children(awx, nodes[other], *EDGES["failed"], "success_nodes")
        ]
        led = [
            parent
            for parent in parents
            if parent in ended and number in _children(awx, nodes[parent], *EDGES[_ended_as(ended[parent])])
        ]
        if parents and not led:
            continue
        inherited[number] = {}
        for parent in parents:
            if parent in ended:
                inherited[number] |= inherited[parent] | ended[parent].artifacts
        node, template = nodes[number], awx.item(nodes[number]["unified_job_template"])
        special = {"awx_workflow_job_id": workflow["id"], "awx_job_id": number}
        given = {**node["extra_data"], **inherited[number], **answers, **extra_vars, **special}
        try:
            ended[number] = job(template, given)
        except CanceledError:
            return Rollout("canceled", {nodes[n]["identifier"]: each for n, each in ended.items()})
    failed = [
        number
        for number, each in ended.items()
        if _ended_as(each) == "failed" and not _children(awx, nodes[number], *HANDLED)
    ]
    return Rollout("failed" if failed else "successful", {nodes[n]["identifier"]: each for n, each in ended.items()})


def _ended_as(ended: Ended) -> str:
    return "successful" if ended.status == "successful" else "failed"


def _children(awx: Awx, node: dict[str, Any], *edges: str) -> set[int]:
    return {child["id"] for edge in edges for child in awx.related(node, edge)}


def _in_order(awx: Awx, nodes: dict[int, dict[str, Any]]) -> list[int]:
    """Return the nodes, parents first."""
    order: list[int] = []
    left = dict.fromkeys(nodes)
    while left:
        blocked = {child for number in left for child in _children(awx, nodes[number], *HANDLED, "success_nodes")}
        ready = [number for number in left if number not in blocked]
        assert ready, "the workflow has a circle"
        order += ready
        left = dict.fromkeys(number for number in left if number not in ready)
    return order
