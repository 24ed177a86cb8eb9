# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer of the page's first screen, in each mode and for each worst state."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import model, verdict
from support import report_records

FAILED = {"action": "failed", "error": report_records.UNREACHED}
RELOADED = {"action": "reloaded"}
SKIPPED = {"action": "skipped"}
CASES: list[tuple[str, list[dict[str, t.Any]], str]] = [
    ("run", [], "No account was looked at."),
    ("run", [{}, RELOADED], "Right everywhere."),
    (
        "run",
        [{}, SKIPPED],
        "Right everywhere. Skipped: 1 result in 1 of 2 accounts; the reason stands at each list.",
    ),
    (
        "verify",
        [SKIPPED],
        "No list is in step anywhere. Skipped: 1 result in 1 of 1 account; the reason stands at each list.",
    ),
    (
        "verify",
        [RELOADED, {}, FAILED],
        "Not right everywhere. Failed: 1 result in 1 of 3 accounts; 1 cause below, with what to do."
        " Stale: 1 result in 1 of 3 accounts; a run mends that.",
    ),
    ("verify", [RELOADED], "Not right everywhere. Stale: 1 result in 1 of 1 account; a run mends that."),
    ("check", [{}], "A run would fail nowhere."),
    ("check", [RELOADED], "A run would fail nowhere. Would change: 1 result in 1 of 1 account."),
    (
        "check",
        [FAILED, {}],
        "A run would fail. Would fail: 1 result in 1 of 2 accounts; 1 cause below, with what to do.",
    ),
]


def report(mode: str, happened: list[dict[str, t.Any]]) -> model.Report:
    results = [
        report_records.result(number, "eu-west-1", "partners", **changes)
        for number, changes in enumerate(happened, start=1)
    ]
    return model.build({"mode": mode, "lists": [], "results": results})


@pytest.mark.parametrize(("mode", "happened", "words"), CASES)
def test_answer(mode: str, happened: list[dict[str, t.Any]], words: str) -> None:
    assert " ".join(verdict.sentences(report(mode, happened))) == words


def test_a_refused_list_is_not_right_though_no_account_failed() -> None:
    refused = {**report_records.declared("partners"), "error": {"code": "TooFewEntries", "message": "3 entries."}}
    answer = " ".join(verdict.sentences(model.build({"lists": [refused], "results": []})))
    assert answer == "Not right everywhere. Failed: 1 result; 1 cause below, with what to do."


def test_what_lists_remark_is_counted() -> None:
    barren = {**report_records.declared("partners"), "sources": [report_records.source("partners.txt", usable=0)]}
    results = [report_records.result(1, "eu-west-1", "partners")]
    answer = verdict.sentences(model.build({"lists": [barren], "results": results}))
    assert answer == ["Right everywhere.", "1 remark at the lists."]


def test_overview_is_of_many_causes_only() -> None:
    def failing(count: int) -> model.Report:
        errors = [{**report_records.UNREACHED, "remedy": f"Do {number}."} for number in range(count)]
        return report("run", [{"action": "failed", "error": error} for error in errors])

    assert verdict.overview(failing(verdict.FEW)) == []
    lines = verdict.overview(failing(20))
    assert len(lines) == verdict.MOST
    assert lines[0] == "1 result in 100000000001: Do 0."
