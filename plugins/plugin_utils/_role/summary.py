# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job hands on to later jobs (C(set_stats)), small for any size of the fleet. Private to the collection."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import groups, model
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

OF_A_LIST = ("name", "kind", "sha256", "version_id", "entry_count", "added", "removed", "dropped")
OF_A_PUBLISH = (*OF_A_LIST, "changed", "change_percent", "staged")
OF_A_RUN = ("schema_version", "run_id", "mode", "started", "finished")
OF_A_RESULT = ("account_id", "region", "kind", "name", "action", "status")
# AWX hands artifacts on as extra variables: at 100 bytes or so each, these items stay far below 100 KB.
MOST_RESULTS = 50
MOST_LISTS = 50
LONGEST = 300


def published(objects: t.Iterable[Item], refused: t.Iterable[Item] = ()) -> list[dict[str, t.Any]]:
    """Return one item a list: the object of it that changed most, and how many C(objects) it has.

    Refused lists follow, with the reason as C(refused), which is empty for all others.
    """
    by_list: dict[tuple[str, str], list[Item]] = collections.defaultdict(list)
    for entry in objects:
        by_list[entry["name"], entry["kind"]].append(entry)
    return [
        {
            **{key: _most_changed(entries).get(key) for key in OF_A_PUBLISH},
            "objects": len(entries),
            "refused": "",
        }
        for entries in by_list.values()
    ] + [
        {**dict.fromkeys(OF_A_PUBLISH), "objects": 0, **{key: item[key] for key in ("name", "kind")}, "refused": reason}
        for item in refused
        for reason in [_short(item.get("message"))]
    ]


def record(whole: Item) -> dict[str, t.Any]:
    """Return a record without what grows with the fleet.

    In place of C(results) stand C(counts), C(problem_count), and C(problems): the first of those results that a person
    must act on.
    """
    mode = str(whole.get("mode") or "run")
    problems = [
        item for item in whole["results"] if model.state_of(item, mode).key in (model.FAILED.key, model.STALE.key)
    ]
    return {
        **{key: whole.get(key) for key in OF_A_RUN},
        "lists": [
            {**{key: item.get(key) for key in OF_A_LIST}, "error": _short((item.get("error") or {}).get("message"))}
            for item in whole["lists"]
        ][:MOST_LISTS],
        "counts": {
            "accounts": len({item["account_id"] for item in whole["results"]}),
            "lists": len(whole["lists"]),
            "results": len(whole["results"]),
            "actions": dict(sorted(collections.Counter(item["action"] for item in whole["results"]).items())),
        },
        "problems": [
            {**{key: item.get(key) for key in OF_A_RESULT}, "cause": _short(item.get("cause"))}
            for item in problems[:MOST_RESULTS]
        ],
        "problem_count": len(problems),
    }


def _most_changed(entries: t.Sequence[Item]) -> Item:
    return max(entries, key=lambda entry: (bool(entry.get("changed")), entry.get("change_percent") or 0))


def _short(text: t.Any) -> str:
    words = groups.text(text)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
