# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in threads keeps its order and its errors."""

from __future__ import annotations

import signal
import threading
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import (
    MadeOnce,
    Stop,
    Stopped,
    in_threads,
)


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert in_threads(lambda item: item * 2, range(20), workers) == [item * 2 for item in range(20)]
    assert in_threads(lambda item: item, [], workers) == []


@pytest.mark.parametrize("workers", [1, 4])
def test_an_error_is_raised(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda item: 1 // item, [1, 0, 2], workers)


def test_no_item_is_begun_after_an_error_and_the_first_one_is_raised() -> None:
    begun = []

    def work(item: int) -> None:
        begun.append(item)
        raise ValueError(item)

    with pytest.raises(ValueError, match=r"^0$"):
        in_threads(work, range(100), 2)
    assert len(begun) <= 2


class TimeoutOfTheTaskError(BaseException):
    """As Ansible raises it in the main thread, by a signal."""


def test_what_interrupts_the_wait_ends_the_threads_at_their_next_call() -> None:
    stop, ended = Stop(), threading.Semaphore(0)

    def work(item: int) -> None:
        if item == 0:
            signal.raise_signal(signal.SIGUSR1)
        try:
            while True:
                stop.wait(60)
        except Stopped:
            ended.release()
            raise

    def interrupt(_signal: int, _frame: t.Any) -> None:
        raise TimeoutOfTheTaskError

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(TimeoutOfTheTaskError):
            in_threads(work, range(2), 2, stop)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert ended.acquire(timeout=30)
    with pytest.raises(Stopped):
        stop.check()


def test_what_several_ask_for_at_once_is_made_once_and_an_error_is_not_kept() -> None:
    made, once, together = [], MadeOnce[int](), threading.Barrier(4)

    def make() -> int:
        made.append(1)
        if len(made) == 1:
            raise ValueError
        return len(made)

    def get(_number: int) -> int | None:
        together.wait()
        try:
            return once.get("key", make)
        except ValueError:
            return None

    assert sorted(in_threads(get, range(4), 4), key=str) == [2, 2, 2, None]
    assert once.get("other", lambda: 7) == 7
