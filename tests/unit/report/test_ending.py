# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever looks at the last 20 lines of a run of three accounts sees each that failed, where, why and what to do."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.filter.report_table import report_table
from support import report_records

LAST, LISTS = 20, ("partners", "threatstream-c2")
# What a run of three accounts prints below the table: the task's ok, the recap of four hosts, and what is around it.
BELOW = 8


def policy(account: str) -> str:
    statement = {
        "Principal": {
            "AWS": f"arn:aws:iam::{account}:role/aws-service-role/guardduty/AWSServiceRoleForAmazonGuardDuty"
        },
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::acme-threatlists/threatstream-indicators.xml",
    }
    return json.dumps(statement)


def error(account: int, code: str) -> dict[str, t.Any]:
    number = f"{100_000_000_000 + account}"
    ruled_out = "Ruled out: a missing object, another owner, size, number of entries, SSE-C. " * 3
    return {
        "code": code,
        "message": f"account {number}, eu-west-1: The bucket does not let it read ({code}). {ruled_out}",
        "retryable": False,
        "remedy": f"Add to the policy for {code}: {policy(number)}",
    }


def table(kinds: int, width: int, lists: tuple[str, ...] = LISTS) -> list[str]:
    results = [
        report_records.result(account, region, name, action="failed", error=error(account, f"Code{account % kinds}"))
        for account in (1, 2, 3)
        for region in report_records.REGIONS[:2]
        for name in lists
    ]
    declared = [report_records.declared(name) for name in report_records.KINDS]
    overlaps = [{"lists": [{"name": "partners", "kind": "ipset"}], "message": "20.0.0.7 is both. " * 40}]
    record = report_records.record(results, declared, {"published": [], "overlaps": overlaps}, mode="run")
    return report_table(record, width=width).splitlines()


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_the_last_lines_answer(kinds: int, width: int) -> None:
    lines = table(kinds, width)
    last = " ".join(lines[-(LAST - BELOW) :])
    for account in (1, 2, 3):
        assert f"{100_000_000_000 + account}" in last
        assert f"Code{account % kinds}" in last and f"Add to the policy for Code{account % kinds}" in last
        # On a narrow terminal three kinds leave no room for their causes; the code and what to do are there.
        assert f"does not let it read (Code{account % kinds})" in last or (kinds, width) == (3, 80)
    assert all(word in last for word in (*report_records.REGIONS[:2], *LISTS)), last
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("kinds", [2, 3])
def test_what_has_no_room_at_the_end_stands_in_full_above(kinds: int) -> None:
    lines = [line.strip() for line in table(kinds, 120)]
    last = " ".join(lines[-(LAST - BELOW) :])
    assert last.count("… (in full above)") >= kinds
    whole = " ".join(lines).removesuffix(last)
    assert " ".join(lines).count("Remedy: ") == kinds and whole.count("threatstream-indicators.xml") == kinds


def test_many_kinds_of_failure_have_a_line_each_and_the_rest_is_counted() -> None:
    results = [
        report_records.result(account, "eu-west-1", "partners", action="failed", error=error(account, f"Code{account}"))
        for account in range(1, 21)
    ]
    lines = report_table(report_records.record(results, mode="run"), width=120).splitlines()
    assert lines[-12].startswith("✕ partners failed in 100000000001 (workload-001) eu-west-1: Code1: Add to the policy")
    assert lines[-3] == "and 11 more kinds of failure, above"
