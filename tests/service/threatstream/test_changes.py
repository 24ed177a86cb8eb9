# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How changes are asked for: by number, by time for those that become visible late, and otherwise where refused."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import utc
from support import state_files
from support.state_files import HOUR, LONG_AGO, Runner, addresses
from threatlists_emulators.control import threatstream


@pytest.fixture(scope="module")
def emulator():
    with threatstream() as running:
        yield running


@pytest.fixture
def feed(emulator):
    state_files.hold(emulator, 30, max_limit=1000, rejected=[])
    return emulator


@pytest.fixture
def runner(feed, tmp_path):
    return Runner(feed, tmp_path / "state")


def test_an_unchanged_feed_costs_a_request_by_number_and_one_by_time(feed, runner):
    first = runner.run()
    for lookback, filters in ((HOUR, ["update_id__gt", "modified_ts__gte"]), (0 * HOUR, ["update_id__gt"])):
        feed.clear_calls()
        assert runner.run(lookback=lookback) == (first[0], "changes", "")
        assert [set(call["query"]) - {"order_by", "limit"} for call in feed.calls()] == [
            {"type", name} for name in filters
        ]


def behind(feed, runner, count):
    """A change that is numbered now, shown to nobody, and followed by others until the next run has gone by."""
    moment = {"modified_ts": utc(runner.clock - datetime.timedelta(minutes=5))}
    feed.change(feed.objects()[0]["id"], late=True, status="inactive", **moment)
    feed.add({"value": "203.0.113.77", "late": True, **moment})
    feed.add(*addresses("198.51", count, **moment))


def test_a_change_that_becomes_visible_late_is_found_by_the_next_run(feed, runner):
    feed.add(*addresses("45.0", 2000, modified_ts=LONG_AGO))
    runner.run()
    behind(feed, runner, 700)
    assert runner.run()[1] == "changes"
    feed.reveal()
    runner.clock += datetime.timedelta(minutes=30)
    assert "203.0.113.77" not in {one.value for one in runner.run(check_mode=True, lookback=0 * HOUR)[0]}
    feed.clear_calls()
    indicators, downloaded, _because = runner.run()
    assert (indicators, downloaded) == (runner.full(), "changes")
    assert {"203.0.113.77", "192.0.0.0"} & {one.value for one in indicators} == {"203.0.113.77"}


def test_looking_back_reads_no_page_beyond_what_is_known_by_number(feed, runner):
    feed.add(*addresses("45.0", 3000, modified_ts=LONG_AGO))
    runner.run()
    feed.settings(max_limit=100)
    feed.add(*addresses("198.51", 950, modified_ts=utc(runner.clock)))
    feed.clear_calls()
    assert runner.run()[:2] == (runner.full(), "changes")
    by_time = [call for call in feed.calls() if "modified_ts__gte" in call["query"]]
    assert len(by_time) == 1


def test_an_account_that_may_not_ask_by_number_asks_otherwise_and_says_so_once(feed, runner):
    feed.settings(max_limit=20, rejected=["update_id__gt"])
    runner.run()
    assert runner.asked_otherwise == ""
    identity = feed.objects()[0]["id"]
    moment = {"modified_ts": utc(runner.clock)}
    feed.change(identity, status="inactive", **moment)
    feed.add(*addresses("198.51", 25, **moment))
    indicators, downloaded, because = runner.run()
    assert (indicators, downloaded, because) == (runner.full(), "changes", "")
    assert "refuses to be asked by update_id__gt" in runner.asked_otherwise
    assert "Invalid filter: update_id__gt" in runner.asked_otherwise
    feed.clear_calls()
    feed.withdraw(identity + 1)
    indicators, downloaded, because = runner.run()
    assert (runner.asked_otherwise, {call["status"] for call in feed.calls()}) == ("", {200})
    assert (indicators, downloaded, because) == (runner.full(), "changes", "")


def test_a_truncated_answer_is_noticed_though_search_after_counts_nothing(feed, runner):
    feed.settings(max_limit=20, rejected=["update_id__gt"])
    runner.run()
    feed.add(*addresses("198.51", 30, modified_ts=utc(runner.clock)))
    feed.fault(kind="lost", after=1)
    with pytest.raises(SourceError, match="truncated"):
        runner.run()
    feed.clear_faults()


def test_an_account_that_may_not_ask_for_changes_at_all_downloads_everything(feed, runner):
    feed.settings(rejected=["update_id__gt", "search_after", "modified_ts__gte"])
    runner.run()
    feed.withdraw(feed.objects()[0]["id"])
    indicators, downloaded, because = runner.run()
    assert (indicators, downloaded) == (runner.full(), "full")
    assert "refuses to tell what changed" in because
