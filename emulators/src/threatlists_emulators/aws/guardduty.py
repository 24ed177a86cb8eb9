# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GuardDuty's lists of all four kinds and their tags, from docs/dev/guardduty.md#1 on."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from . import activation
from .detectors import Detectors
from .errors import Answer, AwsError, json_answer
from .findings import Findings
from .guardduty_wire import (
    INVALID,
    KINDS_OF_OPERATIONS,
    LIMIT,
    NO_SUCH,
    NOT_JSON,
    OUT_OF_RANGE,
    bad_request,
    internal,
    page,
    snake,
)
from .lists import PENDING, Kind, ListRecord
from .request import Request
from .world import World

FORMATS = {"TXT", "STIX", "OTX_CSV", "ALIEN_VAULT", "PROOF_POINT", "FIRE_EYE"}
MAX_TAGS = 50
MAX_LOCATION = 300
MAX_TAG_VALUE = 256
TAG_KEY = re.compile(r"[a-zA-Z0-9+\-=._:/,;<]{1,128}")


class GuardDuty:
    """The service in all accounts and Regions of the world."""

    def __init__(self, world: World, objects: activation.Objects) -> None:
        self.world = world
        self.objects = objects
        self.detectors = Detectors(world)
        self.findings = Findings(world, self.detectors)
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget all detectors, findings and lists."""
        self.detectors.reset()
        self.findings.reset()
        self.store = activation.Store()
        self.records: dict[str, ListRecord] = {}
        self.places: defaultdict[tuple[str, str, str], list[ListRecord]] = defaultdict(list)
        self.tokens: dict[tuple[str, str, str, str], str] = {}

    def handle(self, request: Request) -> Answer:
        """Answer a request."""
        if kind := KINDS_OF_OPERATIONS.get(request.operation):
            return self._list_operation(request, kind)
        if request.operation in self.findings.operations:
            return self.findings.handle(request)
        name = snake(request.operation)
        method: Callable[[Request], Answer] = getattr(self if "resource" in name else self.detectors, name)
        answer = method(request)
        if request.operation == "DeleteDetector":
            self._forget(request.account, request.region)
        return answer

    def _forget(self, account: str, region: str) -> None:
        """Forget the lists of a detector that was deleted."""
        with self.lock:
            for record in list(self.records.values()):
                if (record.account, record.region) == (account, region):
                    del self.records[record.id]
                    self.places.pop((account, region, record.kind.noun), None)

    def _list_operation(self, request: Request, kind: Kind) -> Answer:
        verb = request.operation.removesuffix("s").removesuffix(kind.operation)
        detector_id = self.detectors.check(request)
        try:
            return self._list_answer(request, kind, verb, detector_id)
        except AwsError as error:
            if error.message == activation.UNREADABLE:
                time.sleep(self.world.settings["missing_object_delay"])
            raise

    def _list_answer(self, request: Request, kind: Kind, verb: str, detector_id: str) -> Answer:
        with self.lock:
            if verb == "List":
                return self._list(request, kind)
            if verb == "Get":
                return json_answer(self._shown(request, kind).as_answer())
            if self.world.administrator(request.account, request.region):
                raise bad_request("The request is rejected because the current account is a member account.")
            if verb == "Create":
                return self._create(request, kind, detector_id)
            record = self._record(request, kind)
            return self._update(request, record) if verb == "Update" else self._delete(record)

    def _owned(self, account: str, region: str, kind: Kind) -> list[ListRecord]:
        """Return the lists that apply to the account there: for a member those of its administrator."""
        owner = self.world.administrator(account, region) or account
        found = []
        for record in self.places[owner, region, kind.noun]:
            record.settle()
            if record.status != "DELETED":
                found.append(record)
        return found

    def _list(self, request: Request, kind: Kind) -> Answer:
        owner = self.world.administrator(request.account, request.region) or request.account
        shown = (one.shown() for one in self.places[owner, request.region, kind.noun])
        ids = [one.id for one in shown if one and one.status != "DELETED"]
        return page(request, kind.ids_field, ids, self.world.settings["page_size"])

    def _shown(self, request: Request, kind: Kind) -> ListRecord:
        """Return the list as Get shows it: a deleted one for a while, a new one only after a while."""
        record = self._record(request, kind, deleted=True).shown()
        if record is None or (record.status == "DELETED" and not self.world.settings["tombstones"]):
            raise bad_request(NO_SUCH)
        return record

    def _record(self, request: Request, kind: Kind, *, deleted: bool = False) -> ListRecord:
        record = self.records.get(request.path_parameters["listId"])
        owner = self.world.administrator(request.account, request.region) or request.account
        if record is None or (record.kind, record.account, record.region) != (kind, owner, request.region):
            raise bad_request(NO_SUCH)
        record.settle()
        if record.status == "DELETED" and not deleted:
            raise bad_request(NO_SUCH)
        return record

    def _create(self, request: Request, kind: Kind, detector_id: str) -> Answer:
        given = request.json
        name, token = str(given.get("name", "")), str(given.get("clientToken") or uuid.uuid4())
        replay = (detector_id, kind.noun, name, token)
        if replay in self.tokens:
            record = self.records[self.tokens[replay]]
            record.settle()
            if record.status != "DELETED" or self.world.settings["replay_deleted"]:
                return json_answer({kind.id_field: record.id})
        if not kind.name_pattern.fullmatch(name):
            raise bad_request(INVALID.format(kind.name_parameter))
        if given.get("format") not in FORMATS or not isinstance(given.get("activate"), bool):
            raise bad_request(NOT_JSON)
        self._check_location(given.get("location", ""))
        self._check_owner(given.get("expectedBucketOwner"))
        tags = given.get("tags") or {}
        if tags:
            self._check_tags(kind, tags)
        present = self._owned(request.account, request.region, kind)
        if any(record.name == name for record in present):
            raise bad_request("The request is rejected because a list with this name already exists.")
        if len(present) >= self.world.settings["quotas"][kind.noun]:
            raise internal(LIMIT)
        record = ListRecord(
            kind,
            request.account,
            request.region,
            detector_id,
            uuid.uuid4().hex,
            name,
            given["format"],
            given["location"],
            given.get("expectedBucketOwner"),
            dict(tags),
        )
        record.show_as_it_is(self.world.settings["eventual_consistency"], new=True)
        self.records[record.id] = record
        self.places[request.account, request.region, kind.noun].append(record)
        self.tokens[replay] = record.id
        if given["activate"]:
            self._activate(record, request)
        return json_answer({kind.id_field: record.id})

    def _update(self, request: Request, record: ListRecord) -> Answer:
        given = request.json
        self._refuse_pending(record)
        if "name" in given and not record.kind.name_pattern.fullmatch(str(given["name"])):
            raise internal(OUT_OF_RANGE)
        if "location" in given:
            self._check_location(given["location"])
        self._check_owner(given.get("expectedBucketOwner"))
        others = (one for one in self._owned(request.account, request.region, record.kind) if one is not record)
        if any(one.name == given.get("name") for one in others):
            raise bad_request("The request is rejected because a list with this name already exists.")
        record.show_as_it_is(self.world.settings["eventual_consistency"])
        record.name = given.get("name", record.name)
        record.location = given.get("location", record.location)
        record.expected_bucket_owner = given.get("expectedBucketOwner", record.expected_bucket_owner)
        record.updated_at = time.time()
        if given.get("activate") is True:
            self._activate(record, request)
        elif given.get("activate") is False and record.status in {"ACTIVE", "ERROR"}:
            record.hold_nothing()
            record.move("DEACTIVATING", "INACTIVE", self.world.settings["deactivation_delay"])
        return json_answer({})

    def _activate(self, record: ListRecord, request: Request) -> None:
        """Let GuardDuty read the object.

        IP lists fail in the call and persist ERROR; entity sets fail later (docs/dev/guardduty.md#12).
        """
        record.error_details = ""
        settings = self.world.settings
        try:
            self._check_locations(record)
            digest = activation.activate(record, self.world, self.store, self.objects, request.caller.principal)
        except activation.ActivationError as error:
            record.hold_nothing()
            if not record.kind.entity:
                record.status = "ERROR"
                raise AwsError(error.code, error.message) from error
            record.error_details = error.details
            record.move("ACTIVATING", "ERROR", settings["activation_delay"])
            return
        record.sha256, record.size = digest, len(self.store.contents[digest])
        record.loads += 1
        record.move("ACTIVATING", "ACTIVE", settings["activation_delay"])

    def _check_locations(self, record: ListRecord) -> None:
        """Refuse a location for whose inline policy there is no room.

        Each location is one inline policy on the account's service-linked role, and those share a size.
        """
        if record.kind.entity:
            return
        locations = {
            one.location
            for one in self.records.values()
            if one.account == record.account and not one.kind.entity and one.sha256 is not None
        }
        if len(locations | {record.location}) > self.world.settings["max_locations"]:
            raise activation.ActivationError("InternalServerErrorException", activation.UNREADABLE)

    def _delete(self, record: ListRecord) -> Answer:
        self._refuse_pending(record)
        record.show_as_it_is(self.world.settings["eventual_consistency"])
        record.move("DELETE_PENDING", "DELETED", self.world.settings["deletion_delay"])
        return json_answer({})

    def _refuse_pending(self, record: ListRecord) -> None:
        if record.status in PENDING:
            raise bad_request(f"The request is rejected because the list is in the state {record.status}.")

    def _check_location(self, location: object) -> None:
        if not isinstance(location, str) or len(location) > MAX_LOCATION or activation.parse_location(location) is None:
            raise bad_request(INVALID.format("ipSetLocation"))

    def _check_owner(self, owner: object) -> None:
        if owner is not None and not re.fullmatch(r"\d{12}", str(owner)):
            raise bad_request("The request failed because the 'accountId' was formatted incorrectly.")

    # Tags

    def _check_tags(self, kind: Kind | None, tags: dict[str, str]) -> None:
        if kind and kind.entity and not self.world.settings["entity_tags"]:
            raise bad_request("The request is rejected because the resource does not support tags.")
        valid = (TAG_KEY.fullmatch(key) and len(str(value)) <= MAX_TAG_VALUE for key, value in tags.items())
        if len(tags) > MAX_TAGS or not all(valid):
            raise bad_request(INVALID.format("tags"))

    def _tagged(self, request: Request) -> tuple[Kind | None, dict[str, str]]:
        """Return the kind (None: a detector) of the resource, and its tags, to be changed in place."""
        arn = request.path_parameters["resourceArn"]
        detector = self.detectors.find(request.account, request.region)
        own = f"arn:aws:guardduty:{request.region}:{request.account}:detector/{detector['id'] if detector else ''}"
        if detector and arn == own:
            return None, detector["tags"]
        record = self.records.get(arn.rpartition("/")[2])
        if record is None or record.arn != arn or not arn.startswith(own):
            raise bad_request(NO_SUCH)
        record.settle()
        if record.status == "DELETED":
            raise bad_request(NO_SUCH)
        return record.kind, record.tags

    def tag_resource(self, request: Request) -> Answer:
        """Answer TagResource."""
        with self.lock:
            kind, held = self._tagged(request)
            tags = request.json.get("tags", {})
            self._check_tags(kind, tags)
            if sum(not key.startswith("aws:") for key in {**held, **tags}) > MAX_TAGS:
                raise bad_request(INVALID.format("tags"))
            held.update(tags)
        return 204, {"Content-Type": "application/json"}, b""

    def untag_resource(self, request: Request) -> Answer:
        """Answer UntagResource."""
        with self.lock:
            kind, held = self._tagged(request)
            self._check_tags(kind, {})
            for key in request.query_lists.get("tagKeys", []):
                held.pop(key, None)
        return 204, {"Content-Type": "application/json"}, b""

    def list_tags_for_resource(self, request: Request) -> Answer:
        """Answer ListTagsForResource."""
        with self.lock:
            return json_answer({"tags": self._tagged(request)[1]})

    # For the control API

    def in_effect(self, account: str, region: str, kind: Kind) -> list[ListRecord]:
        """Return the lists whose content GuardDuty compares the account's traffic with."""
        with self.lock:
            return [one for one in self._owned(account, region, kind) if one.status == "ACTIVE" and one.sha256]

    def loaded(self) -> list[dict[str, Any]]:
        """Return every list as the control API shows it, with the tags of its detector."""
        with self.lock:
            for record in self.records.values():
                record.settle()
            return [
                {**record.as_loaded(), "detector_tags": self._detector_tags(record)} for record in self.records.values()
            ]

    def _detector_tags(self, record: ListRecord) -> dict[str, str]:
        detector = self.detectors.find(record.account, record.region)
        return dict(detector["tags"]) if detector else {}

    def tamper(self, list_id: str, changes: dict[str, Any]) -> None:
        """Change a list without a call. Raises KeyError for an unknown id."""
        with self.lock:
            record = self.records[list_id]
            for name in ("name", "format", "location", "status", "tags", "error_details"):
                if name in changes:
                    setattr(record, name, changes[name])
            if record.status not in {"ACTIVE", "ACTIVATING"}:
                record.hold_nothing()
            record.due = time.time() + 10**9 if record.status in PENDING else 0
