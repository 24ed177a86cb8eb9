# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as people write them, one by one."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks, spelling
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "value", "kind", "rewritten"),
    [
        ("45.0.0.1", "45.0.0.1", "ip", ()),
        ("45.0.0.0/24", "45.0.0.0/24", "ip", ()),
        ("45.0.0.1:8080", "45.0.0.1", "ip", ("port_stripped",)),
        ("45.0.0.1|8080", "45.0.0.1", "ip", ("port_stripped",)),
        ("evil.example.net:443", "evil.example.net", "domain", ("port_stripped",)),
        ("45[.]0[.]0[.]1[:]8080", "45.0.0.1", "ip", ("refanged", "port_stripped")),
        ("45.0.0[.1", "45.0.0.1", "ip", ("refanged",)),
        (r"evil\.example\.net", "evil.example.net", "domain", ("refanged",)),
        ("hXXp://evil[.]example.net/a", "http://evil.example.net/a", "url", ("refanged",)),
        ("45.0.0.30-40", "45.0.0.30-45.0.0.40", "ip", ("range_completed",)),
        ("[2001:db8::1]:443", "2001:db8::1", "ipv6", ()),
        ("45.0.0.1:99999", "45.0.0.1:99999", "", ()),
        ("45.0.0.1:0", "45.0.0.1:0", "", ()),
        ("45.0.0.40-30", "45.0.0.40-30", "", ()),
        ("45.0.0.30-256", "45.0.0.30-256", "", ()),
        ("45.0.0.1/index.html", "45.0.0.1/index.html", "", ()),
        ("45.0.0.0/24:80", "45.0.0.0/24:80", "", ()),
        ("45[.]0[.]0", "45[.]0[.]0", "", ()),
        ("2026-11-20", "2026-11-20", "", ()),
        ("10:00:14", "10:00:14", "", ()),
        ("x" * 5_000, "x" * 5_000, "", ()),
    ],
)
def test_one_value(text, value, kind, rewritten):
    assert spelling.spell(text) == (value, kind, rewritten)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://45.0.0.1:8080/a?b#c", "45.0.0.1"),
        ("https://user:secret@evil.example.net/", "evil.example.net"),
        ("http://45.0.0.1@evil.example.net/", "evil.example.net"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("http://[broken/", ""),
        ("http://localhost/", ""),
        ("http://0x2d000001/", ""),
        ("http://45.0.0.1-45.0.0.9/", ""),
    ],
)
def test_the_host_of_a_url(url, host):
    assert spelling.host_of(url) == host


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("45.0.0.1 45.0.0.2", ["45.0.0.1", "45.0.0.2"]),
        ("45.0.0.1, evil.example.net; 45.0.0.2:80", ["45.0.0.1", "evil.example.net", "45.0.0.2"]),
        ("'45.0.0.1',", ["45.0.0.1"]),
        ("45.0.0.1 is evil", ["45.0.0.1 is evil"]),
        ("go to evil.example.net", ["go to evil.example.net"]),
    ],
)
def test_several_values_in_a_line_are_taken_only_whole(line, found):
    assert [each.value for each in spelling.values(line, Reading())] == found


@given(st.text(alphabet="0123456789./-:[]() ,;hxtp\"'", max_size=40), st.booleans())
def test_no_address_is_invented(text, host_of_url):
    fanged = spelling.refang(text)
    for indicator in spelling.values(text, Reading(host_of_url=host_of_url)):
        if networks.parse(indicator.value):
            start, _dash, end = indicator.value.partition("-")
            assert start.strip() in fanged
            assert end.strip().rpartition(".")[2] in fanged


@given(st.text(max_size=60))
def test_nothing_is_lost(text):
    assert spelling.values(text, Reading())
