# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of runs, small and of a fleet, for the report's tests and screenshots.

Each is what the filter run_record makes of what the modules return; nothing else makes one.
"""

from __future__ import annotations

import hashlib
import typing as t

from ansible_collections.threatlists.aws.plugins.filter.run_record import run_record
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import hosts as _hosts
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.record import noted

REGIONS = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
]
KINDS = {
    "threatstream-malware": "threatintelset",
    "threatstream-c2": "threatintelset",
    "partners": "ipset",
    "phishing-domains": "threatentityset",
}
DENIED = {
    "code": "ActivationFailed",
    "message": "Account {account}, {region}: GuardDuty could not read s3://acme-threatlists/threatstream-malware.xml.",
    "retryable": False,
    "remedy": "Allow kms:Decrypt to the service-linked role in the policy of key 1234abcd.",
}
UNREACHED = {
    "code": "AssumeRoleFailed",
    "message": "Account {account}: arn:aws:iam::{account}:role/threatlists could not be assumed (AccessDenied).",
    "retryable": False,
    "remedy": "Let the controller's principal assume the role in its trust policy.",
}


COUNTS = [118_204, 118_950, 121_377, 121_377, 119_802, 124_610, 126_093, 125_871]


def declared(name: str, **changes: t.Any) -> dict[str, t.Any]:
    """A list as threatlists_declared has it."""
    item = {"name": name, "kind": KINDS[name], "format": "STIX", "bucket": "acme-threatlists", "key": f"{name}.xml"}
    return {**item, "tags": {"owner": "secops"}, **changes}


def uploaded(name: str, number: int, **changes: t.Any) -> dict[str, t.Any]:
    """What s3_threatlist and s3_threatlist_info return of the list's object, as an item of a loop."""
    versions = [
        {
            "version_id": f"v{day}",
            "last_modified": f"2026-11-{17 + day:02}T03:02:00.000Z",
            "entry_count": count // (number + 1),
            "deleted": False,
        }
        for day, count in enumerate(COUNTS)
    ]
    return {
        "item": declared(name),
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "version_id": f"3sL4kqtJlcpXroDTDmJ{number}rmSpXd3dIbrHY",
        "last_modified": "2026-11-24T03:02:11.000Z",
        "entry_count": COUNTS[-1] // (number + 1),
        "added": 512,
        "removed": 734,
        "versions": versions,
        **changes,
    }


def merged(**changes: t.Any) -> dict[str, t.Any]:
    """What threatlist_file returns of a list."""
    dropped = {"expired": 10_412, "duplicate": 6_230, "covered": 801, "excluded_bogons": 97, "excluded": 12}
    return {
        "dropped": dropped,
        "sources": [source("threatstream", dropped=dropped), source("extra-indicators.xml"), source("inline entries")],
        "samples": [],
        **changes,
    }


def source(name: str, **changes: t.Any) -> dict[str, t.Any]:
    """An item of what threatlist_file returns as its sources."""
    return {
        "name": name,
        "total": 143_423,
        "usable": 125_871,
        "dropped": {},
        "optional": False,
        "error": None,
        **changes,
    }


def result(account: int, region: str, name: str, **changes: t.Any) -> dict[str, t.Any]:
    """One item of what guardduty_lists returns: in step unless C(changes) say otherwise."""
    return {
        "account_id": f"{100_000_000_000 + account}",
        "region": region,
        "kind": KINDS[name],
        "name": name,
        "action": "none",
        "status": "ACTIVE",
        "cause": "",
        "error": None,
        **changes,
    }


def record(
    results: t.Sequence[dict[str, t.Any]],
    lists: t.Sequence[dict[str, t.Any]] = (),
    publish: t.Mapping[str, t.Any] | None = None,
    **run: t.Any,
) -> dict[str, t.Any]:
    """The record of a run over the accounts of the results."""
    accounts: dict[str, list[dict[str, t.Any]]] = {}
    for item in results:
        accounts.setdefault(item["account_id"], []).append(item)
    names = {
        account: f"workload-{int(account) - 100_000_000_000:03}" if account.isdigit() else account
        for account in accounts
    }
    hostvars = {names[account]: {"account_id": account} for account in accounts}
    outcomes = {names[account]: {"results": items} for account, items in accounts.items()}
    return t.cast(
        dict[str, t.Any], run_record(list(lists), _hosts.accounts(hostvars, hostvars), publish or {}, outcomes, run=run)
    )


def _error(pattern: dict[str, t.Any], account: int, region: str) -> dict[str, t.Any]:
    message = pattern["message"].format(account=100_000_000_000 + account, region=region)
    return {**pattern, "message": message}


def _what_happened(account: int, region: str, position: int) -> dict[str, t.Any]:
    """A fleet's ordinary night: a reloaded list, members, a Region that denies, an account out of reach."""
    if account % 97 == 5:
        return {"action": "failed", "status": "", "error": _error(UNREACHED, account, region)}
    if account % 61 == 3 and region.startswith("eu") and position == 0:
        return {"action": "failed", "status": "ERROR", "error": _error(DENIED, account, region)}
    if account % 13 == 2 and region == "us-east-1":
        return {"action": "skipped", "status": "", "cause": "member of administrator 999999999999"}
    if position == 0:
        return {"action": "reloaded", "cause": "content changed"}
    if account % 50 == 7 and position == 1:
        return {"action": "reactivated" if account % 2 else "updated", "cause": "was found INACTIVE"}
    return {}


def fleet(accounts: int = 6, regions: int = 5, **changes: t.Any) -> dict[str, t.Any]:
    """The record of a fleet of C(accounts) with four lists each."""
    names = list(KINDS)
    published = [noted(uploaded(name, number), merged()) for number, name in enumerate(names)]
    results = [
        result(account, region, name, **_what_happened(account, region, position))
        for account in range(1, accounts + 1)
        for region in REGIONS[-regions:]
        for position, name in enumerate(names)
    ]
    run = {"run_id": "2026-11-24T03:00:00Z-4711", "mode": "run"}
    times = {"started": "2026-11-24T03:00:00.000Z", "finished": "2026-11-24T03:02:43.000Z"}
    made = record(results, [declared(name) for name in names], {"published": published}, **run, **times)
    return {**made, **changes}
