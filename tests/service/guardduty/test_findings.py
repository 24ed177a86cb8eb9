# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""guardduty_findings_info and guardduty_findings against the emulator: what they find, what they cost, what fails."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_change, findings_info
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    MEMBER,
    OTHER,
    REGION,
    ROLE,
    SECOND,
    Edge,
    calls,
    converge,
    edge,
    lst,
    publish,
    world,
)
from threatlists_emulators.control import Aws

ADDRESS, OTHERS = "45.1.2.3", "45.1.3.3"
FOREIGN = "45.9.9.9"


@pytest.fixture
def aws(emulator: Aws) -> Aws:
    """The lists C(threats) and C(domains) of ours in two Regions, and C(foreign), which nobody declared."""
    emulator.world(world(a333333333333={"administrator": {REGION: ACCOUNT}}))
    publish(emulator, b"45.1.0.0/16\n")
    publish(emulator, b"bad.example.org\n", key="domains.txt")
    publish(emulator, b"45.9.9.9\n", key="foreign.txt")
    domains = lst("domains", kind="threatentityset", location=f"s3://{BUCKET}/domains.txt")
    converge(emulator, lst(), domains, regions=[REGION, SECOND])
    guardduty = emulator.client("guardduty", ACCOUNT, REGION)
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    guardduty.create_threat_intel_set(
        DetectorId=detector, Name="foreign", Format="TXT", Location=f"s3://{BUCKET}/foreign.txt", Activate=True
    )
    return emulator


def find(aws: Aws, **options: Any) -> Edge:
    return run(aws, findings_info.read_findings, findings_info.INFO_SPEC, **options)


def change(aws: Aws, **options: Any) -> Edge:
    return run(aws, findings_change.change, findings_change.CHANGE_SPEC, **options)


def run(aws: Aws, backend: Any, spec: dict[str, Any], **options: Any) -> Edge:
    module = edge(aws, spec, **options)
    aws.clear_calls()
    _module.run(module, backend)
    return module


def seen(aws: Aws, remote: str = ADDRESS, account: str = ACCOUNT, region: str = REGION, **details: Any) -> str:
    finding = aws.traffic(account, region, remote, **details)
    assert finding is not None
    return str(finding["id"])


def ids(module: Edge) -> list[str]:
    assert not module.result["failed"], module.result
    return [one["id"] for one in module.result["findings"]]


def archived(aws: Aws) -> set[str]:
    return set(ids(find(aws, archived="only", regions=[REGION, SECOND])))


def test_a_finding_names_list_indicator_and_resource(aws: Aws) -> None:
    seen(aws, resource="i-1", resource_tags={"app": "shop"})
    (found,) = find(aws).result["findings"]
    assert (found["list"], found["indicator"], found["direction"]) == ("threats", ADDRESS, "inbound")
    assert found["resource"] == {"type": "Instance", "id": "i-1", "tags": {"app": "shop"}}
    assert (found["account_id"], found["region"], found["count"], found["archived"]) == (ACCOUNT, REGION, 1, False)


@pytest.mark.parametrize("names_in", ["both", "evidence", "additional_info"])
@pytest.mark.parametrize("lists", [None, ["threats"]])
def test_both_places_of_the_lists_name_are_read(aws: Aws, names_in: str, lists: list[str] | None) -> None:
    finding = seen(aws, names_in=names_in)
    assert ids(find(aws, lists=lists)) == [finding]


def test_only_lists_of_ours_unless_named(aws: Aws) -> None:
    ours, foreign, domain = seen(aws), seen(aws, FOREIGN), seen(aws, "bad.example.org")
    assert set(ids(find(aws))) == {ours, domain}
    assert ids(find(aws, lists=["foreign"])) == [foreign]
    assert ids(find(aws, ids=[foreign])) == [foreign]
    assert find(aws).result["regions"][0]["lists"] == ["domains", "threats"]


def test_a_declared_name_and_the_present_one_are_both_ours(aws: Aws) -> None:
    before = seen(aws)
    (held,) = [one for one in aws.loaded(region=REGION) if one["name"] == "threats"]
    aws.tamper(held["id"], name="renamed")
    after = seen(aws, resource="i-2")
    assert set(ids(find(aws))) == {before, after}


def test_all_regions_in_one_call_the_last_changed_first(aws: Aws) -> None:
    first, second, third = seen(aws), seen(aws, region=SECOND), seen(aws, resource="i-2")
    assert ids(find(aws, regions=[REGION, SECOND])) == [third, second, first]
    cut = find(aws, regions=[REGION, SECOND], max_findings=2)
    assert (ids(cut), cut.result["truncated"]) == ([third, second], True)
    assert "more than 2 findings" in cut.warnings[0]
    whole = find(aws, regions=[REGION, SECOND], max_findings=3)
    assert (len(ids(whole)), whole.result["truncated"], whole.warnings) == (3, False, [])


def test_what_is_asked_for(aws: Aws) -> None:
    one, two = seen(aws), seen(aws, OTHERS, type="Discovery:S3/MaliciousIPCaller.Custom")
    assert ids(find(aws, indicators=["45.1.3.0/24"])) == [two]
    assert ids(find(aws, types=["Discovery:S3/MaliciousIPCaller.Custom"])) == [two]
    assert ids(find(aws, severity_min=7)) == [two]
    assert set(ids(find(aws, since="1h"))) == {one, two}
    assert ids(find(aws, since="2100-01-01T00:00:00Z")) == []
    change(aws, ids=[one], archived=True)
    assert ids(find(aws)) == [two]
    assert ids(find(aws, archived="only")) == [one]
    assert set(ids(find(aws, archived="include"))) == {one, two}


def test_the_administrator_tells_of_its_members_findings_once(aws: Aws) -> None:
    finding = seen(aws, account=MEMBER)
    (found,) = find(aws).result["findings"]
    assert (found["id"], found["account_id"]) == (finding, MEMBER)
    assert ids(find(aws, account=MEMBER, lists=["threats"])) == [finding]


def test_an_assumed_role(aws: Aws) -> None:
    converge(aws, lst(), assume_role_arn=ROLE)
    finding = seen(aws, account=OTHER)
    assert ids(find(aws, assume_role_arn=ROLE)) == [finding]
    assert calls(aws)[0] == "AssumeRole"
    assert change(aws, assume_role_arn=ROLE, lists=["threats"], archived=True).result["changed"]


def test_the_fewest_calls(aws: Aws) -> None:
    """Those of a bare loop over list_findings and get_findings, and ListDetectors."""
    aws.traffic(ACCOUNT, REGION, ADDRESS, count=120)
    found = find(aws, lists=["threats"], assume_role_arn=None)
    assert len(found.result["findings"]) == 120
    assert calls(aws, service="guardduty") == ["ListDetectors", *["ListFindings", "GetFindings"] * 3]
    changed = change(aws, lists=["threats"], archived=True)
    assert len(changed.result["results"]) == 120
    assert calls(aws, write=True) == ["ArchiveFindings"] * 3
    again = change(aws, lists=["threats"], archived=True)
    assert calls(aws, service="guardduty") == ["ListDetectors", "ListFindings"]
    assert again.result["changed"] is False


def test_ten_thousand_findings_at_flat_memory(aws: Aws) -> None:
    aws.traffic(ACCOUNT, REGION, ADDRESS, count=10_000)
    find(aws, lists=["threats"], max_findings=1)  # what is imported and parsed once is no part of it
    tracemalloc.start()
    found = find(aws, lists=["foreign"], max_findings=10_000)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.result["findings"] == []
    assert calls(aws).count("GetFindings") == 200
    assert peak < 8_000_000
    tracemalloc.start()
    changed = change(aws, lists=["foreign"], archived=True)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert changed.result["changed"] is False
    assert peak < 8_000_000


def test_check_mode_predicts_and_the_second_run_writes_nothing(aws: Aws) -> None:
    finding, other = seen(aws), seen(aws, OTHERS, resource="i-2")
    options = {"indicators": [ADDRESS], "archived": True, "feedback": "NOT_USEFUL", "comments": "Our scanner."}
    predicted = change(aws, check=True, diff=True, **options)
    assert calls(aws, write=True) == []
    done = change(aws, diff=True, **options)
    assert predicted.result == done.result
    assert calls(aws, write=True) == ["ArchiveFindings", "UpdateFindingsFeedback"]
    (result,) = done.result["results"]
    assert (result["id"], result["archived"], result["feedback"]) == (finding, True, "NOT_USEFUL")
    assert done.result["diff"]["before"] == {finding: {"archived": False, "feedback": ""}}
    assert done.result["diff"]["after"] == {finding: {"archived": True, "feedback": "NOT_USEFUL"}}
    again = change(aws, **options)
    assert (again.result["changed"], again.result["unchanged"], calls(aws, write=True)) == (False, 1, [])
    assert ids(find(aws)) == [other]
    assert change(aws, ids=[finding], archived=False).result["changed"]
    assert archived(aws) == set()


@pytest.mark.parametrize("selection", [{}, {"lists": []}, {"ids": []}, {"since": "7d"}])
def test_nothing_is_archived_that_nobody_chose(aws: Aws, selection: dict[str, Any]) -> None:
    seen(aws)
    refused = change(aws, archived=True, **selection)
    assert refused.result["error"]["code"] == "InvalidArgument"
    assert calls(aws) == []


def test_an_expired_finding_is_said(aws: Aws) -> None:
    finding, expired = seen(aws), seen(aws, resource="i-2")
    aws.change_finding(expired, expired=True)
    assert find(aws, ids=[finding, expired]).result["missing"] == [expired]
    done = change(aws, ids=[finding, expired], archived=True)
    assert done.result["missing"] == [expired]
    assert expired in done.warnings[0]
    assert archived(aws) == {finding}


def test_a_member_may_not_archive_and_is_told_who_may(aws: Aws) -> None:
    finding = seen(aws, account=MEMBER)
    failed = change(aws, account=MEMBER, ids=[finding], archived=True).result
    assert (failed["failed"], failed["error"]["code"]) == (True, "Member")
    assert ACCOUNT in failed["error"]["remedy"]
    assert failed["results"][0]["changed"] is False
    assert failed["results"][0]["archived"] is False
    assert change(aws, ids=[finding], archived=True).result["changed"]


@pytest.mark.parametrize("operation", ["ListDetectors", "ListFindings", "GetFindings"])
def test_a_region_that_may_not_be_read_stops_no_other(aws: Aws, operation: str) -> None:
    finding = seen(aws, region=SECOND)
    seen(aws)
    aws.fault(operation=operation, region=REGION, code="AccessDeniedException", status=403, message="no", times=None)
    options: dict[str, Any] = {"lists": ["threats"], "regions": [REGION, SECOND]}
    found = find(aws, **options)
    assert ids(found) == [finding]
    denied, fine = found.result["regions"]
    assert (denied["error"]["code"], fine["error"]) == ("AccessDenied", None)
    assert operation in denied["error"]["message"] + denied["error"]["remedy"] or operation == "ListDetectors"
    failed = change(aws, archived=True, **options).result
    assert (failed["failed"], failed["error"]["code"]) == (True, "AccessDenied")
    assert [(one["region"], one["changed"]) for one in failed["results"]] == [(SECOND, True)]


@pytest.mark.parametrize("operation", ["ListThreatIntelSets", "GetThreatIntelSet", "GetThreatEntitySet"])
def test_lists_that_may_not_be_read_are_no_reason_to_say_that_nothing_was_found(aws: Aws, operation: str) -> None:
    seen(aws)
    aws.fault(operation=operation, code="AccessDeniedException", status=403, message="no", times=None)
    (region,) = find(aws).result["regions"]
    assert region["error"]["code"] == "AccessDenied"


@pytest.mark.parametrize("operation", ["ArchiveFindings", "UpdateFindingsFeedback"])
def test_a_write_that_is_denied_leaves_the_rest_to_the_next_run(aws: Aws, operation: str) -> None:
    aws.traffic(ACCOUNT, REGION, ADDRESS, count=60)
    aws.fault(operation=operation, code="AccessDeniedException", status=403, message="no", skip=1, times=None)
    options = {"lists": ["threats"], "archived": True, "feedback": "USEFUL"}
    failed = change(aws, **options).result
    assert (failed["failed"], failed["error"]["code"]) == (True, "AccessDenied")
    assert f"guardduty:{operation}" in failed["error"]["remedy"]
    aws.clear_faults()
    assert change(aws, **options).result["changed"]
    assert change(aws, **options).result == {
        **change(aws, **options).result,
        "changed": False,
        "results": [],
        "unchanged": 60,
    }


def test_throttling_is_waited_for(aws: Aws) -> None:
    finding = seen(aws)
    aws.fault(service="guardduty", operation="GetFindings", action="throttle", times=2)
    assert ids(find(aws)) == [finding]


def test_a_region_without_guardduty(aws: Aws) -> None:
    finding = seen(aws)
    aws.account(ACCOUNT, no_detector=["ap-east-1"], regions_not_enabled=[])
    found = find(aws, regions=["all"])
    assert ids(found) == [finding]
    errors = {one["region"]: one["error"] and one["error"]["code"] for one in found.result["regions"]}
    assert errors == {REGION: None, SECOND: None, "ap-east-1": "NoDetector"}
    assert change(aws, regions=["all"], lists=["threats"], archived=True).result["failed"] is False
    named = change(aws, regions=["ap-east-1"], lists=["threats"], archived=True).result
    assert named["error"]["code"] == "NoDetector"


def test_dead_credentials_are_no_empty_answer(aws: Aws) -> None:
    assert find(aws, account="AKIADEAD").result["error"]["code"] == "InvalidCredentials"
    aws.fault(service="guardduty", code="ExpiredTokenException", status=403, message="old", times=None)
    assert find(aws).result["error"]["code"] == "InvalidCredentials"


@pytest.mark.parametrize("most", [0, 100_001])
def test_max_findings_has_bounds(aws: Aws, most: int) -> None:
    assert find(aws, max_findings=most).result["error"]["code"] == "InvalidArgument"
