# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record is a type: docs/record.md names its keys, and what run_record makes has them, no more and no less."""

from __future__ import annotations

import re
import types
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._ledger import worth
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import buckets
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record
from support import report_records
from support.paths import ROOT

TABLES = {
    "": shape.Record,
    "buckets[]": shape.Bucket,
    "lists[]": shape.ListEntry,
    "results[]": shape.Result,
    "error": shape.Error,
    "undeclared[]": shape.UndeclaredList,
    "sources[]": shape.RecordedSource,
    "samples[]": shape.RecordedSample,
    "versions[]": shape.RecordedVersion,
    "worth": worth.Worth,
    "matched_entries[]": worth.Matched,
    "worth.sources[]": worth.SourceWorth,
}


def documented() -> dict[str, dict[str, bool]]:
    """By heading, each key of its table and whether it may be null."""
    tables: dict[str, dict[str, bool]] = {"": {}}
    heading = ""
    for line in (ROOT / "docs" / "record.md").read_text().splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip("`")
            tables[heading] = {}
        elif line.startswith("| `"):
            cell = line.split("|")[1]
            tables[heading] |= dict.fromkeys(re.findall(r"`(\w+)`", cell), "*optional*" in cell)
    return tables


def test_every_table_is_of_a_type() -> None:
    assert set(documented()) - {"What later jobs get"} == set(TABLES)


@pytest.mark.parametrize("heading", TABLES)
def test_documented_is_what_the_type_says(heading: str) -> None:
    hints = t.get_type_hints(TABLES[heading])
    assert documented()[heading] == {key: types.NoneType in t.get_args(hint) for key, hint in hints.items()}


def disagreements(value: t.Any, hint: t.Any, where: str) -> list[str]:
    """Every part of a value that is not of its type."""
    if t.is_typeddict(hint):
        hints = t.get_type_hints(hint)
        if not isinstance(value, dict) or set(value) != set(hints):
            return [f"{where}: {value!r} has not exactly {sorted(hints)}"]
        return [found for key in hints for found in disagreements(value[key], hints[key], f"{where}.{key}")]
    origin, arguments = t.get_origin(hint), t.get_args(hint)
    if origin is types.UnionType:
        return min((disagreements(value, one, where) for one in arguments), key=len)
    if origin is list:
        return [found for item in value for found in disagreements(item, arguments[0], f"{where}[]")]
    return [] if isinstance(value, origin or hint) else [f"{where}: {value!r} is no {hint}"]


def test_a_record_is_of_its_type() -> None:
    samples = [{"source": "x", "value": "y", "line": 3, "reason": "invalid"}] * 9
    published = [_record.noted(report_records.uploaded("partners", 1), report_records.merged(samples=samples))]
    error = {"code": "C", "message": "m", "retryable": True, "remedy": "r"}
    refused = [{"name": "threatstream-c2", "kind": "threatintelset", "message": "m", "error": error}]
    prepared = [{**buckets.NOTHING, "name": "acme-threatlists", "lists": [], "principals": [], "organization_id": None}]
    record = report_records.record(
        [
            report_records.result(1, "eu-west-1", "partners"),
            report_records.result(2, "", "partners", action="failed", error=error),
        ],
        [report_records.declared("partners"), report_records.declared("threatstream-c2")],
        {"published": published, "refused": refused, "prepared": prepared},
        mode="run",
    )
    assert disagreements(record, shape.Record, "record") == []
    assert len(record["buckets"]) == 1 and len(record["lists"][0]["samples"]) == 3
    assert disagreements(report_records.fleet(), shape.Record, "record") == []
