# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GuardDuty on the wire: which operation a request is, pages, and refusals in the service's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import Answer, AwsError, json_answer
from .lists import KINDS
from .request import Request

NO_SUCH = "The request is rejected since no such resource found."
OUT_OF_RANGE = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
LIMIT = (
    "The request is rejected because it\u2019s an attempt to create resources beyond the current AWS account limits."
)
INVALID = "The request is rejected because the parameter {} has an invalid value."
NOT_JSON = "The request is rejected because the JSON could not be processed."
MAX_PAGE = 50
VERBS = {"GET": "Get", "POST": "Update", "DELETE": "Delete"}
DETECTOR_READS = {
    "administrator": "GetAdministratorAccount",
    "master": "GetMasterAccount",
    "member": "ListMembers",
}
FINDING_OPERATIONS = {
    "get": "GetFindings",
    "archive": "ArchiveFindings",
    "unarchive": "UnarchiveFindings",
    "feedback": "UpdateFindingsFeedback",
    "create": "CreateSampleFindings",
}
TAG_OPERATIONS = {"GET": "ListTagsForResource", "POST": "TagResource", "DELETE": "UntagResource"}
KINDS_OF_OPERATIONS = {
    f"{verb}{kind.operation}{'s' if verb == 'List' else ''}": kind
    for kind in KINDS.values()
    for verb in ("List", "Get", "Create", "Update", "Delete")
}


def bad_request(message: str) -> AwsError:
    """Return the error for a request that the service refuses: HTTP 400."""
    return AwsError("BadRequestException", message)


def internal(message: str) -> AwsError:
    """Return an error that is permanent, though its name says otherwise: HTTP 400 (docs/dev/guardduty.md#26)."""
    return AwsError("InternalServerErrorException", message)


def route(method: str, path: str) -> tuple[str, dict[str, str]]:
    """Return C((operation, path parameters)) of a request; raise AwsError for an unknown one."""
    noun, _mark, rest = path.strip("/").partition("/")
    if noun == "tags":
        return TAG_OPERATIONS[method], {"resourceArn": rest}
    parts = rest.split("/") if rest else []
    parameters = dict(zip(("detectorId", "", "listId"), parts, strict=False))
    parameters.pop("", None)
    operation = _operation(method, parts)
    if parameters.get("listId") in FINDING_OPERATIONS:
        del parameters["listId"]
    if noun != "detector" or operation is None:
        raise AwsError("NotEmulated", f"The emulator has no GuardDuty operation {method} {path}", 501)
    return operation, parameters


def _operation(method: str, parts: list[str]) -> str | None:
    noun = parts[1] if len(parts) > 1 else ""
    kind = KINDS.get(noun)
    if noun == "findings":
        return FINDING_OPERATIONS.get(parts[2]) if len(parts) > 2 else "ListFindings"
    match len(parts):
        case 0:
            name = {"GET": "ListDetectors", "POST": "CreateDetector"}.get(method)
        case 1:
            name = f"{VERBS[method]}Detector" if method in VERBS else None
        case 2 if kind:
            name = {"GET": f"List{kind.operation}s", "POST": f"Create{kind.operation}"}.get(method)
        case 2:
            name = DETECTOR_READS.get(noun) if method == "GET" else None
        case 3 if kind and method in VERBS:
            name = f"{VERBS[method]}{kind.operation}"
        case _:
            name = None
    return name


def snake(operation: str) -> str:
    """Return an operation's name in snake case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()


def page(request: Request, field: str, items: list[Any], size: int) -> Answer:
    """Return one page of at most C(size) items, fewer if the request asks for fewer."""
    return page_of(request.query, field, items, size)


def page_of(given: Mapping[str, Any], field: str, items: list[Any], size: int) -> Answer:
    """Return the same for a request that says C(maxResults) and C(nextToken) in C(given)."""
    if (most := given.get("maxResults")) is not None:
        if not str(most).isdigit() or not 1 <= int(most) <= MAX_PAGE:
            raise bad_request("The request is rejected because the parameter maxResults is out-of-bounds.")
        size = min(size, int(most))
    token = given.get("nextToken") or "0"
    if not token.isdigit() or int(token) > len(items):
        raise internal(OUT_OF_RANGE)
    start = int(token)
    answer: dict[str, Any] = {field: items[start : start + size]}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return json_answer(answer)
