# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an indicator is in a list, in words for a terminal. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils import _findings


def lines(answers: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return a line or more for each answer of threatlist_explain."""
    return [_findings.printable(line) for answer in answers for line in _answer(answer)]


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
        by = _findings.sources(entry["indicators"]) or "nobody that the index names"
        yield f"  {entry['entry']}{_relation(entry['relation'])}, listed by {by}"


def _relation(relation: str) -> str:
    return {"covers": ", which covers it", "inside": ", which lies inside it"}.get(relation, "")
