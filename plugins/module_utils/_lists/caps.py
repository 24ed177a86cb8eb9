# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list may hold at most: the most confident entries, then the most recent. Private to the collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks

Entry: t.TypeAlias = "int | str"


class Rank(t.NamedTuple):
    """What decides which entries a cap keeps: first those of higher confidence, then those of later time."""

    confidence: int
    time: str

    def joined(self, other: Rank) -> Rank:
        """Return the higher confidence and the later time of both."""
        return Rank(max(self.confidence, other.confidence), max(self.time, other.time))


# A network whose text is as long as any can be.
LONGEST = _networks.pack(_networks.LAST_ADDRESS - 1, _networks.ADDRESS_BITS - 1)


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
    """Return the entries that fit both caps, the most confident and then the most recent first, and what was cut.

    size: returns how many bytes an entry takes in the file.
    """
    if len(ranks) <= max_entries and _fits(ranks, max_size, size):
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


def _fits(entries: t.Iterable[Entry], max_size: int, size: t.Callable[[Entry], int]) -> bool:
    """Return whether all entries take at most C(max_size) bytes.

    Where they fit even if each network took as many as the longest, which most lists do, no network is written out.
    """
    longest = size(LONGEST)
    most = sum(longest if isinstance(entry, int) else size(entry) for entry in entries)
    return most <= max_size or sum(map(size, entries)) <= max_size


def ordered(entries: t.Iterable[Entry]) -> tuple[list[int], list[str]]:
    """Return the networks in numeric order and the domains in alphabetical order."""
    networks: list[int] = []
    names: list[str] = []
    for entry in entries:
        if isinstance(entry, int):
            networks.append(entry)
        else:
            names.append(entry)
    return sorted(networks), sorted(names)
