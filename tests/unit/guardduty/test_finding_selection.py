# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which findings the options mean: what GuardDuty is asked for, and what is judged here."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_selection import selection
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings import Finding, parse

NOW = datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC)
FINDING = dataclasses.replace(
    parse({}),
    lists=["threats", "others"],
    indicators=["45.1.2.3"],
    type="Recon:IAMUser/MaliciousIPCaller.Custom",
    severity=5.0,
    updated="2026-11-23T03:00:00.000Z",
)


def meant(finding: Finding = FINDING, archived: bool | None = None, **params: Any) -> str | None:
    return selection(params, NOW, archived).list_of(finding, {"others"})


def test_what_guardduty_is_asked_for() -> None:
    chosen = selection({"types": ["a", "b"], "since": "7d", "severity_min": 4.5, "lists": ["x"]}, NOW, False)
    assert chosen.criteria() == {
        "Criterion": {
            "type": {"Equals": ["a", "b"]},
            "updatedAt": {"GreaterThanOrEqual": 1_794_884_400_000},
            "severity": {"GreaterThanOrEqual": 4},
            "service.archived": {"Equals": ["false"]},
        }
    }
    assert selection({}, NOW).criteria() == {}


def test_the_list_decides_and_by_default_those_that_are_managed() -> None:
    assert meant() == "others"
    assert meant(lists=["threats"]) == "threats"
    assert meant(lists=["absent"]) is None
    assert meant(dataclasses.replace(FINDING, lists=["foreign"])) is None


def test_an_id_alone_means_any_finding() -> None:
    assert meant(ids=["0" * 32]) == "threats"
    assert meant(dataclasses.replace(FINDING, lists=[]), ids=["0" * 32]) == ""
    assert meant(ids=["0" * 32], lists=["absent"]) is None


@pytest.mark.parametrize(
    ("indicators", "value", "is_meant"),
    [
        (["45.1.2.3"], "45.1.2.3", True),
        (["45.1.0.0/16"], "45.1.2.3", True),
        (["45.1.2.0-45.1.2.9"], "45.1.2.3", True),
        (["45.1.2.4"], "45.1.2.3", False),
        (["bad.example"], "45.1.2.3", False),
        (["2001:DB8:0::1"], "2001:db8::1", True),
        (["Bad.example."], "bad.example", True),
        (["bad.example"], "x.bad.example", False),
        (["*.bad.example"], "x.y.bad.example", True),
        (["*.bad.example"], "bad.example", False),
        (["45.1.2.3"], "no address", False),
    ],
)
def test_indicators(indicators: list[str], value: str, is_meant: bool) -> None:
    found = meant(dataclasses.replace(FINDING, indicators=[value]), indicators=indicators)
    assert (found is not None) is is_meant


@pytest.mark.parametrize(
    ("params", "is_meant"),
    [
        ({"severity_min": 5.1}, False),
        ({"severity_min": 5}, True),
        ({"since": "2d"}, True),
        ({"since": "2h"}, False),
        ({"types": ["other"]}, False),
        ({"archived": True}, False),
        ({"archived": False}, True),
    ],
)
def test_what_guardduty_does_not_judge_exactly_is_judged_here(params: dict[str, Any], is_meant: bool) -> None:
    assert (meant(**params) is not None) is is_meant


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"ids": ["no id"]}, "ids"),
        ({"lists": ["two words"]}, "lists"),
        ({"types": ["x"] * 51}, "types"),
        ({"types": [""]}, "types"),
        ({"indicators": ["http://bad"]}, "indicators"),
        ({"since": "yesterday"}, "since"),
    ],
)
def test_what_cannot_be_meant_is_refused(params: dict[str, Any], named: str) -> None:
    with pytest.raises(ArgumentError, match=named):
        selection(params, NOW)
