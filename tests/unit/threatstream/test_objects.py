# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects of both shapes become indicators, whatever is odd about them."""

from __future__ import annotations

import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import (
    MOST_WORDS,
    Fields,
    Page,
    Reader,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st
from support import paths, threatstream_pages

OWN = paths.FIXTURES / "threatstream"

V2 = json.loads((OWN / "object_v2.json").read_text())
V1 = json.loads((OWN / "object_v1.json").read_text())

READ = Indicator(
    value="198.51.100.7",
    type="ip",
    confidence=100,
    itype="bot_ip",
    status="active",
    source="Fleet feed",
    severity="low",
    tlp="amber",
    created="2026-01-05T06:07:08.901Z",
    modified="2026-01-05T06:07:08.901Z",
    expires="2318-07-09T20:41:16.995Z",
    id=str(V2["id"]),
)


def read(item):
    return Reader().read(item)


def test_v2():
    assert read(V2) == READ


def test_tags_are_named_and_sorted():
    tags = [{"name": "c2", "id": "1"}, {"name": "apt", "tlp": "red"}, {"name": "c2"}, {"name": " "}, {"id": "2"}, 7]
    for item in (V2 | {"tags": tags}, V1 | {"tags": tags}):
        assert read(item).tags == ("apt", "c2")
    for nothing in (None, [], "c2", {"name": "c2"}):
        assert read(V2 | {"tags": nothing}) == READ


def test_v1_of_an_address():
    assert read(V1) == Indicator(
        value="198.51.100.8",
        type="ip",
        confidence=17,
        itype="mal_ip",
        status="active",
        source="ops@fleet.example",
        severity="very-high",
        created="2026-03-01T09:08:07.000Z",
        modified="2026-03-02T10:09:08.000Z",
        id=str(V1["id"]),
    )


@pytest.mark.parametrize(
    ("change", "value", "kind"),
    [
        ({"itype": "apt_domain", "domain": "bad.example"}, "bad.example", "domain"),
        ({"itype": "mal_url", "url": "http://bad.example/"}, "http://bad.example/", "url"),
        ({"itype": "apt_email", "email": "x@bad.example"}, "x@bad.example", "email"),
        ({"itype": "mal_ipv6", "srcipv6": "2001:db8::1"}, "2001:db8::1", "ipv6"),
        ({"itype": "mal_md5", "md5": "00"}, "00", "md5"),
        ({"itype": "anon_proxy"}, "198.51.100.8", "ip"),
    ],
)
def test_v1_srcip_is_the_indicator_only_of_addresses(change, value, kind):
    indicator = read(V1 | change)
    assert (indicator.value, indicator.type) == (value, kind)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"expiration_ts": "9999-12-31T00:00:00.000Z"}, "expires", ""),
        ({"expiration_ts": None}, "expires", ""),
        ({"expiration_ts": "soon"}, "type", "unresolved"),
        ({"expiration_ts": "2318-O7-09T20:41:16.995Z"}, "type", "unresolved"),
        ({"modified_ts": "2026-01-01T02:00:00+02:00"}, "modified", "2026-01-01T00:00:00.000Z"),
        ({"confidence": None}, "confidence", -1),
        ({"confidence": "55"}, "confidence", 55),
        ({"confidence": "85.0"}, "confidence", 85),
        ({"confidence": 10**30}, "confidence", 100),
        ({"meta": None}, "severity", ""),
        ({"meta": {}}, "severity", ""),
        ({"tlp": None}, "tlp", ""),
        ({"value": " 198.51.100.7\n"}, "value", "198.51.100.7"),
        ({"value": None}, "value", ""),
        ({"value": "b\u00fccher.example"}, "value", "b\u00fccher.example"),
        ({"value": "\ud800"}, "value", "?"),
        ({"source": ["a"]}, "source", "['a']"),
    ],
)
def test_odd_objects_are_read_too(change, field, value):
    assert getattr(read(V2 | change), field) == value


def test_the_resolved_address_of_a_domain_is_not_the_indicator():
    assert read(V2 | {"type": "domain", "value": "bad.example", "ip": "192.0.2.1"}).value == "bad.example"


def test_repeating_words_are_kept_once():
    reader = Reader()
    first, second = reader.read(V2), reader.read(json.loads(json.dumps(V2)))
    assert all(getattr(first, name) is getattr(second, name) for name in ("type", "itype", "status", "source"))


@pytest.mark.parametrize("path", threatstream_pages.PAGES, ids=lambda path: path.name)
def test_whole_answers(path):
    threatstream_pages.check_every_object_is_read(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(V2 | V1)), JSON))
def test_no_object_is_unreadable(changes):
    for item in (changes, V2 | changes, V1 | changes):
        indicator = read(item)
        assert [type(value) for value in indicator] == [str, str, int] + [str] * (len(indicator) - 4) + [tuple]
        assert "\n".join(str(value) for value in indicator).encode()
        assert -1 <= indicator.confidence <= 100


PAGES = st.fixed_dictionaries(
    {},
    optional={
        "objects": st.lists(st.dictionaries(st.sampled_from(sorted(V2 | V1)), JSON, max_size=6), max_size=3) | JSON,
        "meta": JSON,
        "error": JSON,
    },
)


@given(PAGES | JSON, st.booleans())
def test_a_page_is_parsed_as_json_parses_it(page, ascii):
    text = json.dumps(page, ensure_ascii=ascii)
    body = text.encode("utf-8", "surrogatepass")
    try:
        expected = json.loads(body)
    except ValueError:
        with pytest.raises(ValueError):
            parse(body)
        return
    found = parse(body)
    if isinstance(expected, dict):
        found, expected = (
            {name: one[name] for name in Page.__annotations__ if name in one} for one in (found, expected)
        )
    if isinstance(expected, dict) and isinstance(expected.get("objects"), list):
        for pages in (expected, found):
            pages["objects"] = [
                {name: one[name] for name in Fields.__annotations__ if name in one} if isinstance(one, dict) else one
                for one in pages["objects"]
            ]
    assert json.dumps(found) == json.dumps(expected)


@pytest.mark.parametrize("body", [b"", b"{", b'{"objects": [}', b"<html>", b"[" * 100_000, b'{"objects": [{"id": 1}'])
def test_what_is_not_json_is_an_error_either_way(body):
    with pytest.raises((ValueError, RecursionError)):
        parse(body)


def test_words_that_never_repeat_do_not_pile_up():
    reader = Reader()
    for number in range(2 * MOST_WORDS):
        assert reader.read(V2 | {"tags": [{"name": f"tag{number}"}]}).tags == (f"tag{number}",)
    assert len(reader._words) <= MOST_WORDS
