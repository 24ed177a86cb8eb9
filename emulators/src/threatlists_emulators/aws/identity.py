# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS and Account: who calls, roles, and which Regions are enabled."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any
from xml.sax.saxutils import escape

from .errors import Answer, AwsError, json_answer
from .request import Request
from .world import OPT_IN, Session, World

ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(.+)")
CHAINED_LIMIT = 3600


class Sts:
    """GetCallerIdentity, AssumeRole and GetSessionToken."""

    def __init__(self, world: World) -> None:
        self.world = world

    def handle(self, request: Request) -> Answer:
        """Answer a request."""
        match request.operation:
            case "GetCallerIdentity":
                caller = request.caller
                return _xml(request, Arn=caller.arn, UserId=f"AIDAEMULATED:{caller.account}", Account=caller.account)
            case "AssumeRole":
                return self._assume_role(request)
            case "GetSessionToken":
                lifetime = float(request.form.get("DurationSeconds", 43200))
                return _xml(request, Credentials=self._issue(request.account, request.caller.arn, "session", lifetime))
        raise AwsError("InvalidAction", f"The emulator has no STS operation {request.operation}")

    def _issue(self, account: str, role_arn: str, name: str, lifetime: float) -> dict[str, str]:
        limit = self.world.settings["session_lifetime"]
        key, session = self.world.issue(account, role_arn, name, lifetime if limit is None else limit)
        return _credentials(key, session)

    def _assume_role(self, request: Request) -> Answer:
        given = request.form
        arn, name = given.get("RoleArn", ""), given.get("RoleSessionName", "")
        match = ROLE_ARN.fullmatch(arn)
        if match is None:
            raise AwsError("ValidationError", f"{arn} is invalid")
        _check_session(given)
        account = match[1]
        role = self.world.roles.get(arn, {})
        external_id = role.get("external_id")
        if (
            account not in self.world.accounts
            or not (role.get("exists", True) and role.get("assumable", True))
            or (external_id and given.get("ExternalId") != external_id)
        ):
            message = f"User: {request.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise AwsError("AccessDenied", message, 403)
        duration = int(given.get("DurationSeconds", 3600))
        if duration > role.get("max_duration", 43200):
            message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            raise AwsError("ValidationError", message)
        if request.caller.session and duration > CHAINED_LIMIT:
            message = (
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
            )
            raise AwsError("ValidationError", message)
        credentials = self._issue(account, arn, name, duration)
        self.world.sessions[credentials["AccessKeyId"]].global_endpoint = self.world.settings["global_sts_tokens"]
        assumed = f"arn:aws:sts::{account}:assumed-role/{arn.rpartition('/')[2]}/{name}"
        user = {"AssumedRoleId": f"AROAEMULATED:{name}", "Arn": assumed}
        return _xml(request, Credentials=credentials, AssumedRoleUser=user)


def _check_session(given: dict[str, str]) -> None:
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", given.get("RoleSessionName", ""), re.ASCII):
        raise AwsError("ValidationError", "1 validation error detected: Value at 'roleSessionName' failed to satisfy")
    if not 900 <= int(given.get("DurationSeconds", 3600)) <= 43200:
        raise AwsError("ValidationError", "1 validation error detected: Value at 'durationSeconds' failed to satisfy")
    if "ExternalId" in given and not 2 <= len(given["ExternalId"]) <= 1224:
        raise AwsError("ValidationError", "1 validation error detected: Value at 'externalId' failed to satisfy")


def _credentials(key: str, session: Session) -> dict[str, str]:
    return {
        "AccessKeyId": key,
        "SecretAccessKey": "emulated",
        "SessionToken": session.token,
        "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(session.expires)),
    }


def _xml(request: Request, **result: Any) -> Answer:
    name = request.operation
    body = (
        f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{name}Result>{_fields(result)}'
        f"</{name}Result><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{name}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def _fields(given: dict[str, Any]) -> str:
    return "".join(
        f"<{name}>{_fields(value) if isinstance(value, dict) else escape(str(value))}</{name}>"
        for name, value in given.items()
    )


class Account:
    """ListRegions; the opt-in status as account:ListRegions words it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def handle(self, request: Request) -> Answer:
        """Answer a request."""
        if request.operation != "ListRegions":
            raise AwsError("NotEmulated", f"The emulator has no Account operation {request.operation}", 501)
        account = request.json.get("AccountId", request.account)
        if account not in self.world.accounts:
            raise AwsError("AccessDeniedException", "You are not authorized to perform this action.", 403)
        wanted = request.json.get("RegionOptStatusContains")
        regions = [
            {"RegionName": name, "RegionOptStatus": self._status(account, name)} for name in self._names(account)
        ]
        found = [one for one in regions if not wanted or one["RegionOptStatus"] in wanted]
        start, limit = int(request.json.get("NextToken") or 0), int(request.json.get("MaxResults", 50))
        answer: dict[str, Any] = {"Regions": found[start : start + limit]}
        if start + limit < len(found):
            answer["NextToken"] = str(start + limit)
        return json_answer(answer)

    def _names(self, account: str) -> list[str]:
        """Return the world's Regions, and those not enabled; a world that names Regions names all there are."""
        others = [] if "regions" in self.world.declared else OPT_IN
        return sorted({*self.world.regions, *self.world.accounts[account]["regions_not_enabled"], *others})

    def _status(self, account: str, region: str) -> str:
        if not self.world.enabled(account, region):
            return "DISABLED"
        return "ENABLED" if region in OPT_IN else "ENABLED_BY_DEFAULT"
