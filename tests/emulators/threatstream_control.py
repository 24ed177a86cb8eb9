# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the ThreatStream emulator and steers it over HTTP."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import sys
import typing as t
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parent.parent


class ThreatStreamControl:
    """A running emulator: C(url) for clients, the rest steers it (see emulators.threatstream)."""

    username = "analyst"
    api_key = "emulator-key"

    def __init__(self, url: str):
        self.url = url

    def _call(self, name: str, given: t.Any = None, method: str | None = None) -> t.Any:
        data = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{name}", data, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def environment(self) -> dict[str, str]:
        """The variables that point the modules at this emulator."""
        return t.cast(dict[str, str], self._call("environment"))

    def reset(self) -> None:
        """The declared world again; no faults, no calls, the usual settings."""
        self._call("reset", {})

    def world(self, world: dict[str, t.Any]) -> None:
        """Replace everything: C({"objects": […], "search_filters": {…}, "credentials": {…}, "forbidden": […]})."""
        self._call("world", world)

    def add(self, *objects: dict[str, t.Any]) -> list[int]:
        return t.cast(list[int], self._call("objects", list(objects)))

    def change(self, identity: int, **changes: t.Any) -> None:
        self._call("change", {"id": identity, **changes})

    def withdraw(self, identity: int) -> None:
        self.change(identity, status="inactive")

    def generate(self, count: int, seed: int = 0) -> None:
        self._call("generate", {"count": count, "seed": seed})

    def settings(self, **settings: t.Any) -> None:
        self._call("settings", settings)

    def fault(self, **fault: t.Any) -> None:
        """Order a fault: C(kind) and its values as in emulators.threatstream, C(after), C(times)."""
        self._call("faults", fault)

    def clear_faults(self) -> None:
        self._call("faults", method="DELETE")

    def clear_calls(self) -> None:
        self._call("calls", method="DELETE")

    def calls(self) -> list[dict[str, t.Any]]:
        """Every search so far: method, path, query, header_auth, status, connection."""
        return t.cast(list[dict[str, t.Any]], self._call("calls"))

    def objects(self) -> list[dict[str, t.Any]]:
        return t.cast(list[dict[str, t.Any]], self._call("objects"))


@contextlib.contextmanager
def threatstream() -> t.Iterator[ThreatStreamControl]:
    """An emulator on a free loopback port; it ends with the block, or with this process."""
    command = [sys.executable, "-m", "emulators.threatstream", "--port", "0"]
    with subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        try:
            yield ThreatStreamControl(json.loads(process.stdout.readline())["url"])
        finally:
            process.stdin.close()
            process.wait(timeout=10)
