# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is published, what is dropped and why."""

from __future__ import annotations

import collections
import datetime
import ipaddress

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._lists import caps, judging, shipped
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy as _policy
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
DEFAULTS = {name: option.get("default") for name, option in _policy.ARGUMENT_SPEC.items()}


def entries(*texts):
    return [entry for text in texts for entry in (_networks.parse(text) or [text])]


def judged(indicators, exclude=(), **options):
    judge = judging.Judge(_policy.from_params(DEFAULTS | options, entries(*exclude), NOW))
    for indicator in indicators:
        judge.add(indicator if isinstance(indicator, Indicator) else Indicator(indicator))
    judge.merge()
    return judge


def texts(judge):
    networks, domains = caps.ordered(judge.ranks)
    return [*map(_networks.text, networks), *domains]


@pytest.mark.parametrize(
    ("indicator", "options", "reason"),
    [
        (Indicator("45.0.0.1", status="inactive"), {}, "inactive"),
        (Indicator("45.0.0.1", status="falsepos"), {}, "inactive"),
        (Indicator("45.0.0.1", expires="2026-06-01T00:00:00.000Z"), {}, "expired"),
        (Indicator("45.0.0.1", itype="benign_ip"), {}, "allow_listed"),
        (Indicator("45.0.0.1", itype="corp_vpn_ip"), {}, "allow_listed"),
        (Indicator("45.0.0.1", itype="sinkhole_ip"), {}, "allow_listed"),
        (Indicator("45.0.0.1", itype="sinkhole_ipv6"), {}, "allow_listed"),
        (Indicator("45.0.0.1", itype="suppress"), {}, "allow_listed"),
        (Indicator("45.0.0.1", itype="sinkhole_ip"), {"kind": "ipset"}, "allow_listed"),
        (Indicator("45.0.0.1", itype="tor_ip"), {"exclude_itype": ["tor_*"]}, "excluded_itype"),
        (Indicator("10.1.2.3"), {}, "excluded_bogons"),
        (Indicator("100.64.0.1-100.64.0.9"), {"exclude_defaults": ["bogons"]}, "excluded_bogons"),
        (Indicator("198.19.0.0/16"), {"exclude_defaults": False, "exclude": ["bogons"]}, "excluded_bogons"),
        (Indicator("192.0.2.0/24"), {"kind": "ipset"}, "excluded_bogons"),
        (Indicator("239.0.0.0/16"), {}, "not_routable"),
        (Indicator("127.0.0.1"), {"exclude_defaults": False}, "not_routable"),
        (Indicator("169.254.169.254"), {"exclude_defaults": False, "kind": "ipset"}, "not_routable"),
        (Indicator("2001:db8::1"), {}, "ipv6"),
        (Indicator("something", type="ipv6"), {}, "ipv6"),
        (Indicator("44.0.0.0/7"), {"kind": "ipset"}, "too_wide"),
        (Indicator("44.0.0.0/15"), {}, "too_wide"),
        (Indicator("8.8.8.8"), {}, "excluded_public_resolvers"),
        (Indicator("52.94.76.1"), {"exclude": ["aws"]}, "excluded_aws"),
        (Indicator("co.uk"), {"kind": "threatentityset"}, "public_suffix"),
        (Indicator("*.github.io"), {"kind": "threatentityset"}, "public_suffix"),
        (Indicator("*.google.com"), {"kind": "threatentityset", "exclude": ["top_domains"]}, "excluded_top_domains"),
        (Indicator("0.0.0.0/0"), {}, "too_wide"),
        (Indicator("0.0.0.0-255.255.255.255"), {}, "too_wide"),
        (Indicator("45.0.0.0/16"), {"min_prefix_length": 24}, "too_wide"),
        (Indicator("1.0.0.1-254.255.255.254"), {}, "too_wide"),
        (Indicator("0.0.0.1-255.255.255.255"), {}, "too_wide"),
        (Indicator("45.0.0.1-45.1.0.1"), {"min_prefix_length": 16}, "too_wide"),
        (Indicator("8.8.8.8/8"), {}, "too_wide"),
        (Indicator("45.0.0.1/23"), {}, "too_wide"),
        (Indicator("45.0.0.1/255.255.0.0"), {}, "too_wide"),
        (Indicator("45.1.0.1"), {"exclude": ["45.1.0.0/16"]}, "excluded"),
        (Indicator("45.0.0.1:80"), {}, "invalid"),
        (Indicator(""), {}, "invalid"),
        (Indicator("evil.example.com", type="domain"), {}, "domain"),
        (Indicator("evil.example.com"), {}, "domain"),
        (Indicator("http://x", type="url"), {}, "unsupported_type"),
        (Indicator("x@example.com", type="email"), {}, "unsupported_type"),
        (Indicator("45.0.", type="pattern"), {}, "pattern"),
        (Indicator("45.0.0.1", type="negated"), {}, "negated"),
        (Indicator("a:b", type="unresolved"), {}, "unresolved"),
    ],
)
def test_each_reason(indicator, options, reason):
    judge = judged([indicator], **options)
    assert judge.dropped == {reason: 1}
    assert judge.ranks == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" 45.0.0.1 ", ["45.0.0.1"]),
        ("45.0.0.1/32", ["45.0.0.1"]),
        ("45.0.0.1/24", ["45.0.0.0/24"]),
        ("45.0.0.255-45.0.0.252", ["45.0.0.252/30"]),
        ("203.0.112.0/23", ["203.0.112.0/24"]),
        ("100.0.0.0/8", ["100.0.0.0/10", "100.128.0.0/9"]),
    ],
)
def test_values_are_normalised_and_split_around_bogons(value, expected):
    judge = judged([value], min_prefix_length=8)
    assert texts(judge) == expected
    assert not judge.dropped


def test_shipped_exclusions_can_be_switched_off_and_leave_trusted_lists_alone():
    both = ["8.8.8.8", "10.1.2.3"]
    assert texts(judged(both)) == []
    for nothing in (False, "no", []):
        assert texts(judged(both, exclude_defaults=nothing)) == both
    assert texts(judged(both, exclude_defaults=["bogons"])) == ["8.8.8.8"]
    assert texts(judged(both, exclude_defaults=["public_resolvers"], kind="ipset")) == ["10.1.2.3"]
    assert texts(judged(both, kind="ipset")) == ["8.8.8.8"]
    assert texts(judged(both, kind="ipset", exclude_defaults=False)) == both
    assert members(texts(judged(["8.8.8.0/24"]))) == members(["8.8.8.0/24"]) - members(["8.8.8.8"])
    wide = judged(["*.example.com"], ["example.com"], kind="threatentityset", exclude_wildcards=False)
    assert texts(wide) == ["*.example.com"]


@pytest.mark.parametrize("name", shipped.TEXTS)
def test_every_word_of_a_shipped_set_is_a_network_or_a_domain(name):
    for word in shipped.TEXTS[name].split():
        assert _networks.parse(word) or domain(word) == word
    assert shipped.load(name).addresses or shipped.load(name).domains


@pytest.mark.parametrize("benign", [{"status": "falsepos"}, {"itype": "benign_ip"}])
def test_what_one_source_calls_benign_wins_over_another_where_asked(benign):
    indicators = [
        Indicator("45.0.0.0/30", itype="c2_ip"),
        Indicator("45.0.1.1"),
        Indicator("45.0.0.1", **benign),
        Indicator("45.0.1.1", **benign),
        Indicator("bad.example.com"),
        Indicator("bad.example.com", type="domain", **benign),
    ]
    judge = judged(indicators, kind="threatentityset", benign_wins=True)
    assert texts(judge) == ["45.0.0.0", "45.0.0.2/31"]
    assert judge.dropped["disputed"] == 2
    assert texts(judged(indicators)) == ["45.0.0.0/30", "45.0.1.1"]
    other = judged(indicators[::-1], kind="threatentityset", benign_wins=True)
    assert other.ranks == judge.ranks


def test_a_range_is_judged_as_a_whole():
    judge = judged(["45.0.0.128-45.1.0.127"], min_prefix_length=16)
    assert members(texts(judge)) == members(["45.0.0.128-45.1.0.127"])
    assert not judge.dropped


def test_host_bits_of_a_small_network_are_kept_and_counted():
    judge = judged(["45.0.0.1/24", "45.0.1.0/24", "45.0.2.9/255.255.255.0", "45.0.3.1/32"])
    assert texts(judge) == ["45.0.0.0/24", "45.0.1.0/24", "45.0.2.0/24", "45.0.3.1"]
    assert judge.host_bits == 2


def test_trusted_lists_take_what_is_harmless_and_say_what_is_not():
    judge = judged([Indicator("45.0.0.1", itype="benign_ip"), Indicator("45.0.0.2", itype="c2_ip")], kind="ipset")
    assert texts(judge) == ["45.0.0.1", "45.0.0.2"]
    assert judge.threats == 1


def test_exclusions_split_and_a_part_that_cannot_be_kept_is_counted():
    assert texts(judged(["45.0.0.0/30"], exclude=["45.0.0.1"])) == ["45.0.0.0", "45.0.0.2/31"]
    pieces = [f"45.{number // 256}.{number % 256}.1" for number in range(1_500)]
    judge = judged(["45.0.0.0/8", "46.0.0.0/8"], exclude=pieces, min_prefix_length=8)
    assert judge.dropped == {"too_many_pieces": 1}
    assert texts(judge) == ["46.0.0.0/8"]


@pytest.mark.parametrize(
    ("value", "exclude", "kept"),
    [
        ("example.com", [], True),
        ("EXAMPLE.com.", ["example.com"], False),
        ("www.example.com", ["example.com"], True),
        ("www.example.com", ["*.example.com"], False),
        ("example.com", ["*.example.com"], True),
        ("*.example.com", ["www.example.com"], False),
        ("*.example.com", ["*.www.example.com"], False),
        ("*.www.example.com", ["*.example.com"], False),
        ("*.example.com", ["www.example.org"], True),
        ("*.example.com", ["example.com"], False),
    ],
)
def test_excluded_domains(value, exclude, kept):
    judge = judged([value], exclude, kind="threatentityset")
    assert bool(judge.ranks) == kept
    assert judge.dropped == ({} if kept else {"excluded": 1})


def test_duplicates_and_covered_entries_give_their_confidence_and_time():
    judge = judged(
        [
            Indicator("45.0.0.0/24", confidence=10, modified="2026-01-01T00:00:00.000Z"),
            Indicator("45.0.0.0/24", confidence=20, created="2026-01-02T00:00:00.000Z"),
            Indicator("45.0.0.7", confidence=30, modified="2025-01-01T00:00:00.000Z"),
            Indicator("45.0.0.0/25", confidence=-1, modified="2026-01-03T00:00:00.000Z"),
            Indicator("a.b.example.com", confidence=50),
            Indicator("*.b.example.com", confidence=5),
            Indicator("*.example.com", confidence=1),
        ],
        kind="threatentityset",
    )
    assert judge.ranks == {
        entries("45.0.0.0/24")[0]: (30, "2026-01-03T00:00:00.000Z"),
        "*.example.com": (50, ""),
    }
    assert judge.dropped == {"duplicate": 1, "covered": 4}
    assert judge.total == 7


HOSTS = st.integers(0, 255).map(lambda number: f"45.0.0.{number}")
NETWORKS = st.builds(
    lambda number, length: str(ipaddress.ip_network((f"45.0.0.{number}", length), strict=False)),
    st.integers(0, 255),
    st.integers(24, 32),
)
RANGES = st.tuples(HOSTS, HOSTS).map("-".join)
VALUES = HOSTS | NETWORKS | RANGES


def members(values):
    return {n for v in values for e in _networks.parse(v) for n in range(_networks.first(e), _networks.last(e) + 1)}


@given(st.lists(VALUES), st.lists(HOSTS | NETWORKS))
def test_the_list_holds_every_address_that_is_not_excluded_once(values, exclude):
    judge = judged(values, exclude)
    listed = texts(judge)
    assert members(listed) == members(values) - members(exclude)
    assert sum(ipaddress.ip_network(text).num_addresses for text in listed) == len(members(listed))
    assert set(judge.dropped) <= {"excluded", "duplicate", "covered"}
    assert judge.total == len(values)


ANY = st.builds(
    Indicator,
    value=VALUES | st.sampled_from(["10.0.0.1", "x", "::1", "a.example.com", "*.example.com", "0.0.0.0/0", ""]),
    type=st.sampled_from(["ip", "ipv6", "domain", "url", "pattern"]),
    confidence=st.integers(-1, 100),
    itype=st.sampled_from(["", "c2_ip", "benign_ip", "suppress"]),
    status=st.sampled_from(["active", "inactive"]),
    modified=st.sampled_from(["", "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]),
    expires=st.sampled_from(["", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"]),
)


@given(st.lists(ANY), st.sampled_from(sorted(KINDS)), st.randoms())
def test_each_indicator_is_kept_or_counted_and_the_order_does_not_matter(indicators, kind, random):
    judge = judging.Judge(_policy.from_params(DEFAULTS | {"kind": kind}, [], NOW))
    reasons = [judge.add(indicator) for indicator in indicators]
    assert judge.dropped == collections.Counter(filter(None, reasons))
    judge.merge()
    shuffled = random.sample(indicators, len(indicators))
    other = judged(shuffled, kind=kind)
    assert other.ranks == judge.ranks
    # Of a range and the networks it takes, whichever comes last is the duplicate.
    assert {**other.dropped, "duplicate": 0} == {**judge.dropped, "duplicate": 0}


@given(
    st.dictionaries(
        VALUES.map(lambda v: _networks.parse(v)[0]) | st.sampled_from(["a.example.com", "b.example.com"]),
        st.builds(caps.Rank, st.integers(-1, 3), st.sampled_from(["", "2026"])),
    ),
    st.integers(1, 8),
    st.integers(0, 60),
)
def test_caps_keep_the_most_confident_then_the_most_recent(ranks, max_entries, max_size):
    def size(entry):
        return len(str(entry))

    kept, cuts = caps.cap(ranks, max_entries, max_size, size)
    assert len(kept) <= max_entries
    assert sum(map(size, kept)) <= max_size
    assert len(kept) + sum(cut.count for cut in cuts) == len(ranks)
    out = [ranks[entry] for entry in ranks if entry not in kept]
    assert not out or not kept or min(kept.values()) >= max(out)
    if cuts:
        assert max(cut.confidence for cut in cuts) == max(rank.confidence for rank in out)
    backwards, _cuts = caps.cap(dict(reversed(ranks.items())), max_entries, max_size, size)
    assert backwards == kept


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_entries": 250_001}, "max_entries"),
        ({"max_entries": 2_001, "kind": "ipset"}, "max_entries"),
        ({"max_entries": 0}, "max_entries"),
        ({"max_size": 35_000_001}, "max_size"),
        ({"min_prefix_length": 33}, "min_prefix_length"),
        ({"min_entries": -1}, "min_entries"),
        ({"min_entries": 1_001, "kind": "threatentityset"}, "min_entries"),
        ({"max_shrink_percent": 101}, "max_shrink_percent"),
        ({"max_growth_percent": -1}, "max_growth_percent"),
        ({"max_addresses": 0}, "max_addresses"),
        ({"exclude_defaults": ["aws"]}, "exclude_defaults: 'aws' is neither"),
        ({"exclude_defaults": "bogon"}, "exclude_defaults: 'bogon' is neither"),
    ],
)
def test_options_that_cannot_be_meant(options, message):
    with pytest.raises(ArgumentError, match=message):
        _policy.from_params(DEFAULTS | options, [], NOW)


@pytest.mark.parametrize(
    ("kind", "max_entries"),
    [("threatintelset", 250_000), ("ipset", 2_000), ("threatentityset", 1_000), ("trustedentityset", 1_000)],
)
def test_the_caps_are_those_of_the_kind(kind, max_entries):
    policy = _policy.from_params(DEFAULTS | {"kind": kind}, [], NOW)
    assert (policy.max_entries, policy.max_size) == (max_entries, 35_000_000)
