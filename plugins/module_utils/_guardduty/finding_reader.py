# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the findings of one Region, fifty at a time. Private to the collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_selection import FindingSelection
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings import Finding, parse
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionReader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    GONE,
    NAME_TAG,
    SHA256_TAG,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, RAISING_KINDS

PAGE = 50
NEWEST_FIRST = {"AttributeName": "updatedAt", "OrderBy": "DESC"}
OURS = (ACCOUNT_TAG, NAME_TAG, SHA256_TAG)


class Match(t.NamedTuple):
    """A finding that is meant, and the name of the list that it was raised by."""

    finding: Finding
    list: str


@dataclasses.dataclass
class Region:
    """One Region, as far as it was read.

    lists: names of the lists looked for; found: ids of all findings read; error: what ended the reading.
    """

    region: str
    detector_id: str = ""
    administrator: str = ""
    lists: list[str] = dataclasses.field(default_factory=list)
    found: set[str] = dataclasses.field(default_factory=set)
    error: ThreatlistsError | None = None


class FindingReader:
    """Reads findings in the Regions of an account."""

    def __init__(self, account: Account, selection: FindingSelection) -> None:
        self.account = account
        self.selection = selection
        self.reader = RegionReader(account)

    def open(self, name: str) -> Region:
        """Return the Region with its detector and the lists whose findings are meant.

        Costs one ListDetectors; and, where no lists were named, a List for each kind and a Get for each list.
        """
        region = Region(name, lists=sorted(self.selection.lists))
        try:
            if not self.selection.wants_managed_lists:
                region.detector_id = self.reader.detector(name)
                return region
            state = self.reader.read_region(name, dict.fromkeys(RAISING_KINDS), KINDS)
            region.detector_id, region.administrator = state.detector_id, state.administrator
            region.error = state.error or state.dated_error
            ours = [one for lists in state.lists.values() for one in lists if set(OURS) & set(one.tags)]
            names = {name for one in ours if one.status not in GONE for name in (one.name, one.tags.get(NAME_TAG))}
            region.lists = sorted(name for name in names if name)
        except Exception as error:
            region.error = failure(error, self.where(region), "the guardduty read actions")
        return region

    def where(self, region: Region) -> str:
        """Return what messages begin with: account and Region."""
        return f"account {self.account.id}, {region.region}"

    def matches(self, region: Region) -> t.Iterator[Match]:
        """Yield the findings that are meant, the last changed first. An error ends it, kept in C(region.error)."""
        if region.error or (self.selection.wants_managed_lists and not region.lists):
            return
        try:
            for ids in self._ids(region):
                for finding in self._get(region, ids):
                    region.found.add(finding.id)
                    name = self.selection.list_of(finding, region.lists)
                    if name is not None:
                        yield Match(finding, name)
        except ThreatlistsError as error:
            region.error = error

    def call(self, region: Region, action: str, operation: str, **request: t.Any) -> dict[str, t.Any]:
        """Make one call on the Region's detector, return its answer; raise ThreatlistsError with the permission."""
        make = self.account.call if action.startswith(("List", "Get")) else self.account.write
        try:
            return make("guardduty", region.region, operation, DetectorId=region.detector_id, **request)
        except Exception as error:
            raise failure(error, f"{self.where(region)}: {action}", f"guardduty:{action}") from error

    def _ids(self, region: Region) -> t.Iterator[list[str]]:
        """Yield ids, fifty at a time: those given, else those that fit the criteria."""
        given = self.selection.ids
        for start in range(0, len(given), PAGE):
            yield list(given[start : start + PAGE])
        if given:
            return
        request: dict[str, t.Any] = {"MaxResults": PAGE, "SortCriteria": NEWEST_FIRST}
        if criteria := self.selection.criteria():
            request["FindingCriteria"] = criteria
        while True:
            page = self.call(region, "ListFindings", "list_findings", **request)
            if page["FindingIds"]:
                yield page["FindingIds"]
            if not page.get("NextToken"):
                return
            request["NextToken"] = page["NextToken"]

    def _get(self, region: Region, ids: list[str]) -> list[Finding]:
        """Return the findings in the order of their ids, without those that have expired meanwhile."""
        answer = self.call(region, "GetFindings", "get_findings", FindingIds=ids)
        found = {finding.id: finding for finding in map(parse, answer["Findings"])}
        return [found[one] for one in ids if one in found]
