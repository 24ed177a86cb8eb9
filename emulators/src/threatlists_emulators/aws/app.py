# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front: one WSGI application that knows the caller, logs the call, orders its faults and lets a service answer."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from . import cloudtrail, finding_shapes, permissions
from .control_api import ControlApi
from .errors import Answer, AwsError, DroppedError, render
from .eventbridge import EventBridge
from .faults import Faults
from .guardduty import GuardDuty
from .guardduty_wire import route
from .identity import Account, Sts
from .moto_bridge import Moto
from .organizations import Organizations
from .request import Environ, Request
from .s3 import S3
from .sqs import Sqs
from .traffic import Sensor
from .world import OPT_IN, World

StartResponse = Callable[[str, list[tuple[str, str]]], object]
READS = (
    *("List", "Get", "Describe", "Head", "AssumeRole", "Check", "Lookup", "Search", "Select", "TestEventPattern"),
    *("GenerateMac", "VerifyMac"),
)
SECRET = ("secret", "token", "password")
INVALID_TOKEN = "The security token included in the request is invalid."
EXPIRED_TOKEN = "The security token included in the request is expired"


class Service(Protocol):
    """What answers the calls of one service."""

    def handle(self, request: Request) -> Answer:
        """Answer a request."""


class Application:
    """The emulator. One instance a process, many threads."""

    def __init__(self) -> None:
        self.world = World()
        self.faults = Faults()
        self.moto = Moto()
        self.s3 = S3(self.world, self.moto)
        self.guardduty = GuardDuty(self.world, self.s3)
        self.events = EventBridge(self.moto)
        self.guardduty.findings.announce = self._announce
        self.sensor = Sensor(self.guardduty)
        self.sts = Sts(self.world)
        self.account = Account(self.world)
        self.organizations = Organizations(self.world)
        self.services: dict[str, Service] = {
            "guardduty": self.guardduty,
            "s3": self.s3,
            "sts": self.sts,
            "organizations": self.organizations,
            "account": self.account,
            "events": self.events,
            "sqs": Sqs(self.moto),
        }
        self.calls: list[dict[str, Any]] = []
        self.control = ControlApi(self)

    def reset(self) -> None:
        """Set state, faults, settings and log back to the start; the world stays declared."""
        self.world.reset()
        self.faults.clear()
        self.guardduty.reset()
        self.s3.reset()
        self.moto.reset()
        self.events.reset()
        self.calls.clear()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        if environ["PATH_INFO"].startswith("/_emulator/"):
            answer = self.control.handle(environ)
        elif environ["PATH_INFO"] == "/moto-api/reset":
            self.reset()
            answer = 200, {"Content-Type": "application/json"}, b'{"status": "ok"}'
        else:
            try:
                answer = self._answer(Request(environ))
            except DroppedError:
                _hang_up(environ)
                answer = 500, {}, b""
        status, headers, body = answer
        names = {name.lower() for name in headers}
        if environ["REQUEST_METHOD"] != "HEAD" or "content-length" not in names:
            headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
            headers["Content-Length"] = str(len(body))
        reason = http.client.responses.get(status, "Unknown")
        start_response(f"{status} {reason}", list(headers.items()))
        return [body]

    def _answer(self, request: Request) -> Answer:
        if self.faults.dead:
            raise DroppedError
        if latency := self.world.settings["latency"]:
            time.sleep(latency)
        request.caller = self.world.caller(request.access_key, request.token)
        request.operation, request.path_parameters = self._operation(request)
        call = self._log(request)
        fault = self.faults.choose(call)
        try:
            self.faults.happen(fault, "before", request.service)
            self._check_caller(request)
            permissions.check(request, self.world)
            self._check_writes(call)
            answer = self._serve(request)
            self.faults.happen(fault, "after", request.service)
        except AwsError as error:
            call["code"] = error.code
            answer = render(error, request.service, request.method)
            self._tell_cloudtrail(request, call, {"errorCode": error.code, "errorMessage": error.message})
        else:
            self._tell_cloudtrail(request, call)
        call["status"] = answer[0]
        return answer

    def _tell_cloudtrail(self, request: Request, call: dict[str, Any], error: dict[str, str] | None = None) -> None:
        if request.service == "guardduty" and call["write"] and self.events.has_rules:
            detail = cloudtrail.record(request, error)
            self.events.publish(request.account, request.region, "aws.guardduty", cloudtrail.DETAIL_TYPE, detail)

    def _announce(self, finding: dict[str, Any]) -> None:
        """Send a finding to the buses of its account and of the administrator (docs/dev/findings.md#26)."""
        account, region = finding["accountId"], finding["region"]
        detail = finding_shapes.as_event(finding)
        for receiver in dict.fromkeys((account, self.world.administrator(account, region) or account)):
            self.events.publish(receiver, region, "aws.guardduty", "GuardDuty Finding", detail)

    def _operation(self, request: Request) -> tuple[str, dict[str, str]]:
        if request.service == "guardduty":
            return route(request.method, request.path)
        if request.service == "s3":
            return self.s3.operation(request)
        if target := request.header("x-amz-target"):
            return target.rpartition(".")[2], {}
        if (request.environ.get("CONTENT_TYPE") or "").startswith("application/x-www-form-urlencoded"):
            return request.form.get("Action", ""), {}
        name = request.path.strip("/")
        return name[:1].upper() + name[1:], {}

    def _log(self, request: Request) -> dict[str, Any]:
        call = {
            "service": request.service,
            "operation": request.operation,
            "account": request.account,
            "region": request.region,
            "write": not request.operation.startswith(READS),
            "parameters": _parameters(request),
            "status": None,
            "code": None,
        }
        self.calls.append(call)
        return call

    def _check_caller(self, request: Request) -> None:
        """Refuse dead and expired credentials, and Regions that are not enabled, in each service's words."""
        state, service = request.caller.state, request.service
        if state == "anonymous" and service != "s3":
            raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        if state == "expired":
            codes = {"s3": ("ExpiredToken", 400), "sts": ("ExpiredToken", 403)}
            code, status = codes.get(service, ("ExpiredTokenException", 403))
            raise AwsError(code, "The provided token has expired." if service == "s3" else EXPIRED_TOKEN, status)
        if state == "dead":
            if service == "s3":
                message = "The AWS Access Key Id you provided does not exist in our records."
                raise AwsError("InvalidAccessKeyId", message, 403)
            code = "InvalidClientTokenId" if service in {"sts", "iam"} else "UnrecognizedClientException"
            raise AwsError(code, INVALID_TOKEN, 403)
        if state == "alive" and not self._reachable(request):
            code = "InvalidClientTokenId" if service == "sts" else "UnrecognizedClientException"
            raise AwsError("InvalidAccessKeyId" if service == "s3" else code, INVALID_TOKEN, 403)

    def _reachable(self, request: Request) -> bool:
        if request.service not in {"guardduty", "sts", "s3"}:
            return True
        session = request.caller.session
        if session and session.global_endpoint and request.region in OPT_IN:
            return False
        return self.world.enabled(request.account, request.region)

    def _check_writes(self, call: dict[str, Any]) -> None:
        if call["write"] and self.world.settings["refuse_writes"]:
            raise AwsError("EmulatorRefusesWrites", f"The emulator refuses every write: {call['operation']}", 403)

    def _serve(self, request: Request) -> Answer:
        if service := self.services.get(request.service):
            return service.handle(request)
        return self.moto.handle(request, request.account)


def _parameters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = {**request.path_parameters, **request.query}
    if request.service in {"guardduty", "organizations", "account", "events", "kms"}:
        try:
            given.update(request.json)
        except AwsError:
            given["body"] = "not JSON"
    elif request.service == "sts":
        given.update(request.form)
    secret = {name for name in given if any(word in name.lower() for word in SECRET) and name != "clientToken"}
    return {name: value for name, value in given.items() if name not in secret and not name.startswith("X-Amz-")}


def _hang_up(environ: Environ) -> None:
    """Close the client's connection behind waitress's back, which only then notices that nobody listens."""
    channel = environ["waitress.client_disconnected"].__self__
    channel.socket.shutdown(socket.SHUT_RDWR)
