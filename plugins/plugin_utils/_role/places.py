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

    Of one name and kind, that the list is to be absent counts.
    """
    retired = {(item["name"], item["kind"]) for item in declared if item.get("state") == "absent"}
    raised = [item for item in declared if item["kind"] in RAISING_KINDS]
    return list(dict.fromkeys(item["name"] for item in raised if (item["name"], item["kind"]) not in retired))
