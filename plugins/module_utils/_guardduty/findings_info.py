# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the findings that lists raised in one account. Private to the collection."""

from __future__ import annotations

import datetime
import heapq
import itertools
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.converge import (
    declared_regions,
    refused_everywhere,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_reader import (
    FindingReader,
    Match,
    Region,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_selection import (
    SELECTION_SPEC,
    FindingSelection,
    selection,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings_events import of_events
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings_why import (
    check_index,
    key_of,
    reasons,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

INFO_SPEC: dict[str, dict[str, t.Any]] = {
    **SELECTION_SPEC,
    "archived": {"type": "str", "choices": ["exclude", "include", "only"], "default": "exclude"},
    "max_findings": {"type": "int", "default": 1000},
    "index": {"type": "dict"},
    "events": {"type": "list", "elements": "dict"},
}
ARCHIVED = {"exclude": False, "include": None, "only": True}
MAX_FINDINGS = 100_000


def read_findings(module: Module) -> dict[str, t.Any]:
    """Return C({changed, account_id, findings, truncated, missing, regions}); a Region's failure stands in its item.

    Raises CredentialsError where the account cannot be worked in at all, ArgumentError for options that are wrong.
    """
    params = module.params
    most = params["max_findings"]
    if not 1 <= most <= MAX_FINDINGS:
        raise ArgumentError(f"max_findings: {most} is not between 1 and {MAX_FINDINGS}.")
    check_index(params["index"])
    now = datetime.datetime.now(datetime.UTC)
    # A finding that is named by its id is meant, archived or not.
    chosen = selection(params, now, None if params.get("ids") else ARCHIVED[params["archived"]])
    if params["events"] is not None:
        return _of_events(module, of_events(params["events"], chosen))
    account, names = account_at_work(module)
    reader = FindingReader(account, chosen)

    def newest(name: str) -> tuple[Region, list[Match]]:
        region = reader.open(name)
        return region, list(itertools.islice(reader.matches(region), most + 1))

    found = in_threads(newest, names, account.connection.workers)
    check_credentials(account, [region for region, _matches in found])
    merged = list(heapq.merge(*(matches for _region, matches in found), key=_changed, reverse=True))
    truncated = len(merged) > most
    if truncated:
        module.warn(
            f"account {account.id}: there are more than {most} findings; returned are the {most} that changed last."
        )
    return {
        "changed": False,
        "account_id": account.id,
        "findings": _with_reasons(module, account.connection, merged[:most]),
        "truncated": truncated,
        "missing": missing(chosen, [region for region, _matches in found]),
        "regions": [region_item(account.id, region) for region, _matches in found],
    }


def _of_events(module: Module, matches: list[Match]) -> dict[str, t.Any]:
    """Return the same for findings that came as events; no call finds out which account this is."""
    found = _with_reasons(module, Connection(module), matches)
    return {"changed": False, "account_id": None, "findings": found, "truncated": False, "missing": [], "regions": []}


def _with_reasons(module: Module, connection: Connection, matches: list[Match]) -> list[dict[str, t.Any]]:
    """Return the findings with C(why), where O(index) says where to look."""
    index = {str(name): str(location) for name, location in (module.params["index"] or {}).items()}
    pairs = [(match.finding, match.list) for match in matches]
    why = reasons(connection, index, pairs, module.warn)
    return [{**item(match), "why": why.get(key_of(match.finding))} for match in matches]


def account_at_work(module: Module) -> tuple[Account, list[str]]:
    """Return the account and the Regions that the options mean."""
    given = options.regions(module.params)
    named = [region for region in given if region != options.ALL]
    connection = Connection(module, named, options.workers(module.params))
    account = Account(connection)
    return account, declared_regions(connection, account, given)


def check_credentials(account: Account, regions: list[Region]) -> None:
    """Raise CredentialsError where the credentials failed, rather than a Region."""
    states = [RegionState(region.region, error=region.error) for region in regions]
    if dead := refused_everywhere(account.id, states):
        raise dead
    if broken := [region.error for region in regions if isinstance(region.error, CredentialsError)]:
        raise broken[0]


def missing(chosen: FindingSelection, regions: list[Region]) -> list[str]:
    """Return the ids asked for that were found in no Region."""
    return [one for one in chosen.ids if not any(one in region.found for region in regions)]


def item(match: Match) -> dict[str, t.Any]:
    """Return a finding as results show it."""
    finding = match.finding
    return {
        "account_id": finding.account_id,
        "region": finding.region,
        "id": finding.id,
        "arn": finding.arn,
        "type": finding.type,
        "severity": finding.severity,
        "title": finding.title,
        "list": match.list,
        "indicator": next(iter(finding.indicators), ""),
        "indicators": finding.indicators,
        "direction": finding.direction,
        "resource": finding.resource,
        "count": finding.count,
        "first_seen": finding.first_seen,
        "last_seen": finding.last_seen,
        "archived": finding.archived,
        "feedback": finding.feedback,
        "sample": finding.is_sample,
    }


def region_item(account_id: str, region: Region) -> dict[str, t.Any]:
    """Return what was found of a Region as results show it."""
    error: ThreatlistsError | None = region.error
    return {
        "account_id": account_id,
        "region": region.region,
        "detector_id": region.detector_id or None,
        "administrator": region.administrator or None,
        "lists": region.lists,
        "error": error.as_result() if error else None,
    }


def _changed(match: Match) -> str:
    return match.finding.updated
