# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be published: the options of the policy, checked and ready for use. Private to the collection."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KIND_SPEC, KINDS, MAX_SIZE, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists import shipped
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import utc
from ansible_collections.threatlists.aws.plugins.module_utils._lists.shipped import Exclusion

ARGUMENT_SPEC: dict[str, t.Any] = {
    "kind": KIND_SPEC,
    "exclude": {"type": "list", "elements": "str", "default": []},
    "exclude_defaults": {"type": "raw", "default": True},
    "exclude_wildcards": {"type": "bool", "default": True},
    "exclude_itype": {"type": "list", "elements": "str", "default": []},
    "benign_wins": {"type": "bool", "default": False},
    "min_prefix_length": {"type": "int"},
    "max_addresses": {"type": "int"},
    "max_entries": {"type": "int"},
    "max_size": {"type": "int", "default": MAX_SIZE},
    "min_entries": {"type": "int", "default": 1},
    "max_shrink_percent": {"type": "int", "default": 50},
    "max_growth_percent": {"type": "int"},
}
# Prefix lengths. A wider entry of a threat list was not meant; a trusted list may hold a company's own networks.
WIDEST_THREAT, WIDEST_TRUSTED = 16, 8
MAX_ADDRESSES = 1 << 24
# A template may turn a boolean into text.
YES, NO = frozenset({"true", "yes"}), frozenset({"false", "no"})


class Policy(t.NamedTuple):
    """The options, ready for use. now: the time as Indicator keeps it."""

    kind: Kind
    exclusions: tuple[Exclusion, ...]
    exclude_wildcards: bool
    benign_wins: bool
    exclude_itype: tuple[str, ...]
    min_prefix_length: int
    max_addresses: int
    max_entries: int
    max_size: int
    now: str


def from_params(params: dict[str, t.Any], excluded: t.Iterable[Entry], now: datetime.datetime | None = None) -> Policy:
    """Return the policy. excluded: what O(exclude) names, shipped sets by their names. Raises ArgumentError."""
    kind = KINDS[params["kind"]]
    max_entries = kind.max_entries if params.get("max_entries") is None else params["max_entries"]
    widest, addresses = params["min_prefix_length"], params["max_addresses"]
    if widest is None:
        widest = WIDEST_TRUSTED if kind.trusted else WIDEST_THREAT
    if addresses is None:
        addresses = _networks.LAST_ADDRESS + 1 if kind.trusted else MAX_ADDRESSES
    growth = params["max_growth_percent"]
    for option, value, lowest, highest in (
        ("min_prefix_length", widest, 0, _networks.ADDRESS_BITS),
        ("max_addresses", addresses, 1, _networks.LAST_ADDRESS + 1),
        ("max_entries", max_entries, 1, kind.max_entries),
        ("max_size", params["max_size"], 1, MAX_SIZE),
        ("min_entries", params["min_entries"], 0, max_entries),
        ("max_shrink_percent", params["max_shrink_percent"], 0, 100),
        ("max_growth_percent", 0 if growth is None else growth, 0, 1_000_000),
    ):
        if not lowest <= value <= highest:
            raise ArgumentError(f"{option}: {value} is not between {lowest} and {highest} (kind: {params['kind']}).")
    entries = list(excluded)
    named = [entry for entry in entries if isinstance(entry, str) and entry in shipped.TEXTS]
    named = [*dict.fromkeys([*_defaults(params["exclude_defaults"], kind), *named])]
    own = shipped.exclusion("", [entry for entry in entries if entry not in shipped.TEXTS])
    return Policy(
        kind=kind,
        exclusions=(own, *map(shipped.load, named)),
        exclude_wildcards=params["exclude_wildcards"],
        benign_wins=params["benign_wins"],
        exclude_itype=tuple(params["exclude_itype"]),
        min_prefix_length=widest,
        max_addresses=addresses,
        max_entries=max_entries,
        max_size=params["max_size"],
        now=utc(now or datetime.datetime.now(datetime.UTC)),
    )


def _defaults(wanted: t.Any, kind: Kind) -> t.Iterable[str]:
    """Return the names of the shipped sets that O(exclude_defaults) means.

    These are all defaults of the kind, none, or those that it names.
    """
    said = str(wanted).lower()
    if said in YES:
        return shipped.TRUSTED_DEFAULTS if kind.trusted else shipped.THREAT_DEFAULTS
    names = [] if said in NO else wanted if isinstance(wanted, list) else [wanted]
    for name in names:
        if name not in shipped.THREAT_DEFAULTS:
            raise ArgumentError(
                f"exclude_defaults: {name!r} is neither true nor false nor one of {', '.join(shipped.THREAT_DEFAULTS)}."
            )
    return names
