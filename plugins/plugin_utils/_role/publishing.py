# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merges the sources of each list and uploads the file, each list by itself. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import contents, overlap, record
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Refused, Steps
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult

INDEX = ".index.jsonl.gz"
LONGEST_NAME = 200
MOST_NAMED = 5
# Options of a policy for the module that uploads; the others are for the module that merges.
OF_THE_UPLOAD = ("max_shrink_percent", "max_growth_percent")


def publish(steps: Steps) -> None:
    """Merge, compare and upload the lists of the plan. Raises ThreatlistsError or OSError for an unreadable file."""
    files = []
    for number, item in enumerate(steps.plan["merged"], 1):
        if not steps.is_refused(item):
            try:
                files.append((item, merge(steps, item, number)))
            except Refused as error:
                steps.refuse(item, error)
                told = {"sources": error.result.get("sources") or [], "samples": error.result.get("samples") or []}
                steps.refused[-1].update(told)
    merged = [file for _item, file in files]
    steps.overlaps = [*overlap.overlaps(merged, MOST_NAMED), *overlap.uncompared(merged, steps.plan["objects"])]
    if steps.settings["overlap"] == "fail":
        steps.refused += [{**one, "message": found["message"]} for found in steps.overlaps for one in found["lists"]]
    for item, file in files:
        if not steps.is_refused(item):
            upload(steps, item, file, steps.settings["staging_prefix"])


def merge(steps: Steps, item: Item, number: int) -> ModuleResult:
    """Merge a list into a file in the folder of the run, also in check mode.

    Returns C({name, kind, path, index, dropped, sources, samples}). Raises Refused.
    """
    policy = item.get("policy") or {}
    path = f"{steps.folder}/{item['name'][:LONGEST_NAME]}-{number}"
    result = steps.call(
        "threatlists.aws.threatlist_file",
        {
            "sources": item["sources"],
            "source_dir": steps.settings["source_dir"],
            "kind": item["kind"],
            **{option: policy.get(option) for option in contents.policy_options() if option not in OF_THE_UPLOAD},
            "format": item["format"],
            "dest": f"{path}.{'xml' if item['format'] == 'STIX' else 'txt'}",
            "index": f"{path}{INDEX}" if steps.settings["index"] else None,
        },
    )
    if "sha256" not in result:
        raise Refused.by(result)
    return {
        "name": item["name"],
        "kind": item["kind"],
        "path": result.get("scratch") or result["dest"],
        "index": result.get("index") or None,
        "dropped": result["dropped"],
        "sources": result.get("sources") or [],
        "samples": result.get("samples") or [],
    }


def upload(steps: Steps, item: Item, file: Item, staging_prefix: str = "") -> None:
    """Bring a file to each place of its list where the content differs; with a prefix, to where it waits for approval.

    A list that is to be staged is compared with what is published, not with what was staged before.
    """
    places = [
        entry for entry in steps.plan["objects"] if (entry["name"], entry["kind"]) == (item["name"], item["kind"])
    ]
    policy, options = item.get("policy") or {}, _options(steps, item, file)
    guards = {option: policy.get(option) for option in OF_THE_UPLOAD}
    check_mode = steps.check_mode or bool(staging_prefix)
    try:
        found = [
            steps.call("threatlists.aws.s3_threatlist", {**options, **guards, **steps.place(entry)}, check_mode)
            for entry in places
        ]
        steps.note(*found)
        failed = next((result for result in found if result.get("failed")), None)
        if failed:
            raise Refused.by(failed)
        if any(result.get("written") == ["index"] for result in found):
            steps.overlaps.append({"lists": [item], "message": _only_index(item["name"], will=check_mode)})
        staged = None
        if staging_prefix and any(result.get("changed") for result in found):
            staged = _stage(steps, {**places[0], "key": staging_prefix + places[0]["key"]}, options)
        steps.published += [
            record.noted({**result, "item": entry}, file, staged=staged)
            for entry, result in zip(places, found, strict=True)
        ]
    except Refused as error:
        steps.refuse(item, error)


def _only_index(name: str, *, will: bool) -> str:
    verb = "would be" if will else "was"
    return (
        f"{name}: its entries are as they were, so nothing is loaded anew. Its index {verb} written, since what was "
        "dropped, or who listed an entry, is another."
    )


def _stage(steps: Steps, waits: Item, options: Item) -> ModuleResult | None:
    result = steps.run("threatlists.aws.s3_threatlist", {**options, **steps.place(waits), "max_shrink_percent": 100})
    steps.note(result)
    if "sha256" not in result:
        return None
    place = {key: waits[key] for key in ("bucket", "key", "region")}
    return {**place, "version_id": result.get("version_id"), "sha256": result["sha256"]}


def _options(steps: Steps, item: Item, file: Item) -> dict[str, t.Any]:
    signs = steps.settings["signing_key_id"] or None
    return {
        "src": file["path"],
        "index": file["index"],
        "format": item["format"],
        "kind": item["kind"],
        "min_entries": (item.get("policy") or {}).get("min_entries"),
        "kms_key_id": steps.settings["kms_key_id"] or None,
        # A staged object is signed for the key where it waits, so nobody can use it before promotion signs it anew.
        "list_name": item["name"],
        "signing_key_id": signs,
        "verify_key_id": steps.settings["verify_key_ids"] or None if signs else None,
        "tags": item.get("tags"),
        "provenance": {"dropped": file.get("dropped") or {}, "sources": file.get("sources") or []},
    }


def look_up_objects(steps: Steps) -> None:
    """Look up the objects that this run did not publish. One of which nothing is published counts as refused."""
    ours = {(item["name"], item["kind"]) for item in steps.plan["merged"]}
    strange: dict[tuple[str, str], list[Item]] = {}
    for entry in record.unpublished(steps.plan["objects"], steps.published):
        asked = {**steps.place(entry), "list_versions": steps.settings["list_versions"]}
        result = steps.call("threatlists.aws.s3_threatlist_info", asked)
        note = record.noted({**result, "item": entry}, earlier=steps.settings["earlier"])
        steps.published.append(note)
        if note["missing"]:
            error = result.get("error") or {}
            # In the bucket of another account something may well be published, but it is not what is meant.
            steps.refused.append({**note, "error": error} if error.get("code") == record.WRONG_OWNER else note)
        elif not result.get("failed") and result.get("entry_count") is None and (entry["name"], entry["kind"]) in ours:
            strange.setdefault((entry["name"], entry["kind"]), []).append(entry)
    steps.overlaps += [_written_by_others(entries) for entries in strange.values()]


def _written_by_others(objects: t.Sequence[Item]) -> Item:
    places = ", ".join(f"s3://{entry['bucket']}/{entry['key']}" for entry in objects)
    message = (
        f"{objects[0]['name']}: {places} was not written by publish, which notes at an object how many entries it has. "
        "Look who wrote it. Publish again, or bring an earlier version back (threatlists.aws.restore)."
    )
    return {"lists": list(objects), "message": message}
