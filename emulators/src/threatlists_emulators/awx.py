# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of AWX's REST API as the modules of awx.awx need to create things and to relate them, kept in memory.

with awx.serve() as server:
    subprocess.run(["ansible-playbook", "configure.yml"], env={**os.environ, **server.environment()})
    server.items("job_templates")
"""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

TOKEN = "awx-token"
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources", "workflow_approval_templates")
RELATED = (
    "credentials",
    "labels",
    "instance_groups",
    "success_nodes",
    "failure_nodes",
    "always_nodes",
    "notification_templates_started",
    "notification_templates_success",
    "notification_templates_error",
    "notification_templates_approvals",
)


class Awx:
    """What was created: C(items(collection)), each with its C(related) collections by name."""

    def __init__(self) -> None:
        self.url = ""
        self._collections: dict[str, list[dict[str, Any]]] = {}
        self._relations: dict[str, list[int]] = {}
        self._surveys: dict[str, Any] = {}
        self._number = 0
        self.create("organizations", {"name": "Default"})
        self.create("credential_types", {"name": "Amazon Web Services"})
        self.create("credentials", {"name": "threatlists AWS"})

    def environment(self) -> dict[str, str]:
        return {"CONTROLLER_HOST": self.url, "CONTROLLER_OAUTH_TOKEN": TOKEN, "CONTROLLER_VERIFY_SSL": "false"}

    def create(self, collection: str, fields: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        url = f"/api/v2/{collection}/{self._number}/"
        related = {name: f"{url}{name}/" for name in (*RELATED, "survey_spec")}
        item = {
            "type": collection[:-1],
            "scm_revision": "",
            **fields,
            "id": self._number,
            "url": url,
            "related": related,
            "summary_fields": {},
        }
        self._collections.setdefault(collection, []).append(item)
        return item

    def items(self, collection: str) -> list[dict[str, Any]]:
        names = UNIFIED if collection == "unified_job_templates" else (collection,)
        return [item for name in names for item in self._collections.get(name, [])]

    def item(self, number: int) -> dict[str, Any]:
        return next(item for items in self._collections.values() for item in items if item["id"] == number)

    def related(self, item: dict[str, Any], name: str) -> list[dict[str, Any]]:
        return [self.item(number) for number in self._relations.get(item["related"][name], [])]

    def survey(self, item: dict[str, Any]) -> Any:
        return self._surveys[item["related"]["survey_spec"]]

    def handle(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        parts = path.removeprefix("/api/v2/").strip("/").split("/")
        if len(parts) == 1:
            if method == "POST":
                return 201, self.create(parts[0], body)
            return 200, _page([item for item in self.items(parts[0]) if _matches(item, query)])
        item = self.item(int(parts[1]))
        if len(parts) == 2:
            item.update(body or {})
            return 200, item
        return self._handle_related(method, path, item, parts[2], body)

    def _handle_related(self, method: str, path: str, item: dict[str, Any], name: str, body: Any) -> tuple[int, Any]:
        if name == "survey_spec":
            if method == "POST":
                self._surveys[path] = body
            return 200, self._surveys.get(path, {})
        if name == "create_approval_template":
            approval = self.create("workflow_approval_templates", body)
            item["unified_job_template"] = approval["id"]
            item["related"]["unified_job_template"] = approval["url"]
            return 201, approval
        if method == "POST":
            self._relations.setdefault(path, []).append(body["id"])
            return 204, None
        return 200, _page([self.item(number) for number in self._relations.get(path, [])])


def _matches(item: dict[str, Any], query: dict[str, str]) -> bool:
    return all(str(item.get(name)) == value for name, value in query.items() if name != "organization")


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(items), "next": None, "results": items}


@contextlib.contextmanager
def serve() -> Iterator[Awx]:
    """A server on a free loopback port for the length of the block."""
    awx = Awx()
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                    query = dict(urllib.parse.parse_qsl(url.query))
                    status, answer = awx.handle(self.command, url.path, query, json.loads(content or "null"))
                else:
                    status, answer = 401, {}
                payload = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PATCH = answer

        def log_message(self, *_arguments: Any) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    awx.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield awx
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
