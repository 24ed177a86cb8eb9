# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests under C(/_emulator/) of the emulated ThreatStream, and what their bodies may hold."""

from __future__ import annotations

import json
import typing as t
import urllib.parse

from .bodies import BodyError, known

if t.TYPE_CHECKING:
    from .threatstream import ThreatStream

MAX_LIMIT = 1000
SETTINGS: dict[str, t.Any] = {"max_limit": MAX_LIMIT, "cursor": "", "rejected": []}
CURSORS = ("", "update_id", "search_after", "from_update_id")
GENERATE_KEYS = ("count", "seed")
FAULT_KEYS = ("kind", "after", "times")


class Takes(t.NamedTuple):
    """What a kind of fault needs besides FAULT_KEYS, and what it may be given."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


FAULT_KINDS = {
    "status": Takes(("status",), ("message", "retry_after")),
    "html": Takes((), ("status",)),
    "error_body": Takes((), ("message",)),
    "redirect": Takes(("location",), ("status",)),
    "cut": Takes(),
    "truncated": Takes(),
    "repeat": Takes(),
    "endless": Takes(),
    "invented": Takes(),
    "next": Takes(("next",)),
    "lost": Takes(),
    "empty": Takes(),
    "meta": Takes(("meta",)),
    "hang": Takes(("seconds",)),
    "change": Takes(("id", "changes")),
}
Route = t.Callable[[t.Any, dict[str, str], str], t.Any]


class ControlApi:
    """C(METHOD path) to what is done with body, query and the emulator's address, which returns the JSON answer."""

    def __init__(self, application: ThreatStream) -> None:
        self.application = application
        self.routes: dict[str, Route] = {
            "GET world": lambda _body, _query, _url: application.world.declared,
            "POST world": lambda body, _query, _url: self.load(body),
            "POST reset": lambda _body, _query, _url: self.load(application.world.declared),
            "GET objects": lambda _body, _query, _url: application.world.objects(),
            "POST objects": lambda body, _query, _url: application.world.add_all(body),
            "POST change": lambda body, _query, _url: self.change(body),
            "POST reveal": lambda _body, _query, _url: application.world.reveal(),
            "POST generate": lambda body, _query, _url: self.generate(body),
            "POST settings": lambda body, _query, _url: self.change_settings(body),
            "POST faults": lambda body, _query, _url: self.order(body),
            "DELETE faults": lambda _body, _query, _url: application.faults.clear(),
            "GET calls": self.calls,
            "DELETE calls": lambda _body, _query, _url: application.calls.clear(),
            "GET environment": self.environment,
        }

    def handle(self, environ: dict[str, t.Any]) -> tuple[int, t.Any]:
        """Return status and JSON value of the answer."""
        path = environ["PATH_INFO"].removeprefix("/_emulator/")
        route = self.routes.get(f"{environ['REQUEST_METHOD']} {path}")
        if route is None:
            return 404, {"message": f"no such control request; there are {sorted(self.routes)}"}
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        try:
            body = json.loads(environ["wsgi.input"].read() or b"{}")
            result = route(body, query, f"http://{environ['HTTP_HOST']}")
        except (BodyError, TypeError, ValueError) as error:
            return 400, {"message": repr(error)}
        return 200, {} if result is None else result

    def load(self, world: t.Any) -> None:
        """Take a new world, which resets everything. Raises BodyError."""
        self.application.world.load(world)
        self.application.clear()

    def change(self, body: t.Any) -> None:
        """Change an object. Raises BodyError."""
        known("change", body, body, ["id"])
        self.application.world.change(body.pop("id"), body)

    def generate(self, body: t.Any) -> None:
        """Add generated objects. Raises BodyError."""
        known("generate", body, GENERATE_KEYS, ["count"])
        self.application.world.generate(body["count"], body.get("seed", 0))

    def change_settings(self, body: t.Any) -> dict[str, t.Any]:
        """Change settings; return all of them. Raises BodyError."""
        known("settings", body, SETTINGS)
        if body.get("cursor", "") not in CURSORS:
            raise BodyError(f"settings: cursor is one of {CURSORS}")
        self.application.settings |= body
        return self.application.settings

    def order(self, body: t.Any) -> None:
        """Add a fault; raise BodyError for keys or values that mean nothing."""
        known("fault", body, body, ["kind"])
        takes = FAULT_KINDS.get(body["kind"])
        if takes is None:
            raise BodyError(f"fault: kind is one of {sorted(FAULT_KINDS)}")
        known(f"fault {body['kind']}", body, (*FAULT_KEYS, *takes.needed, *takes.optional), takes.needed)
        self.application.faults.append(body)

    def calls(self, _body: t.Any, query: dict[str, str], _url: str) -> list[dict[str, t.Any]]:
        """Return the calls of the log that fit the query."""
        calls = list(self.application.calls)
        return [call for call in calls if all(str(call.get(name)) == value for name, value in query.items())]

    def environment(self, _body: t.Any, _query: dict[str, str], url: str) -> dict[str, str]:
        """Return the environment variables that point the collection to this address."""
        user, key = next(iter(self.application.world.credentials.items()))
        return {
            "THREATSTREAM_URL": url,
            "THREATSTREAM_USERNAME": user,
            "THREATSTREAM_API_KEY": key,
            "NO_PROXY": "127.0.0.1",
        }
