# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A webhook on loopback, that keeps what it is told."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import typing as t

from support import loopback


@dataclasses.dataclass
class Webhook:
    """told: headers and body of each request."""

    url: str = ""
    told: list[tuple[dict[str, str], t.Any]] = dataclasses.field(default_factory=list)


@contextlib.contextmanager
def webhook() -> t.Iterator[Webhook]:
    hook = Webhook()

    class Handler(loopback.Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.told.append((dict(self.headers.items()), json.loads(body)))
            self.send_response(204)
            self.end_headers()

    with loopback.served(Handler) as url:
        hook.url = f"{url}/hook"
        yield hook
