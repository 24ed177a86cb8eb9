# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GuardDuty: detectors, members, the four kinds of list and their tags, as shared/contracts/guardduty.md has them."""

from __future__ import annotations

import hashlib
import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from . import activation
from .errors import Answer, AwsError, json_answer
from .lists import KINDS, PENDING, Kind, ListRecord
from .request import Request
from .world import World

FORMATS = {"TXT", "STIX", "OTX_CSV", "ALIEN_VAULT", "PROOF_POINT", "FIRE_EYE"}
MAX_TAGS = 200
NO_SUCH = "The request is rejected since no such resource found."
OUT_OF_RANGE = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
LIMIT = (
    "The request is rejected because it\u2019s an attempt to create resources beyond the current AWS account limits."
)
INVALID = "The request is rejected because the parameter {} has an invalid value."
KINDS_OF_OPERATIONS = {
    f"{verb}{kind.operation}{'s' if verb == 'List' else ''}": kind
    for kind in KINDS.values()
    for verb in ("List", "Get", "Create", "Update", "Delete")
}
NAME = re.compile(r"[A-Za-z0-9_-]{1,300}")
TAG_KEY = re.compile(r"[a-zA-Z0-9+\-=._:/,;<]{1,128}")


def bad_request(message: str) -> AwsError:
    return AwsError("BadRequestException", message)


def internal(message: str) -> AwsError:
    """Permanent, though its name says otherwise: HTTP 400 (guardduty.md, Errors)."""
    return AwsError("InternalServerErrorException", message)


class GuardDuty:
    """The service in all accounts and Regions of the world."""

    def __init__(self, world: World, objects: activation.Objects) -> None:
        self.world = world
        self.objects = objects
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        self.store = activation.Store()
        self.records: dict[str, ListRecord] = {}
        self.tokens: dict[tuple[str, str, str, str], str] = {}
        self.detectors: dict[tuple[str, str], dict[str, Any]] = {}
        self._declared: set[tuple[str, str]] = set()

    # Routing

    def operation(self, method: str, path: str) -> tuple[str, dict[str, str]]:
        """C((operation, path parameters)) of a request; unknown ones raise."""
        parts = path.strip("/").split("/")
        if parts[0] == "tags":
            name = {"GET": "ListTagsForResource", "POST": "TagResource", "DELETE": "UntagResource"}[method]
            return name, {"resourceArn": path.removeprefix("/tags/")}
        parameters = dict(zip(("", "detectorId", "", "listId"), parts, strict=False))
        parameters.pop("", None)
        match method, len(parts), parts[2] if len(parts) > 2 else "":
            case "GET", 1, _:
                return "ListDetectors", parameters
            case "POST", 1, _:
                return "CreateDetector", parameters
            case "GET" | "POST" | "DELETE", 2, _:
                return {"GET": "Get", "POST": "Update", "DELETE": "Delete"}[method] + "Detector", parameters
            case "GET", 3, "administrator" | "master" | "member" as noun:
                words = {"administrator": "GetAdministratorAccount", "master": "GetMasterAccount"}
                return words.get(noun, "ListMembers"), parameters
            case "GET" | "POST", 3, noun if noun in KINDS:
                operation = KINDS[noun].operation
                return f"List{operation}s" if method == "GET" else f"Create{operation}", parameters
            case "GET" | "POST" | "DELETE", 4, noun if noun in KINDS:
                verb = {"GET": "Get", "POST": "Update", "DELETE": "Delete"}[method]
                return f"{verb}{KINDS[noun].operation}", parameters
        raise AwsError("NotEmulated", f"The emulator has no GuardDuty operation {method} {path}", 501)

    def handle(self, request: Request) -> Answer:
        if kind := KINDS_OF_OPERATIONS.get(request.operation):
            return self._list_operation(request, kind)
        method: Callable[[Request], Answer] = getattr(self, "_" + snake(request.operation))
        return method(request)

    def _list_operation(self, request: Request, kind: Kind) -> Answer:
        verb = request.operation.removesuffix("s").removesuffix(kind.operation)
        with self.lock:
            detector_id = self._detector_id(request)
            if verb == "List":
                return self._list(request, kind, detector_id)
            if verb == "Get":
                record = self._record(request, kind, tombstones=True)
                return json_answer(record.as_answer())
            if self.world.administrator(request.account, request.region):
                raise bad_request("The request is rejected because the current account is a member account.")
            if verb == "Create":
                return self._create(request, kind, detector_id)
            record = self._record(request, kind)
            return self._update(request, record) if verb == "Update" else self._delete(record)

    # Detectors and members

    def detector(self, account: str, region: str) -> dict[str, Any] | None:
        """The detector of an account and Region; the declared ones come into being when first asked for."""
        place = (account, region)
        if place not in self._declared:
            self._declared.add(place)
            if region not in self.world.accounts[account]["no_detector"]:
                self._new_detector(place)
        return self.detectors.get(place)

    def _new_detector(self, place: tuple[str, str]) -> dict[str, Any]:
        identity = hashlib.md5("/".join(place).encode(), usedforsecurity=False).hexdigest()
        return self.detectors.setdefault(
            place, {"id": identity, "enabled": True, "created_at": time.time(), "tags": {}}
        )

    def _detector_id(self, request: Request) -> str:
        detector = self.detector(request.account, request.region)
        if detector is None or detector["id"] != request.path_parameters["detectorId"]:
            raise bad_request(
                "The request is rejected because the input detectorId is not owned by the current account."
            )
        identity: str = detector["id"]
        return identity

    def _list_detectors(self, request: Request) -> Answer:
        with self.lock:
            detector = self.detector(request.account, request.region)
        return self._page(request, "detectorIds", [detector["id"]] if detector else [])

    def _create_detector(self, request: Request) -> Answer:
        with self.lock:
            if self.detector(request.account, request.region):
                raise bad_request("The request is rejected because a detector already exists for the current account.")
            detector = self._new_detector((request.account, request.region))
            detector.update(enabled=request.json.get("enable", True), tags=request.json.get("tags", {}))
        return json_answer({"detectorId": detector["id"]})

    def _get_detector(self, request: Request) -> Answer:
        with self.lock:
            self._detector_id(request)
            detector = self.detectors[request.account, request.region]
        suspended = request.region in self.world.accounts[request.account]["suspended"]
        created = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(detector["created_at"]))
        return json_answer(
            {
                "status": "ENABLED" if detector["enabled"] and not suspended else "DISABLED",
                "createdAt": created,
                "updatedAt": created,
                "findingPublishingFrequency": "SIX_HOURS",
                "serviceRole": activation.SERVICE_ROLE.format(request.account),
                "tags": detector["tags"],
            }
        )

    def _update_detector(self, request: Request) -> Answer:
        with self.lock:
            self._detector_id(request)
            detector = self.detectors[request.account, request.region]
            detector["enabled"] = request.json.get("enable", detector["enabled"])
            if detector["enabled"]:
                suspended = self.world.accounts[request.account]["suspended"]
                self.world.accounts[request.account]["suspended"] = [r for r in suspended if r != request.region]
        return json_answer({})

    def _delete_detector(self, request: Request) -> Answer:
        with self.lock:
            self._detector_id(request)
            del self.detectors[request.account, request.region]
            place = (request.account, request.region)
            self.records = {key: one for key, one in self.records.items() if (one.account, one.region) != place}
        return json_answer({})

    def _get_administrator_account(self, request: Request, name: str = "administrator") -> Answer:
        with self.lock:
            self._detector_id(request)
        administrator = self.world.administrator(request.account, request.region)
        if not administrator:
            return json_answer({})
        return json_answer({name: {"accountId": administrator, "relationshipStatus": "Enabled"}})

    def _get_master_account(self, request: Request) -> Answer:
        return self._get_administrator_account(request, "master")

    def _list_members(self, request: Request) -> Answer:
        with self.lock:
            self._detector_id(request)
            members = [
                {
                    "accountId": account_id,
                    "detectorId": (self.detector(account_id, request.region) or {}).get("id"),
                    "masterId": request.account,
                    "administratorId": request.account,
                    "email": account["email"] or f"{account_id}@example.com",
                    "relationshipStatus": "Enabled",
                    "updatedAt": "2026-01-01T00:00:00.000Z",
                }
                for account_id, account in sorted(self.world.accounts.items())
                if self.world.administrator(account_id, request.region) == request.account
            ]
        return self._page(request, "members", members)

    # Lists

    def _page(self, request: Request, field: str, items: list[Any]) -> Answer:
        limit = self.world.settings["page_size"]
        if (given := request.query.get("maxResults")) is not None:
            if not given.isdigit() or not 1 <= int(given) <= 50:
                raise bad_request("The request is rejected because the parameter maxResults is out-of-bounds.")
            limit = min(limit, int(given))
        token = request.query.get("nextToken") or "0"
        if not token.isdigit() or int(token) > len(items):
            raise internal(OUT_OF_RANGE)
        start = int(token)
        answer: dict[str, Any] = {field: items[start : start + limit]}
        if start + limit < len(items):
            answer["nextToken"] = str(start + limit)
        return json_answer(answer)

    def _owned(self, account: str, region: str, kind: Kind) -> list[ListRecord]:
        """The lists that apply to the account there: a member's are its administrator's."""
        owner = self.world.administrator(account, region) or account
        found = []
        for record in self.records.values():
            if record.kind is kind and record.account == owner and record.region == region:
                record.settle()
                if record.status != "DELETED":
                    found.append(record)
        return found

    def _list(self, request: Request, kind: Kind, _detector_id: str) -> Answer:
        return self._page(
            request, kind.ids_field, [one.id for one in self._owned(request.account, request.region, kind)]
        )

    def _record(self, request: Request, kind: Kind, *, tombstones: bool = False) -> ListRecord:
        record = self.records.get(request.path_parameters["listId"])
        owner = self.world.administrator(request.account, request.region) or request.account
        if record is None or (record.kind, record.account, record.region) != (kind, owner, request.region):
            raise bad_request(NO_SUCH)
        record.settle()
        if record.status == "DELETED" and not tombstones:
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
        if not NAME.fullmatch(name):
            raise bad_request(INVALID.format(kind.name_parameter))
        if given.get("format") not in FORMATS or not isinstance(given.get("activate"), bool):
            raise bad_request("The request is rejected because the JSON could not be processed.")
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
        self.records[record.id] = record
        self.tokens[replay] = record.id
        if given["activate"]:
            self._activate(record, request)
        return json_answer({kind.id_field: record.id})

    def _update(self, request: Request, record: ListRecord) -> Answer:
        given = request.json
        self._refuse_pending(record)
        if "name" in given and not NAME.fullmatch(str(given["name"])):
            raise internal(OUT_OF_RANGE)
        if "location" in given:
            self._check_location(given["location"])
        self._check_owner(given.get("expectedBucketOwner"))
        others = (one for one in self._owned(request.account, request.region, record.kind) if one is not record)
        if any(one.name == given.get("name") for one in others):
            raise bad_request("The request is rejected because a list with this name already exists.")
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
        """IP lists fail in the call and persist ERROR; entity sets fail later (guardduty.md, Behaviour 3)."""
        record.error_details = ""
        settings = self.world.settings
        try:
            self._check_locations(record)
            digest = activation.activate(record, self.world, self.store, self.objects, request.caller.arn)
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
        """Each location is one inline policy on the account's service-linked role, and those share a size."""
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
        record.move("DELETE_PENDING", "DELETED", self.world.settings["deletion_delay"])
        return json_answer({})

    def _refuse_pending(self, record: ListRecord) -> None:
        if record.status in PENDING:
            raise bad_request(f"The request is rejected because the list is in the state {record.status}.")

    def _check_location(self, location: object) -> None:
        if not isinstance(location, str) or len(location) > 300 or activation.parse_location(location) is None:
            raise bad_request(INVALID.format("ipSetLocation"))

    def _check_owner(self, owner: object) -> None:
        if owner is not None and not re.fullmatch(r"\d{12}", str(owner)):
            raise bad_request("The request failed because the 'accountId' was formatted incorrectly.")

    # Tags

    def _check_tags(self, kind: Kind, tags: dict[str, str]) -> None:
        if kind.entity and not self.world.settings["entity_tags"]:
            raise bad_request("The request is rejected because the resource does not support tags.")
        if not all(TAG_KEY.fullmatch(key) and len(str(value)) <= 256 for key, value in tags.items()):
            raise bad_request(INVALID.format("tags"))

    def _tagged(self, request: Request) -> ListRecord:
        arn = request.path_parameters["resourceArn"]
        record = self.records.get(arn.rpartition("/")[2])
        if record is None or record.arn != arn or (record.account, record.region) != (request.account, request.region):
            raise bad_request(NO_SUCH)
        record.settle()
        if record.status == "DELETED":
            raise bad_request(NO_SUCH)
        return record

    def _tag_resource(self, request: Request) -> Answer:
        with self.lock:
            record = self._tagged(request)
            tags = request.json.get("tags", {})
            self._check_tags(record.kind, tags)
            if len({**record.tags, **tags}) > MAX_TAGS:
                raise bad_request(INVALID.format("tags"))
            record.tags = {**record.tags, **tags}
        return 204, {"Content-Type": "application/json"}, b""

    def _untag_resource(self, request: Request) -> Answer:
        with self.lock:
            record = self._tagged(request)
            self._check_tags(record.kind, {})
            gone = set(request.query_lists.get("tagKeys", []))
            record.tags = {key: value for key, value in record.tags.items() if key not in gone}
        return 204, {"Content-Type": "application/json"}, b""

    def _list_tags_for_resource(self, request: Request) -> Answer:
        with self.lock:
            return json_answer({"tags": self._tagged(request).tags})

    # For the control API

    def loaded(self) -> list[dict[str, Any]]:
        with self.lock:
            for record in self.records.values():
                record.settle()
            return [record.as_loaded() for record in self.records.values()]

    def tamper(self, list_id: str, changes: dict[str, Any]) -> None:
        with self.lock:
            record = self.records[list_id]
            for name in ("name", "format", "location", "status", "tags", "error_details"):
                if name in changes:
                    setattr(record, name, changes[name])
            if record.status not in {"ACTIVE", "ACTIVATING"}:
                record.hold_nothing()
            record.due = time.time() + 10**9 if record.status in PENDING else 0


def snake(operation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
