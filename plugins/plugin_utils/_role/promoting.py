# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Publishes what an earlier publish staged, by the very bytes that were judged. Private to the collection."""

from __future__ import annotations

import hashlib
import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import publishing
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Refused, Steps
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult


def promote(steps: Steps) -> None:
    """Fetch and upload each staged list that is still declared."""
    declared = {(item["name"], item["kind"]): item for item in steps.plan["merged"]}
    for number, staged in enumerate(steps.settings["staged"], 1):
        item = declared.get((staged["name"], staged["kind"]))
        try:
            if item is None:
                raise Refused("It was staged, but is declared no longer, or is on hold.")
            publishing.upload(steps, item, _fetch(steps, staged, number))
        except Refused as error:
            steps.refuse(staged, error)


def _fetch(steps: Steps, staged: Item, number: int) -> ModuleResult:
    waits = staged["staged"]
    path = f"{steps.folder}/{number}-{pathlib.PurePosixPath(waits['key']).name}"
    _get(steps, waits, waits["key"], path, waits.get("version_id") or None)
    digest = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    if digest != waits["sha256"]:
        raise Refused(
            f"s3://{waits['bucket']}/{waits['key']} holds sha256 {digest}, and {waits['sha256']} was staged. Publish "
            "again."
        )
    index = None
    if steps.settings["index"] and _index_belongs(steps, waits):
        index = path + publishing.INDEX
        _get(steps, waits, waits["key"] + publishing.INDEX, index)
    return {"path": path, "index": index, "dropped": staged.get("dropped") or {}}


def _get(steps: Steps, waits: Item, key: str, path: str, version: str | None = None) -> None:
    options = {**_where(steps, waits), "object": key, "version": version, "dest": path, "mode": "get"}
    steps.run("amazon.aws.s3_object", options, check_mode=False)


def _index_belongs(steps: Steps, waits: Item) -> bool:
    """Return whether there is an index beside what was staged, made of the same content."""
    options = {"bucket_name": waits["bucket"], "object_name": waits["key"] + publishing.INDEX}
    found = steps.call("amazon.aws.s3_object_info", {**options, "region": _where(steps, waits)["region"]})
    for one in found.get("object_info") or []:
        metadata = (one.get("object_data") or {}).get("metadata") or {}
        return bool(metadata.get("list-sha256") == waits["sha256"])
    return False


def _where(steps: Steps, waits: Item) -> dict[str, t.Any]:
    return {"bucket": waits["bucket"], "region": steps.region(waits.get("region"))}
