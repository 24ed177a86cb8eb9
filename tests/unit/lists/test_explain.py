# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of one address or domain, and why."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from hypothesis import given
from hypothesis import strategies as st
from support import list_cases


@pytest.mark.parametrize(
    ("explain", "expected"),
    [
        ("45.0.0.7", ("45.0.0.0/24", "covered", 2)),
        ("45.0.0.0/24", ("45.0.0.0/24", "kept", 1)),
        ("45.1.0.1", ("45.1.0.1", "kept", 1)),
        ("45.2.0.1", (None, "excluded", 1)),
        ("45.3.0.1", (None, "excluded", 1)),
        ("203.0.113.1", (None, "excluded_bogons", 1)),
        ("169.254.169.254", (None, "not_routable", 1)),
        ("9.9.9.9", (None, "not_seen", 0)),
        ("45.4.0.1", (None, "cut", 1)),
        ("www.example.com", ("*.example.com", "covered", 2)),
    ],
)
def test_explain_tells_what_became_of_one(explain, expected, tmp_path):
    feed = tmp_path / "feed.jsonl"
    feed.write_text('{"value":"45.4.0.1","confidence":1}\n')
    result = list_cases.merge(
        src=[feed],
        entries=[
            "45.0.0.0/24",
            "45.0.0.7",
            "45.1.0.1",
            "45.2.0.1",
            "45.3.0.0/30",
            "203.0.112.0/23",
            "169.254.0.0/16",
            "*.example.com",
            "www.example.com",
        ],
        exclude=["45.2.0.0/16", "45.3.0.1"],
        kind="threatentityset",
        max_entries=6,
        dest=tmp_path / "list",
        explain=explain,
    )["explained"]
    assert (result["entry"], result["reason"], result["seen_count"]) == expected
    assert result["listed"] == (expected[0] is not None)
    assert len(result["seen"]) == expected[2]


def test_explain_refuses_what_is_no_address(tmp_path):
    with pytest.raises(ArgumentError, match="explain: 'x'"):
        list_cases.merge(entries=["45.0.0.1"], dest=tmp_path / "list", explain="x")


@pytest.mark.parametrize(
    "spelling",
    [
        " 45.0.0.7 ",
        "45.0.0.7/32",
        "45.0.0.7-45.0.0.7",
        "45.0.0.7/255.255.255.255",
        "45.0.0[.]7",
        "hxxp://45[.]0.0.7:8080/x",
        "45.0.0.7:443",
    ],
)
def test_any_spelling_of_an_address_is_found(spelling, tmp_path):
    explained = list_cases.merge(entries=["45.0.0.7"], dest=tmp_path / "list", explain=spelling)["explained"]
    assert (explained["listed"], explained["entry"], explained["reason"]) == (True, "45.0.0.7", "kept")


def test_a_range_is_listed_where_all_of_it_is(tmp_path):
    def explain(asked):
        explained = list_cases.merge(entries=["45.0.0.4-45.0.0.11"], dest=tmp_path / "list", explain=asked)["explained"]
        return explained["entry"], explained["reason"]

    assert explain("45.0.0.11-45.0.0.4") == ("45.0.0.4/30, 45.0.0.8/30", "kept")
    assert explain("45.0.0.5-45.0.0.8") == ("45.0.0.4/30, 45.0.0.8/30", "covered")
    assert explain("45.0.0.5-45.0.0.12") == (None, "not_seen")


@pytest.mark.parametrize(
    "spelling", ["BÜCHER.example.", "xn--bcher-kva.example", "https://bücher[.]example/", '"bücher.example",']
)
def test_any_spelling_of_a_domain_is_found(spelling, tmp_path):
    explained = list_cases.merge(
        entries=["bücher.example"], dest=tmp_path / "list", kind="threatentityset", explain=spelling
    )["explained"]
    assert (explained["entry"], explained["reason"]) == ("xn--bcher-kva.example", "kept")


ADDRESSES = st.integers(0, 15).map("45.0.0.{}".format)
NETWORKS = st.sampled_from(["45.0.0.0/28", "45.0.0.0/30", "45.0.0.8/29", "45.0.0.4-45.0.0.11", "10.0.0.0/8"])


@given(entries=st.lists(ADDRESSES | NETWORKS, min_size=1), exclude=st.lists(ADDRESSES), asked=ADDRESSES)
def test_the_answer_is_what_the_file_says(entries, exclude, asked, tmp_path_factory):
    dest = tmp_path_factory.mktemp("explain") / "list"
    params = {"sources": [{"entries": [*entries, "46.0.0.1"]}], "exclude": exclude, "dest": dest}
    explained = list_cases.merge(**params, explain=asked)["explained"]
    listed = list_cases.members(dest.read_text().split())
    assert explained["listed"] == (asked in listed)
    if not explained["listed"]:
        assert explained["reason"] == ("excluded" if explained["seen_count"] else "not_seen")
