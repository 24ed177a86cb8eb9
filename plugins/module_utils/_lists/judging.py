# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each indicator is kept, or dropped for a counted reason. Private to the collection."""

from __future__ import annotations

import collections
import fnmatch
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists import public_suffix
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry, Rank, ordered
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import (
    Indicator,
    domain,
    is_ipv6,
    parents,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.policy import Policy

MAX_PIECES = 1_000
# The widest network that may be written with another address than its first: hosts often carry their network's mask.
HOST_BITS = 24

# What is never to be published as a threat: docs/dev/threatstream.md#17
ALLOW_LISTED = ("benign_ip*", "corp_vpn_ip*", "sinkhole_*", "suppress*")
# Traffic to a sinkhole comes from an infected machine: a trusted list must not silence it.
NEVER_TRUSTED = ("sinkhole_*",)

ACTIVE = frozenset({"", "active"})


class _Judged(dict[str, str]):
    """The reason for each word, judged once."""

    def __init__(self, judge: t.Callable[[str], str]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, word: str) -> str:
        self[word] = reason = self._judge(word)
        return reason


class Judge:
    """Takes indicators one by one; keeps a rank per entry and a count per reason, and no indicator.

    note: called with each indicator that is kept, and the entries that it becomes.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.dropped: collections.Counter[str] = collections.Counter()
        self.total = 0
        self.threats = 0
        self.trusted = policy.kind.trusted
        self.tlp: set[str] = set()
        self.host_bits = 0
        self.benign: set[Entry] = set()
        self.ranks: dict[Entry, Rank] = {}
        blocked = [*_networks.NOT_ROUTABLE.networks()]
        for exclusion in policy.exclusions:
            blocked += exclusion.addresses.networks()
        self._blocked = _networks.Intervals(blocked)
        self._itypes = _Judged(self._judge_itype)
        self.note: t.Callable[[Indicator, list[Entry]], None] | None = None

    def add(self, indicator: Indicator) -> str:
        """Keep the indicator and return an empty text, or drop it, count the reason and return it.

        A duplicate is kept by the entry that is there, and counted too.
        """
        self.total += 1
        reason = self._withdrawn(indicator)
        if reason and self.policy.benign_wins and (reason == "allow_listed" or indicator.status == "falsepos"):
            self.benign.update(self.entries(indicator)[0])
        if not reason:
            entries, reason = self.entries(indicator)
            if entries:
                reason = self._keep(indicator, entries)
        if reason:
            self.dropped[reason] += 1
        return reason

    def _withdrawn(self, indicator: Indicator) -> str:
        if indicator.status not in ACTIVE:
            return "inactive"
        if indicator.expires and indicator.expires <= self.policy.now:
            return "expired"
        if indicator.valid_from and indicator.valid_from > self.policy.now:
            return "not_yet_valid"
        return self._itypes[indicator.itype]

    def _judge_itype(self, itype: str) -> str:
        if not itype:
            return ""
        listed = NEVER_TRUSTED if self.policy.kind.trusted else ALLOW_LISTED
        if any(fnmatch.fnmatchcase(itype, pattern) for pattern in listed):
            return "allow_listed"
        if any(fnmatch.fnmatchcase(itype, pattern) for pattern in self.policy.exclude_itype):
            return "excluded_itype"
        return ""

    def entries(self, indicator: Indicator) -> tuple[list[Entry], str]:
        """Return the entries that the value becomes and an empty text, or no entries and why it is dropped."""
        if indicator.type not in {"ip", "domain", "ipv6"}:
            return [], indicator.type if indicator.type in {"pattern", "negated", "unresolved"} else "unsupported_type"
        value = indicator.value.strip()
        host = _networks.host(value)
        if host is not None:
            return ([], self.blocked_by([host])) if self._blocked.touches(host) else ([host], "")
        networks = _networks.parse(value)
        if networks:
            return self._of_networks(value, networks)
        name = domain(value)
        if name:
            reason = "domain" if not self.policy.kind.holds_entities else self._refused(name)
            return ([], reason) if reason else ([name], "")
        return [], "ipv6" if indicator.type == "ipv6" or is_ipv6(value) else "invalid"

    def _of_networks(self, value: str, networks: list[int]) -> tuple[list[Entry], str]:
        """Return the entries that a network or range is published as, or why it is not."""
        if "/" in value and _networks.has_host_bits(value):
            if networks[0] & _networks.PREFIX_MASK < HOST_BITS:
                return [], "too_wide"
            self.host_bits += 1
        return self._routable(networks)

    def _routable(self, networks: list[int]) -> tuple[list[Entry], str]:
        """Return what is left of networks beside what is blocked, or why nothing is.

        The networks are one, or all that make up a range, which is judged as a whole.
        """
        if self._too_wide(networks):
            return [], "too_wide"
        kept: list[Entry] = []
        blocked = self._blocked
        for network in networks:
            if not blocked.touches(network):
                kept.append(network)
            else:
                pieces = blocked.without(network, MAX_PIECES)
                if pieces is None:
                    return [], "too_many_pieces"
                kept += pieces
        return (kept, "") if kept else ([], self.blocked_by(networks))

    def blocked_by(self, networks: t.Iterable[int]) -> str:
        """Return why no entry may hold these networks, empty where some may."""
        if all(map(_networks.NOT_ROUTABLE.covers, networks)):
            return "not_routable"
        for exclusion in self.policy.exclusions:
            if any(map(exclusion.addresses.touches, networks)):
                return exclusion.reason
        return ""

    def _too_wide(self, networks: list[int]) -> bool:
        widest = self.policy.min_prefix_length
        if len(networks) == 1:
            return networks[0] & _networks.PREFIX_MASK < widest
        addresses = sum(map(_networks.size, networks))
        return addresses > 1 << _networks.ADDRESS_BITS - widest

    def _refused(self, name: str) -> str:
        """Return why a domain may not be listed, empty where it may.

        Nor may a wildcard that holds an excluded domain, since it cannot be split.
        """
        if public_suffix.holds(name):
            return "public_suffix"
        for exclusion in self.policy.exclusions:
            excluded = exclusion.domains
            if not excluded:
                continue
            if name in excluded or any(parent in excluded for parent in parents(name)):
                return exclusion.reason
            if name.startswith("*."):
                apex = self.policy.exclude_wildcards and name.removeprefix("*.") in excluded
                if apex or any(name in parents(each) for each in excluded):
                    return exclusion.reason
        return ""

    def _keep(self, indicator: Indicator, entries: list[Entry]) -> str:
        rank = Rank(indicator.confidence, indicator.modified or indicator.created)
        known, ranks = 0, self.ranks
        for entry in entries:
            other = ranks.setdefault(entry, rank)
            if other is not rank:
                known += 1
                ranks[entry] = rank.joined(other)
        if self.note:
            self.note(indicator, entries)
        self.tlp.add(indicator.tlp)
        if self.trusted and indicator.itype and self._is_threat(indicator.itype):
            self.threats += 1
        return "duplicate" if known == len(entries) else ""

    @staticmethod
    def _is_threat(itype: str) -> bool:
        return not any(fnmatch.fnmatchcase(itype, pattern) for pattern in ALLOW_LISTED)

    def merge(self) -> None:
        """Drop entries that a wider one covers; the wider takes the highest confidence and the latest time.

        Before that, with O(benign_wins), what any source calls benign is taken out.
        """
        if self.benign:
            self._take_out_benign()
        networks, names = ordered(self.ranks)
        cover, end = -1, -1
        for network in networks:
            # Of two networks that touch, one holds the other.
            if _networks.first(network) <= end:
                self._cover(cover, network)
            else:
                cover, end = network, _networks.last(network)
        for name in sorted(names, key=len, reverse=True):
            wider = next((parent for parent in parents(name) if parent in self.ranks), None)
            if wider:
                self._cover(wider, name)

    def _take_out_benign(self) -> None:
        benign = _networks.Intervals(entry for entry in self.benign if isinstance(entry, int))
        for entry, rank in list(self.ranks.items()):
            if isinstance(entry, str):
                left: list[int] | None = []
                disputed = entry in self.benign or any(parent in self.benign for parent in parents(entry))
            else:
                disputed = benign.touches(entry)
                left = benign.without(entry, MAX_PIECES) if disputed else []
            if disputed:
                del self.ranks[entry]
                self.ranks |= {piece: rank.joined(self.ranks.get(piece, rank)) for piece in left or []}
                self.dropped["disputed"] += not left

    def _cover(self, wider: Entry, entry: Entry) -> None:
        self.ranks[wider] = self.ranks[wider].joined(self.ranks.pop(entry))
        self.dropped["covered"] += 1
