# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the declared lists that have one object each are published. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._kinds import RAISING_KINDS


def places(declared: t.Iterable[t.Mapping[str, t.Any]], raising: bool = False) -> list[dict[str, t.Any]]:
    """Return C({name, location[, expected_bucket_owner]}) of each object of present lists, once.

    raising: only for lists that raise findings. A list that has several objects is left out.
    """
    found: dict[str, dict[str, t.Any]] = {}
    for item in declared:
        location = f"s3://{item['bucket']}/{item['key']}"
        meant = item.get("state", "present") == "present" and (item["kind"] in RAISING_KINDS or not raising)
        if not meant or "{" in location:
            continue
        place = found.setdefault(location, {"name": str(item["name"]), "location": location})
        if item.get("expected_bucket_owner"):
            place["expected_bucket_owner"] = str(item["expected_bucket_owner"])
    return list(found.values())


def raising(declared: t.Collection[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the names, each once, of the lists that raise findings, wherever they are published.

    A name is left out if any list of that name, of whatever kind, is to be absent.
    """
    retired = {item["name"] for item in declared if item.get("state") == "absent"}
    names = [item["name"] for item in declared if item["kind"] in RAISING_KINDS and item["name"] not in retired]
    return list(dict.fromkeys(names))
