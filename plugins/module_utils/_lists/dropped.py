# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was dropped when a list was made: the last line of its index. Private to the collection.

C({"dropped": [{"source": …, "reason": …, "count": …, "samples": [{"value": …, "line": …}]}]}): for each source and
reason, how many were dropped, and the first of them. What belongs to no single source, such as what the caps cut, has
the source C(null) and no samples.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import typing as t

HEAD = '{"dropped":'
# What is dropped for these reasons is in the list all the same.
LISTED = frozenset({"duplicate", "covered"})


class Sample(t.NamedTuple):
    """One value that was dropped, as its source wrote it; line: where it stands there, None where not known."""

    value: str
    line: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Drop:
    """What was dropped of one source for one reason."""

    source: str | None
    reason: str
    count: int
    samples: list[Sample]


def of_result(result: t.Mapping[str, t.Any], *, without_sources: bool = False) -> list[Drop]:
    """Return what RV(sources), RV(samples) and RV(dropped) of threatlist_file tell, by source and reason."""
    samples: dict[tuple[str, str], list[Sample]] = collections.defaultdict(list)
    for one in result["samples"]:
        samples[one["source"], one["reason"]].append(Sample(one["value"], one["line"]))
    rest = collections.Counter(result["dropped"])
    drops: list[Drop] = []
    for source in result["sources"]:
        for reason, count in source["dropped"].items():
            rest[reason] -= count
            name = None if without_sources else source["name"]
            drops.append(Drop(name, reason, count, samples[source["name"], reason]))
    drops += [Drop(None, reason, count, []) for reason, count in sorted((+rest).items())]
    return [drop for drop in drops if drop.reason not in LISTED]


def line(drops: t.Iterable[Drop]) -> str:
    """Return the last line of an index, with its line end."""
    told = [
        {"source": one.source, "reason": one.reason, "count": one.count, "samples": [s._asdict() for s in one.samples]}
        for one in drops
    ]
    return f"{HEAD}{json.dumps(told, separators=(',', ':'))}}}\n"


def parse_line(text: str) -> list[Drop]:
    """Return what the last line of an index says. Raises ValueError, KeyError or TypeError for any other text."""
    return [
        Drop(one["source"], one["reason"], one["count"], [Sample(**sample) for sample in one["samples"]])
        for one in json.loads(text)["dropped"]
    ]
