# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be published: the options of the policy, checked and ready for use. Private to the collection."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, MAX_SIZE, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import utc

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
