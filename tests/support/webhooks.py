# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A webhook on loopback, that keeps what it is told."""

from __future__ import annotations

import contextlib
import dataclasses
import http.server
import json
import threading
import typing as t


@dataclasses.dataclass
class Webhook:
    """told: headers and body of each request."""

    url: str = ""
    told: list[tuple[dict[str, str], t.Any]] = dataclasses.field(default_factory=list)


@contextlib.contextmanager
def webhook() -> t.Iterator[Webhook]:
    hook = Webhook()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.told.append((dict(self.headers.items()), json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: t.Any) -> None:
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        hook.url = f"http://127.0.0.1:{listening.server_address[1]}/hook"
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield hook
        finally:
            listening.shutdown()
