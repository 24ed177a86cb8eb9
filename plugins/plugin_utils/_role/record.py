# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a run's record (docs/record.md) from what its tasks returned. Private to the collection."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import COLLECTION_VERSION
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

OF_THE_PUBLISH = ("dropped", "added", "removed")
NOTED = ("sha256", "version_id", "entry_count", "added", "removed")
# More samples would fill a job's artifacts; the task that merged shows them all.
SAMPLES_OF_A_REASON = 3
PERCENT = 100
WRONG_OWNER = "WrongOwner"
LEDGER = ".hits.jsonl"
IN_STEP = ("none", "skipped")


def noted(
    result: Item,
    merged: Item | None = None,
    earlier: t.Iterable[Item] = (),
    staged: Item | None = None,
) -> dict[str, t.Any]:
    """Return what to keep of an object for the record and later jobs.

    result: an item of a loop over objects, with what the module returned. merged: what threatlist_file returned of its
    list. earlier: what the publish of another job kept of each list, which still holds where the digest is the same.
    staged: the object that waits for approval.
    """
    identity = {key: result["item"][key] for key in ("name", "kind", "bucket", "key")}
    missing = _missing(result)
    message = f"{identity['name']}: nothing is published at s3://{identity['bucket']}/{identity['key']}."
    held = bool(result.get("held"))
    # Where the object is on hold it does not hold what was merged now.
    merged = {} if held else merged or {}
    note = {
        **identity,
        **{key: result.get(key) for key in NOTED},
        "published": result.get("last_modified"),
        "versions": _versions(result),
        "region": result["item"].get("region"),
        "expected_bucket_owner": result["item"].get("expected_bucket_owner"),
        "previous_version_id": result.get("previous_version_id"),
        "held": held,
        "dropped": merged.get("dropped") or result.get("dropped") or {},
        "sources": _sources(merged or result),
        "samples": _some(merged.get("samples") or []),
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


def _sources(merged: Item) -> list[dict[str, t.Any]]:
    return [
        {key: source.get(key) for key in shape.RecordedSource.__annotations__} for source in merged.get("sources") or []
    ]


def _some(samples: t.Iterable[Item]) -> list[Item]:
    """Return the first samples of each source and reason."""
    seen: collections.Counter[tuple[t.Any, t.Any]] = collections.Counter()
    found = []
    for sample in samples:
        kind = sample.get("source"), sample.get("reason")
        seen[kind] += 1
        if seen[kind] <= SAMPLES_OF_A_REASON:
            found.append(sample)
    return found


def _missing(result: Item) -> bool:
    """Return whether nothing of the list is there; not so for an object that could not be looked at."""
    if result.get("failed") or "error" in result:
        return (result.get("error") or {}).get("code") in ("NoSuchBucket", WRONG_OWNER)
    return result.get("sha256") is None


def _versions(result: Item) -> list[shape.RecordedVersion]:
    """Return the versions of an object; none where they were not asked for."""
    return [
        {
            "version_id": version["version_id"],
            "time": version["last_modified"],
            "entry_count": version["entry_count"],
        }
        for version in result.get("versions") or []
        if not version["deleted"]
    ]


def _change_percent(result: Item) -> int:
    """Return by how much, in percent of what was published before, the list changed; 100 for a new list."""
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
    refusals: t.Mapping[tuple[str, str], shape.Error],
    overlaps: t.Sequence[Item] = (),
    refused: t.Iterable[Item] = (),
) -> list[shape.ListEntry]:
    """Return the record's C(lists): each declared list with what was published of it, or why it was refused.

    refused: items that a guard refused, which may tell the sources of the list.
    """
    first: dict[tuple[str, str], Item] = {}
    for entry in published:
        first.setdefault((entry["name"], entry["kind"]), entry)
    for entry in refused:
        identity = entry["name"], entry["kind"]
        told = {"sources": _sources(entry), "samples": _some(entry.get("samples") or [])}
        first[identity] = {**first.get(identity, {}), **told}
    return [_list_entry(item, first.get((item["name"], item["kind"]), {}), refusals, overlaps) for item in declared]


def judged(lists: t.Iterable[shape.ListEntry], hits: t.Iterable[Item]) -> list[shape.ListEntry]:
    """Return the record's C(lists) with what each list found. hits: what threatlist_hits returned of them."""
    worth = {item["location"].removesuffix(LEDGER): item["worth"] for item in hits}
    return [{**entry, "worth": worth.get(entry["location"])} for entry in lists]


def _list_entry(
    item: Item, noted: Item, refusals: t.Mapping[tuple[str, str], shape.Error], overlaps: t.Sequence[Item]
) -> shape.ListEntry:
    identity = item["name"], item["kind"]
    refusal = refusals.get(identity)
    return {
        "name": item["name"],
        "kind": item["kind"],
        "state": item.get("state", "present"),
        "hold": item["hold"] or bool(noted.get("held")),
        "format": item["format"],
        "location": f"s3://{item['bucket']}/{item['key']}",
        "tags": dict(item.get("tags") or {}),
        "sha256": noted.get("sha256"),
        "version_id": noted.get("version_id"),
        "entry_count": noted.get("entry_count"),
        "added": noted.get("added"),
        "removed": noted.get("removed"),
        "dropped": noted.get("dropped") or {},
        "sources": list(noted.get("sources") or []),
        "samples": list(noted.get("samples") or []),
        "published": noted.get("published"),
        "versions": list(noted.get("versions") or []),
        "overlaps": [
            overlap["message"]
            for overlap in overlaps
            if any((one["name"], one["kind"]) == identity for one in overlap["lists"])
        ],
        "worth": None,
        "error": refusal,
    }


def refusals(refused: t.Iterable[Item]) -> dict[tuple[str, str], shape.Error]:
    """Return by name and kind why publish refused a list, for the first reason: C({code, message, retryable, remedy}).

    refused: C({name, kind, message}), with C(error) where a module gave one.
    """
    found: dict[tuple[str, str], shape.Error] = {}
    for entry in refused:
        given = entry.get("error") or {}
        error: shape.Error = {
            "code": given.get("code") or ("NotPublished" if entry.get("missing") else "Refused"),
            # A module's msg ends with the remedy, which stands in a key of its own here.
            "message": f"{entry['name']}: {given['message']}" if given else entry["message"],
            "retryable": bool(given.get("retryable")),
            "remedy": given.get("remedy") or "",
        }
        found.setdefault((entry["name"], entry["kind"]), error)
    return found


def results(
    host: _declared.Host,
    declared: t.Iterable[Item],
    published: t.Sequence[Item],
    outcome: Item | None,
    refusals: t.Mapping[tuple[str, str], shape.Error],
) -> list[shape.Result]:
    """Return the record's C(results) of a host. outcome: of guardduty_lists; None or skipped: it did not run."""
    mine = [item for item in declared if _declared.wanted_by(item, host.groups)]
    unpublished = [item for item in mine if _declared.present(item) and _declared.nowhere(item, published)]
    failed = [
        _failed(host, item, refusals.get((item["name"], item["kind"])) or _not_published(item)) for item in unpublished
    ]
    return failed + _converged(host, [item for item in mine if item not in unpublished], outcome)


def _converged(host: _declared.Host, mine: t.Iterable[Item], outcome: Item | None) -> list[shape.Result]:
    if outcome is None or outcome.get("skipped"):
        return [_failed(host, item, _not_reached(outcome or {})) for item in mine]
    items = outcome.get("results") or []
    if items or not failed(outcome):
        return [_result(host, item) for item in items]
    error = outcome.get("error") or _not_run(outcome.get("msg") or "It failed.")
    return [_failed(host, item, error) for item in mine]


def failed(outcome: Item) -> bool:
    """Return whether guardduty_lists failed, also where its task was told to ignore that."""
    return bool(outcome.get("failed") or "results" not in outcome or _failed_items(outcome))


def _failed_items(outcome: Item) -> list[Item]:
    return [item for item in outcome["results"] if item["action"] == "failed"]


def _not_run(message: str) -> shape.Error:
    return {"code": "NotRun", "message": message, "retryable": True, "remedy": "Run again."}


def _not_reached(outcome: Item) -> shape.Error:
    if not (outcome.get("stopped") or outcome.get("skip_reason")):
        return _not_run("The run did not get to this account.")
    error = _not_run("The rollout stopped where another account failed, and left this one as it is.")
    return {**error, "remedy": "Mend what failed there, then run again."}


def _result(host: _declared.Host, item: Item) -> shape.Result:
    return {
        "account_id": item["account_id"],
        "account_name": host.account_name if item["account_id"] in ("", host.account_id) else "",
        "region": item["region"],
        "kind": item["kind"],
        "name": item["name"],
        "id": item.get("id"),
        "administrator": item.get("administrator"),
        "action": item["action"],
        "status": item.get("status"),
        "cause": item.get("cause") or "",
        "error": item.get("error"),
    }


def undeclared(host: _declared.Host, outcome: Item) -> list[shape.UndeclaredList]:
    """Return the record's C(undeclared) of a host. outcome: what guardduty_lists returned."""
    keys = ("account_id", "region", "kind", "name", "id", "status", "location", "foreign")
    return [
        t.cast(shape.UndeclaredList, {**{key: item[key] for key in keys}, "account_name": host.account_name})
        for item in outcome.get("undeclared") or []
    ]


def _failed(host: _declared.Host, item: Item, error: shape.Error | Item) -> shape.Result:
    return {
        "account_id": host.account_id or host.name,
        "account_name": host.account_name,
        "region": "",
        "kind": item["kind"],
        "name": item["name"],
        "id": None,
        "administrator": None,
        "action": "failed",
        "status": "",
        "cause": error["message"],
        "error": {
            "code": error["code"],
            "message": error["message"],
            "retryable": error["retryable"],
            "remedy": error["remedy"],
        },
    }


def _not_published(item: Item) -> shape.Error:
    return {
        "code": "NotPublished",
        "message": f"nothing is published at s3://{item['bucket']}/{item['key']}",
        "retryable": False,
        "remedy": "Publish the list.",
    }


def drift(record: Item, hosts: t.Iterable[_declared.Host]) -> list[str]:
    """Return a sentence for each place where the fleet is not as declared, by the record of a run that only looked.

    A member account has its administrator's lists: that must be a host of the run, and have the list in step in that
    Region. Such sentences come first, since no table tells these.
    """
    items = record["results"]
    known = {host.account_id for host in hosts if host.account_id} | {
        item["account_id"] for item in items if item["action"] != "skipped"
    }
    in_step = _places(items, ("none",))
    found = []
    for item in items:
        administrator = item.get("administrator")
        if item["action"] != "skipped" or not administrator:
            continue
        if administrator not in known:
            found.append(f"{_place(item)}: its administrator {administrator} is no host of this run.")
        elif (administrator, item["region"], item["kind"], item["name"]) not in in_step:
            found.append(f"{_place(item)}: its administrator {administrator} is not in step there.")
    found += [
        f"{_place(item)}: {(item.get('cause') or item['action']).removesuffix('.')}."
        for item in items
        if item["action"] not in IN_STEP
    ]
    return list(dict.fromkeys(found))


def unused(objects: t.Iterable[Item], outcomes: t.Iterable[Item]) -> list[Item]:
    """Return the objects of absent lists that no account uses any more, judged by the results of removing the lists.

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


def assemble(
    run: Item,
    lists: list[shape.ListEntry],
    results: list[shape.Result],
    buckets: list[shape.Bucket],
    undeclared: list[shape.UndeclaredList],
) -> shape.Record:
    """Return the record. run: C({run_id, mode, started, finished})."""
    return {
        "schema_version": shape.SCHEMA_VERSION,
        "collection_version": COLLECTION_VERSION,
        "run_id": str(run.get("run_id", "")),
        "mode": str(run.get("mode", "run")),
        "started": str(run.get("started", "")),
        "finished": str(run.get("finished", "")),
        "buckets": buckets,
        "lists": lists,
        "results": results,
        "undeclared": undeclared,
    }


def _place(item: Item) -> str:
    where = f"{item['account_id']} {item['region']}".strip()
    return f"{item['kind']} {item['name']} in {where}"
