# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declared lists, accounts and what modules return of them, small and in the shape that the role has."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.filter import run_record
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import fleet
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import hosts as _hosts
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record

ONE, TWO = "111111111111", "222222222222"


def declared(name: str = "malware", **changes: t.Any) -> dict[str, t.Any]:
    item = {"name": name, "kind": "threatintelset", "format": "TXT", "bucket": "acme", "key": f"{name}.txt"}
    return {**item, "sources": [{"entries": ["20.0.0.0/24"]}], **changes}


def hosts(count: int = 2, **changes: t.Any) -> list[dict[str, t.Any]]:
    hostvars = {
        f"host{number}": {"account_id": f"{number:012}", "group_names": ["production"], **changes}
        for number in range(1, count + 1)
    }
    return _hosts.accounts(hostvars, hostvars, ["eu-west-1", "us-east-1"])


def plan(*lists: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    options.setdefault("hosts", hosts())
    options.setdefault("groups", ["all", "production"])
    return fleet.plan(list(lists), **options)


def uploaded(**changes: t.Any) -> dict[str, t.Any]:
    item = {"name": "malware", "kind": "threatintelset", "bucket": "acme", "key": "malware.txt"}
    return {"item": item, "sha256": "ab", "version_id": "v1", "entry_count": 10, "added": 1, "removed": 1, **changes}


def result(account: str, action: str = "none", region: str = "eu-west-1", **changes: t.Any) -> dict[str, t.Any]:
    item = {"account_id": account, "region": region, "kind": "threatintelset", "name": "malware", "action": action}
    return {**item, "status": "ACTIVE", "cause": "", "error": None, **changes}


def record(*outcomes: dict[str, t.Any] | None) -> dict[str, t.Any]:
    accounts = hosts(len(outcomes))
    by_host = {host["name"]: outcome for host, outcome in zip(accounts, outcomes, strict=True)}
    run = {"run_id": "7", "started": "a", "finished": "b", "mode": "verify"}
    published = [_record.noted(uploaded(), {"dropped": {"expired": 1}})]
    lists = [declared(), declared("other", groups=["x"])]
    return run_record.run_record(lists, accounts, {"published": published}, by_host, run=run)
