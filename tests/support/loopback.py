# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An HTTP server on loopback, for the length of a block."""

from __future__ import annotations

import contextlib
import http.server
import threading
import typing as t


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, format: str, *arguments: t.Any) -> None:
        """Silent."""


@contextlib.contextmanager
def served(handler: t.Callable[..., http.server.BaseHTTPRequestHandler]) -> t.Iterator[str]:
    """The URL at which the handler answers."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            listening.shutdown()
