# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three accounts and three Regions: one account is a GuardDuty member, one Region of another has no detector."""

from __future__ import annotations

import json
import pathlib
import typing as t

PUBLISHER, STANDALONE, MEMBER = "111111111111", "222222222222", "333333333333"
REGIONS = ["eu-west-1", "us-east-1", "us-west-2"]
BUCKET = "acme-threatlists"

WORLD: dict[str, t.Any] = {
    "regions": REGIONS,
    "accounts": {
        PUBLISHER: {"name": "security"},
        STANDALONE: {"name": "production", "no_detector": ["us-west-2"]},
        MEMBER: {"name": "sandbox", "administrator": PUBLISHER},
    },
}


def _indicator(number: int, **values: t.Any) -> dict[str, t.Any]:
    return {"id": number, "value": f"198.51.{number // 250}.{number % 250 + 1}", "itype": "mal_ip", **values}


OBJECTS = [
    *(_indicator(number, itype="c2_ip" if number % 2 else "mal_ip") for number in range(1, 41)),
    *(_indicator(number, confidence=50) for number in range(41, 51)),
    *(_indicator(number, source="Analyst") for number in range(51, 61)),
    # In no list may be what is of a private network.
    _indicator(61, source="Analyst", value="10.1.2.3"),
]

MISSION = {"itype": ["mal_ip", "c2_ip"], "confidence_min": 90, "source": ["PhishMe"], "created_since": "7d"}

DECLARED: list[dict[str, t.Any]] = [
    {
        "name": "threatstream-malware",
        "kind": "threatintelset",
        "format": "STIX",
        "bucket": BUCKET,
        "key": "threatstream-indicators.xml",
        "expected_bucket_owner": PUBLISHER,
        "sources": [{"threatstream": MISSION}],
        "policy": {"min_entries": 10, "max_shrink_percent": 50},
    },
    {
        "name": "analysts",
        "kind": "threatintelset",
        "format": "TXT",
        "bucket": BUCKET,
        "key": "analysts.txt",
        "expected_bucket_owner": PUBLISHER,
        "sources": [{"threatstream": {"source": ["Analyst"]}}, {"entries": ["45.155.204.0/24"]}],
    },
    {
        "name": "own-networks",
        "kind": "ipset",
        "format": "TXT",
        "bucket": BUCKET,
        "key": "own-networks.txt",
        "expected_bucket_owner": PUBLISHER,
        "sources": [{"entries": ["9.9.9.0/24"]}],
    },
]


def write_inventory(path: pathlib.Path, **variables: t.Any) -> pathlib.Path:
    """A static inventory, as users write one: an account a host, everything else a group variable."""
    hosts = {
        account["name"]: {"account_id": identity, "assume_role_arn": f"arn:aws:iam::{identity}:role/threatlists"}
        for identity, account in WORLD["accounts"].items()
    }
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "threatlists_regions": REGIONS,
        "threatlists_on_unavailable": "skip",
        "threatlists_declared": DECLARED,
        **variables,
    }
    path.write_text(json.dumps({"aws_accounts": {"hosts": hosts, "vars": variables}}))
    return path
