# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list file holds, how it differs from another, and the guards over that. Private to the collection."""

from __future__ import annotations

import io
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import domain, parents

DIFF_ENTRIES = 100
PERCENT = 100
FEW = "if so few are meant, run once with a lower min_entries"
EMPTY = "an empty list would detect nothing, so do not lower min_entries to accept it"


class ListSummary(t.NamedTuple):
    """What a list file holds. networks: sorted (see _networks). domains: sorted. unusable: how many values are neither.

    value_count: how many values were read, a repeated one counted each time.
    """

    networks: list[int]
    domains: list[str]
    unusable: int = 0
    value_count: int = 0

    @property
    def entry_count(self) -> int:
        """How many networks and domains there are, each counted once; a range counts as the networks it takes."""
        return len(self.networks) + len(self.domains)

    @property
    def address_count(self) -> int:
        """How many addresses the networks hold."""
        return sum(map(_networks.size, self.networks))


class Difference(t.NamedTuple):
    """How a new list differs from an old one.

    lost: how many old entries the new list does not cover; loss_percent: of the old entries. growth_percent: how many
    entries are new, of the old entries; 0 where there was no list. added_entries, removed_entries: the first
    DIFF_ENTRIES of each as text, networks before domains.
    """

    added: int
    removed: int
    lost: int
    loss_percent: float
    growth_percent: float
    added_entries: list[str]
    removed_entries: list[str]

    def as_diff(self, before_header: str, after_header: str) -> dict[str, str]:
        """Return Ansible's C(diff): only entries that differ, bounded, with counts."""
        return {
            "before_header": before_header,
            "after_header": after_header,
            "before": _side(self.removed_entries, self.removed, "removed"),
            "after": _side(self.added_entries, self.added, "added"),
        }


def _side(entries: list[str], count: int, what: str) -> str:
    rest = count - len(entries)
    lines = [*entries, f"({rest} more {what})"] if rest else entries
    return "".join(f"{line}\n" for line in lines)


def inspect(stream: t.BinaryIO | bytes, name: str, format: str | None = None) -> ListSummary:
    """Read a local or published list. name: what errors call it. format: the only one to accept (TXT, STIX, JSONL).

    Raises SourceError (ParseError with code WrongFormat where it has another format).
    """
    source = io.BytesIO(stream) if isinstance(stream, bytes) else stream
    networks: set[int] = set()
    domains: set[str] = set()
    unusable = count = 0
    for indicator in formats.read(source, name, expected=format):
        count += 1
        found = _networks.parse(indicator.value) if indicator.type == "ip" else []
        networks.update(found)
        if not found:
            label = domain(indicator.value)
            if label and indicator.type in {"ip", "domain"}:
                domains.add(label)
            else:
                unusable += 1
    return ListSummary(sorted(networks), sorted(domains), unusable, count)


def compare(old: ListSummary, new: ListSummary, limit: int = DIFF_ENTRIES) -> Difference:
    """Return how the new list differs from the old one; an old entry that a wider new one covers is not lost."""
    added_networks, removed_networks = _only(new.networks, old.networks), _only(old.networks, new.networks)
    added_domains, removed_domains = _only(new.domains, old.domains), _only(old.domains, new.domains)
    held = _networks.Intervals(new.networks if removed_networks else ())
    names = set(new.domains)
    lost = sum(not held.covers(network) for network in removed_networks)
    lost += sum(not any(parent in names for parent in parents(name)) for name in removed_domains)
    return Difference(
        added=len(added_networks) + len(added_domains),
        removed=len(removed_networks) + len(removed_domains),
        lost=lost,
        loss_percent=PERCENT * lost / old.entry_count if old.entry_count else 0.0,
        growth_percent=PERCENT * (len(added_networks) + len(added_domains)) / old.entry_count
        if old.entry_count
        else 0.0,
        added_entries=_texts(added_networks, added_domains, limit),
        removed_entries=_texts(removed_networks, removed_domains, limit),
    )


T = t.TypeVar("T", int, str)


def _only(these: list[T], those: list[T]) -> list[T]:
    other = set(those)
    return [entry for entry in these if entry not in other]


def _texts(networks: list[int], domains: list[str], limit: int) -> list[str]:
    return [*map(_networks.text, networks[:limit]), *domains][:limit]


def guard(what: str, count: int, difference: Difference, min_entries: int, max_shrink_percent: int) -> None:
    """Refuse a list that is too short, or that lost too much of the one that stands. what: names it in the error.

    Raises GuardError with code TooFewEntries or ShrankTooMuch, which says how to accept one run.
    """
    if count < min_entries:
        raise GuardError(
            f"{what}: the new list has {count} entries, fewer than min_entries ({min_entries}); the old one stays.",
            code="TooFewEntries",
            remedy=f"Look at the sources; {FEW if count else EMPTY}.",
        )
    if difference.loss_percent > max_shrink_percent:
        raise GuardError(
            f"{what}: the new list lost {difference.lost} entries of the one that stands "
            f"({difference.loss_percent:.1f} %), more than max_shrink_percent ({max_shrink_percent}); "
            "the old one stays.",
            code="ShrankTooMuch",
            remedy="Look at the sources; if the loss is meant, run once with max_shrink_percent: 100.",
        )


def guard_growth(what: str, difference: Difference, max_growth_percent: int | None) -> None:
    """Refuse a list with too many entries that the one that stands has not: GuardError with the code GrewTooMuch."""
    if max_growth_percent is not None and difference.growth_percent > max_growth_percent:
        raise GuardError(
            f"{what}: the new list has {difference.added} entries that the one that stands has not "
            f"({difference.growth_percent:.1f} %), more than max_growth_percent ({max_growth_percent}); "
            "the old one stays.",
            code="GrewTooMuch",
            remedy="Look at the sources; if the growth is meant, run once without max_growth_percent.",
        )
