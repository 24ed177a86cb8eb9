# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an indicator is in a list, in words for a terminal. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import findings


def lines(answers: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return a line or more for each answer of threatlist_explain."""
    return [findings.printable(line) for answer in answers for line in (*_answer(answer), *_dropped(answer))]


def _answer(answer: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    place = f"{answer['indicator']}: {answer['list']}"
    if answer["listed"] is None and not answer["entries"]:
        yield f"{place}: not known, since the newest version has no index. Publish it again with threatlists_index."
        return
    if not answer["entries"]:
        yield f"{place}: not in it, nor in the versions that were looked at."
        return
    before = " or before" if answer.get("since_or_before") else ""
    until = f" until {answer['until']}" if answer.get("until") else ""
    verb = "in it" if answer["listed"] else "no longer in it"
    yield f"{place}: {verb}, since {answer['since']}{before}{until}, version {answer['version_id']}"
    for entry in answer["entries"]:
        by = findings.sources(entry["indicators"], entry["indicator_count"]) or "nobody that the index names"
        yield f"  {entry['entry']}{_relation(entry['relation'])}, listed by {by}"
    others = answer["entry_count"] - len(answer["entries"])
    if others:
        yield f"  and {others:,} more that lie inside it"


def _dropped(answer: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Yield why it was dropped at the last publish, or among which drops, that are not told one by one, it may be."""
    if answer["listed"] is None:
        return
    if answer["dropped"] is None:
        yield "  what was dropped at the last publish is not known, since its index does not tell"
        return
    for one in answer["dropped"]:
        line = f", line {one['line']}," if one["line"] else ""
        yield f"  {one['value']} of {_named(one)}{line} was dropped at the last publish: {one['reason']}"
    if answer["listed"] or answer["dropped"]:
        return
    unseen = "; ".join(f"{one['count']} as {one['reason']} of {_named(one)}" for one in answer["dropped_unseen"])
    if unseen:
        yield f"  not among the dropped values that the index tells; it does not tell {unseen}"
    else:
        yield "  nor among what was dropped at the last publish: no source gave it"


def _named(dropped: t.Mapping[str, t.Any]) -> str:
    return dropped["source"] or "the whole list"


def _relation(relation: str) -> str:
    return {"covers": ", which covers it", "inside": ", which lies inside it"}.get(relation, "")
