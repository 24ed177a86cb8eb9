# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work done together in threads, which end when they are told to. Private to the collection."""

from __future__ import annotations

import threading
import typing as t

In = t.TypeVar("In")
Out = t.TypeVar("Out")


class Stopped(BaseException):
    """A thread was told to end before its next call. No C(except Exception) may take it for a failure of the call."""


class Stop:
    """What tells threads to end: none begins a call, or waits any longer, once it is set."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Tell the threads to end."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Return whether they were told."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Stopped if the threads were told to end."""
        if self._event.is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Sleep; raise Stopped as soon as the threads are told to end."""
        if self._event.wait(seconds):
            raise Stopped


class MadeOnce(t.Generic[Out]):
    """What is made once for each key, each under a lock of its own, for all threads that ask for it."""

    def __init__(self) -> None:
        self._made: dict[t.Hashable, Out] = {}
        self._making: dict[t.Hashable, threading.Lock] = {}

    def get(self, key: t.Hashable, make: t.Callable[[], Out]) -> Out:
        """Return what was made under the key; the first caller makes it by C(make()). An error is not kept."""
        with self._making.setdefault(key, threading.Lock()):
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]


def in_threads(
    function: t.Callable[[In], Out], items: t.Sequence[In], workers: int, stop: Stop | None = None
) -> list[Out]:
    """Return C(function(item)) of every item, in the order of the items, from up to C(workers) threads.

    After an error no further item is begun; those under way are waited for, and the first error is raised. What
    interrupts the wait itself, such as the timeout of a task, sets C(stop) and is raised at once: the threads end
    after the call that they are at.
    """
    if len(items) <= 1 or workers <= 1:
        try:
            return [function(item) for item in items]
        except BaseException as error:
            if stop and not isinstance(error, Exception):
                stop.set()
            raise
    results: dict[int, Out] = {}
    errors: dict[int, BaseException] = {}
    numbers, lock = iter(range(len(items))), threading.Lock()

    def work() -> None:
        while not errors:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                results[number] = function(items[number])
            except BaseException as error:
                errors[number] = error

    # Daemons, since Python waits at its end for any other thread, however long its call takes.
    threads = [threading.Thread(target=work, daemon=True) for _number in range(min(len(items), workers))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        if stop:
            stop.set()
        raise
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(len(items))]


def is_task_timeout(error: BaseException) -> bool:
    """Return whether an exception is the one that Ansible raises in the main thread when the time of a task is up."""
    return type(error).__name__ == "TaskTimeoutError"


def is_end(error: BaseException) -> bool:
    """Return whether an exception means that the work was told to end: Stopped, or the timeout of the task."""
    return isinstance(error, Stopped) or is_task_timeout(error)
