# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings in words, for a terminal. Private to the collection."""

from __future__ import annotations

import typing as t

SOURCES = 3
TAGS = 5


def lines(findings: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return a line for each finding of guardduty_findings_info."""
    return [_line(finding) for finding in findings]


def _line(finding: t.Mapping[str, t.Any]) -> str:
    resource = finding["resource"]
    times = f", {finding['count']} times" if finding["count"] > 1 else ""
    parts = (
        f"{finding['last_seen']} {finding['account_id']} {finding['region']}: ",
        f"{resource['type']} {resource['id']}".strip(),
        f", {finding['direction']} {finding['indicator']}, severity {finding['severity']:g}{times}",
        f", list {finding['list']}{_why(finding.get('why'))}",
    )
    return printable("".join(parts))


def printable(words: str) -> str:
    """Return words that cannot change the terminal which shows them."""
    return "".join(character if character.isprintable() else "?" for character in words)


def sources(indicators: t.Sequence[t.Mapping[str, t.Any]], count: int | None = None) -> str:
    """Return who listed an entry, the first few by name, empty where nobody is known.

    count: how many there are, where C(indicators) are only some of them.
    """
    named = indicators[:SOURCES]
    others = (len(indicators) if count is None else count) - len(named)
    return "; ".join(map(_source, named)) + (f"; {others:,} more" if others else "")


def _why(why: t.Mapping[str, t.Any] | None) -> str:
    if not why:
        return ""
    entry = f" by the entry {why['entry']}" if why["relation"] != "exact" else ""
    named = sources(why["indicators"])
    return f"{entry}, listed by {named}" if named else entry


def _source(indicator: t.Mapping[str, t.Any]) -> str:
    source = indicator.get("source") or "an unnamed source"
    known = [
        indicator.get("itype", ""),
        f"confidence {indicator['confidence']}" if indicator.get("confidence", -1) >= 0 else "",
        f"id {indicator['id']}" if indicator.get("id") else "",
        f"tagged {_tags(indicator['tags'])}" if indicator.get("tags") else "",
    ]
    details = ", ".join(filter(None, known))
    return f"{source} ({details})" if details else source


def _tags(tags: t.Sequence[str]) -> str:
    more = f" and {len(tags) - TAGS} more" if len(tags) > TAGS else ""
    return f"{' '.join(map(str, tags[:TAGS]))}{more}"
