# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the services would refuse or misunderstand is refused before anything is called."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options


def given(**changes: Any) -> dict[str, Any]:
    defaults = {name: spec.get("default") for name, spec in options.LIST_SPEC.items()}
    stated = {"kind": "ipset", "name": "threats", "format": "TXT", "location": "s3://bucket/key"}
    return {**defaults, **stated, **changes}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "two words", "kind": "threatintelset"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 257}, "holds 256"),
        ({"name": "x" * 137, "kind": "threatentityset"}, "holds 136"),
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"location": "bucket/key"}, "location"),
        ({"location": "s3://bucket"}, "location"),
        ({"location": "s3://bucket/" + "k" * 300}, "location"),
        ({"location": "s3://bucket/{acount_id}"}, "{acount_id}"),
        ({"sha256": "abc"}, "sha256"),
        ({"expected_bucket_owner": "123"}, "expected_bucket_owner"),
        ({"tags": {"two words": "x"}}, "'two words'"),
        ({"tags": {"at@": "x"}}, "'at@'"),
        ({"tags": {"threatlists:sha256": "x"}}, "reserved"),
        ({"tags": {"aws:x": "x"}}, "reserved"),
        ({"tags": {"x": "v" * 257}}, "longer than 256"),
        ({"tags": {str(number): "v" for number in range(48)}}, "more than 47"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ArgumentError, match=named.replace("{", r"\{")):
        options.declared_lists({"lists": [given(**changes)]})


def test_a_list_declared_twice_is_refused() -> None:
    with pytest.raises(ArgumentError, match="twice"):
        options.declared_lists({"lists": [given(), given()]})
    assert len(options.declared_lists({"lists": [given(), given(kind="threatintelset")]})) == 2


@pytest.mark.parametrize("regions", [[], ["all", "eu-west-1"]])
def test_regions_that_cannot_be_meant(regions: list[str]) -> None:
    with pytest.raises(ArgumentError, match="regions"):
        options.regions({"regions": regions})


def test_regions_are_taken_once() -> None:
    assert options.regions({"regions": ["eu-west-1", "us-east-1", "eu-west-1"]}) == ["eu-west-1", "us-east-1"]
    assert options.regions({"regions": None}) == []


def test_placeholders_are_filled_in() -> None:
    (one,) = options.declared_lists(
        {"lists": [given(location="s3://b-{region}/{account_id}/k", tags={"n": 1, "t": True})]}
    )
    made = one.desired("eu-west-1", "111111111111", "aws", None)
    assert made.location == "s3://b-eu-west-1/111111111111/k"
    assert made.tags == {"n": "1", "t": "True"}


@pytest.mark.parametrize("count", [0, 101])
def test_concurrency_has_bounds(count: int) -> None:
    with pytest.raises(ArgumentError, match="concurrency"):
        options.workers({"concurrency": count})


def test_a_time_to_wait_is_not_negative() -> None:
    with pytest.raises(ArgumentError, match="wait_timeout"):
        options.workers({"concurrency": 1, "wait_timeout": -1})


def test_names_of_trusted_ip_lists_may_have_spaces_and_lists_of_any_name_can_be_deleted() -> None:
    lists = [given(name="two words"), given(name="x" * 300, state="absent", kind="threatintelset")]
    assert [len(one.name) for one in options.declared_lists({"lists": lists})] == [9, 300]
