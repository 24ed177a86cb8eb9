# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeout of a task ends the work at all accounts of its batch, and nobody is told that nothing was written."""

from __future__ import annotations

import json
import signal
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.plugin_utils import _batch
from support.guardduty_cases import ACCOUNT, MEMBER, OTHER, edge, loaded, lst, publish, world
from threatlists_emulators.control import Aws


class TaskTimeoutError(BaseException):
    """Has the name of what Ansible raises in the main thread."""


@pytest.fixture
def alarm() -> t.Iterator[t.Callable[[float], None]]:
    def ring(*_given: t.Any) -> None:
        raise TaskTimeoutError("timed out")

    before = signal.signal(signal.SIGALRM, ring)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds) and None
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def tasks(aws: Aws, lists: int, *accounts: str) -> list[_batch.HostTask]:
    given = [lst(f"list{number}") for number in range(lists)]
    return [
        _batch.HostTask(account, edge(aws, options.LISTS_SPEC, account=account, lists=given, wait_timeout=60))
        for account in accounts
    ]


def ended(ends: dict[str, t.Any]) -> dict[str, tuple[str, bool]]:
    return {host: (end.code, end.result["changed"]) for host, end in ends.items()}


@pytest.mark.parametrize(("lists", "at_once", "stops"), [(1, 1, False), (2, 1, True), (2, 2, False)])
def test_accounts_that_were_not_begun_fail_with_those_that_were(
    aws: Aws, alarm: t.Callable[[float], None], lists: int, at_once: int, stops: bool
) -> None:
    aws.world(world())
    publish(aws)
    aws.settings(activation_delay=600)
    accounts = (ACCOUNT, OTHER, MEMBER)
    work = tasks(aws, lists, *accounts)
    alarm(4)
    ends = _batch._run(work, at_once, _batch.Shared(accounts=at_once), stops=stops)
    assert ended(ends) == {account: ("TaskTimeout", number < at_once) for number, account in enumerate(accounts)}, (
        "none is left to a task of its own, which a timeout would not end"
    )
    assert all(end.retryable for end in ends.values())
    assert "had not been begun" in str(ends[MEMBER])
    assert {one["account"] for one in loaded(aws)} == set(accounts[:at_once])


def test_what_came_of_the_accounts_is_told_where_the_time_is_over_while_it_is_put_down(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.world(world())
    publish(aws)
    over = iter([TaskTimeoutError("timed out")])
    as_before = _batch._printed

    def printed(module: t.Any, end: t.Any) -> str:
        for error in over:
            raise error
        as_before(module, end)
        return json.dumps(module.result)

    monkeypatch.setattr(_batch, "_printed", printed)
    outcomes = _batch.run(tasks(aws, 1, ACCOUNT), 1, lambda _module: [])
    assert json.loads(outcomes[ACCOUNT]["text"])["changed"]


def test_a_call_that_is_under_way_when_the_time_is_over_counts_as_a_change(
    aws: Aws, alarm: t.Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_batch, "GRACE", 0.2)
    aws.world(world())
    publish(aws)
    aws.fault(service="guardduty", operation="CreateThreatIntelSet", action="hang", seconds=8, when="after", times=9)
    work = tasks(aws, 2, ACCOUNT, OTHER)
    alarm(4)
    ends = _batch._run(work, 2, _batch.Shared(accounts=2), stops=False)
    assert ended(ends) == {ACCOUNT: ("TaskTimeout", True), OTHER: ("TaskTimeout", True)}
    assert json.dumps([end.as_result() for end in ends.values()]).count("not known what was written") == 2
