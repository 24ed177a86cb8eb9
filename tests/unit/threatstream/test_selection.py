# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ThreatStream is asked for, and what is judged here instead."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import selection as _selection
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import Reader
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection

NOW = datetime.datetime(2026, 2, 10, 12, 0, 0, 500_000, tzinfo=datetime.UTC)
ITEM = {
    "id": 1,
    "update_id": 7,
    "value": "192.0.2.1",
    "type": "ip",
    "itype": "mal_ip",
    "status": "active",
    "confidence": 90,
    "source": "PhishMe",
    "feed_id": 112,
    "meta": {"severity": "high"},
    "tlp": "green",
    "trusted_circle_ids": [10015],
    "created_ts": "2026-02-09T00:00:00.000Z",
    "modified_ts": "2026-02-09T00:00:00.000Z",
    "expiration_ts": "9999-12-31T00:00:00.000Z",
}


def parameters(**options):
    return Selection.from_params(options).parameters(NOW)


def test_type_and_status_are_always_asked_for():
    assert parameters() == {"type": "ip", "status": "active"}


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"itype": ["mal_ip", "c2_ip"]}, {"itype": "mal_ip,c2_ip"}),
        ({"confidence_min": 0}, {"confidence__gte": "0"}),
        ({"status": "falsepos"}, {"status": "falsepos"}),
        ({"source": ["PhishMe"]}, {"source": "PhishMe"}),
        ({"source": ["PhishMe", "A, B"]}, {"q": '(source="PhishMe" OR source="A, B")'}),
        ({"feed_id": [112, 133]}, {"feed_id": "112,133"}),
        ({"asn": ["AS64496"]}, {"asn": "64496"}),
        ({"country": ["DE", "FR"]}, {"q": '(country="DE" OR country="FR")'}),
        ({"tags": ["x"]}, {"tags.name": "x"}),
        ({"severity": ["high"]}, {"meta.severity": "high"}),
        ({"severity": ["high", "very-high"]}, {}),
        ({"tlp": ["amber+strict"]}, {"tlp": "amber+strict"}),
        ({"trusted_circle_ids": [7]}, {"trusted_circle_ids": "7"}),
        ({"trusted_circle_ids": [7, 8]}, {"q": '(trusted_circle_id="7" OR trusted_circle_id="8")'}),
        ({"created_since": "7d"}, {"created_ts__gte": "2026-02-03T12:00:00Z"}),
        ({"modified_since": "2026-01-01"}, {"modified_ts__gte": "2026-01-01T00:00:00Z"}),
        ({"query": "confidence>=90 OR asn=1"}, {"q": "(confidence>=90 OR asn=1)"}),
        (
            {"query": "confidence>=90", "source": ["a", "b"]},
            {"q": '(confidence>=90) AND (source="a" OR source="b")'},
        ),
    ],
)
def test_each_option_is_asked_for(options, asked):
    assert parameters(**options) == {"type": "ip", "status": "active"} | asked


@pytest.mark.parametrize("options", [{"contents": "entities"}, {"kind": "threatentityset"}])
def test_entities_are_addresses_and_domains(options):
    assert parameters(**options) == {"status": "active", "q": '(type="ip" OR type="domain")'}


def test_a_saved_search_stands_alone():
    assert parameters(search_filter="42") == {"search_filter": "42"}
    with pytest.raises(ArgumentError, match=r"search_filter cannot be combined with .* confidence_min, source"):
        parameters(search_filter="42", confidence_min=0, source=["x"])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"confidence_min": 101}, "confidence_min: 101"),
        ({"confidence_min": -1}, "confidence_min: -1"),
        ({"created_since": "yesterday"}, "created_since: 'yesterday'"),
        ({"created_since": "999999w"}, "created_since: '999999w'"),
        ({"modified_since": "7 moons"}, "modified_since: '7 moons'"),
        ({"source": ['x" OR status="inactive', "y"]}, "source: .* holds a quote"),
    ],
)
def test_what_cannot_be_meant_names_the_option(options, complaint):
    with pytest.raises(ArgumentError, match=complaint):
        parameters(**options)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", "2026-02-10T11:58:30Z"),
        ("5m", "2026-02-10T11:55:00Z"),
        ("24h", "2026-02-09T12:00:00Z"),
        ("2w", "2026-01-27T12:00:00Z"),
        ("2026-01-31T01:30:00+02:00", "2026-01-30T23:30:00Z"),
        ("2026-01-31 01:30:00", "2026-01-31T01:30:00Z"),
    ],
)
def test_times_and_ages(text, moment):
    assert _selection.since(text, NOW, "created_since") == moment


def test_changes_are_asked_for_by_nothing_that_an_object_can_leave():
    selection = Selection.from_params(
        {"itype": ["mal_ip"], "confidence_min": 90, "source": ["x"], "feed_id": [112], "created_since": "7d"}
    )
    assert selection.changes(update_id__gt="5") == {"type": "ip", "feed_id": "112", "update_id__gt": "5"}
    entities = Selection.from_params({"kind": "trustedentityset"})
    assert entities.changes(update_id__gt="5") == {"q": '(type="ip" OR type="domain")', "update_id__gt": "5"}


@pytest.mark.parametrize(
    ("options", "change"),
    [
        ({"itype": ["mal_ip", "c2_ip"]}, {"itype": "scan_ip"}),
        ({"confidence_min": 90}, {"confidence": 89}),
        ({"confidence_min": 0}, {"confidence": -1}),
        ({}, {"status": "inactive"}),
        ({}, {"type": "ipv6"}),
        ({"source": ["PhishMe", "y"]}, {"source": "x"}),
        ({"feed_id": [112]}, {"feed_id": 113}),
        ({"severity": ["high", "low"]}, {"meta": {"severity": "medium"}}),
        ({"tlp": ["green"]}, {"tlp": None}),
        ({"trusted_circle_ids": [1, 10015]}, {"trusted_circle_ids": None}),
        ({"trusted_circle_ids": [1, 10015]}, {"trusted_circle_ids": [2]}),
    ],
)
def test_each_option_is_judged_here(options, change):
    belongs = Selection.from_params(options).judge()
    changed = ITEM | change
    assert belongs(Reader().read(ITEM), ITEM)
    assert not belongs(Reader().read(changed), changed)


@pytest.mark.parametrize("option", ["tags", "asn", "country", "query", "search_filter"])
def test_what_only_the_service_can_judge_refuses_a_state_file(option):
    selection = Selection.from_params({option: "1" if option in {"query", "search_filter"} else ["1"]})
    with pytest.raises(ArgumentError, match=f"state_file cannot be combined with {option}"):
        selection.refuse_incremental()


def test_patterns_of_itypes_are_refused_by_name():
    with pytest.raises(ArgumentError, match=r"itype: '\*_ip' is a pattern"):
        Selection.from_params({"itype": ["mal_ip", "*_ip"]})


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"itype": ["mal_domain", "c2_domain"]}, "itype: mal_domain, c2_domain can match nothing, .* type ip are"),
        ({"itype": ["mal_ipv6"]}, "itype: mal_ipv6 can match nothing"),
        ({"itype": ["mal_url"], "contents": "entities"}, "itype: mal_url can match nothing, .* type ip and domain are"),
        ({"created_since": "9000-01-01"}, "created_since: 9000-01-01 is in the future"),
        ({"modified_since": "9000-01-01", "created_since": "7d"}, "modified_since: 9000-01-01 is in the future"),
    ],
)
def test_what_can_match_nothing_names_the_option(options, complaint):
    with pytest.raises(ArgumentError, match=complaint) as refused:
        Selection.from_params(options)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "options",
    [
        {"itype": ["mal_domain", "mal_ip"]},
        {"itype": ["anon_proxy"]},
        {"itype": ["p2pcnc", "mal_url"]},
        {"itype": ["mal_domain"], "contents": "entities"},
        {"itype": ["mal_domain"], "kind": "threatentityset"},
        {"created_since": "1d", "modified_since": "7d"},
        {"created_since": datetime.datetime.now(datetime.UTC).isoformat()},
    ],
)
def test_what_can_match_something_is_asked_for(options):
    Selection.from_params(options)


def test_what_a_site_needs_is_sent_as_it_is():
    selection = Selection.from_params({"remote_api": True, "extra_parameters": {"org": "ACME", "a": 1}})
    wanted = {"remote_api": "true", "org": "ACME", "a": "1"}
    assert wanted.items() <= selection.parameters(NOW).items()
    assert wanted.items() <= selection.changes(update_id__gt="1").items()
    with pytest.raises(ArgumentError, match="extra_parameters"):
        selection.refuse_incremental()
    saved = Selection.from_params({"search_filter": "7", "remote_api": True})
    assert saved.parameters(NOW) == {"search_filter": "7", "remote_api": "true"}
