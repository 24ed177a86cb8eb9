# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which objects a restore looks at, and which of them it brings back."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.filter.restore_plan import restore_plan
from support.role_cases import declared, plan

LISTS = [
    declared(tags={"owner": "secops"}, expected_bucket_owner="111111111111"),
    declared(kind="threatentityset", key="entities.txt", format="STIX"),
    declared("regional", bucket="acme-{region}"),
    declared("gone", state="absent"),
]
OBJECTS = plan(*LISTS)["objects"]


def planned(name: str, looked_at: t.Sequence[dict[str, t.Any]] = (), **options: t.Any) -> dict[str, t.Any]:
    return restore_plan(OBJECTS, LISTS, looked_at, name=name, **options)


def looked_at(place: dict[str, t.Any], *versions: str) -> dict[str, t.Any]:
    """What s3_threatlist_info returns of a place, as an item of a loop."""
    known = [{"version_id": version, "deleted": False} for version in versions]
    return {"item": place, "location": f"s3://{place['bucket']}/{place['key']}", "versions": known}


def test_a_place_has_what_its_list_says() -> None:
    (place,) = planned("malware", kind="threatintelset", region="eu-west-1")["places"]
    assert place == {
        "name": "malware",
        "kind": "threatintelset",
        "bucket": "acme",
        "key": "malware.txt",
        "expected_bucket_owner": "111111111111",
        "format": "TXT",
        "tags": {"owner": "secops"},
        "region": "eu-west-1",
    }
    regional = planned("regional", region="eu-central-1")["places"]
    assert [place["region"] for place in regional] == ["eu-west-1", "us-east-1"]
    assert "tags" not in regional[0]


@pytest.mark.parametrize(
    ("name", "kind", "problem"),
    [
        ("regional", "", ""),
        ("regional", None, ""),
        ("malware", "threatentityset", ""),
        (
            "malware",
            "",
            "Lists of several kinds are called malware: say which by kind (threatintelset, threatentityset).",
        ),
        ("malwares", "", "No list malwares is declared, but malware, regional, gone."),
        ("gone", "", "No list gone is declared, but malware, regional, gone."),
    ],
)
def test_what_cannot_be_meant_is_said(name: str, kind: str | None, problem: str) -> None:
    assert planned(name, kind=kind)["problem"] == problem


def test_where_the_version_is_it_is_restored() -> None:
    first, second = planned("regional")["places"]
    known = [looked_at(first, "v1"), looked_at(second, "v2")]
    found = planned("regional", known, version="v2")
    assert found["chosen"] == [{**second, "location": "s3://acme-us-east-1/regional.txt"}]
    assert (found["version"], found["holds"], found["missing"]) == ("v2", True, "")
    assert planned("regional", known, version="v3")["missing"].startswith("regional has no version v3. Choose one")


def test_without_a_version_all_are_released_or_none_is_restored() -> None:
    known = [looked_at(place, "v1") for place in planned("regional")["places"]]
    for version in ("", None):
        released = planned("regional", known, version=version, release="true")
        assert (len(released["chosen"]), released["holds"], released["version"]) == (len(known), False, "")
        shown = planned("regional", known, version=version, release="")
        assert (shown["chosen"], shown["holds"], shown["missing"]) == ([], True, "")


def test_what_is_no_object_is_said() -> None:
    with pytest.raises(AnsibleFilterError, match="restore_plan: 'present'"):
        restore_plan([{}], [], [], name="malware")
