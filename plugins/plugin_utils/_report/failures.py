# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures as a terminal shows them: once, or, where that is too long for the last screen, in short there too.

Private to the collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import groups, model
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.terminal import counted, join, wrapped

# Of the last 20 lines that a run of three accounts prints, those that the summary and the recap leave free.
ROOM = 10
# LEAST: a line each for place, cause and remedy. Above AMPLE the place may take a line more.
LEAST, AMPLE = 3, 5
MOST_NAMED = 3
MOST_ACCOUNTS = 10
CUT = " … (in full above)"


def lines(report: model.Report, rows: int, width: int) -> tuple[list[str], list[str]]:
    """Return what stands further above, and what the output ends with.

    rows: how many accounts of a failure are named; where there are more, only some are, and the rest is counted.
    """
    whole = [line for news in report.failures for line in _whole(report, news, rows)]
    if sum(len(wrapped(line, width)) for line in whole) <= ROOM:
        return [], whole
    return whole, _short(report, width)


def _whole(report: model.Report, news: model.News, rows: int) -> t.Iterator[str]:
    """Yield one failure, with all its places, its cause and what mends it."""
    group = news.group
    code = f" {group.code}" if group.code else ""
    if not group.places:
        yield _refused(news) + code
    else:
        lists, places = join(group.lists, "list", MOST_NAMED), counted(group.count, "place")
        yield f"{news.state.glyph} {lists} {report.words(news.state)} in {places}:{code}"
    shown = min(rows, MOST_ACCOUNTS) if len(group.accounts) > rows else rows
    lines = [
        f"    {report.account(account)}  {join(place.regions, 'Region', MOST_NAMED)}"
        + (f"  {join(place.lists, 'list', MOST_NAMED)}" if len(group.lists) > 1 else "")
        for place in group.places
        for account in place.accounts
    ]
    yield from (line.rstrip() for line in lines[:shown])
    if len(lines) > shown:
        yield f"    and {len(lines) - shown:,} more"
    yield f"    Cause: {group.cause}"
    if group.remedy:
        yield f"    Remedy: {group.remedy}"


def _short(report: model.Report, width: int) -> list[str]:
    room = ROOM // len(report.failures)
    if room >= LEAST:
        return [line for news in report.failures for line in _in_short(report, news, width, room)]
    shown = report.failures if len(report.failures) <= ROOM else report.failures[: ROOM - 1]
    lines = [_cut(f"{_place(report, one)}: {one.group.remedy or one.group.cause}", width, 1)[0] for one in shown]
    left = len(report.failures) - len(shown)
    return [*lines, f"and {left:,} more kinds of failure, above"] if left else lines


def _in_short(report: model.Report, news: model.News, width: int, room: int) -> list[str]:
    """Return a failure in at most C(room) lines; where there is no room for both, the remedy and not the cause."""
    place = _cut(_place(report, news), width, 3 if room > AMPLE else 2)
    room -= len(place)
    has_remedy = bool(news.group.remedy)
    for_cause = room // 2 if has_remedy else room
    cause = _cut(f"    {news.group.cause}", width, for_cause) if for_cause else []
    remedy = _cut(f"    → {news.group.remedy}", width, room - len(cause)) if has_remedy else []
    return [*place, *cause, *remedy]


def _cut(line: str, width: int, most: int) -> list[str]:
    return wrapped(line, width, most, CUT)


def _place(report: model.Report, news: model.News) -> str:
    """Return where it failed, with which lists, and the code."""
    group = news.group
    code = f": {group.code}" if group.code else ""
    if not group.places:
        return _refused(news) + code
    lists = join(group.lists, "list", MOST_NAMED)
    return f"{news.state.glyph} {lists} {report.words(news.state)} in {places(report, group)}{code}"


def places(report: model.Report, group: groups.Group) -> str:
    """Return the accounts, each with its Regions; their number where they are too many."""
    named = [
        f"{join([report.account(account) for account in place.accounts], 'account', MOST_NAMED)} "
        f"{join(place.regions, 'Region', MOST_NAMED)}".rstrip()
        for place in group.places
    ]
    return " and ".join(named) if len(named) <= MOST_NAMED else counted(group.count, "place")


def _refused(news: model.News) -> str:
    return f"{news.state.glyph} {', '.join(news.group.lists)} refused, not published"
