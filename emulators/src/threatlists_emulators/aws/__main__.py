# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(python -m threatlists_emulators.aws --port 0): serve on loopback until standard input closes."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from typing import Any

import waitress.server

from .app import Application
from .channel import Channel

THREADS = 96
CONNECTIONS = 2000


def main() -> None:
    """Serve until standard input closes, or, with C(--no-stdin-watch), until SIGTERM."""
    parser = argparse.ArgumentParser(prog="threatlists_emulators.aws", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--no-stdin-watch", action="store_true", help="serve until SIGTERM")
    options = parser.parse_args()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a benchmark fills it on purpose
    application = Application()
    server: Any = waitress.server.create_server(
        application,
        host="127.0.0.1",
        port=options.port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=True,
        channel_timeout=300,
    )
    server.channel_class = Channel
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if not options.no_stdin_watch:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{server.effective_port}"}), flush=True)
    application.moto.warm()
    server.run()


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
