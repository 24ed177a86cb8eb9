# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job hands on to later jobs, which AWX turns into extra variables: small at any size of the fleet."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import summary as summary_of

ACCOUNTS, REGIONS, LISTS = 300, 17, 6
AWX_LIMIT = 100_000
UPLOADED = {
    "item": {"name": "malware", "kind": "threatintelset", "bucket": "acme", "key": "malware.txt"},
    "sha256": "ab",
    "version_id": "v1",
    "entry_count": 10,
    "added": 1,
    "removed": 1,
}


def record(**outcome: t.Any) -> dict[str, t.Any]:
    names = [f"list-{number}" for number in range(LISTS)]
    places = [(account, region, name) for account in range(ACCOUNTS) for region in range(REGIONS) for name in names]
    return {
        "schema_version": 1,
        "run_id": "7",
        "mode": "run",
        "started": "a",
        "finished": "b",
        "lists": [
            {
                "name": name,
                "kind": "threatintelset",
                "sha256": "0" * 64,
                "dropped": {"expired": 1},
                "error": None,
                "versions": [{"version_id": "v" * 32, "time": "t" * 24, "entry_count": 1}] * 1000,
            }
            for name in names
        ],
        "results": [
            {
                "account_id": f"{account:012}",
                "region": f"eu-west-{region}",
                "kind": "threatintelset",
                "name": name,
                "action": "none",
                "status": "ACTIVE",
                "cause": "",
                "error": None,
                **outcome,
            }
            for account, region, name in places
        ],
    }


@pytest.mark.parametrize("outcome", [{}, {"action": "failed", "cause": "no role " * 500}])
def test_a_fleets_record_comes_to_less_than_awx_takes_well(outcome):
    whole = record(**outcome)
    summary = summary_of.record(whole)
    assert len(json.dumps(summary)) < AWX_LIMIT < len(json.dumps(whole))
    assert summary["counts"] == {
        "accounts": ACCOUNTS,
        "lists": LISTS,
        "results": ACCOUNTS * REGIONS * LISTS,
        "actions": {outcome.get("action", "none"): ACCOUNTS * REGIONS * LISTS},
    }
    assert summary["problem_count"] == (ACCOUNTS * REGIONS * LISTS if outcome else 0)
    assert [problem["account_id"] for problem in summary["problems"][:1]] == ["000000000000"] * bool(outcome)


def published(**changes: t.Any) -> dict[str, t.Any]:
    noted = {"name": "ours", "kind": "ipset", "sha256": "ab", "changed": False, "change_percent": 0, "staged": None}
    return {**noted, "bucket": "acme", "key": "k" * 200, "versions": [], **changes}


def test_a_list_of_many_objects_is_one_item_that_of_the_most_changed():
    staged = {"bucket": "acme", "key": "staged/x", "sha256": "cd"}
    objects = [published() for _account in range(ACCOUNTS * REGIONS)]
    objects.append(published(changed=True, change_percent=40, sha256="cd", staged=staged))
    (one,) = summary_of.published(objects)
    assert (one["objects"], one["change_percent"], one["sha256"], one["staged"]) == (5101, 40, "cd", staged)
    assert one["refused"] == ""


def test_a_refused_list_says_why():
    refused = [{"name": "ours", "kind": "ipset", "message": "too few"}]
    (one,) = summary_of.published([], refused)
    assert (one["refused"], one["staged"], one["changed"]) == ("too few", None, None)


def test_what_another_job_noted_holds_while_the_digest_is_the_same():
    earlier = [_record.noted(UPLOADED, {"dropped": {"expired": 3}})]
    looked_up = {**UPLOADED, "added": None, "removed": None}
    known = _record.noted(looked_up, earlier=summary_of.published(earlier))
    assert [known[key] for key in ("dropped", "added", "removed")] == [{"expired": 3}, 1, 1]
    other = _record.noted({**looked_up, "sha256": "cd"}, earlier=earlier)
    assert other["dropped"] == {}
