# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of AWX's REST API as the modules of awx.awx need to create things and to relate them, kept in memory.

with awx.serve(project=pathlib.Path("project")) as server:
    subprocess.run(["ansible-playbook", "configure.yml"], env={**os.environ, **server.environment()})
    server.items("job_templates")

Answers and refusals (C(awx_rules)) were read from AWX 24.6.1, devel of October 2024 (e21dd0a). C(project) is the folder
that the project's repository holds; without one a sync fails. C(awx_workflow) runs what was configured.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import pathlib
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

from threatlists_emulators import awx_rules

VERSION = "24.6.1"
TOKEN = "awx-token"
FINISHED = "2026-11-24T14:03:26.683642Z"
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
DEFAULTS: dict[str, dict[str, Any]] = {
    "projects": {"scm_revision": "", "status": "never updated", "allow_override": False},
    "job_templates": dict.fromkeys(awx_rules.PROMPTS.values(), False) | {"ask_variables_on_launch": False},
    "workflow_job_template_nodes": {"extra_data": {}, "all_parents_must_converge": False},
}


class Awx:
    """What was created: C(items(collection)), each with its C(related) collections by name."""

    def __init__(self, project: pathlib.Path | None = None) -> None:
        self.url = ""
        self.project = project
        self.writes: list[tuple[str, str]] = []
        self._collections: dict[str, list[dict[str, Any]]] = {}
        self._relations: dict[str, list[int]] = {}
        self._surveys: dict[str, Any] = {}
        self._number = 0
        self.create("organizations", {"name": "Default"})
        self.create("credential_types", {"name": "Amazon Web Services"})
        self.create("credentials", {"name": "threatlists AWS"})

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point the modules of awx.awx here."""
        return {"CONTROLLER_HOST": self.url, "CONTROLLER_OAUTH_TOKEN": TOKEN, "CONTROLLER_VERIFY_SSL": "false"}

    def create(self, collection: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Create an item of a collection and return it, whatever AWX would say."""
        self._number += 1
        url = f"/api/v2/{collection}/{self._number}/"
        related = {name: f"{url}{name}/" for name in (*RELATED, "survey_spec", "update")}
        item = {
            "type": collection[:-1],
            **DEFAULTS.get(collection, {}),
            **fields,
            "id": self._number,
            "url": url,
            "related": related,
            "summary_fields": {},
        }
        self._collections.setdefault(collection, []).append(item)
        return item

    def items(self, collection: str) -> list[dict[str, Any]]:
        """Return the items of a collection, in the order of their creation."""
        names = UNIFIED if collection == "unified_job_templates" else (collection,)
        return [item for name in names for item in self._collections.get(name, [])]

    def item(self, number: int) -> dict[str, Any]:
        """Return the item with this id, of whichever collection. Raises StopIteration for none."""
        return next(item for items in self._collections.values() for item in items if item["id"] == number)

    def related(self, item: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """Return the items that an item relates to by this name."""
        return [self.item(number) for number in self._relations.get(item["related"][name], [])]

    def survey(self, item: dict[str, Any]) -> Any:
        """Return the survey of a template, empty without one."""
        return self._surveys.get(item["related"]["survey_spec"], {})

    def playbooks(self, project: dict[str, Any]) -> list[str]:
        """Return the files of a project as of its last sync that went well."""
        return project["playbook_files"] if project["scm_revision"] else []

    def sync(self, project: dict[str, Any]) -> dict[str, Any]:
        """Sync a project and return the project update, which fails where there is no repository."""
        if self.project is not None:
            files = sorted(path for path in self.project.rglob("*.yml"))
            digest = hashlib.sha1(b"".join(path.read_bytes() for path in files), usedforsecurity=False)
            names = [str(path.relative_to(self.project)) for path in files]
            project.update(scm_revision=digest.hexdigest(), playbook_files=names)
        status = "failed" if self.project is None else "successful"
        project["status"] = status
        update = {"name": project["name"], "status": status, "failed": status == "failed", "finished": FINISHED}
        return self.create("project_updates", {**update, "scm_revision": project["scm_revision"]})

    def handle(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Answer a request; return the status, and the JSON of the body."""
        parts = path.removeprefix("/api/v2/").strip("/").split("/")
        if method != "GET":
            self.writes.append((method, path))
        if len(parts) == 1:
            if method == "POST":
                return self._create_if_allowed(parts[0], body)
            return 200, _page([_shown(item) for item in self.items(parts[0]) if _matches(item, query)])
        item = self.item(int(parts[1]))
        if len(parts) == 2:
            if method == "PATCH":
                refusal = awx_rules.refusal(self, parts[0], {**item, **body})
                if refusal:
                    return 400, refusal
                item.update(body)
            return 200, _shown(item)
        return self._handle_related(method, path, item, parts[2], body)

    def _create_if_allowed(self, collection: str, body: Any) -> tuple[int, Any]:
        refusal = awx_rules.refusal(self, collection, {**DEFAULTS.get(collection, {}), **body})
        if refusal:
            return 400, refusal
        item = self.create(collection, body)
        if collection == "projects":
            self.sync(item)
        return 201, _shown(item)

    def _handle_related(self, method: str, path: str, item: dict[str, Any], name: str, body: Any) -> tuple[int, Any]:
        if name == "survey_spec":
            if method == "POST":
                refusal = awx_rules.survey_refusal(body)
                if refusal:
                    return 400, refusal
                self._surveys[path] = body
            return 200, self._surveys.get(path, {})
        if name == "create_approval_template":
            approval = self.create("workflow_approval_templates", body)
            item["unified_job_template"] = approval["id"]
            item["related"]["unified_job_template"] = approval["url"]
            return 201, approval
        if name == "update":
            return 202, self.sync(item)
        if method == "POST":
            numbers = self._relations.setdefault(path, [])
            if body.get("disassociate"):
                numbers.remove(body["id"])
            elif body["id"] not in numbers:
                numbers.append(body["id"])
            return 204, None
        return 200, _page([self.item(number) for number in self._relations.get(path, [])])


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as AWX shows it, without the secrets that it holds."""
    hidden = {
        field: {
            key: "$encrypted$" if key in awx_rules.SECRETS and value else value for key, value in item[field].items()
        }
        for field in ("inputs", "notification_configuration")
        if isinstance(item.get(field), dict)
    }
    return {**item, **hidden}


def _matches(item: dict[str, Any], query: dict[str, str]) -> bool:
    return all(str(item.get(name)) == value for name, value in query.items() if name != "organization")


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(items), "next": None, "results": items}


@contextlib.contextmanager
def serve(project: pathlib.Path | None = None) -> Iterator[Awx]:
    """Serve on a free loopback port for the length of the block."""
    awx = Awx(project)
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
            self.send_header("X-API-Product-Version", VERSION)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PATCH = answer

        def log_message(self, *_arguments: Any) -> None:
            """Log nothing."""

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
