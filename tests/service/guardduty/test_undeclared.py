# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of ours that no declaration names are reported, and removed where that is asked for."""

from __future__ import annotations

from support.guardduty_cases import (
    KINDS,
    LOCATION,
    REGION,
    SECOND,
    calls,
    client,
    converge,
    loaded,
    lst,
)
from threatlists_emulators.control import Aws

LISTS = [lst("left", kind=kind) for kind in KINDS]


def theirs(aws: Aws) -> str:
    guardduty = client(aws, "guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    made = guardduty.create_threat_intel_set(
        DetectorId=detector, Name="theirs", Format="TXT", Location=LOCATION, Activate=False
    )
    return str(made["ThreatIntelSetId"])


def test_what_is_left_over_of_the_declared_kinds_is_reported_and_stays(aws: Aws) -> None:
    converge(aws, *LISTS, lst("kept"), regions=[REGION, SECOND])
    theirs(aws)
    result = converge(aws, lst("kept"), lst("no", kind="threatentityset", state="absent"))
    found = [(one["region"], one["kind"], one["name"]) for one in result.result["undeclared"]]
    assert found == [(REGION, "threatintelset", "left"), (REGION, "threatentityset", "left")]
    (warning,) = result.warnings
    assert "purge_lists" in warning
    assert "threatintelset 'left' (eu-west-1)" in warning
    assert (result.result["changed"], calls(aws, write=True)) == (False, [])


def test_who_only_looks_sees_what_is_left_over_of_every_kind(aws: Aws) -> None:
    converge(aws, *LISTS, lst("kept"))
    result = converge(aws, lst("kept"), check=True)
    assert [one["kind"] for one in result.result["undeclared"]] == list(KINDS)
    aws.fault(service="guardduty", operation="ListIPSets", code="AccessDeniedException", status=403, times=None)
    result = converge(aws, lst("kept"), check=True)
    assert (result.actions, result.result["failed"]) == (["none"], False)
    assert "ipset" not in [one["kind"] for one in result.result["undeclared"]]


def test_a_list_renamed_by_hand_is_none_of_them(aws: Aws) -> None:
    converge(aws, lst("kept"))
    aws.tamper(loaded(aws)[0]["id"], name="renamed")
    assert converge(aws, lst("kept")).result["undeclared"] == []


def test_what_is_declared_elsewhere_is_none_of_them(aws: Aws) -> None:
    converge(aws, *LISTS, lst("kept"))
    elsewhere = [{"kind": kind, "name": "left"} for kind in KINDS]
    assert converge(aws, lst("kept"), keep_lists=elsewhere).result["undeclared"] == []
    purged = converge(aws, lst("kept"), purge_lists=True, keep_lists=elsewhere[1:])
    assert purged.actions == ["none", "deleted"] and len(loaded(aws)) == len(KINDS)


def test_a_change_of_format_of_what_is_declared_elsewhere_is_left_to_finish(aws: Aws) -> None:
    converge(aws, lst("left"))
    aws.fault(operation="DeleteThreatIntelSet", code="InternalServerErrorException", status=400, times=None)
    stix = lst("left", format="STIX", trust_content=True)
    assert converge(aws, stix).actions == ["failed"]
    aws.clear_faults()
    result = converge(aws, lst("kept"), purge_lists=True, keep_lists=[{"kind": "threatintelset", "name": "left"}])
    assert (result.actions, len(loaded(aws))) == (["created"], 3)
    assert converge(aws, stix).actions == ["recreated"]


def test_who_declares_only_what_should_be_gone_hears_nothing(aws: Aws) -> None:
    converge(aws, *LISTS)
    result = converge(aws, lst("no", state="absent"))
    assert (result.result["undeclared"], result.warnings) == ([], [])


def test_purging_removes_what_is_ours_and_not_declared_of_every_kind_and_nothing_else(aws: Aws) -> None:
    converge(aws, *LISTS, lst("kept"))
    foreign = theirs(aws)
    predicted = converge(aws, lst("kept"), purge_lists=True, check=True)
    assert calls(aws, write=True) == []
    result = converge(aws, lst("kept"), purge_lists=True)
    assert result.actions == predicted.actions == ["none", "deleted", "deleted", "deleted", "deleted"]
    assert "not declared" in result.result["results"][1]["cause"]
    assert {one["name"] for one in loaded(aws)} == {"kept", "theirs"}
    assert foreign in {one["id"] for one in loaded(aws)}
    again = converge(aws, lst("kept"), purge_lists=True)
    assert (again.actions, again.result["undeclared"]) == (["none"], [])


def test_a_purged_list_makes_room(aws: Aws) -> None:
    converge(aws, lst("old", kind="ipset"))
    assert sorted(converge(aws, lst("new", kind="ipset"), purge_lists=True).actions) == ["created", "deleted"]
