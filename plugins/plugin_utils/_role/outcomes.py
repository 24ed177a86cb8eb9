# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of each account of a run, whether a batch or a task of its own converged it. Private to the collection."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._trust import TAGS_TRUST, untrusted
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

NOT_RUN: Item = {"skipped": True}
STOPPED: Item = {"skipped": True, "stopped": True}


def of_accounts(names: t.Iterable[str], hostvars: t.Mapping[str, Item]) -> dict[str, Item]:
    """Return by host what guardduty_lists returned.

    C(skipped): it did not run; C(stopped) too: because an earlier batch failed. A batch is read from its first host
    only, since to get the variables of every host would cost more than all else here.
    """
    found: dict[str, Item] = {}
    wanted = [name for name in names if name in hostvars]
    for name in wanted:
        if name in found:
            continue
        batch = hostvars[name].get("__threatlists_batch") or {}
        if name in batch.get("hosts", ()):
            found |= _of_batch(batch, wanted)
        if name not in found or name in batch.get("alone", ()):
            found[name] = hostvars[name].get("__threatlists_converged") or NOT_RUN
    return {name: found.get(name, NOT_RUN) for name in names}


def _of_batch(batch: Item, wanted: t.Sequence[str]) -> dict[str, Item]:
    """Return by host what came of the batch, without the hosts that were left to a task of their own."""
    hosts = set(batch["hosts"]) - set(batch["alone"])
    if not batch["begun"]:
        return {name: STOPPED for name in wanted if name in hosts}
    return {name: _of_account(batch["accounts"].get(name), batch) for name in wanted if name in hosts}


def _of_account(outcome: Item | None, batch: Item) -> Item:
    if outcome is None:
        return (
            {**NOT_RUN, "skip_reason": "Another account of the batch failed."} if batch["stop_at_failure"] else NOT_RUN
        )
    result = json.loads(outcome["text"])
    result = result if TAGS_TRUST else untrusted(result)
    if result.get("failed") and batch["ignore_failures"]:
        result["failed"] = False
    if outcome["warnings"]:
        result["warnings"] = [*result.get("warnings", []), *outcome["warnings"]]
    return t.cast(Item, result)
