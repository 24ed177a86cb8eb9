# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as plain text in a job's output: lists, what was done where, failures, and a sentence that sums up.

A person sees the last lines first, so whatever needs somebody stands there. Private to the collection.
"""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import failures, groups, model, shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.terminal import (
    NARROWEST,
    columns,
    counted,
    join,
    plain,
)
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

HEADINGS = ("", "LIST", "KIND", "ENTRIES", "CHANGE", "DROPPED", "PLACES")
MOST_NAMED = 3


def render(record: Item, rows: int, width: int) -> str:
    """Return the table of a record, no line longer than C(width).

    rows: how many accounts of a failure are named; where there are more, only some are, and the rest is counted.
    """
    report, width = model.build(record), max(width, NARROWEST)
    above, last = failures.lines(report, rows, width)
    parts = [
        columns([HEADINGS, *(_list_row(report, view) for view in report.lists)]) if report.lists else [],
        _dropped(report),
        list(dict.fromkeys(note for view in report.lists for note in view.notes)),
        [*_buckets(report), *(_done(report, news) for news in report.done)],
        [f"{model.STALE.glyph} {words}" for words in report.undeclared],
        above,
        last,
        [summary(report)],
    ]
    return "\n\n".join(plain(part, width) for part in parts if part)


def summary(report: model.Report) -> str:
    """Return one sentence: how many results there are of accounts, Regions and lists, by state."""
    parts = [
        f"{report.counts[state.key]:,} {report.words(state)}" for state in model.STATES if report.counts[state.key]
    ]
    rules = sum(view.kind == shape.ALERT_RULE for view in report.lists)
    nouns = {"account": report.account_count, "Region": report.region_count, "list": len(report.lists) - rules}
    if not report.total:
        return f"{counted(len(report.lists), 'list')}; no account was looked at."
    nouns |= {"alert rule": rules} if rules else {}
    places = ", ".join(counted(count, noun) for noun, count in nouns.items())
    return f"{places}: {', '.join(parts)}."


def _list_row(report: model.Report, view: model.ListView) -> tuple[str, ...]:
    item = view.record
    worst = next((state for state in model.STATES if view.counts[state.key]), model.ABSENT)
    counts = [f"{view.counts[state.key]:,} {report.words(state)}" for state in model.STATES if view.counts[state.key]]
    return (
        (model.FAILED if view.refused else worst).glyph,
        view.name,
        view.kind,
        _number(item.get("entry_count")),
        "held" if item.get("hold") else _change(item),
        _number(sum(_counts(item.get("dropped")).values()) or ""),
        ", ".join(["refused"] * view.refused + counts) or ("none" if report.account_count else ""),
    )


def _change(item: Item) -> str:
    return " ".join(f"{sign}{_number(item[key])}" for sign, key in (("+", "added"), ("-", "removed")) if item.get(key))


def _dropped(report: model.Report) -> list[str]:
    """Return a line for each list: how many indicators that its sources gave are not in it, by reason."""
    lines = []
    for view in report.lists:
        counts = collections.Counter(_counts(view.record.get("dropped"))).most_common()
        reasons = ", ".join(f"{_number(count)} {reason}" for reason, count in counts)
        if reasons:
            lines.append(f"Dropped from {view.name}: {reasons}")
    return lines


def _buckets(report: model.Report) -> list[str]:
    glyph = (model.STALE if report.is_predicted else model.CHANGED).glyph
    return [f"{glyph} {words}" for words in report.buckets]


def _done(report: model.Report, news: model.News) -> str:
    group = news.group
    lists, cause = join(group.lists, "list", MOST_NAMED), f": {group.cause}" if group.cause else ""
    return f"{news.state.glyph} {lists} {report.action(group.action)} in {_where(report, group)}{cause}"


def _where(report: model.Report, group: groups.Group) -> str:
    accounts = join([report.account(account) for account in group.accounts], "account", 1)
    where = f"{accounts} {join(group.regions, 'Region', MOST_NAMED)}".rstrip()
    return f"{counted(group.count, 'place')} ({where})" if group.count > 1 else where


def _counts(value: t.Any) -> dict[str, int]:
    """Return counts by reason, none for anything else: a record may come from elsewhere."""
    return (
        {str(key): count for key, count in value.items() if isinstance(count, int)} if isinstance(value, dict) else {}
    )


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else groups.text(value)
