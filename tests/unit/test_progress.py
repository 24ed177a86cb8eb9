# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of progress: seldom, on the terminal of the command that waits, and harmless everywhere else."""

from __future__ import annotations

import io
import os
import pathlib
import pty
import subprocess
import sys
import threading

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._progress import INTERVAL, Progress

# A command as ansible-playbook is one: its worker leaves the session and the terminal, and starts a module.
COMMAND = """
import subprocess, sys, os
MODULE = '''
import sys
sys.path[:0] = {path!r}
from ansible_collections.threatlists.aws.plugins.module_utils import _progress
moments = iter((0.0, 11.0))
_progress.Progress("guardduty_lists", clock=lambda: next(moments)).update(34, 1700, "lists")
'''
subprocess.run(
    [sys.executable, "-c", MODULE], start_new_session=True, check=True,
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
)
"""
LINE = "guardduty_lists: 34 of 1,700 lists (11 s)"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def command(tmp_path: pathlib.Path) -> list[str]:
    script = tmp_path / "ansible-playbook"
    script.write_text(COMMAND.replace("{path!r}", repr(sys.path)))
    return [sys.executable, str(script)]


def environment(**variables: str) -> dict[str, str]:
    kept = {
        key: value for key, value in os.environ.items() if key not in ("THREATLISTS_PROGRESS", "AWX_ISOLATED_DATA_DIR")
    }
    return {**kept, **variables}


def on_a_terminal(command: list[str], **variables: str) -> str:
    ours, theirs = pty.openpty()
    try:
        subprocess.run(command, check=True, stdout=theirs, env=environment(**variables), timeout=30)
        os.set_blocking(ours, False)
        try:
            return os.read(ours, 65536).decode()
        except BlockingIOError:
            return ""
    finally:
        os.close(ours)
        os.close(theirs)


def through_a_pipe(command: list[str], **variables: str) -> str:
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment(**variables), timeout=30
    ).stdout


def test_a_line_every_ten_seconds_at_most() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress("threatstream_export", output, clock)
    for second in range(60):
        clock.now = second
        progress.update(second, None, "pages")
    lines = output.getvalue().splitlines()
    assert lines[0] == "threatstream_export: 10 pages (10 s)"
    assert len(lines) == 60 // int(INTERVAL) - 1


def test_a_short_task_says_nothing() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress("x", output, clock)
    clock.now = INTERVAL - 0.1
    progress.update(1, 2, "lists")
    assert output.getvalue() == ""


def test_many_threads_write_one_line() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress("x", output, clock)
    clock.now = INTERVAL
    threads = [threading.Thread(target=progress.update, args=(1, 2, "lists")) for _turn in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert output.getvalue() == "x: 1 of 2 lists (10 s)\n"


def test_a_terminal_that_is_gone_stops_nothing() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress("x", output, clock)
    output.close()
    for moment in (10, 20):
        clock.now = moment
        progress.update(1)


def test_a_terminal_sees_the_line(command: list[str]) -> None:
    assert on_a_terminal(command).strip() == LINE


def test_a_pipe_sees_it_only_if_asked(command: list[str]) -> None:
    assert through_a_pipe(command) == ""
    assert through_a_pipe(command, THREATLISTS_PROGRESS="always") == LINE + "\n"


def test_a_file_keeps_what_is_in_it(command: list[str], tmp_path: pathlib.Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as stdout:
        stdout.write("PLAY\n")
        stdout.flush()
        subprocess.run(command, check=True, stdout=stdout, env=environment(THREATLISTS_PROGRESS="always"), timeout=30)
    assert log.read_text() == f"PLAY\n{LINE}\n"


@pytest.mark.parametrize("variables", [{"THREATLISTS_PROGRESS": "never"}, {"AWX_ISOLATED_DATA_DIR": "/runner"}])
def test_where_nobody_looks_nothing_is_written(command: list[str], variables: dict[str, str]) -> None:
    assert on_a_terminal(command, **variables) == ""


def test_without_a_controller_nothing_is_written(command: list[str]) -> None:
    other = pathlib.Path(command[1]).with_name("other")
    other.write_text(pathlib.Path(command[1]).read_text())
    assert on_a_terminal([command[0], str(other)]) == ""
