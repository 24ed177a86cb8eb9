# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX refuses, in its own words, read from AWX 24.6.1 (devel of October 2024, e21dd0a)."""

from __future__ import annotations

import re
from typing import Any, Protocol

SECRETS = ("password", "api_key")
# Fields that a node or a schedule may give only where its template asks for them.
PROMPTS = {
    "limit": "ask_limit_on_launch",
    "job_slice_count": "ask_job_slice_count_on_launch",
    "forks": "ask_forks_on_launch",
    "diff_mode": "ask_diff_mode_on_launch",
    "job_type": "ask_job_type_on_launch",
    "job_tags": "ask_tags_on_launch",
    "scm_branch": "ask_scm_branch_on_launch",
}
NOT_ASKED = "Field is not configured to prompt on launch."
QUESTION = ("question_name", "variable", "type", "required")


class Store(Protocol):
    """What the rules look at."""

    def items(self, collection: str) -> list[dict[str, Any]]:
        """Return the items of a collection."""

    def item(self, number: int) -> dict[str, Any]:
        """Return the item with this id."""

    def survey(self, item: dict[str, Any]) -> Any:
        """Return the survey of a template, empty without one."""

    def playbooks(self, project: dict[str, Any]) -> list[str]:
        """Return the playbooks of a project."""


def refusal(store: Store, collection: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a 400, by field; empty where AWX takes it."""
    rules = {
        "job_templates": _job_template,
        "schedules": _schedule,
        "workflow_job_template_nodes": _node,
    }
    return {**_taken(store, collection, fields), **(rules[collection](store, fields) if collection in rules else {})}


def survey_refusal(survey: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a 400 for a survey; empty where AWX takes it."""
    for number, question in enumerate(survey.get("spec", [])):
        for name in QUESTION:
            if name not in question:
                return {"error": f"'{name}' missing from survey question {number}"}
    return {}


def _taken(store: Store, collection: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Refuse a template whose name another one of the organization has."""
    model = {"job_templates": "JobTemplate", "workflow_job_templates": "WorkflowJobTemplate"}.get(collection)
    others = [item for item in store.items(collection) if item["id"] != fields.get("id")]
    if model and any(item["name"] == fields.get("name") for item in others):
        return {"__all__": [f"{model} with this (name, organization) combination already exists."]}
    return {}


def _job_template(store: Store, fields: dict[str, Any]) -> dict[str, Any]:
    if fields["playbook"] not in store.playbooks(store.item(fields["project"])):
        return {"playbook": ["Playbook not found for project."]}
    return {}


def _schedule(store: Store, fields: dict[str, Any]) -> dict[str, Any]:
    template = store.item(fields["unified_job_template"])
    needed = [
        f"'{question['variable']}' value missing"
        for question in store.survey(template).get("spec", [])
        if question["required"] and question["variable"] not in fields.get("extra_data", {})
    ]
    problems: dict[str, Any] = {"variables_needed_to_start": needed} if needed else {}
    if not re.match(r"DTSTART(;TZID=[^:]+)?:\d{8}T\d{6}Z? ", fields["rrule"]):
        problems["rrule"] = [
            "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ",
        ]
    return {**problems, **_not_asked(template, fields)}


def _node(store: Store, fields: dict[str, Any]) -> dict[str, Any]:
    if not fields.get("unified_job_template"):
        return {}
    template = store.item(fields["unified_job_template"])
    asked = {question["variable"] for question in store.survey(template).get("spec", [])}
    unasked = sorted(set(fields["extra_data"]) - asked)
    problems = _not_asked(template, fields)
    if unasked and not template.get("ask_variables_on_launch"):
        problems["extra_data"] = [
            f"Variables {', '.join(unasked)} are not allowed on launch. Check the Prompt on Launch setting on the Job "
            "Template to include Extra Variables."
        ]
    return problems


def _not_asked(template: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: [NOT_ASKED] for name, ask in PROMPTS.items() if fields.get(name) and not template.get(ask)}
