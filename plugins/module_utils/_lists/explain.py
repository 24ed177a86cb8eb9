# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of one address or domain, and why. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks, policy
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain

MAX_SEEN = 100


class Explanation:
    """Watches the indicators that hold one address, network or domain. Raises ArgumentError where it is neither.

    Without C(value) it watches nothing.
    """

    def __init__(self, value: str | None, judge: policy.Judge) -> None:
        self.value = (value or "").strip()
        self.judge = judge
        self.networks = networks.parse(self.value)
        self.domain = "" if self.networks else domain(self.value)
        self.seen: list[dict[str, t.Any]] = []
        self.count = 0
        if self.value and not self.networks and not self.domain:
            raise ArgumentError(f"explain: {self.value!r} is neither an IPv4 address or network nor a domain.")
        self._names = {self.domain, *policy.parents(self.domain)} if self.domain else set()

    def note(self, indicator: Indicator, reason: str, read_from: str = "", line: int = 0) -> None:
        """Remember the indicator, and why it was dropped, if it holds what is asked for.

        read_from: the name of the source that gave it. line: where it stands there, 0 where that is not known.
        """
        if not self.value or not self._holds(indicator):
            return
        self.count += 1
        if self.count <= MAX_SEEN:
            self.seen.append(
                {
                    "value": indicator.value,
                    "read_from": read_from,
                    "line": line or None,
                    "source": indicator.source,
                    "itype": indicator.itype,
                    "confidence": indicator.confidence,
                    "modified": indicator.modified or indicator.created,
                    "outcome": reason or "kept",
                }
            )

    def _holds(self, indicator: Indicator) -> bool:
        if self.domain:
            return domain(indicator.value) in self._names
        held = networks.Intervals(networks.parse(indicator.value))
        return all(held.covers(network) for network in self.networks)

    def result(self, kept: t.Mapping[policy.Entry, policy.Rank]) -> dict[str, t.Any]:
        """C(value listed entry reason seen seen_count): the entry that holds it in the list, or why there is none."""
        entry = self._entry(kept)
        answer = {"value": self.value, "listed": entry is not None, "seen": self.seen, "seen_count": self.count}
        if entry is not None:
            text = entry if isinstance(entry, str) else networks.text(entry)
            return answer | {"entry": text, "reason": "kept" if text == self.value else "covered"}
        return answer | {"entry": None, "reason": self._missing()}

    def _entry(self, entries: t.Mapping[policy.Entry, policy.Rank]) -> policy.Entry | None:
        if self.domain:
            return next((name for name in (self.domain, *policy.parents(self.domain)) if name in entries), None)
        for network in (self._widened(length) for length in range(networks.ADDRESS_BITS, -1, -1)):
            if network in entries and len(self.networks) == 1:
                return network
        return None

    def _widened(self, length: int) -> int:
        host = networks.ADDRESS_BITS - min(length, networks.prefix(self.networks[0]))
        return networks.pack(networks.first(self.networks[0]) >> host << host, networks.ADDRESS_BITS - host)

    def _missing(self) -> str:
        if self._entry(self.judge.ranks) is not None:
            return "cut"
        if not self.count:
            return "not_seen"
        reasons = [each["outcome"] for each in self.seen if each["outcome"] not in {"kept", "duplicate"}]
        return reasons[-1] if reasons else self._left_out()

    def _left_out(self) -> str:
        """Why it is no part of an entry that was split."""
        if any(networks.NOT_ROUTABLE.touches(network) for network in self.networks):
            return "not_routable"
        if any(self.judge.policy.excluded.touches(network) for network in self.networks):
            return "excluded"
        return "split"
