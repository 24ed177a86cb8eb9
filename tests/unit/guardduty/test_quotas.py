# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the quotas leave no room for fails before anything is written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.quotas import check_quotas
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from support.attempts import REGION, attempt, declared, observed

# Nothing has to be read where all lists are known.
READER: Any = SimpleNamespace(
    account=SimpleNamespace(id="111111111111", connection=SimpleNamespace(workers=1)),
    read_rest=lambda _region, _kind: None,
)


def region_with(kind: str, *names: str) -> RegionState:
    lists: dict[str, Any] = {name: [] for name in KINDS}
    lists[kind] = [observed(name) for name in names]
    return RegionState(REGION, "detector", lists)


@pytest.mark.parametrize("kind", KINDS)
def test_creates_take_the_places_left_in_the_order_of_declaration(kind: str) -> None:
    quota = KINDS[kind].quota
    region = region_with(kind, *(f"held{number}" for number in range(quota - 1)))
    attempts = [attempt(region, declared(name, kind)) for name in ("first", "second")]
    check_quotas(READER, [region], attempts)
    assert attempts[0].error is None
    refused = attempts[1].error
    assert refused is not None
    assert refused.code == "QuotaExceeded"
    assert "'first'" in str(refused)
    assert all(f"'held{number}'" in str(refused) for number in range(quota - 1))


def test_a_planned_delete_makes_room() -> None:
    region = region_with("ipset", "old")
    attempts = [
        attempt(region, declared("new", "ipset")),
        attempt(region, declared("old", "ipset", state="absent", adopt=True), observed("old")),
    ]
    check_quotas(READER, [region], attempts)
    assert [one.error for one in attempts] == [None, None]


def test_lists_that_are_gone_hold_no_place() -> None:
    region = region_with("ipset")
    region.lists["ipset"] = [observed("old", status="DELETE_PENDING")]
    new = attempt(region, declared("new", "ipset"))
    check_quotas(READER, [region], [new])
    assert new.error is None


def test_locations_are_counted_over_all_regions_and_spellings_of_one_count_once() -> None:
    regions = []
    for number in range(9):
        region = region_with("threatintelset")
        region.name = f"region-{number}"
        region.lists["threatintelset"] = [
            observed(
                f"l{one}", location=f"s3://bucket/{number}/{one}" if number else f"https://s3.amazonaws.com/b/{one}"
            )
            for one in range(5 if number else 6)
        ]
        regions.append(region)
    same = attempt(regions[1], declared(location="s3://b/0"))
    check_quotas(READER, regions, [same])
    assert same.error is None
    new = attempt(regions[1], declared(location="s3://b/elsewhere"))
    for number in range(5):
        regions[0].lists["ipset"].append(observed(f"i{number}", location=f"s3://c/{number}"))
    check_quotas(READER, regions, [new])
    assert new.error is not None
    assert "distinct locations" in str(new.error)
