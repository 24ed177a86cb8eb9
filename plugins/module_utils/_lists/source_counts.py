# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each source of a list gave, and what became of it. Private to the collection."""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.sources import Source

MAX_SAMPLES = 10
LONGEST_SAMPLE = 100
PERCENT = 100
CREDENTIALS = re.compile(
    r"(?<=//)[^/\s@]*(?=@)|(?<=[?&])(?:api_?key|password|secret|token|username)=[^&\s]*", re.IGNORECASE
)


class SourceCounts:
    """Counts the indicators of one source, by what became of them, and keeps some that were dropped.

    error: why the source could not be read, where the list is made without it.
    """

    def __init__(self, source: Source, *, recover: bool = False) -> None:
        self.source = source
        self.reading = Reading(recover=recover)
        self.total = 0
        self.dropped: collections.Counter[str] = collections.Counter()
        self.samples: dict[str, list[dict[str, t.Any]]] = {}
        self.error: ThreatlistsError | None = None

    @property
    def usable(self) -> int:
        """How many indicators the list holds, be it by an entry that another indicator made."""
        return self.total - sum(count for reason, count in self.dropped.items() if reason != "duplicate")

    def drop(self, indicator: Indicator, reason: str) -> None:
        """Count an indicator that was dropped, and keep it as a sample while there are few for its reason."""
        self.dropped[reason] += 1
        if reason == "duplicate" or self.dropped[reason] > MAX_SAMPLES:
            return
        sample = {"value": shown(indicator.value), "line": self.reading.line or None, "reason": reason}
        self.samples.setdefault(reason, []).append(sample)

    def as_result(self) -> dict[str, t.Any]:
        """Return one of RV(sources)."""
        return {
            "name": self.source.name,
            "total": self.total,
            "usable": self.usable,
            "dropped": dict(sorted(self.dropped.items())),
            "rewritten": dict(sorted(self.reading.rewritten.items())),
            "optional": self.source.optional,
            "error": self.error.as_result() if self.error else None,
        }

    def problem(self) -> GuardError | None:
        """Return the error for a source that gave too little to make the list of, None where it gave enough."""
        source = self.source
        given = f"{self.usable or 'nothing'} usable of {self.total} that it gave ({in_words(self.dropped)})"
        if self.usable < source.min_entries:
            fewer = f", fewer than its min_entries ({source.min_entries})" if self.usable else ""
            return GuardError(
                f"{source.label}: {given}{fewer}; the old list stays.",
                code="TooFewEntries" if self.usable else "SourceUnusable",
                remedy="Look at samples for what it gave; if the list can do without this source, set optional: true.",
            )
        if source.max_shrink_percent is not None and source.earlier:
            lost = max(source.earlier - self.usable, 0)
            if PERCENT * lost > source.max_shrink_percent * source.earlier:
                return GuardError(
                    f"{source.label}: {given}, {lost} fewer than in the earlier run ({source.earlier}), which is more "
                    f"than its max_shrink_percent ({source.max_shrink_percent}); the old list stays.",
                    code="ShrankTooMuch",
                    remedy="Look at the source; if the loss is meant, run once with max_shrink_percent: 100 for it.",
                )
        return None


def shown(value: str) -> str:
    """Return a value as samples show it: bounded, and without a credential that a URL may hold."""
    text = CREDENTIALS.sub("********", value)
    return text if len(text) <= LONGEST_SAMPLE else f"{text[: LONGEST_SAMPLE - 1]}…"


def in_words(dropped: t.Mapping[str, int]) -> str:
    """Return C(dropped: 31 duplicate, 9 not_routable), the most frequent first."""
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items(), key=lambda item: -item[1]))
    return f"dropped: {reasons or 'none'}"


def samples(per_source: t.Iterable[SourceCounts]) -> list[dict[str, t.Any]]:
    """Return RV(samples), of all sources."""
    return [
        {"source": counts.source.name, **sample}
        for counts in per_source
        for found in counts.samples.values()
        for sample in found
    ]
