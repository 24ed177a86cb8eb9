# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines that say how far a long task is, on the terminal of the person who waits. Private to the collection.

Ansible gives a module no channel but its result, and newer cores detach their workers from the terminal. A task that
runs on the controller still has the C(ansible-playbook) that started it among its ancestors, and Linux lets it write
to that process's standard output: a line goes there, and only there.

E(THREATLISTS_PROGRESS): V(auto) writes where that output is a terminal that a person looks at, V(always) also where
it is a pipe or a file (CI, a log), V(never) not at all. Under ansible-runner and AWX, which read their events out of
that output, V(auto) is silent.
"""

from __future__ import annotations

import os
import pathlib
import threading
import time
import typing as t

INTERVAL = 10.0


def _parent(pid: int) -> int:
    """Return the parent of a process: field 4 of proc(5) C(stat), counted behind the command's closing parenthesis."""
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def _controller() -> int | None:
    """Return the topmost ancestor (or this process) that is an C(ansible…) command; its workers are forks of it."""
    found, pid = None, os.getpid()
    while pid > 1:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:2]
        if any(pathlib.Path(os.fsdecode(word)).name.startswith("ansible") for word in words):
            found = pid
        pid = _parent(pid)
    return found


def _open_output(mode: str) -> t.TextIO | None:
    """Return the controller's standard output if C(mode) allows to write there, else None; never raise."""
    if mode == "never" or (mode != "always" and "AWX_ISOLATED_DATA_DIR" in os.environ):
        return None
    try:
        pid = _controller()
        if pid is None:
            return None
        target = f"/proc/{pid}/fd/1"
        descriptor = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY | os.O_NONBLOCK)
    except (OSError, ValueError, IndexError):
        return None
    if mode != "always" and not os.isatty(descriptor):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")


class Progress:
    """How far one long task is. Cheap to call on every step, from any thread; it never raises.

        progress = Progress("threatstream_export")
        progress.update(12, None, "pages, 12,000 of 250,000 indicators")
        progress.update(34, 1700, "lists")          # "guardduty_lists: 34 of 1,700 lists"

    At most every ten seconds, and for the first time ten seconds after the start, a line is written; a task that is
    done sooner writes nothing.
    """

    def __init__(
        self, title: str, output: t.TextIO | None = None, clock: t.Callable[[], float] = time.monotonic
    ) -> None:
        self._title, self._output, self._clock = title, output, clock
        self._started = self._last = clock()
        self._lock = threading.Lock()
        self._looked_up = output is not None

    def update(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say that C(done) (of C(total), where known) C(what) are done; most calls return at once."""
        now = self._clock()
        if now - self._last < INTERVAL or not self._lock.acquire(blocking=False):
            return
        try:
            self._last = now
            if not self._looked_up:
                self._output = _open_output(os.environ.get("THREATLISTS_PROGRESS", "auto"))
                self._looked_up = True
            if self._output is not None:
                self._write(self._output, done, total, what, now - self._started)
        finally:
            self._lock.release()

    def _write(self, output: t.TextIO, done: int, total: int | None, what: str, seconds: float) -> None:
        amount = f"{done:,}" if total is None else f"{done:,} of {total:,}"
        try:
            output.write(f"{self._title}: {amount} {what} ({seconds:.0f} s)\n")
            output.flush()
        except (OSError, ValueError):
            # A terminal that is gone must not stop the work; nothing more is written.
            self._output = None
