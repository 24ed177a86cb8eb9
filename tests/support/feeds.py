# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of feeds on loopback: files by URL, and OASIS's own TAXII server."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import threading
import typing as t

import medallion
import werkzeug.serving
from support import loopback

USER, PASSWORD = "analyst", "taxii-password"
COLLECTION = "365fed99-08fa-4fef-a1b3-fb247eb41d01"
FAULT_HEADERS = {429: {"Retry-After": "7"}}


class FileServer:
    """Serves C(files) by path as a well-behaved server does, with what a test asks for.

    asked: path and headers of each request. faults: statuses that the next answers have. redirects: path to target.
    plain: no validators are sent. cut: the answer ends before its length. tag: the ETag, if not one of the content.
    encoding: the Content-Encoding that is named. before: called before the next answer.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.faults: list[int] = []
        self.redirects: dict[str, str] = {}
        self.plain = self.cut = False
        self.url = self.tag = self.encoding = ""
        self.before: t.Callable[[], None] | None = None
        self.content_type = "text/plain"

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        headers = dict(handler.headers.items())
        self.asked.append((handler.path, headers))
        path = handler.path.partition("?")[0]
        if self.before:
            self.before, act = None, self.before
            act()
        if self.faults:
            status = self.faults.pop(0)
            return self._send(handler, status, FAULT_HEADERS.get(status, {}))
        if path in self.redirects:
            return self._send(handler, 302, {"Location": self.redirects[path]})
        if path not in self.files:
            return self._send(handler, 404, {})
        body = self.files[path]
        tag = self.tag or f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        validators = {} if self.plain else {"ETag": tag, "Last-Modified": "Fri, 20 Nov 2026 08:30:00 GMT"}
        if headers.get("If-None-Match") == tag and not self.plain:
            return self._send(handler, 304, validators)
        return self._send(handler, 200, validators, body)

    def _send(
        self, handler: http.server.BaseHTTPRequestHandler, status: int, headers: t.Mapping[str, str], body: bytes = b""
    ) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", self.content_type)
        if self.encoding:
            handler.send_header("Content-Encoding", self.encoding)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if self.cut else body)


class Handler(loopback.Handler):
    def __init__(self, files: FileServer, *arguments: t.Any) -> None:
        self.files = files
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.files.answer(self)


@contextlib.contextmanager
def files() -> t.Iterator[FileServer]:
    server = FileServer()
    with loopback.served(functools.partial(Handler, server)) as server.url:
        yield server


class Taxii:
    """medallion with one API root and one collection. url: the API root."""

    collection = COLLECTION
    username, password = USER, PASSWORD

    def __init__(self, url: str) -> None:
        self.url = url

    def hold(self, objects: t.Sequence[dict[str, t.Any]], *, readable: bool = True) -> None:
        """The objects of the collection, added a second after one another from the start of 2026 on."""
        manifest = [
            {
                "id": item["id"],
                "date_added": f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000000Z",
                "version": item.get("modified", "2026-01-01T00:00:00.000Z"),
                "media_type": "application/stix+json;version=2.1",
            }
            for number, item in enumerate(objects)
        ]
        collection = {
            "id": COLLECTION,
            "title": "Indicators",
            "can_read": readable,
            "can_write": False,
            "media_types": ["application/stix+json;version=2.1"],
            "objects": list(objects),
            "manifest": manifest,
        }
        root: dict[str, t.Any] = {
            "information": {"title": "api1", "versions": ["application/taxii+json;version=2.1"]},
            "status": [],
        }
        root["information"]["max_content_length"] = 104857600
        medallion.application_instance.medallion_backend.data = {
            "/discovery": {"title": "medallion", "api_roots": [self.url]},
            "api1": {**root, "collections": [collection]},
        }


@functools.cache
def _application() -> t.Any:
    application = medallion.application_instance
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": None}
    medallion.set_config(application, "users", {"users": {USER: PASSWORD}})
    medallion.set_config(application, "taxii", {"taxii": {"max_page_size": 100}})
    medallion.set_config(application, "backend", {"backend": backend})
    medallion.register_blueprints(application)
    return application


class Quiet(werkzeug.serving.WSGIRequestHandler):
    def log(self, type: str, message: str, *arguments: t.Any) -> None:
        """Silent."""


@contextlib.contextmanager
def taxii(objects: t.Sequence[dict[str, t.Any]] = (), page: int = 100) -> t.Iterator[Taxii]:
    """A running medallion. page: the most objects that it gives at once."""
    application = _application()
    application.taxii_config = {"max_page_size": page}
    server = werkzeug.serving.make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    running = Taxii(f"http://127.0.0.1:{server.server_port}/api1/")
    running.hold(objects)
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def indicator(number: int, pattern: str, **members: t.Any) -> dict[str, t.Any]:
    """A STIX 2.1 indicator."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
        **members,
    }
