# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values become domains or IPv6, times become text that sorts."""

from __future__ import annotations

import datetime

import idna
import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import indicators
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import domain, is_ipv6, timestamp, utc
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("*.Example.com", "*.example.com"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("*.BÜCHER。example.", "*.xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("_dmarc.straße.de", "_dmarc.xn--strae-oqa.de"),
        ("*.XN--BCHER-KVA.xn--p1ai.", "*.xn--bcher-kva.xn--p1ai"),
        ("not-xn--label.example", "not-xn--label.example"),
        ("xn--bcher-kvb.example", ""),
        ("xn--99zzzz.example", ""),
        ("xn--a.example", ""),
        ("xn--example-.com", ""),
        ("bücher.xn--a.example", ""),
        ("example.xn--a", ""),
        ("xn--ls8h.la", ""),
        ("\uff45xample.com", "example.com"),
        ("☃.example", ""),
        ("-ü.example", ""),
        ("ü" * 64 + ".example", ""),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
        ("a" * 64 + ".com", ""),
        (".".join(["abc"] * 80), ""),
        ("localhost", ""),
        ("example..com", ""),
        ("-a.example.com", ""),
        ("a.*.example.com", ""),
        ("*", ""),
        ("*.", ""),
        ("1.2.3.4", ""),
        ("1.2.3", ""),
        ("http://example.com/", ""),
        ("example.com/x", ""),
        ("a b.example.com", ""),
        ("", ""),
    ],
)
def test_domains(value, expected):
    assert domain(value) == expected


def test_a_domain_beyond_ascii_asks_for_idna(monkeypatch):
    monkeypatch.setattr(indicators, "HAS_IDNA", False)
    assert domain("example.com") == "example.com"
    with pytest.raises(ThreatlistsError, match="Python library idna"):
        domain("bücher.example")
    with pytest.raises(ThreatlistsError, match="Python library idna"):
        domain("xn--fiqs8s.example")


LABELS = st.text(st.characters(codec="ascii", categories=["Ll", "Nd"]) | st.just("-"), max_size=20)


@given(LABELS | st.text(min_size=1, max_size=12).map(lambda text: text.encode("punycode").decode("ascii").lower()))
def test_punycode_is_a_domain_only_where_idna_reads_it_and_would_write_it_so(rest):
    label = f"xn--{rest}"
    try:
        expected = idna.encode(idna.decode(f"{label}.example")).decode("ascii")
    except idna.IDNAError:
        expected = ""
    assert domain(f"{label}.example") == (expected if expected == f"{label}.example" else "")


@given(st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=12))
def test_what_idna_writes_is_a_domain(text):
    try:
        name = idna.encode(f"{text}.example").decode("ascii")
    except idna.IDNAError:
        name = ""
    written = f"xn--{text.encode('punycode').decode('ascii')}.example"
    assert domain(name) == name
    assert name or not domain(written)


@given(st.lists(st.sampled_from([*indicators.TLP_MARKS, "", "purple", "RED"])))
def test_the_strictest_mark_counts(marks):
    known = [mark for mark in indicators.TLP_MARKS if mark in {each.lower() for each in marks}]
    assert indicators.strictest(set(marks)) == (known[0] if known else "")


@given(st.text())
def test_a_domain_is_ascii_and_its_own_domain(value):
    name = domain(value)
    assert name.isascii()
    assert domain(name) == name


@pytest.mark.parametrize("value", ["::", "2001:DB8::1", "2001:db8::/32", "fe80::1%eth0", "::1-::2", "::ffff:1.2.3.4"])
def test_ipv6(value):
    assert is_ipv6(value)


@pytest.mark.parametrize("value", ["", "1.2.3.4", "d2:fb:49:24:37:18", "example.com", ":", "1.2.3.4-::1"])
def test_not_ipv6(value):
    assert not is_ipv6(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.678901+02:00", "2026-01-02T01:04:05.678Z"),
        (" 2026-01-02T03:04:05 ", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02", "2026-01-02T00:00:00.000Z"),
        ("06/09/14 10:00:00 AM", ""),
        ("", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("0999-01-02T00:00:00", "0999-01-02T00:00:00.000Z"),
    ],
)
def test_times(text, expected):
    assert timestamp(text) == expected


@given(*[st.datetimes(min_value=datetime.datetime(1970, 1, 1), timezones=st.just(datetime.UTC))] * 2)
def test_order_of_texts_is_order_of_times(one, other):
    if one.replace(microsecond=0) < other.replace(microsecond=0):
        assert utc(one) < utc(other)
    assert timestamp(utc(one)) == utc(one)
