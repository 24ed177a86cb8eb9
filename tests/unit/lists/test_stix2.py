# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 2.0 and 2.1: what an indicator says, and which patterns are lists of values."""

from __future__ import annotations

import datetime
import io
import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import (
    formats,
    judging,
    policy,
    stix2_patterns,
    stix2_read,
)
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.v21.pattern import Pattern
from support import list_cases, paths

FEEDS = paths.FIXTURES / "feeds"
NOW = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)


def read(name):
    with (FEEDS / name).open("rb") as stream:
        return list(formats.read(stream, name))


def test_a_bundle_of_2_1():
    judge = judging.Judge(policy.from_params(list_cases.module(dest="x", kind="threatentityset").params, [], NOW))
    reasons = {indicator.value: judge.add(indicator) for indicator in read("stix21_bundle.json")}
    kept = [value for value, reason in reasons.items() if not reason]
    assert kept == ["45.64.0.1", "45.64.0.2", "45.64.0.3", "45.64.0.4", "c2.example.net", "45.64.1.0/24", "45.64.0.9"]
    assert judge.dropped == {
        "expired": 1,
        "not_yet_valid": 1,
        "inactive": 1,
        "allow_listed": 1,
        "pattern": 5,
        "negated": 1,
        "unsupported_type": 2,
        "ipv6": 1,
    }


def test_what_an_indicator_says_about_its_value():
    first = next(each for each in read("stix21_bundle.json") if each.value == "45.64.0.1")
    assert first.confidence == 90
    assert first.tlp == "amber"
    assert (first.created, first.modified) == ("2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z")
    assert first.valid_from == "2026-11-01T00:00:00.000Z"


def test_a_bundle_of_2_0_and_a_single_object():
    assert [each.value for each in read("stix20_bundle.json")] == ["45.65.0.1", "old.example.net"]
    assert [(each.value, each.confidence) for each in read("stix21_indicator.json")] == [("45.66.0.1", 70)]


def version(day: int, value: str, **fields: object) -> dict[str, object]:
    made = {"type": "indicator", "id": "indicator--0c1d2b3a-0000-4000-8000-000000000001", "spec_version": "2.1"}
    return {**made, "pattern": f"[ipv4-addr:value = '{value}']", "modified": f"2026-11-{day:02}T00:00:00Z", **fields}


OTHER = {"id": "indicator--0c1d2b3a-0000-4000-8000-000000000002"}


@given(
    st.permutations([version(1, "45.1.0.1"), version(2, "45.1.0.2"), version(3, "45.1.0.3", revoked=True)]),
    st.sampled_from(["bundle", "array", "lines"]),
    st.integers(0, 3),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_of_several_versions_of_an_indicator_the_latest_counts(versions, shape, at, encoding):
    versions.insert(at, version(1, "45.1.0.9", **OTHER))
    texts = [json.dumps(each) for each in versions]
    text = {
        "bundle": f'{{"type": "bundle", "objects": [{", ".join(texts)}]}}',
        "array": f"[{', '.join(texts)}]",
        "lines": "\n".join(texts),
    }[shape]
    found = list(formats.read(io.BytesIO(text.encode(encoding)), "x"))
    assert {(each.value, each.status) for each in found} == {("45.1.0.3", "revoked"), ("45.1.0.9", "active")}


def test_versions_of_one_time_end_with_what_revokes_and_what_has_no_time_is_no_version():
    same = [version(1, "45.1.0.1", revoked=True), version(1, "45.1.0.1"), {**version(1, "45.1.0.8"), "modified": None}]
    found = list(formats.read(io.BytesIO(json.dumps(same).encode()), "x"))
    assert [(each.value, each.status) for each in found] == [("45.1.0.1", "revoked"), ("45.1.0.8", "active")]


def test_a_version_far_behind_another_is_found(monkeypatch):
    monkeypatch.setattr(stix2_read, "CHUNK", 64)
    versions = [
        version(2, "45.1.0.2", revoked=True),
        *(version(1, f"45.2.0.{n}", id=f"indicator--{n}") for n in range(9)),
    ]
    text = json.dumps([*versions, version(1, "45.1.0.1")])
    found = list(formats.read(io.BytesIO(text.encode()), "x"))
    assert [each.value for each in found if each.value.startswith("45.1.")] == ["45.1.0.2"]


@pytest.mark.parametrize("until", ["soon", 1790000000, "2020-12-31T23:59:60Z", ""])
def test_an_end_that_cannot_be_read_is_not_taken_for_none(until):
    item = json.loads((FEEDS / "stix21_indicator.json").read_text()) | {"valid_until": until}
    assert [each.type for each in formats.read(io.BytesIO(json.dumps(item).encode()), "list")] == ["unresolved"]


def test_an_object_a_line():
    assert [each.value for each in read("stix21_lines.json")] == ["45.64.5.1", "lines.example.net"]
    bundles = (FEEDS / "stix20_bundle.json").read_bytes() + (FEEDS / "stix21_bundle.json").read_bytes()
    both = [*read("stix20_bundle.json"), *read("stix21_bundle.json")]
    assert list(formats.read(io.BytesIO(bundles), "list")) == both


def test_an_envelope_with_more_to_come_is_not_whole():
    envelope = {"more": True, "next": "2", "objects": [json.loads((FEEDS / "stix21_indicator.json").read_text())]}
    found = list(formats.read(io.BytesIO(json.dumps(envelope).encode()), "envelope"))
    assert [each.type for each in found] == ["ip", "unresolved"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("[ipv4-addr:value = '45.0.0.1']", [("45.0.0.1", "ip")]),
        ("[ipv4-addr:value = '45.0.0.1'] OR [domain-name:value='a.b']", [("45.0.0.1", "ip"), ("a.b", "domain")]),
        ("([ ipv4-addr:value = '45.0.0.1' ])", [("45.0.0.1", "ip")]),
        ("[domain-name:value = 'it\\'s']", [("it's", "domain")]),
        ("[ipv4-addr:value IN ('45.0.0.1', '45.0.0.2')]", [("45.0.0.1", "ip"), ("45.0.0.2", "ip")]),
        ("[network-traffic:src_ref.value = '45.0.0.1']", [("45.0.0.1", "ip")]),
        ("[ipv4-addr:value = '45.0.0.1' OR file:hashes.MD5 = 'x']", [("45.0.0.1", "ip"), ("x", "hash")]),
        ("[ipv4-addr:value NOT IN ('45.0.0.1')]", [("45.0.0.1", "negated")]),
        ("[ipv4-addr:value ISSUPERSET '45.0.0.0/8']", [("45.0.0.0/8", "pattern")]),
        ("[ipv4-addr:value MATCHES '45.*']", [("45.*", "pattern")]),
        ("[process:pid = 4]", [("4", "pattern")]),
    ],
)
def test_values_of_a_pattern(pattern, found):
    assert stix2_patterns.values(pattern) == found


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "45.0.0.1",
        "[ipv4-addr:value = '45.0.0.1'",
        "[ipv4-addr:value = '45.0.0.1'] AND [ipv4-addr:value = '45.0.0.2']",
        "[ipv4-addr:value = '45.0.0.1' AND ipv4-addr:value = '45.0.0.1']",
        "[ipv4-addr:value = '45.0.0.1' OR (ipv4-addr:value = '45.0.0.2' AND network-traffic:dst_port = 1)]",
        "[ipv4-addr:value = '45.0.0.1'] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'",
        "[EXISTS ipv4-addr:value]",
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:src_ref.value = '45.0.0.1']",
        "[network-traffic:dst_ref.type = 'domain-name' AND network-traffic:dst_ref.value = '45.0.0.1']",
        "(" * 3_000 + "[ipv4-addr:value = '45.0.0.1']" + ")" * 3_000,
        "[" + " OR ".join(["ipv4-addr:value = '45.0.0.1'"] * 10_000) + "]x",
    ],
    ids=lambda pattern: pattern[:60],
)
def test_a_pattern_that_asks_for_more_is_no_value(pattern):
    assert stix2_patterns.values(pattern) == [(pattern, "pattern")]


VALUE = st.sampled_from(["45.0.0.1", "a.b", "", " ", "it''s", "\\", "x] OR [y", "\n"])
COMPARISON = st.builds("{}:value{}=  '{}'".format, st.sampled_from(["ipv4-addr", "domain-name"]), st.just(" "), VALUE)
TERM = st.one_of(COMPARISON, st.builds("ipv4-addr:value = '{}'".format, VALUE))
OBSERVATION = st.lists(TERM, min_size=1, max_size=3).map(lambda terms: f"[{' OR '.join(terms)}]")


@given(st.lists(OBSERVATION, min_size=1, max_size=3).map(" OR ".join))
def test_the_short_way_reads_what_the_parser_reads(pattern):
    if not stix2_patterns.PLAIN.fullmatch(pattern):
        return
    data = Pattern(pattern).inspect()
    literals = {literal[1:-1] for found in data.comparisons.values() for _path, _operator, literal in found}
    assert {value for value, _kind in stix2_patterns.values(pattern)} == literals
    assert data.observation_ops <= {"OR"}
    assert not data.qualifiers


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just("indicator")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "id", "objects", "pattern", "labels", "object_marking_refs", "valid_from", "x"]),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_the_json_it_is_read_or_refused(document):
    try:
        list(formats.read(io.BytesIO(json.dumps(document).encode()), "list"))
    except SourceError as error:
        assert str(error).startswith("list: ")


@given(st.binary(max_size=200), st.integers(0, 3_000))
def test_a_bundle_that_is_cut_or_damaged_is_refused(rubbish, at):
    content = (FEEDS / "stix21_bundle.json").read_bytes()
    for damaged in (content[:at], content[:at] + rubbish + content[at + len(rubbish) :]):
        try:
            list(formats.read(io.BytesIO(damaged), "list"))
        except SourceError as error:
            assert str(error).startswith("list: ")
