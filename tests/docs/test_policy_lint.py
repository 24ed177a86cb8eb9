# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What parliament says of the documented policies, and which of it is wrong."""

from __future__ import annotations

import pathlib

import parliament
import pytest
from support.examples import ROOT

POLICIES = sorted((ROOT / "docs/permissions").glob("*.json"))
ENTITY_SETS = "parliament's table of actions is older than entity sets"
KEY_ITSELF = "in a key policy the resource is the key that it belongs to"
# What parliament says that is none of it a fault, by file and issue.
FALSE_POSITIVES = {
    ("converger-entity-lists", "UNKNOWN_ACTION"): ENTITY_SETS,
    ("findings", "UNKNOWN_ACTION"): ENTITY_SETS,
    ("verifier", "UNKNOWN_ACTION"): ENTITY_SETS,
    ("key", "RESOURCE_STAR"): KEY_ITSELF,
    ("key-organization", "RESOURCE_STAR"): KEY_ITSELF,
    ("signing-key", "RESOURCE_STAR"): KEY_ITSELF,
    (
        "publisher-buckets",
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    ): "the publisher may write and read the objects anyway",
    ("trust", "MALFORMED"): "a trust policy has no resource: it belongs to one role",
}


def issues(path: pathlib.Path) -> dict[str, list[str]]:
    """What is found in a policy, by issue."""
    found: dict[str, list[str]] = {}
    for finding in parliament.analyze_policy_string(path.read_text()).findings:
        found.setdefault(finding.issue, []).append(str(finding.detail))
    return found


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_parliament_finds_nothing_but_what_it_does_not_know(path: pathlib.Path) -> None:
    found = issues(path)
    assert {issue: details for issue, details in found.items() if (path.stem, issue) not in FALSE_POSITIVES} == {}
    known = {issue for stem, issue in FALSE_POSITIVES if stem == path.stem}
    assert known <= found.keys(), "no longer found: strike it from the table"
    assert all("EntitySet" in detail for detail in found.get("UNKNOWN_ACTION", []))
