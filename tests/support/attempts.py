# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attempts at lists, made without any service."""

from __future__ import annotations

from typing import Any

from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import Observed
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.work import Attempt

ACCOUNT, REGION, DIGEST = "111111111111", "eu-west-1", "a" * 64


def declared(name: str = "threats", kind: str = "threatintelset", **changes: Any) -> options.DeclaredList:
    """One list as the options declare it."""
    defaults = {option: spec.get("default") for option, spec in options.LIST_SPEC.items()}
    stated = {"name": name, "kind": kind, "format": "TXT", "location": "s3://bucket/key", "sha256": DIGEST}
    (one,) = options.declared_lists({"lists": [{**defaults, **stated, **changes}]})
    return one


def observed(name: str = "threats", **changes: Any) -> Observed:
    """One list as Get shows it."""
    given = {"id": name, "name": name, "format": "TXT", "location": "s3://bucket/key", "status": "ACTIVE", "tags": {}}
    return Observed(**{**given, **changes})


def attempt(region: RegionState, one: options.DeclaredList, found: Observed | None = None) -> Attempt:
    """An attempt with its plan."""
    digest = one.sha256 if one.is_loaded else None
    made = Attempt(region, one, one.desired(region.name, ACCOUNT, "aws", digest))
    made.make_plan(found)
    return made
