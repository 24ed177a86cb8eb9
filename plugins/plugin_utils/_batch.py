# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts of a batch of hosts, all worked at in one process. Private to the collection.

A worker for each host, with a session and clients of its own, costs ten times what the calls of its account cost
(docs/performance.md). What cannot be done here just as the host's own task would do it is left to that task.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
import json
import os
import threading
import time
import typing as t

import jinja2
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import (
    Stop,
    in_threads,
    is_end,
)
from ansible_collections.threatlists.aws.plugins.module_utils._aws.shared import Shared
from ansible_collections.threatlists.aws.plugins.module_utils._errors import PartialFailure, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.converge import converge
from ansible_collections.threatlists.aws.plugins.module_utils._progress import Progress
from ansible_collections.threatlists.aws.plugins.plugin_utils import _action_module

# How long, in seconds, to wait for accounts that are at a call when the task's time is over; how often to look.
GRACE, POLL = 3.0, 0.05
# How far an account was where the time is over.
NOT_BEGUN, UNKNOWN = "it had not been begun", "it is not known what was written"


@dataclasses.dataclass
class HostTask:
    """A host's module, ready to run. text: what the module printed, if it ended before."""

    host: str
    module: t.Any = None
    text: str = ""


class Outcome(t.TypedDict):
    """What a module printed, whether it failed, and the warnings it gave."""

    text: str
    failed: bool
    warnings: list[str]


def run(
    tasks: t.Sequence[HostTask], at_once: int, warnings_of: t.Callable[[t.Any], list[str]], *, stops: bool = False
) -> dict[str, Outcome]:
    """Return by host what its module came to; a host that is missing must run alone.

    warnings_of: returns the warnings that a module gave. stops: begin none after one that failed.
    """
    ready = [task for task in tasks if task.module is not None]
    if stops and len(ready) < len(tasks):
        ready = []
    shared = Shared(accounts=min(at_once, max(len(ready), 1)))
    ends = _run(ready, at_once, shared, stops=stops)
    try:
        return _outcomes(tasks, ends, warnings_of)
    except BaseException as error:
        if not is_end(error):
            raise
    # The work is done, and the time of a task is over only once.
    return _outcomes(tasks, ends, warnings_of)


def none_begun(hosts: t.Iterable[str]) -> dict[str, Outcome]:
    """Return by host what its module would have printed where the time was over before any was begun."""
    text = json.dumps({"failed": True, **_module.failed(_ended(NOT_BEGUN))})
    return {host: {"text": text, "failed": True, "warnings": []} for host in hosts}


def _outcomes(
    tasks: t.Sequence[HostTask],
    ends: t.Mapping[str, dict[str, t.Any] | ThreatlistsError],
    warnings_of: t.Callable[[t.Any], list[str]],
) -> dict[str, Outcome]:
    return {
        task.host: {
            "text": _readable(task.text or _printed(task.module, ends[task.host])),
            "failed": not isinstance(ends.get(task.host), dict),
            "warnings": warnings_of(task.module) if task.module else [],
        }
        for task in tasks
        if task.text or task.host in ends
    }


def _run(
    ready: t.Sequence[HostTask], at_once: int, shared: Shared, *, stops: bool
) -> dict[str, dict[str, t.Any] | ThreatlistsError]:
    ends: dict[str, dict[str, t.Any] | ThreatlistsError] = {}
    begun: set[str] = set()
    progress = Progress("accounts")

    def run_task(task: HostTask) -> None:
        if shared.stop.is_set or (stops and any(isinstance(end, ThreatlistsError) for end in ends.values())):
            return
        begun.add(task.host)
        try:
            ends[task.host] = converge(task.module, shared=shared)
        except ThreatlistsError as error:
            ends[task.host] = error
        except (Exception, SystemExit):
            return  # alone it says where
        except BaseException as error:
            if not is_end(error):
                raise
            # What ends the writes of an account is its result; what escapes came before them.
            shared.stop.set()
            ends[task.host] = _ended("it had been looked at, nothing was written")
        progress.update(len(ends), len(ready), "accounts")

    with contextlib.redirect_stdout(io.StringIO()), _ending_with_parent(shared.stop):
        try:
            in_threads(run_task, ready, at_once, shared.stop)
        except BaseException as error:
            if not is_end(error):
                raise
        if shared.stop.is_set:
            _wait_for(lambda: begun <= ends.keys())
            for host in [task.host for task in ready if task.host not in ends]:
                # A call may be under way: whoever acts on changes must not be told that there is none.
                is_begun = host in begun
                ends[host] = _ended(UNKNOWN if is_begun else NOT_BEGUN, changed=is_begun)
    return dict(ends)


def _ended(done: str, *, changed: bool = False) -> ThreatlistsError:
    return PartialFailure(
        f"The timeout of the task ended the work at the account; {done}.",
        code="TaskTimeout",
        retryable=True,
        remedy="Run again: what was begun is finished then. Or give the task a longer timeout.",
        result={"changed": changed},
    )


def _wait_for(is_so: t.Callable[[], bool]) -> None:
    end = time.monotonic() + GRACE
    while not is_so() and time.monotonic() < end:
        time.sleep(POLL)


@contextlib.contextmanager
def _ending_with_parent(stop: Stop) -> t.Iterator[None]:
    """Tell the threads to end where Ansible itself was killed.

    Nobody is left to take the results, and the next run may have begun.
    """
    parent, is_over = os.getppid(), threading.Event()

    def watch() -> None:
        while not is_over.wait(1):
            if os.getppid() != parent:
                stop.set()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _printed(module: t.Any, end: dict[str, t.Any] | ThreatlistsError) -> str:
    """Return what the module prints at its end, without its secrets: C(_module.run) sees to that."""

    def as_it_ended(_module: t.Any) -> dict[str, t.Any]:
        if isinstance(end, ThreatlistsError):
            raise end
        return end

    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        _module.run(module, as_it_ended)
    return output.getvalue()


def _readable(text: str) -> str:
    return json.dumps(_action_module.without_internals(json.loads(text)))


@contextlib.contextmanager
def compiled_once() -> t.Iterator[None]:
    """Let Jinja compile each template once and not for each host, which was most of the time to prepare a host."""
    as_before = jinja2.Environment.compile
    compiled: dict[tuple[t.Any, ...], t.Any] = {}

    def compile_once(environment: jinja2.Environment, source: t.Any, *more: t.Any, **options: t.Any) -> t.Any:
        if more or options or not isinstance(source, str):
            return as_before(environment, source, *more, **options)
        # Environments that share a lexer make the same of a text.
        key = type(environment), id(environment.lexer), str(source)
        if key not in compiled:
            compiled[key] = as_before(environment, source)
        return compiled[key]

    set_compile = functools.partial(setattr, jinja2.Environment, "compile")
    set_compile(compile_once)
    try:
        yield
    finally:
        set_compile(as_before)
