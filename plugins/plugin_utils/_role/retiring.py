# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes the objects of absent lists once no account uses them any more. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record, run_record
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Refused, Steps
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item


def retire(steps: Steps) -> None:
    """Delete the objects that are unused, and note which were deleted, and which stay and why."""
    objects = steps.plan["objects"]
    outcomes = list(steps.settings["outcomes"].values())
    every_one_answered = steps.settings["everywhere"] and all(
        "results" in outcome and not outcome.get("error") for outcome in outcomes
    )
    unused = record.unused(objects, outcomes) if every_one_answered else []
    deleted = [entry for entry in unused if _delete(steps, entry)]
    if deleted:
        steps.overlaps.append(_deleted(deleted, "would be" if steps.check_mode else "was"))
    kept = [entry for entry in objects if not entry["present"] and not entry["shared"] and entry not in unused]
    if kept:
        steps.overlaps.append(_kept(kept))


def told(steps: Steps, known: Item) -> dict[str, t.Any]:
    """Return C({record, reasons}) of a retire, the reasons by host. known: what declared_lists returned."""
    absent = [item for item in steps.settings["declared"] if not _declared.present(item)]
    outcomes, mode = steps.settings["outcomes"], "check" if steps.check_mode else "run"
    made = run_record.run_record(absent, known["hosts"], known, outcomes, {"mode": mode})
    refused = {known["publisher"]: len(known["refused"])}
    reasons = {host: _reason(outcome, refused.get(host, 0), mode) for host, outcome in outcomes.items()}
    return {"record": made, "reasons": {host: reason for host, reason in reasons.items() if reason}}


def _reason(outcome: Item, refused: int, mode: str) -> str:
    failed = refused + sum(item["action"] == "failed" for item in outcome.get("results") or [])
    if not failed and "error" not in outcome:
        return ""
    return f"{failed} {'would fail' if mode == 'check' else 'failed'}. The table below says why."


def _delete(steps: Steps, entry: Item) -> bool:
    try:
        result = steps.run("threatlists.aws.s3_threatlist", {**steps.place(entry), "state": "absent"})
    except Refused as error:
        steps.refuse(entry, error)
        return False
    steps.note(result)
    return bool(result.get("changed"))


def _deleted(objects: t.Sequence[Item], verb: str) -> Item:
    places = ", ".join(dict.fromkeys(f"s3://{entry['bucket']}/{entry['key']}" for entry in objects))
    message = f"{places} {verb} deleted with its index: no account of this inventory uses it any more."
    return {"lists": list(objects), "message": message}


def _kept(objects: t.Sequence[Item]) -> Item:
    keys = ", ".join(dict.fromkeys(str(entry["key"]) for entry in objects))
    message = (
        f"{keys} stays: not every account that may use it was reached, nor the administrator of each member. Retire "
        "again on the whole inventory."
    )
    return {"lists": list(objects), "message": message}
