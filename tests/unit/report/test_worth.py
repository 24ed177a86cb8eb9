# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lists found, in the table of a terminal and on the page."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.filter.list_places import list_places
from ansible_collections.threatlists.aws.plugins.filter.raising_lists import raising_lists
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import html, table, worth
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record
from support import report_records

REVIEW = "threatstream-c2: nothing was found by it in the last 90 days. Review whether it is still needed."
SOURCE = {
    "name": "Phish<Me>",
    "since": "2026-06-01T00:00:00Z",
    "entries": 3000,
    "matched": 2,
    "findings": 5,
    "last_match": "2026-11-23T03:00:00Z",
}
WORTH: dict[str, t.Any] = {
    "since": "2026-06-01T00:00:00Z",
    "findings_7d": 1,
    "findings_30d": 4,
    "findings_90d": 5,
    "last_match": "2026-11-23T03:00:00Z",
    "entries": 125_871,
    "matched": 2,
    "never_matched": 125_869,
    "archived_not_useful": 1,
    "matched_entries": [{"entry": "45.1.2.3", "findings": 5, "last_match": "2026-11-23T03:00:00Z"}],
    "sources": [SOURCE],
    "review": [REVIEW],
}


def judged(**changes: t.Any) -> dict[str, t.Any]:
    made = report_records.fleet()
    hits = [{"location": "s3://acme-threatlists/threatstream-c2.xml.hits.jsonl", "worth": {**WORTH, **changes}}]
    return {**made, "lists": record.judged(made["lists"], hits)}


def test_the_page_has_a_section_for_the_list_that_was_judged() -> None:
    page = html.render(judged(), "t")
    assert page.count("What it found") == 1
    for words in ("1, 4, 5", "125,869 of 125,871", "2026-11-23 03:00:00 UTC", "45.1.2.3", "Phish&lt;Me&gt;", REVIEW):
        assert words in page
    assert "What it found" not in html.render(report_records.fleet(), "t")
    unknown = html.render(judged(entries=None, never_matched=None), "t")
    assert "Entries that never did" not in unknown
    assert "What it found" not in html.render(judged(since=""), "t")


def test_what_to_review_stands_in_the_table_of_the_run() -> None:
    assert REVIEW in table.render(judged(), 10, 200)


def test_a_table_of_lists_and_sources() -> None:
    other = {**WORTH, "entries": None, "never_matched": None, "last_match": None, "sources": [], "review": []}
    lines = worth.lines(
        [{"name": "a\x1b", "worth": WORTH}, {"name": "b", "worth": other}, {"name": "c", "worth": None}]
    )
    heading, first, source, second, sentence = lines
    assert heading.split("  ")[0] == "LIST"
    assert "\x1b" not in first
    assert first.split()[1:] == ["125,871", "2", "125,869", "1", "4", "5", "1", "2026-11-23T03:00:00Z"]
    assert source.split() == ["Phish<Me>", "3,000", "2", "2026-11-23T03:00:00Z"]
    assert second.split() == ["b", "?", "2", "?", "1", "4", "5", "1", "none"]
    assert sentence == REVIEW
    assert worth.lines([{"name": "c", "worth": None}]) == []


def test_places_of_lists() -> None:
    threats = report_records.declared("threatstream-malware", expected_bucket_owner="111111111111")
    trusted = report_records.declared("partners")
    gone = report_records.declared("threatstream-c2", state="absent")
    everywhere = report_records.declared("phishing-domains", bucket="acme-{region}")
    place = {"name": "threatstream-malware", "location": "s3://acme-threatlists/threatstream-malware.xml"}
    given = [threats, threats, trusted, gone, everywhere]
    assert [one["name"] for one in list_places(given)] == ["threatstream-malware", "partners"]
    assert list_places(given, raising=True) == [{**place, "expected_bucket_owner": "111111111111"}]
    with pytest.raises(AnsibleFilterError, match="list_places"):
        list_places([{}])


def test_lists_that_raise_findings_wherever_they_are_published() -> None:
    threats = report_records.declared("threatstream-malware")
    trusted = report_records.declared("partners")
    gone = report_records.declared("threatstream-c2", state="absent")
    everywhere = report_records.declared("phishing-domains", bucket="acme-{region}")
    replaced = {**threats, "name": "threatstream-c2"}
    given = [everywhere, threats, threats, trusted, gone, replaced]
    assert raising_lists(given) == ["phishing-domains", "threatstream-malware"]
    # A list that moves to another kind keeps its name, and what it finds as the new kind is read.
    moved = report_records.declared("threatstream-c2", kind="threatentityset")
    assert raising_lists([gone, moved]) == raising_lists([moved, gone]) == ["threatstream-c2"]
    with pytest.raises(AnsibleFilterError, match="raising_lists"):
        raising_lists([{}])
