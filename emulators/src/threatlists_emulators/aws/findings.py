# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GuardDuty's findings: what its operations say of those that were raised (docs/dev/findings.md#5)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from . import finding_criteria, finding_shapes
from .detectors import Detectors
from .errors import Answer, json_answer
from .finding_shapes import Finding, Traffic
from .guardduty_wire import INVALID, bad_request, page_of
from .request import Request
from .world import World

MAX_IDS = 50
MAX_TYPE = 100
FEEDBACK = {"USEFUL", "NOT_USEFUL"}
MEMBER = "The request is rejected because the current account is a member account."
Announce = Callable[[Finding], None]


class Findings:
    """The findings of all accounts and Regions; C(announce) is called with each that is raised or recurs."""

    def __init__(self, world: World, detectors: Detectors) -> None:
        self.world = world
        self.detectors = detectors
        self.announce: Announce = lambda _finding: None
        self.lock = threading.RLock()
        self.reset()
        self.operations: dict[str, Callable[[Request], Answer]] = {
            "ListFindings": self._list,
            "GetFindings": self._get,
            "ArchiveFindings": lambda request: self._archive(request, archived=True),
            "UnarchiveFindings": lambda request: self._archive(request, archived=False),
            "UpdateFindingsFeedback": self._feedback,
            "CreateSampleFindings": self._create_samples,
        }

    def reset(self) -> None:
        """Forget all findings."""
        self.held: dict[str, Finding] = {}
        self._same: dict[tuple[str, ...], str] = {}
        self._listings: dict[str, list[str]] = {}

    def handle(self, request: Request) -> Answer:
        """Answer a request about findings."""
        self.detectors.check(request)
        with self.lock:
            if not request.operation.startswith(("List", "Get")):
                self._listings.clear()
            return self.operations[request.operation](request)

    def raise_finding(self, traffic: Traffic, list_name: str) -> Finding:
        """Raise the finding of this traffic, or let one that was raised before recur; return it."""
        with self.lock:
            self._listings.clear()
            resource = str(finding_shapes.resource(traffic))
            same = (traffic.account, traffic.region, traffic.type, list_name, resource, str(traffic.inbound))
            finding = self.held.get(self._same.get(same, ""))
            if finding is None:
                finding = finding_shapes.build(traffic, list_name)
                self.held[finding["id"]] = finding
                self._same[same] = finding["id"]
            else:
                finding_shapes.recur(finding, traffic)
        self.announce(finding)
        return finding

    def change(self, finding_id: str, changes: dict[str, Any]) -> None:
        """Set top fields of a finding, or forget it: C({expired: true})."""
        with self.lock:
            self._listings.clear()
            if changes.pop("expired", False):
                del self.held[finding_id]
                self._same = {same: held for same, held in self._same.items() if held != finding_id}
            else:
                self.held[finding_id].update(changes)

    def _is_visible(self, request: Request, one: Finding) -> bool:
        """Return whether it is the account's own finding, or one of a member that it administers."""
        return one["region"] == request.region and (
            request.account == one["accountId"]
            or request.account == self.world.administrator(one["accountId"], request.region)
        )

    def _list(self, request: Request) -> Answer:
        given = request.json
        asked = [given.get(name) for name in ("findingCriteria", "sortCriteria")]
        listing = json.dumps([request.account, request.region, *asked])
        if listing not in self._listings:
            fits = finding_criteria.test_of(asked[0])
            found = [one for one in self.held.values() if self._is_visible(request, one) and fits(one)]
            self._listings[listing] = [one["id"] for one in _sorted(found, asked[1])]
        return page_of(given, "findingIds", self._listings[listing], self.world.settings["page_size"])

    def _get(self, request: Request) -> Answer:
        return json_answer({"findings": _sorted(self._wanted(request), request.json.get("sortCriteria"))})

    def _archive(self, request: Request, *, archived: bool) -> Answer:
        if self.world.administrator(request.account, request.region):
            raise bad_request(MEMBER)
        for finding in self._wanted(request):
            finding["service"]["archived"] = archived
        return json_answer({})

    def _feedback(self, request: Request) -> Answer:
        if request.json.get("feedback") not in FEEDBACK:
            raise bad_request(INVALID.format("feedback"))
        for finding in self._wanted(request):
            finding["service"]["userFeedback"] = request.json["feedback"]
        return json_answer({})

    def _create_samples(self, request: Request) -> Answer:
        types = request.json.get("findingTypes") or list(finding_shapes.TYPES)
        if len(types) > MAX_IDS or any(not 1 <= len(one) <= MAX_TYPE for one in types):
            raise bad_request(INVALID.format("findingTypes"))
        detector_id = request.path_parameters["detectorId"]
        for kind in types:
            remote = "GeneratedFindingDomainName" if kind == finding_shapes.DOMAIN_TYPE else "198.51.100.0"
            traffic = Traffic(request.account, request.region, detector_id, remote, kind, resource="i-99999999")
            finding = finding_shapes.build(traffic, finding_shapes.SAMPLE_LIST, sample=True)
            self.held[finding["id"]] = finding
            self.announce(finding)
        return json_answer({})

    def _wanted(self, request: Request) -> list[Finding]:
        found = [self.held[identity] for identity in _ids(request) if identity in self.held]
        return [one for one in found if self._is_visible(request, one)]


def _ids(request: Request) -> list[str]:
    given = request.json.get("findingIds")
    if not isinstance(given, list) or len(given) > MAX_IDS:
        raise bad_request(INVALID.format("findingIds"))
    return given


def _sorted(findings: list[Finding], criteria: dict[str, str] | None) -> list[Finding]:
    """Return the findings in the order asked for; else in that in which they were raised, which nothing promises."""
    if not criteria:
        return findings
    name = criteria.get("attributeName", "updatedAt")

    def value(finding: Finding) -> tuple[Any, ...]:
        return (*finding_criteria.field_of(finding, name), finding["id"])

    return sorted(findings, key=value, reverse=criteria.get("orderBy") == "DESC")
