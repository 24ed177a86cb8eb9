# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list and its sources are worth, by its ledger of hits and its index: pure. Private to the collection."""

from __future__ import annotations

import collections
import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._ledger.hits import MOMENT, Hit, Ledger
from ansible_collections.threatlists.aws.plugins.module_utils._lists.index import Survey

WINDOWS = (7, 30, 90)
MOST_MATCHED = 20
NOT_USEFUL = "NOT_USEFUL"


class Matched(t.TypedDict):
    entry: str
    findings: int
    last_match: str


class SourceWorth(t.TypedDict):
    name: str
    since: str
    entries: int | None
    matched: int
    findings: int
    last_match: str | None


class Worth(t.TypedDict):
    """What is known of a list's use since its ledger began."""

    since: str
    findings_7d: int
    findings_30d: int
    findings_90d: int
    last_match: str | None
    entries: int | None
    matched: int
    never_matched: int | None
    archived_not_useful: int
    matched_entries: list[Matched]
    sources: list[SourceWorth]
    review: list[str]


class _Use:
    """Findings and entries of a list, or of a source."""

    def __init__(self) -> None:
        self.findings: set[str] = set()
        self.entries: set[str] = set()
        self.last = ""

    def add(self, hit: Hit, entry: str) -> None:
        self.findings.add(hit["finding"])
        self.entries.add(entry)
        self.last = max(self.last, hit["last_seen"])


def judge(name: str, ledger: Ledger, survey: Survey | None, now: datetime.datetime, days: int) -> Worth:
    """Return what the list C(name) is worth.

    survey: that of the index of its newest version, None where there is none. days: a list or a source that matched
    nothing for so long is suggested for review.
    """
    whole = _Use()
    entries: dict[str, _Use] = collections.defaultdict(_Use)
    sources: dict[str, _Use] = collections.defaultdict(_Use)
    standing: set[str] = set()
    for hit in ledger.hits.values():
        entry, held_now, named = _entry(hit, survey)
        standing |= {entry} if held_now else set()
        whole.add(hit, entry)
        entries[entry].add(hit, entry)
        for source in named:
            sources[source].add(hit, entry)
    states, oldest = _states(ledger), (now - datetime.timedelta(days=days)).strftime(MOMENT)
    told = [
        _source(source, ledger, survey, sources[source])
        for source in sorted({*sources, *ledger.sources, *(survey.sources if survey else ())})
    ]
    return {
        "since": ledger.began,
        "findings_7d": _within(states, now, WINDOWS[0]),
        "findings_30d": _within(states, now, WINDOWS[1]),
        "findings_90d": _within(states, now, WINDOWS[2]),
        "last_match": whole.last or None,
        "entries": survey.entries if survey else None,
        "matched": len(entries),
        "never_matched": survey.entries - len(standing) if survey else None,
        "archived_not_useful": sum(hit["archived"] and hit["feedback"] == NOT_USEFUL for hit in states.values()),
        "matched_entries": _matched(entries),
        "sources": sorted(told, key=_by_use),
        "review": []
        if not ledger.began or ledger.began > oldest
        else [
            f"{name}: nothing was found by {what} in the last {days} days. Review whether it is still needed."
            for what in _idle(told, whole.last, oldest)
        ],
    }


def _entry(hit: Hit, survey: Survey | None) -> tuple[str, bool, list[str]]:
    """Return the entry that a hit belongs to, whether it is in the list now, and the sources that listed it.

    The sources are those of the time of the hit, where they are known, else those of now.
    """
    found = [one for one in survey.hits.get(hit["remote"], ()) if one.relation != "inside"] if survey else []
    if not found:
        return hit["entry"] or hit["remote"], False, hit["sources"]
    best = min(found, key=lambda one: one.relation != "exact")
    now = sorted({str(one.get("source", "")) for one in best.indicators})
    return best.entry, True, hit["sources"] or now


def _states(ledger: Ledger) -> dict[str, Hit]:
    """Return each finding, by id, as it was seen last, with whichever remote."""
    states: dict[str, Hit] = {}
    for hit in ledger.hits.values():
        known = states.get(hit["finding"])
        if known is None or _age(hit) > _age(known):
            states[hit["finding"]] = hit
    return states


def _age(hit: Hit) -> tuple[str, int, str]:
    return hit["last_seen"], hit["count"], hit["remote"]


def _within(states: t.Mapping[str, Hit], now: datetime.datetime, days: int) -> int:
    oldest = (now - datetime.timedelta(days=days)).strftime(MOMENT)
    return sum(hit["last_seen"] >= oldest for hit in states.values())


def _matched(entries: t.Mapping[str, _Use]) -> list[Matched]:
    """Return the entries that matched last, the latest first."""
    latest = sorted(entries.items(), key=lambda item: (item[1].last, item[0]), reverse=True)[:MOST_MATCHED]
    return [{"entry": entry, "findings": len(use.findings), "last_match": use.last} for entry, use in latest]


def _source(name: str, ledger: Ledger, survey: Survey | None, use: _Use) -> SourceWorth:
    return {
        "name": name,
        "since": ledger.sources.get(name, ""),
        "entries": survey.sources.get(name, 0) if survey else None,
        "matched": len(use.entries),
        "findings": len(use.findings),
        "last_match": use.last or None,
    }


def _by_use(source: SourceWorth) -> tuple[float, int, str]:
    """Return a key that sorts sources: those with the most matched entries, of all that they have, come first."""
    return -source["matched"] / max(source["entries"] or 0, 1), -source["findings"], source["name"]


def _idle(sources: t.Iterable[SourceWorth], last: str, oldest: str) -> list[str]:
    """Return in words what found nothing since C(oldest): the list, or those sources that it had all the time."""
    if last < oldest:
        return ["it"]
    return [
        f"the {source['entries']:,} entries of source {source['name'] or '(unnamed)'}"
        for source in sources
        if source["entries"] and source["since"] and source["since"] <= oldest and (source["last_match"] or "") < oldest
    ]
