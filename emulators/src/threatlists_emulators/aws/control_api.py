# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests under C(/_emulator/): how tests and users speak to the emulator itself (C(control.py))."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from threatlists_emulators.bodies import BodyError, known

from .errors import Answer, json_answer

if TYPE_CHECKING:
    from .app import Application

Body = dict[str, Any]
Query = dict[str, str]
REASONS = ("policy", "kms")
FINDING_FIELDS = ("type", "severity", "title", "description", "createdAt", "updatedAt", "resource", "service")
# What bodies need and may hold, but for those that the world, the faults and the traffic judge themselves.
BODIES = {
    "POST tamper": (("id",), ("name", "format", "location", "status", "tags", "error_details")),
    "POST change-finding": (("id",), ("expired", *FINDING_FIELDS)),
    "POST deny-reading": (("bucket",), ("key", "reason")),
    "POST deny-bucket": (("bucket",), ()),
}


class ControlApi:
    """C(METHOD path) to a method of this class; what it returns is the JSON answer."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.routes: dict[str, Callable[[Any, Query], Any]] = {
            "GET world": lambda _body, _query: application.world.as_json(),
            "POST world": self.declare_world,
            "POST reset": lambda _body, _query: application.reset(),
            "GET settings": lambda _body, _query: application.world.settings,
            "POST settings": self.change_settings,
            "POST account": self.change_account,
            "POST faults": lambda body, _query: application.faults.order(body),
            "DELETE faults": lambda _body, _query: application.faults.clear(),
            "POST revive": self.revive,
            "GET calls": self.calls,
            "DELETE calls": lambda _body, _query: application.calls.clear(),
            "GET loaded": self.loaded,
            "POST tamper": self.tamper,
            "POST traffic": lambda body, _query: application.sensor.see(body),
            "POST change-finding": self.change_finding,
            "POST expire-sessions": lambda _body, _query: application.world.expire_sessions(),
            "POST deny-reading": self.deny_reading,
            "POST deny-bucket": lambda body, _query: application.s3.denied_buckets.add(body["bucket"]),
        }

    def handle(self, environ: dict[str, Any]) -> Answer:
        """Answer a control request; 400 for what it cannot do, 404 for an unknown one."""
        path = environ["PATH_INFO"].removeprefix("/_emulator/")
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        if path == "loaded/bytes":
            return self._bytes(query)
        name = f"{environ['REQUEST_METHOD']} {path}"
        route = self.routes.get(name)
        if route is None:
            return json_answer({"message": f"no such control request; there are {sorted(self.routes)}"}, 404)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        try:
            body = json.loads(environ["wsgi.input"].read(length)) if length else {}
            if name in BODIES:
                needed, optional = BODIES[name]
                known(path, body, (*needed, *optional), needed)
            return json_answer(route(body, query))
        except (BodyError, KeyError, TypeError, ValueError) as error:
            return json_answer({"message": repr(error)}, 400)

    def _bytes(self, query: Query) -> Answer:
        content = self.application.guardduty.store.contents.get(query.get("sha256", ""))
        if content is None:
            return json_answer({"message": "no activation read such bytes"}, 404)
        return 200, {"Content-Type": "application/octet-stream"}, content

    def declare_world(self, body: Body, _query: Query) -> Body:
        """Take a new world, which resets everything; return it."""
        self.application.world.declare(body)
        self.application.reset()
        return self.application.world.as_json()

    def change_settings(self, body: Body, _query: Query) -> Body:
        """Change settings; return all of them."""
        self.application.world.change_settings(body)
        return self.application.world.settings

    def change_account(self, body: Body, _query: Query) -> None:
        """Change one account, without a reset."""
        known("account", body, body, ["account_id"])
        self.application.world.change_account(body.pop("account_id"), body)

    def revive(self, _body: Body, _query: Query) -> None:
        """Answer calls again, after the fault C(die)."""
        self.application.faults.dead = False

    def calls(self, _body: Body, query: Query) -> list[Body]:
        """Return the calls of the log that fit the query."""
        return _matching(list(self.application.calls), query)

    def loaded(self, _body: Body, query: Query) -> list[Body]:
        """Return the lists of GuardDuty that fit the query."""
        return _matching(self.application.guardduty.loaded(), query)

    def tamper(self, body: Body, _query: Query) -> None:
        """Change a list without a call."""
        self.application.guardduty.tamper(body.pop("id"), body)

    def change_finding(self, body: Body, _query: Query) -> None:
        """Change a finding without a call."""
        self.application.guardduty.findings.change(body.pop("id"), body)

    def deny_reading(self, body: Body, _query: Query) -> None:
        """Keep GuardDuty from reading an object or a bucket."""
        if body.get("reason", "policy") not in REASONS:
            raise BodyError(f"deny-reading: reason is one of {REASONS}")
        self.application.s3.unreadable[body["bucket"], body.get("key")] = body.get("reason", "policy")


def _matching(items: list[Body], query: Query) -> list[Body]:
    """Return the items whose fields equal the query's; booleans are C(true) and C(false)."""
    return [one for one in items if all(_text(one.get(name)) == value for name, value in query.items())]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
