# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of runs, small and of a fleet, for the report's tests and screenshots."""

from __future__ import annotations

import hashlib
import typing as t

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


def published(name: str, number: int) -> dict[str, t.Any]:
    """One item of C(lists), with every optional key."""
    counts = [118_204, 118_950, 121_377, 121_377, 119_802, 124_610, 126_093, 125_871]
    return {
        "name": name,
        "kind": KINDS[name],
        "format": "STIX",
        "location": f"s3://acme-threatlists/{name}.xml",
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "version_id": f"3sL4kqtJlcpXroDTDmJ{number}rmSpXd3dIbrHY",
        "published": "2026-11-24T03:02:11.000Z",
        "size": 31_216_008 // (number + 1),
        "entry_count": counts[-1] // (number + 1),
        "sources": ["threatstream", "extra-indicators.xml", "entries"],
        "tags": {"owner": "secops"},
        "dropped": {"expired": 10_412, "duplicate": 6_230, "covered": 801, "not_routable": 97, "excluded": 12},
        "added": 512,
        "removed": 734,
        "added_entries": [f"198.51.100.{last}/32" for last in range(10)],
        "removed_entries": [f"203.0.113.{last}/32" for last in range(10)],
        "versions": [
            {"version_id": f"v{day}", "time": f"2026-11-{17 + day:02}T03:02:00.000Z", "entry_count": count}
            for day, count in enumerate(c // (number + 1) for c in counts)
        ],
    }


def result(account: int, region: str, name: str, **changes: t.Any) -> dict[str, t.Any]:
    """One item of C(results): in step unless C(changes) say otherwise."""
    return {
        "account_id": f"{100_000_000_000 + account}",
        "account_name": f"workload-{account:03}",
        "region": region,
        "kind": KINDS[name],
        "name": name,
        "action": "none",
        "status": "ACTIVE",
        "cause": "",
        "error": None,
        **changes,
    }


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
    return {
        "schema_version": 1,
        "run_id": "2026-11-24T03:00:00Z-4711",
        "collection_version": "0.1.0",
        "mode": "run",
        "started": "2026-11-24T03:00:00.000Z",
        "finished": "2026-11-24T03:02:43.000Z",
        "lists": [published(name, number) for number, name in enumerate(names)],
        "results": [
            result(account, region, name, **_what_happened(account, region, position))
            for account in range(1, accounts + 1)
            for region in REGIONS[-regions:]
            for position, name in enumerate(names)
        ],
        **changes,
    }
