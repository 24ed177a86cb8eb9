# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Detectors and members: one detector an account and Region, administrators per Region."""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Any

from .activation import SERVICE_ROLE
from .errors import Answer, json_answer
from .guardduty_wire import bad_request, page
from .request import Request
from .world import World


class Detectors:
    """The detectors of the world and what can be asked of them; the methods are named as the API's operations."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget all detectors; those that are declared come back when they are asked for."""
        self.present: dict[tuple[str, str], dict[str, Any]] = {}
        self._declared: set[tuple[str, str]] = set()

    def find(self, account: str, region: str) -> dict[str, Any] | None:
        """Return the detector of an account and Region, None without one; a declared one is made at the first call."""
        place = (account, region)
        if place not in self._declared:
            self._declared.add(place)
            if region not in self.world.accounts[account]["no_detector"]:
                self._new_detector(place)
        return self.present.get(place)

    def _new_detector(self, place: tuple[str, str]) -> dict[str, Any]:
        identity = hashlib.md5("/".join(place).encode(), usedforsecurity=False).hexdigest()
        return self.present.setdefault(place, {"id": identity, "enabled": True, "created_at": time.time(), "tags": {}})

    def check(self, request: Request) -> str:
        """Return the id of the request's detector; raise the service's error where it is not the account's."""
        detector = self.find(request.account, request.region)
        if detector is None or detector["id"] != request.path_parameters["detectorId"]:
            raise bad_request(
                "The request is rejected because the input detectorId is not owned by the current account."
            )
        identity: str = detector["id"]
        return identity

    def list_detectors(self, request: Request) -> Answer:
        """Answer ListDetectors."""
        with self.lock:
            detector = self.find(request.account, request.region)
        return page(request, "detectorIds", [detector["id"]] if detector else [], self.world.settings["page_size"])

    def create_detector(self, request: Request) -> Answer:
        """Answer CreateDetector."""
        with self.lock:
            if self.find(request.account, request.region):
                raise bad_request("The request is rejected because a detector already exists for the current account.")
            detector = self._new_detector((request.account, request.region))
            detector.update(enabled=request.json.get("enable", True), tags=request.json.get("tags", {}))
        return json_answer({"detectorId": detector["id"]})

    def get_detector(self, request: Request) -> Answer:
        """Answer GetDetector."""
        with self.lock:
            self.check(request)
            detector = self.present[request.account, request.region]
        suspended = request.region in self.world.accounts[request.account]["suspended"]
        created = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(detector["created_at"]))
        return json_answer(
            {
                "status": "ENABLED" if detector["enabled"] and not suspended else "DISABLED",
                "createdAt": created,
                "updatedAt": created,
                "findingPublishingFrequency": "SIX_HOURS",
                "serviceRole": SERVICE_ROLE.format(request.account),
                "tags": detector["tags"],
            }
        )

    def update_detector(self, request: Request) -> Answer:
        """Answer UpdateDetector."""
        with self.lock:
            self.check(request)
            detector = self.present[request.account, request.region]
            detector["enabled"] = request.json.get("enable", detector["enabled"])
            if detector["enabled"]:
                suspended = self.world.accounts[request.account]["suspended"]
                self.world.accounts[request.account]["suspended"] = [r for r in suspended if r != request.region]
        return json_answer({})

    def delete_detector(self, request: Request) -> Answer:
        """Answer DeleteDetector."""
        with self.lock:
            self.check(request)
            del self.present[request.account, request.region]
        return json_answer({})

    def get_administrator_account(self, request: Request, name: str = "administrator") -> Answer:
        """Answer GetAdministratorAccount. name: of the answer's field."""
        self.check(request)
        administrator = self.world.administrator(request.account, request.region)
        if not administrator:
            return json_answer({})
        return json_answer({name: {"accountId": administrator, "relationshipStatus": "Enabled"}})

    def get_master_account(self, request: Request) -> Answer:
        """Answer GetMasterAccount."""
        return self.get_administrator_account(request, "master")

    def list_members(self, request: Request) -> Answer:
        """Answer ListMembers."""
        with self.lock:
            self.check(request)
            members = [
                {
                    "accountId": account_id,
                    "detectorId": (self.find(account_id, request.region) or {}).get("id"),
                    "masterId": request.account,
                    "administratorId": request.account,
                    "email": account["email"] or f"{account_id}@example.com",
                    "relationshipStatus": "Enabled",
                    "updatedAt": "2026-01-01T00:00:00.000Z",
                }
                for account_id, account in sorted(self.world.accounts.items())
                if self.world.administrator(account_id, request.region) == request.account
            ]
        return page(request, "members", members, self.world.settings["page_size"])
