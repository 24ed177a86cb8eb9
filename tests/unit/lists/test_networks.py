# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as integers do what C(ipaddress) objects do."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists import shipped
from hypothesis import given
from hypothesis import strategies as st

ADDRESSES = st.integers(0, 2**32 - 1)


@st.composite
def networks(draw, shortest=0):
    length = draw(st.integers(shortest, 32))
    host = 32 - length
    return _networks.pack(draw(ADDRESSES) >> host << host, length)


def reference(network):
    return ipaddress.ip_network((_networks.first(network), _networks.prefix(network)))


@given(networks())
def test_text_parses_to_the_same_network(network):
    assert _networks.parse(_networks.text(network)) == [network]
    assert _networks.first(network) == int(reference(network).network_address)
    assert _networks.last(network) == int(reference(network).broadcast_address)
    assert _networks.bounds(network) == (str(reference(network)[0]), str(reference(network)[-1]))


@given(st.lists(networks()))
def test_order_is_numeric_with_the_wider_first(many):
    assert [reference(network) for network in sorted(many)] == sorted(reference(network) for network in many)


@given(ADDRESSES, ADDRESSES)
def test_a_range_is_the_fewest_networks_in_either_direction(one, other):
    start, end = (ipaddress.ip_address(number) for number in sorted((one, other)))
    expected = list(ipaddress.summarize_address_range(start, end))
    assert [reference(network) for network in _networks.parse(f"{start} - {end}")] == expected
    assert [reference(network) for network in _networks.parse(f"{end}-{start}")] == expected


@given(st.text(max_size=20) | st.from_regex(r"[0-9./ -]{1,24}", fullmatch=True))
def test_what_is_not_ipv4_gives_nothing_and_what_is_agrees_with_ipaddress(value):
    parsed = _networks.parse(value)
    if "/" in value and "-" not in value:
        try:
            expected = [ipaddress.IPv4Network(value, strict=False)]
        except ValueError:
            return
        assert [reference(network) for network in parsed] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("192.0.2.7/32", ["192.0.2.7"]),
        ("192.0.2.7/24", ["192.0.2.0/24"]),
        ("192.0.2.7/255.255.255.0", ["192.0.2.0/24"]),
        ("192.0.2.0 - 192.0.2.2", ["192.0.2.0/31", "192.0.2.2"]),
        ("0.0.0.0-255.255.255.255", ["0.0.0.0/0"]),
    ],
)
def test_forms(value, expected):
    assert [_networks.text(network) for network in _networks.parse(value)] == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1.2.3",
        "01.2.3.4",
        "1.2.3.256",
        "1.2.3.4/33",
        "1.2.3.4/-1",
        "1.2.3.4/",
        "1.2.3.4/255.0.255.0",
        "1.2.3.4:80",
        "1.2.3.4\0",
        "1.2.3.4-",
        "1.2.3.4-7",
        "٣.2.1.4",
        "2001:db8::1",
    ],
)
def test_no_ipv4(value):
    assert _networks.parse(value) == []


def test_the_special_ranges_are_ours_and_not_those_of_the_python_release():
    bogons = shipped.load("bogons").addresses
    for routable in ("1.1.1.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "223.255.255.255", "100.128.0.0"):
        assert not _networks.NOT_ROUTABLE.touches(_networks.parse(routable)[0])
        assert not bogons.touches(_networks.parse(routable)[0])
    for nowhere in ("0.1.2.3", "127.0.0.1", "169.254.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255"):
        assert _networks.NOT_ROUTABLE.touches(_networks.parse(nowhere)[0])
    for inside in ("10.0.0.1", "100.64.0.1", "172.31.255.255", "192.168.0.1", "198.19.255.255", "203.0.113.9"):
        assert bogons.touches(_networks.parse(inside)[0])


def members(networks):
    return {number for network in networks for number in range(_networks.first(network), _networks.last(network) + 1)}


@given(st.lists(networks(shortest=26).map(lambda n: _networks.parse(_networks.text(n & 0xFF00003F | 1 << 37))[0])))
def test_intervals_hold_what_the_networks_hold(many):
    held = _networks.Intervals(many)
    assert members(held.networks()) == members(many)
    assert all(held.covers(network) and held.touches(network) for network in many)


SMALL = st.builds(
    lambda length, number: _networks.parse(f"10.0.0.{number}/{length}")[0], st.integers(24, 32), st.integers(0, 255)
)


@given(st.lists(SMALL), SMALL)
def test_without_leaves_exactly_the_rest(blocked, network):
    held = _networks.Intervals(blocked)
    rest = held.without(network, 1_000)
    assert members(rest) == members([network]) - members(blocked)
    assert held.touches(network) == bool(members([network]) & members(blocked))
    assert held.covers(network) == (not rest)
    for limit in range(4):
        assert (held.without(network, limit) is None) == (len(rest) > limit)
