# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as a table in a job's output. Private to the collection."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import model

HEADINGS = ("", "ACCOUNT", "REGION", "LIST", "ACTION", "STATUS", "CAUSE")


def _printable(words: str) -> str:
    """One line without control characters: a name from a feed must not steer a terminal."""
    return "".join(character if character.isprintable() else " " if character.isspace() else "?" for character in words)


def _join(names: tuple[str, ...], noun: str, most: int) -> str:
    if len(names) <= most:
        return ", ".join(name or "-" for name in names)
    return f"{len(names)} {noun}"


def _rows_of(report: model.Report, group: model.Group, whole: bool) -> list[tuple[str, ...]]:
    """A row for each account of a group if C(whole) is to be shown, else one that counts them."""
    said = (_join(group.lists, "lists", 3), group.action, group.status or "-", group.cause)
    if not whole or not group.places:
        regions = tuple(sorted({region for place in group.places for region in place.regions}))
        accounts = tuple(sorted({account for place in group.places for account in place.accounts}))
        where = (_join(accounts, "accounts", 1) or "-", _join(regions, "Regions", 1) or "-")
        return [(group.state.glyph, *where, *said)]
    return [
        (group.state.glyph, report.account(account), _join(place.regions, "Regions", 17), *said)
        for place in group.places
        for account in place.accounts
    ]


def render(record: model.Record, rows: int) -> str:
    """A table of every result, or, of more than C(rows), of every failure and the sums of the rest."""
    report = model.build(record)
    groups = [*report.failures, *(group for view in report.lists for group in view.groups)]
    whole = report.total <= rows
    lines: list[tuple[str, ...]] = [HEADINGS]
    remedies: dict[int, str] = {}
    for group in groups:
        lines += _rows_of(report, group, whole or group.state is model.FAILED)
        if group.remedy:
            remedies[len(lines) - 1] = group.remedy
    for view in report.lists:
        if view.counts["in_step"]:
            lines.append(_in_step(report, view))
    shown = [tuple(_printable(cell) for cell in line) for line in lines]
    widths = [max(len(line[column]) for line in shown) for column in range(len(HEADINGS) - 1)]
    output = []
    for number, line in enumerate(shown):
        padded = [cell.ljust(width) for cell, width in zip(line[:-1], widths, strict=True)]
        output.append("  ".join((*padded, line[-1])).rstrip())
        if number in remedies:
            output.append(f"   Remedy: {_printable(remedies[number])}")
    notes = [_printable(note) for note in dict.fromkeys(note for view in report.lists for note in view.notes)]
    return "\n".join((*output, *([""] if notes else []), *notes, "", _printable(summary(report))))


def _in_step(report: model.Report, view: model.ListView) -> tuple[str, ...]:
    accounts: set[str] = set()
    regions: set[str] = set()
    for row in view.rows:
        here = {region for region, state in zip(view.regions, row.cells, strict=True) if state is model.IN_STEP}
        if here:
            accounts.update(row.accounts)
            regions.update(here)
    where = (_join(tuple(sorted(accounts)), "accounts", 1), _join(tuple(sorted(regions)), "Regions", 1))
    count = view.counts["in_step"]
    cause = f"in step in {count:,} of {_counted(view.total, 'place')}"
    return (model.IN_STEP.glyph, *where, view.name, "none", view.status or "-", cause)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def summary(report: model.Report) -> str:
    """One sentence: how many of the account-Regions times lists are in which state."""
    parts = [
        f"{report.counts[state.key]:,} {report.words(state)}" for state in model.STATES if report.counts[state.key]
    ]
    nouns = {"account": report.account_count, "Region": report.region_count, "list": len(report.lists)}
    places = ", ".join(_counted(count, noun) for noun, count in nouns.items())
    return f"{places}: {', '.join(parts) or 'no results'}."
