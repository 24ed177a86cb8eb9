# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which objects a restore looks at, and which of them it brings back. Private to the collection."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import versions
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult


class Restore(t.NamedTuple):
    """What a restore is told. kind, version: none where empty. region: of buckets that have none of their own."""

    name: str
    kind: str | None = ""
    version: str | None = ""
    release: t.Any = False
    region: str | None = ""


def plan(
    objects: t.Sequence[Item], declared: t.Iterable[Item], looked_at: t.Sequence[Item], wanted: Restore
) -> ModuleResult:
    """Return C({problem, places, version, holds, chosen, missing}).

    objects: what declared_lists returned. looked_at: the results of s3_threatlist_info for each of the places, if any
    yet. places, chosen: options of s3_threatlist, chosen with C(location). problem, missing: sentences, or empty.
    """
    name, kind, version = str(wanted.name), wanted.kind or "", str(wanted.version or "")
    releases = boolean(wanted.release or False, strict=False)
    options = {(str(item["name"]), item["kind"]): item for item in declared}
    present = [entry for entry in objects if entry["present"]]
    found = [entry for entry in present if entry["name"] == name and re.search(kind, entry["kind"])]
    places = [_place(entry, options[entry["name"], entry["kind"]], wanted.region) for entry in found]
    some = looked_at if releases and not version else versions.with_version(looked_at, version)
    chosen = [{**entry["item"], "location": entry["location"]} for entry in some]
    missing = f"{name} has no version {version}. Choose one of those below." if version and not chosen else ""
    return {
        "problem": _problem(name, found, objects),
        "places": places,
        "version": version,
        "holds": not releases,
        "chosen": chosen,
        "missing": missing,
    }


def _place(entry: Item, options: Item, region: str | None) -> ModuleResult:
    place = {key: entry[key] for key in ("name", "kind", "bucket", "key", "expected_bucket_owner")}
    given = {key: options[key] for key in ("format", "tags") if key in options}
    return {**place, **given, "region": entry["region"] or region}


def _problem(name: str, found: t.Iterable[Item], objects: t.Iterable[Item]) -> str:
    kinds = list(dict.fromkeys(entry["kind"] for entry in found))
    if not kinds:
        return f"No list {name} is declared, but {', '.join(dict.fromkeys(entry['name'] for entry in objects))}."
    return f"Lists of several kinds are called {name}: say which by kind ({', '.join(kinds)})." if kinds[1:] else ""
