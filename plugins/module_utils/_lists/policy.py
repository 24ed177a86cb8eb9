# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be published: each indicator is kept, or dropped for a counted reason. Private to the collection."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import fnmatch
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, MAX_SIZE, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain, is_ipv6, utc

MAX_PIECES = 1_000

ARGUMENT_SPEC: dict[str, t.Any] = {
    "kind": {"type": "str", "choices": list(KINDS), "default": "threatintelset"},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "exclude_itype": {"type": "list", "elements": "str", "default": []},
    "min_prefix_length": {"type": "int", "default": 8},
    "max_entries": {"type": "int"},
    "max_size": {"type": "int", "default": MAX_SIZE},
    "min_entries": {"type": "int", "default": 1},
    "max_shrink_percent": {"type": "int", "default": 50},
}

# docs/dev/threatstream.md#17
ALLOW_LISTED = ("benign_ip*", "corp_vpn_ip*", "sinkhole_*", "suppress*")
# Traffic to a sinkhole comes from an infected machine: a trusted list must not silence it.
NEVER_TRUSTED = ("sinkhole_*",)

ACTIVE = frozenset({"", "active"})
Entry: t.TypeAlias = "int | str"


class Rank(t.NamedTuple):
    """What the caps keep first: the higher confidence, then the later time."""

    confidence: int
    time: str

    def joined(self, other: Rank) -> Rank:
        return Rank(max(self.confidence, other.confidence), max(self.time, other.time))


class Policy(t.NamedTuple):
    """The options, ready for use. now: text as in Indicator."""

    kind: Kind
    excluded: _networks.Intervals
    excluded_domains: frozenset[str]
    exclude_itype: tuple[str, ...]
    min_prefix_length: int
    max_entries: int
    max_size: int
    now: str


def from_params(params: dict[str, t.Any], excluded: t.Iterable[Entry], now: datetime.datetime | None = None) -> Policy:
    """C(excluded): the networks and domains that O(exclude) names. Raises ArgumentError."""
    kind = KINDS[params["kind"]]
    max_entries = kind.max_entries if params.get("max_entries") is None else params["max_entries"]
    for option, value, lowest, highest in (
        ("min_prefix_length", params["min_prefix_length"], 0, _networks.ADDRESS_BITS),
        ("max_entries", max_entries, 1, kind.max_entries),
        ("max_size", params["max_size"], 1, MAX_SIZE),
        ("min_entries", params["min_entries"], 0, max_entries),
        ("max_shrink_percent", params["max_shrink_percent"], 0, 100),
    ):
        if not lowest <= value <= highest:
            raise ArgumentError(f"{option}: {value} is not between {lowest} and {highest} (kind: {params['kind']}).")
    entries = list(excluded)
    return Policy(
        kind=kind,
        excluded=_networks.Intervals(entry for entry in entries if isinstance(entry, int)),
        excluded_domains=frozenset(entry for entry in entries if isinstance(entry, str)),
        exclude_itype=tuple(params["exclude_itype"]),
        min_prefix_length=params["min_prefix_length"],
        max_entries=max_entries,
        max_size=params["max_size"],
        now=utc(now or datetime.datetime.now(datetime.UTC)),
    )


def parents(name: str) -> t.Iterator[str]:
    """The wildcards that hold a domain or a wildcard, narrowest first."""
    rest = name.removeprefix("*.")
    while "." in rest:
        rest = rest.partition(".")[2]
        yield f"*.{rest}"


class Judge:
    """Takes indicators one by one; keeps a rank per entry and a count per reason, and no indicator."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.dropped: collections.Counter[str] = collections.Counter()
        self.total = 0
        self.threats = 0
        self.trusted = policy.kind.trusted
        self.tlp: set[str] = set()
        self.sources: set[str] = set()
        self.ranks: dict[Entry, Rank] = {}
        self._blocked = _networks.Intervals([*_networks.NOT_ROUTABLE.networks(), *policy.excluded.networks()])
        self._itypes: dict[str, str] = {}

    def add(self, indicator: Indicator) -> str:
        """Keep the indicator (the answer is empty) or drop it for the reason that is returned and counted."""
        self.total += 1
        reason = self._withdrawn(indicator)
        if not reason:
            entries, reason = self.entries(indicator)
            if entries:
                if reason:
                    self.dropped[reason] += 1
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
        if not indicator.itype:
            return ""
        if indicator.itype not in self._itypes:
            self._itypes[indicator.itype] = self._judge_itype(indicator.itype)
        return self._itypes[indicator.itype]

    def _judge_itype(self, itype: str) -> str:
        listed = NEVER_TRUSTED if self.policy.kind.trusted else ALLOW_LISTED
        if any(fnmatch.fnmatchcase(itype, pattern) for pattern in listed):
            return "allow_listed"
        if any(fnmatch.fnmatchcase(itype, pattern) for pattern in self.policy.exclude_itype):
            return "excluded_itype"
        return ""

    def entries(self, indicator: Indicator) -> tuple[list[Entry], str]:
        """The entries that the value becomes, and why it, or a part of a range, is dropped."""
        if indicator.type not in {"ip", "domain", "ipv6"}:
            return [], indicator.type if indicator.type in {"pattern", "negated", "unresolved"} else "unsupported_type"
        value = indicator.value.strip()
        networks = _networks.parse(value)
        if networks:
            return self._routable(networks)
        name = domain(value)
        if name:
            if self.policy.kind.contents == "addresses":
                return [], "domain"
            return ([], "excluded") if self._excluded(name) else ([name], "")
        return [], "ipv6" if indicator.type == "ipv6" or is_ipv6(value) else "invalid"

    def _routable(self, networks: list[int]) -> tuple[list[Entry], str]:
        kept: list[Entry] = []
        min_prefix_length, blocked = self.policy.min_prefix_length, self._blocked
        reason = ""
        for network in networks:
            if network & _networks.PREFIX_MASK < min_prefix_length:
                reason = "too_wide"
            elif not blocked.touches(network):
                kept.append(network)
            else:
                pieces = blocked.without(network, MAX_PIECES)
                if pieces is None:
                    reason = "too_many_pieces"
                elif pieces:
                    kept += pieces
                elif not reason:
                    reason = "not_routable" if _networks.NOT_ROUTABLE.covers(network) else "excluded"
        return kept, reason

    def _excluded(self, name: str) -> bool:
        """A wildcard that holds an excluded domain cannot be split, so it is excluded too."""
        excluded = self.policy.excluded_domains
        if not excluded:
            return False
        if name in excluded or any(parent in excluded for parent in parents(name)):
            return True
        return name.startswith("*.") and any(name in parents(each) for each in excluded)

    def _keep(self, indicator: Indicator, entries: list[Entry]) -> str:
        rank = Rank(indicator.confidence, indicator.modified or indicator.created)
        known = 0
        for entry in entries:
            other = self.ranks.get(entry)
            known += other is not None
            self.ranks[entry] = rank if other is None else rank.joined(other)
        self.tlp.add(indicator.tlp)
        self.sources.add(indicator.source)
        if self.trusted and indicator.itype and self._is_threat(indicator.itype):
            self.threats += 1
        return "duplicate" if known == len(entries) else ""

    @staticmethod
    def _is_threat(itype: str) -> bool:
        return not any(fnmatch.fnmatchcase(itype, pattern) for pattern in ALLOW_LISTED)

    def merge(self) -> None:
        """Drop entries that a wider one covers; the wider takes the highest confidence and the latest time."""
        networks, names = ordered(self.ranks)
        cover, end = -1, -1
        for network in networks:
            last = _networks.last(network)
            if last <= end:
                self._cover(cover, network)
            else:
                cover, end = network, last
        for name in sorted(names, key=len, reverse=True):
            wider = next((parent for parent in parents(name) if parent in self.ranks), None)
            if wider:
                self._cover(wider, name)

    def _cover(self, wider: Entry, entry: Entry) -> None:
        self.ranks[wider] = self.ranks[wider].joined(self.ranks.pop(entry))
        self.dropped["covered"] += 1


@dataclasses.dataclass(frozen=True, slots=True)
class Cut:
    """What a cap left out. confidence: the highest among the entries that were cut."""

    option: str
    count: int
    confidence: int

    def __str__(self) -> str:
        confidence = "unknown confidence" if self.confidence < 0 else f"confidence {self.confidence} and below"
        return f"{self.option} left out {self.count} entries, those of {confidence}."


def cap(
    ranks: dict[Entry, Rank], max_entries: int, max_size: int, size: t.Callable[[Entry], int]
) -> tuple[dict[Entry, Rank], list[Cut]]:
    """The most confident entries, then the most recent, that fit both caps. C(size): bytes of one entry."""
    sizes = sum(size(entry) for entry in ranks)
    if len(ranks) <= max_entries and sizes <= max_size:
        return ranks, []
    order = sorted(ranks, key=lambda entry: (isinstance(entry, str), entry))
    order.sort(key=ranks.__getitem__, reverse=True)
    cuts = []
    if len(order) > max_entries:
        cuts.append(Cut("max_entries", len(order) - max_entries, ranks[order[max_entries]].confidence))
        order = order[:max_entries]
    used = 0
    for index, entry in enumerate(order):
        used += size(entry)
        if used > max_size:
            cuts.append(Cut("max_size", len(order) - index, ranks[entry].confidence))
            order = order[:index]
            break
    return {entry: ranks[entry] for entry in order}, cuts


def ordered(entries: t.Iterable[Entry]) -> tuple[list[int], list[str]]:
    """Networks in numeric order and domains in alphabetical order."""
    networks: list[int] = []
    names: list[str] = []
    for entry in entries:
        if isinstance(entry, int):
            networks.append(entry)
        else:
            names.append(entry)
    return sorted(networks), sorted(names)
