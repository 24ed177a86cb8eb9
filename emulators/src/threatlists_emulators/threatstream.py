# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator of ThreatStream's intelligence search, for tests and for trying playbooks offline.

    python -m threatlists_emulators.threatstream --port 0

prints C({"url": "http://127.0.0.1:PORT"}) when ready. Everything below C(/_emulator/) steers it:
C(emulators/README.md) has all of it.
"""

from __future__ import annotations

import argparse
import bisect
import copy
import itertools
import json
import pathlib
import re
import signal
import sys
import threading
import time
import typing as t
import urllib.parse

import waitress.server

from . import threatstream_query as query
from .threatstream_control import MAX_LIMIT, SETTINGS, ControlApi
from .threatstream_world import World

SEARCH = re.compile(r"/api/v[12]/intelligence/?")
PAGING = {"limit", "offset", "order_by", "update_id__gt", "search_after", "from_update_id", "username", "api_key"}
DEFAULT_LIMIT = 20
REASONS = {
    200: "OK",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
}


class Answer(t.NamedTuple):
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    announced: int | None = None


def _json(status: int, value: t.Any) -> Answer:
    return Answer(status, json.dumps(value).encode())


class ThreatStream:
    """The WSGI application; C(ControlApi) answers what is below C(/_emulator/).

    The setting C(cursor) is what next carries: update_id, search_after or from_update_id; empty: search_after with q.
    C(rejected) are parameters that the account may not use, as some may not use update_id__gt: 400.
    """

    def __init__(self) -> None:
        self.world = World()
        self.lock = threading.Lock()
        self.control = ControlApi(self)
        self.clear()

    def clear(self) -> None:
        """Forget faults, calls and settings; the world stays."""
        self.faults: list[dict[str, t.Any]] = []
        self.calls: list[dict[str, t.Any]] = []
        self.settings: dict[str, t.Any] = copy.deepcopy(SETTINGS)

    def __call__(self, environ: dict[str, t.Any], start_response: t.Callable[..., t.Any]) -> list[bytes]:
        """Answer a request (WSGI)."""
        path = environ["PATH_INFO"]
        is_control = path.startswith("/_emulator/")
        answer = _json(*self.control.handle(environ)) if is_control else self._logged(environ, path)
        length = len(answer.body) if answer.announced is None else answer.announced
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(length)), *answer.headers]
        start_response(f"{answer.status} {REASONS.get(answer.status, 'Error')}", headers)
        return [answer.body]

    def _logged(self, environ: dict[str, t.Any], path: str) -> Answer:
        parameters = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        call = {
            "method": environ["REQUEST_METHOD"],
            "path": path,
            "query": parameters,
            "header_auth": "HTTP_AUTHORIZATION" in environ,
            "connection": f"{environ['REMOTE_ADDR']}:{environ.get('REMOTE_PORT', '')}",
        }
        with self.lock:
            self.calls.append(call)
            fault = self._due_fault()
        answer = self._faulty(fault, environ, parameters) if fault else self._search(environ, parameters)
        call["status"] = answer.status
        return answer

    def _due_fault(self) -> dict[str, t.Any] | None:
        for fault in self.faults:
            if fault.get("after", 0) > 0:
                fault["after"] -= 1
                continue
            times = fault.get("times")
            if times == 0:
                continue
            if times:
                fault["times"] = times - 1
            return fault
        return None

    def _search(self, environ: dict[str, t.Any], parameters: dict[str, str]) -> Answer:
        if not SEARCH.fullmatch(environ["PATH_INFO"]):
            return Answer(404, b"<html><body>Not found</body></html>", "text/html")
        refused = self._refused(environ.get("HTTP_AUTHORIZATION", ""), parameters)
        if refused:
            return refused
        try:
            objects, meta = self._page(environ["PATH_INFO"], parameters)
        except (query.BadQueryError, ValueError) as error:
            return _json(400, {"error": str(error)})
        return Answer(200, b'{"objects":[' + b",".join(objects) + b'],"meta":' + json.dumps(meta).encode() + b"}")

    def _refused(self, header: str, parameters: dict[str, str]) -> Answer | None:
        user, key = parameters.get("username", ""), parameters.get("api_key", "")
        if header.startswith("apikey "):
            user, _mark, key = header.removeprefix("apikey ").partition(":")
        if not user or self.world.credentials.get(user) != key:
            return Answer(401, b"")
        if user in self.world.forbidden:
            return _json(403, {"error": "You do not have permission to read intelligence"})
        return None

    def _page(self, path: str, parameters: dict[str, str]) -> tuple[list[bytes], dict[str, t.Any]]:
        for name in self.settings["rejected"]:
            if name in parameters:
                raise query.BadQueryError(f"Invalid filter: {name}")
        order = parameters.get("order_by", "update_id")
        if order != "update_id":
            raise query.BadQueryError(f"Invalid order_by: {order}")
        asked = int(parameters.get("limit", DEFAULT_LIMIT)) or MAX_LIMIT
        limit = min(asked, self.settings["max_limit"])
        offset = int(parameters.get("offset", 0))
        records = self.world.select({name: text for name, text in parameters.items() if name not in PAGING})

        def position(update_id: int) -> int:
            return bisect.bisect_right(records, update_id, key=lambda record: record.update_id)

        above = max(int(parameters.get("update_id__gt", 0)), int(parameters.get("from_update_id", 1)) - 1)
        start = position(above)
        total = len(records) - start
        start = max(start, position(int(parameters.get("search_after", 0)))) + offset
        page = records[start : start + limit]
        following = None
        if start + limit < len(records):
            searched = "q" in parameters or "search_after" in parameters or self.settings["rejected"]
            kind = self.settings["cursor"] or ("search_after" if searched else "update_id")
            last = page[-1].update_id
            cursor = {"update_id": "update_id__gt", "search_after": "search_after", "from_update_id": "from_update_id"}
            kept = {name: text for name, text in parameters.items() if name != "offset"}
            kept[cursor[kind]] = str(last + 1 if kind == "from_update_id" else last)
            following = f"{path}?{urllib.parse.urlencode(kept)}"
        meta = {"total_count": total, "offset": offset, "limit": limit, "took": 1, "next": following}
        return [record.blob for record in page], meta

    def _faulty(self, fault: dict[str, t.Any], environ: dict[str, t.Any], parameters: dict[str, str]) -> Answer:
        """Answer a search as the fault has it. C(after) calls pass before, then it happens C(times) (absent: always).

        C(kind): status (status, retry_after, message), html, error_body, redirect (location), cut, truncated,
        repeat (next points at itself), endless (next changes, the objects do not), invented (new objects for ever),
        next (next is C(next)), lost (next is null though objects remain), empty (no objects),
        meta (C(meta) is merged into meta), hang (seconds), change (C(id) gets C(changes), then the search is answered).
        """
        kind = fault["kind"]
        if kind == "hang":
            time.sleep(fault["seconds"])
        if kind == "change":
            self.world.change(fault["id"], fault["changes"])
        if kind in {"hang", "change"}:
            return self._search(environ, parameters)
        if kind == "status":
            wait = (("Retry-After", str(fault["retry_after"])),) if "retry_after" in fault else ()
            return _json(fault["status"], {"message": fault.get("message", "ordered")})._replace(headers=wait)
        if kind == "html":
            page = b"<html><body>Please sign in to the proxy</body></html>"
            return Answer(fault.get("status", 200), page, "text/html; charset=utf-8")
        if kind == "error_body":
            return _json(200, {"error": fault.get("message", "search backend unavailable")})
        if kind == "redirect":
            return Answer(fault.get("status", 302), b"", headers=(("Location", fault["location"]),))
        return self._altered(kind, fault, self._search(environ, parameters), environ, parameters)

    def _altered(
        self,
        kind: str,
        fault: dict[str, t.Any],
        answer: Answer,
        environ: dict[str, t.Any],
        parameters: dict[str, str],
    ) -> Answer:
        if answer.status != 200:
            return answer
        if kind in {"cut", "truncated"}:
            half = answer.body[: len(answer.body) // 2]
            return answer._replace(body=half, announced=len(answer.body) if kind == "cut" else None)
        page = json.loads(answer.body)
        path, turn = environ["PATH_INFO"], len(self.calls)
        last = page["objects"][-1]["update_id"] if page["objects"] else 0
        if kind == "repeat":
            page["meta"]["next"] = f"{path}?{urllib.parse.urlencode(parameters | {'update_id__gt': str(last)})}"
            page["meta"]["next"] = fault.setdefault("stuck", page["meta"]["next"])
        elif kind == "endless":
            if "stuck" in fault:
                page["objects"] = fault["stuck"]
            fault["stuck"] = page["objects"]
            page["meta"]["next"] = f"{path}?{urllib.parse.urlencode(parameters | {'search_after': str(turn)})}"
        elif kind == "invented":
            number = itertools.count(turn * 1000)
            page["objects"] = [page["objects"][0] | {"id": next(number)} for _turn in range(1000)]
            page["meta"]["next"] = f"{path}?{urllib.parse.urlencode(parameters | {'search_after': str(turn)})}"
        elif kind == "next":
            page["meta"]["next"] = fault["next"]
        elif kind == "lost":
            page["meta"]["next"] = None
        elif kind == "empty":
            page["objects"] = []
        elif kind == "meta":
            page["meta"] |= fault["meta"]
        return _json(200, page)


def main() -> None:
    """Serve on loopback until standard input closes, or, with C(--no-stdin-watch), until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--world", type=pathlib.Path, help="a JSON file to begin with")
    parser.add_argument("--no-stdin-watch", action="store_true", help="keep running when stdin closes")
    arguments = parser.parse_args()
    application = ThreatStream()
    if arguments.world:
        application.world.load(json.loads(arguments.world.read_text()))
    server: t.Any = waitress.server.create_server(
        application, host="127.0.0.1", port=arguments.port, threads=8, outbuf_overflow=64 << 20, send_bytes=1 << 18
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(json.dumps({"url": f"http://127.0.0.1:{server.effective_port}"}), flush=True)
    if not arguments.no_stdin_watch:
        threading.Thread(target=server.run, daemon=True).start()
        sys.stdin.read()
    else:
        server.run()


if __name__ == "__main__":
    main()
