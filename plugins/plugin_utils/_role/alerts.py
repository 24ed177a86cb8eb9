# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alert rules in a run's record, beside the lists. Private to the collection."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

# Stands for the name where the rules could not even be listed.
ALL = "alert rules"


def results(host: _declared.Host, loop: Item) -> list[shape.Result]:
    """Return the record's C(results) of a host's alert rules.

    loop: what a loop over guardduty_alert_rule registered.
    """
    return [result for item in loop.get("results") or [] for result in _of_item(host, item)]


def _of_item(host: _declared.Host, item: Item) -> list[shape.Result]:
    if "results" in item:
        return [_result(host, found) for found in item["results"] if found["action"] != "none" or found["arn"]]
    if not item.get("failed") and not item.get("error"):
        return []
    rule, error = item["item"], item.get("error")
    error = error or {"code": "NotRun", "message": item.get("msg") or "It failed.", "retryable": False, "remedy": ""}
    # The step that removes rules has the Regions for an item.
    name, regions = (ALL, rule) if isinstance(rule, list) else (rule["name"], [])
    region = regions[0] if len(regions) == 1 else ""
    return [_result(host, {"name": name, "region": region, "action": "failed", "error": error})]


def _result(host: _declared.Host, found: Item) -> shape.Result:
    error = found.get("error")
    return {
        "account_id": found.get("account_id") or host.account_id or host.name,
        "account_name": host.account_name,
        "region": found["region"],
        "kind": shape.ALERT_RULE,
        "name": found["name"] or ALL,
        "id": found.get("arn"),
        "administrator": None,
        "action": found["action"],
        "status": "",
        "cause": error["message"] if error else found.get("cause") or "",
        "error": error,
    }
