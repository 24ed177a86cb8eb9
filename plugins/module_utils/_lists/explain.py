# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of one address or domain, and why. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import judging, networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry, Rank
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain, parents
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import WRAPPING, spell

MAX_SEEN = 100


class Explanation:
    """Watches for indicators that hold one address, network or domain; without C(value) it watches for nothing.

    Raises ArgumentError where the value is none of these.
    """

    def __init__(self, value: str | None, judge: judging.Judge) -> None:
        self.value = spell((value or "").strip(WRAPPING), host_of_url=True).value
        self.judge = judge
        self.networks = networks.parse(self.value)
        self.domain = "" if self.networks else domain(self.value)
        self.seen: list[dict[str, t.Any]] = []
        self.count = 0
        if self.value and not self.networks and not self.domain:
            raise ArgumentError(f"explain: {self.value!r} is neither an IPv4 address or network nor a domain.")
        self._asked: list[Entry] = [*self.networks] or [self.domain]
        self._names = {self.domain, *parents(self.domain)} if self.domain else set()

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

    def result(self, kept: t.Mapping[Entry, Rank]) -> dict[str, t.Any]:
        """Return C({value, listed, entry, reason, seen, seen_count}).

        entry: what holds the value in the list, None for nothing. reason: C(kept), C(covered), or why it is missing.
        """
        entries = self._entries(kept)
        answer = {"value": self.value, "listed": bool(entries), "seen": self.seen, "seen_count": self.count}
        if not entries:
            return answer | {"entry": None, "reason": self._missing()}
        texts = [entry if isinstance(entry, str) else networks.text(entry) for entry in dict.fromkeys(entries)]
        return answer | {"entry": ", ".join(texts), "reason": "kept" if entries == self._asked else "covered"}

    def _entries(self, entries: t.Mapping[Entry, Rank]) -> list[Entry]:
        """Return the entries that hold all that is asked for; none where something is not held."""
        found = [self._holder(entries, each) for each in self._asked]
        return [entry for entry in found if entry is not None] if None not in found else []

    @staticmethod
    def _holder(entries: t.Mapping[Entry, Rank], asked: Entry) -> Entry | None:
        if isinstance(asked, str):
            return next((name for name in (asked, *parents(asked)) if name in entries), None)
        wider = (networks.widened(asked, length) for length in range(networks.prefix(asked), -1, -1))
        return next((network for network in wider if network in entries), None)

    def _missing(self) -> str:
        if self._entries(self.judge.ranks):
            return "cut"
        if not self.count:
            return "not_seen"
        reasons = [each["outcome"] for each in self.seen if each["outcome"] not in {"kept", "duplicate"}]
        return reasons[-1] if reasons else self._left_out()

    def _left_out(self) -> str:
        """Return why the value was left out of an entry that was split."""
        if any(networks.NOT_ROUTABLE.touches(network) for network in self.networks):
            return "not_routable"
        return self.judge.blocked_by(self.networks) or "split"
