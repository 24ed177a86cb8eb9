# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings in words."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.findings import lines

FINDING: dict[str, Any] = {
    "last_seen": "2026-11-24T03:00:05.000Z",
    "account_id": "111111111111",
    "region": "eu-west-1",
    "resource": {"type": "Instance", "id": "i-1", "tags": {}},
    "direction": "inbound",
    "indicator": "45.1.2.3",
    "severity": 5.0,
    "count": 1,
    "list": "threats",
    "why": None,
}
BEGINNING = "2026-11-24T03:00:05.000Z 111111111111 eu-west-1: Instance i-1, inbound 45.1.2.3, severity 5, list threats"
PHISHME = {"value": "45.1.2.3", "source": "PhishMe", "itype": "mal_ip", "confidence": 95, "id": "7"}


def why(*indicators: dict[str, Any], relation: str = "exact") -> dict[str, Any]:
    return {"entry": "45.1.2.0/24", "relation": relation, "indicators": list(indicators)}


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        (None, ""),
        (why(), ""),
        (why(PHISHME), ", listed by PhishMe (mal_ip, confidence 95, id 7)"),
        (why({"source": "Own", "tags": ["apt28", "c2"]}), ", listed by Own (tagged apt28 c2)"),
        (why({"source": "Own", "tags": list("abcdefg")}), ", listed by Own (tagged a b c d e and 2 more)"),
        (why({"value": "45.1.2.3"}, relation="covers"), " by the entry 45.1.2.0/24, listed by an unnamed source"),
        (why(*[{"source": name} for name in "abcde"]), ", listed by a; b; c; 2 more"),
    ],
)
def test_a_finding_is_a_line(reason: dict[str, Any] | None, ending: str) -> None:
    assert lines([{**FINDING, "why": reason}]) == [BEGINNING + ending]


def test_what_happened_often_is_told() -> None:
    assert "severity 5, 3 times, list" in lines([{**FINDING, "count": 3}])[0]


def test_a_source_cannot_change_the_terminal() -> None:
    (line,) = lines([{**FINDING, "why": why({"source": "\x1b[31mred\n"})}])
    assert "\x1b" not in line
    assert line.isprintable()
