# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alert rules: what each account should have, and what a run's record tells of them. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import places
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

# Stands for the name where the rules could not even be listed.
ALL = "alert rules"
EVERYWHERE = "all"


def of_host(rules: t.Sequence[Item], lists: t.Sequence[Item], groups: t.Collection[str], regions: t.Any) -> Item:
    """Return C({rules, alike, watches_objects, regions}) of the declared rules for a host.

    rules: each completed by C(state), C(lists), C(locations) and C(regions), as guardduty_alert_rule takes them. alike:
    C({name, problem}) of each name that several rules have. regions: where rules may be left over.
    """
    locations = [place["location"] for place in places.places(lists)]
    names = list(dict.fromkeys(item["name"] for item in lists))
    known = [*_declared.region_names(regions), *(region for rule in rules for region in _regions(rule))]
    return {
        "rules": [
            {
                **rule,
                "state": "present" if _is_meant(rule, groups) else "absent",
                "lists": rule.get("lists") or names,
                "locations": locations,
                "regions": rule.get("regions") or regions,
            }
            for rule in rules
        ],
        "alike": _alike(rules),
        "watches_objects": any(rule.get("sends") == "objects" for rule in rules),
        "regions": list(dict.fromkeys(known)),
    }


def _regions(rule: Item) -> tuple[str, ...]:
    return _declared.region_names(rule.get("regions") or ())


def _is_meant(rule: Item, groups: t.Collection[str]) -> bool:
    return not {EVERYWHERE, *groups}.isdisjoint(rule.get("groups") or [EVERYWHERE])


def _alike(rules: t.Sequence[Item]) -> list[Item]:
    """Return C({name, problem}) of names that several rules have; the problem is empty where no two share a Region."""
    by_name: dict[str, list[Item]] = {}
    for rule in rules:
        # EventBridge does not say whether names may differ in case alone.
        by_name.setdefault(str(rule["name"]).lower(), []).append(rule)
    groups = [same for _name, same in sorted(by_name.items()) if len(same) > 1]
    return [{"name": same[0]["name"], "problem": _problem(same[0]["name"], same)} for same in groups]


def _problem(name: str, rules: t.Sequence[Item]) -> str:
    regions = [region for rule in rules for region in _regions(rule) or (EVERYWHERE,)]
    if EVERYWHERE not in regions and len(set(regions)) == len(regions):
        return ""
    return (
        f"threatlists_alerts declares {len(rules)} rules that are named {name}, and a Region has one rule of a name, "
        "so each would undo the other. Give them names of their own, or regions that they do not share. Nothing was "
        "called."
    )


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
