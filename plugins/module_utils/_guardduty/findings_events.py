# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings as EventBridge brings them: nothing is asked of GuardDuty. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_reader import Match
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_selection import FindingSelection
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings import parse

DETAIL_TYPE = "GuardDuty Finding"


def of_events(events: t.Sequence[t.Any], chosen: FindingSelection) -> list[Match]:
    """Return the findings of events that are meant, the last changed first.

    A finding comes as often as events tell it. events: as EventBridge sends them. Without lists or ids in C(chosen) any
    list will do. Raises ArgumentError for what is no event of a finding.
    """
    found = []
    for event in events:
        if not isinstance(event, dict) or event.get("detail-type") != DETAIL_TYPE or "detail" not in event:
            raise ArgumentError(f"events: an item without detail, or whose detail-type is not {DETAIL_TYPE!r}.")
        finding = parse(event["detail"])
        name = chosen.list_of(finding, finding.lists)
        if name is not None and (not chosen.ids or finding.id in chosen.ids):
            found.append(Match(finding, name))
    return sorted(found, key=lambda match: match.finding.updated, reverse=True)
