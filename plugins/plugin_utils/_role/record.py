# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run's record from what its tasks returned (docs/record.md). Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import model
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared

Item = t.Mapping[str, t.Any]

PASSED_ON = (
    "account_id",
    "region",
    "kind",
    "name",
    "action",
    "status",
    "cause",
    "error",
    "id",
    "administrator",
)
OF_THE_PUBLISH = ("dropped", "added", "removed")
NOTED = ("sha256", "version_id", "entry_count", "dropped", "added", "removed")
PERCENT = 100
HISTORY = ("published", "versions")
IN_STEP = ("none", "skipped")


def noted(
    result: Item,
    dropped: t.Mapping[str, int] | None = None,
    earlier: t.Iterable[Item] = (),
    staged: Item | None = None,
) -> dict[str, t.Any]:
    """Return what to remember of an object.

    result: an item of a loop over objects, with what the module returned. earlier: what a publish of another job noted
    of each list, which still holds where the digest is the same. staged: the object that waits for approval.
    """
    identity = {key: result["item"][key] for key in ("name", "kind", "bucket", "key")}
    missing = _missing(result)
    message = f"{identity['name']}: nothing is published at s3://{identity['bucket']}/{identity['key']}."
    note = {
        **identity,
        **{key: result.get(key) for key in NOTED},
        **_history(result),
        "region": result["item"].get("region"),
        "expected_bucket_owner": result["item"].get("expected_bucket_owner"),
        "previous_version_id": result.get("previous_version_id"),
        "dropped": dropped or {},
        "missing": missing,
        "message": message if missing else "",
        "changed": bool(result.get("changed")),
        "change_percent": _change_percent(result),
        "staged": dict(staged) if staged and result.get("changed") else None,
    }
    same = {"name": note["name"], "kind": note["kind"], "sha256": note["sha256"]}
    for entry in earlier:
        if note["sha256"] and all(entry.get(key) == value for key, value in same.items()):
            return {**note, **{key: entry.get(key) for key in OF_THE_PUBLISH}}
    return note


def _missing(result: Item) -> bool:
    """Return whether nothing is published there; an object that could not be looked at may be there."""
    if result.get("failed") or "error" in result:
        return bool((result.get("error") or {}).get("code") == "NoSuchBucket")
    return result.get("sha256") is None


def _history(result: Item) -> dict[str, t.Any]:
    """Return when the object was written, and its versions where they were asked for."""
    keys = ("version_id", "last_modified", "entry_count")
    versions = [
        dict(zip(("version_id", "time", "entry_count"), (version[key] for key in keys), strict=True))
        for version in result.get("versions") or []
        if not version["deleted"]
    ]
    return dict(zip(HISTORY, (result.get("last_modified"), versions), strict=True))


def _change_percent(result: Item) -> int:
    """Return how much of what was published before changed; a new list changed altogether."""
    changes = (result.get("added") or 0) + (result.get("removed") or 0)
    before = (result.get("entry_count") or 0) - (result.get("added") or 0) + (result.get("removed") or 0)
    return round(PERCENT * changes / max(before, 1)) if before or not changes else PERCENT


def unpublished(objects: t.Iterable[Item], published: t.Iterable[Item]) -> list[Item]:
    """Return the objects of present lists that are not among the published ones."""
    known = {_list_and_object(entry) for entry in published}
    return [entry for entry in objects if entry["present"] and _list_and_object(entry) not in known]


def _list_and_object(entry: Item) -> tuple[t.Any, ...]:
    return tuple(entry[part] for part in ("name", "kind", "bucket", "key"))


def lists(
    declared: t.Iterable[Item],
    published: t.Iterable[Item],
    refusals: t.Mapping[tuple[str, str], Item],
    overlaps: t.Sequence[Item] = (),
) -> list[dict[str, t.Any]]:
    """Return the record's C(lists): each declared list with what was published of it, or why it was refused."""
    first: dict[tuple[str, str], Item] = {}
    for entry in published:
        first.setdefault((entry["name"], entry["kind"]), entry)
    return [
        {
            "name": item["name"],
            "kind": item["kind"],
            **{key: first.get((item["name"], item["kind"]), {}).get(key) for key in (*NOTED, *HISTORY)},
            "location": f"s3://{item['bucket']}/{item['key']}",
            "format": item["format"],
            "hold": item["hold"],
            "state": item.get("state", "present"),
            "error": refusals.get((item["name"], item["kind"])),
            "overlaps": [
                overlap["message"]
                for overlap in overlaps
                if any((one["name"], one["kind"]) == (item["name"], item["kind"]) for one in overlap["lists"])
            ],
        }
        for item in declared
    ]


def refusals(refused: t.Iterable[Item]) -> dict[tuple[str, str], dict[str, t.Any]]:
    """Return by name and kind why publish refused a list: C({code, message, retryable, remedy}); the first reason.

    refused: C(name kind message), and C(error) where a module gave one.
    """
    found: dict[tuple[str, str], dict[str, t.Any]] = {}
    for entry in refused:
        unknown = {"code": "NotPublished" if entry.get("missing") else "Refused", "retryable": False, "remedy": ""}
        given = entry.get("error") or {}
        # A module's msg ends with the remedy, which stands in a key of its own here.
        message = f"{entry['name']}: {given['message']}" if given else entry["message"]
        error = {**unknown, **given, "message": message}
        found.setdefault((entry["name"], entry["kind"]), error)
    return found


def results(
    host: _declared.Host,
    declared: t.Iterable[Item],
    published: t.Sequence[Item],
    outcome: Item | None,
    refusals: t.Mapping[tuple[str, str], Item],
) -> list[dict[str, t.Any]]:
    """Return the record's C(results) of a host. outcome: what guardduty_lists gave; None or skipped: not run."""
    mine = [item for item in declared if _declared.wanted_by(item, host.groups)]
    unpublished = [item for item in mine if _declared.present(item) and _declared.nowhere(item, published)]
    failed = [
        _failed(host, item, refusals.get((item["name"], item["kind"])) or _not_published(item)) for item in unpublished
    ]
    return failed + _converged(host, [item for item in mine if item not in unpublished], outcome)


def _converged(host: _declared.Host, mine: t.Iterable[Item], outcome: Item | None) -> list[dict[str, t.Any]]:
    if outcome is not None and outcome.get("skipped"):
        outcome = None
    items = list((outcome or {}).get("results") or [])
    if items:
        return [{key: item.get(key) for key in PASSED_ON if key in item} for item in items]
    if outcome is not None and not outcome.get("failed"):
        return []
    error = (outcome or {}).get("error") or {
        "code": "NotRun",
        "message": (outcome or {}).get("msg") or "The run did not get to this account.",
        "retryable": True,
        "remedy": "Run again.",
    }
    return [_failed(host, item, error) for item in mine]


def _failed(host: _declared.Host, item: Item, error: Item) -> dict[str, t.Any]:
    return {
        "account_id": host.account_id or host.name,
        "region": "",
        "kind": item["kind"],
        "name": item["name"],
        "action": "failed",
        "status": "",
        "cause": error["message"],
        "error": dict(error),
    }


def _not_published(item: Item) -> dict[str, t.Any]:
    return {
        "code": "NotPublished",
        "message": f"nothing is published at s3://{item['bucket']}/{item['key']}",
        "retryable": False,
        "remedy": "Publish the list.",
    }


def drift(record: Item, hosts: t.Iterable[_declared.Host]) -> list[str]:
    """Return where the fleet is not as declared, by a record that only looked: one sentence each.

    A member account's lists are its administrator's: that must be a host of the run, and have the list in step in that
    Region.
    """
    items = record["results"]
    found = [
        f"{_place(item)}: {item.get('cause') or item['action']}" for item in items if item["action"] not in IN_STEP
    ]
    known = {host.account_id for host in hosts if host.account_id} | {
        item["account_id"] for item in items if item["action"] != "skipped"
    }
    in_step = _places(items, ("none",))
    for item in items:
        administrator = item.get("administrator")
        if item["action"] != "skipped" or not administrator:
            continue
        if administrator not in known:
            found.append(f"{_place(item)}: its administrator {administrator} is no host of this run.")
        elif (administrator, item["region"], item["kind"], item["name"]) not in in_step:
            found.append(f"{_place(item)}: its administrator {administrator} is not in step there.")
    return list(dict.fromkeys(found))


def unused(objects: t.Iterable[Item], outcomes: t.Iterable[Item]) -> list[Item]:
    """Return the objects of absent lists that no account uses any more, by what removing the lists returned.

    A member account uses its administrator's lists, so the list must be gone there, in the same Region.
    """
    items = [item for outcome in outcomes for item in outcome.get("results") or []]
    gone = _places(items, ("deleted", "none"))
    used = {
        (item["kind"], item["name"])
        for item in items
        if item["action"] not in ("deleted", "none")
        and not (item["action"] == "skipped" and not item.get("administrator"))
        and (item.get("administrator"), item["region"], item["kind"], item["name"]) not in gone
    }
    return [
        entry
        for entry in objects
        if not entry["present"] and not entry["shared"] and (entry["kind"], entry["name"]) not in used
    ]


def _places(items: t.Iterable[Item], actions: t.Collection[str]) -> set[tuple[str, str, str, str]]:
    return {
        (item["account_id"], item["region"], item["kind"], item["name"]) for item in items if item["action"] in actions
    }


def assemble(**parts: t.Any) -> dict[str, t.Any]:
    return {"schema_version": model.SCHEMA_VERSION, **parts}


def _place(item: Item) -> str:
    where = f"{item['account_id']} {item['region']}".strip()
    return f"{item['kind']} {item['name']} in {where}"
