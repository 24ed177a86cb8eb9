# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state file: the same list as a full download, whatever happened in between, at the price of what changed."""

from __future__ import annotations

import contextlib
import datetime
import pathlib
import sqlite3
import stat
import tempfile

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ListFileError,
    SourceError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import utc
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import changes as _changes
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import state as _state
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.state import StateFile
from hypothesis import given, settings
from hypothesis import strategies as st
from support import state_files
from support.state_files import DAY, LONG_AGO, START, Runner
from threatlists_emulators.control import threatstream

OPTIONS = {"itype": ["mal_ip", "c2_ip"], "confidence_min": 50, "created_since": "7d", "severity": ["high", "low"]}


@pytest.fixture(scope="module")
def emulator():
    with threatstream() as running:
        yield running


@pytest.fixture
def feed(emulator):
    """30 settled addresses, ten a page."""
    state_files.hold(emulator, 30, max_limit=10)
    return emulator


@pytest.fixture
def runner(feed, tmp_path):
    return Runner(feed, tmp_path / "state")


def test_withdrawn_changed_and_new_ones_arrive_as_changes(feed, runner):
    feed.settings(max_limit=1000)
    runner.run()
    identity = feed.objects()[0]["id"]
    feed.withdraw(identity)
    feed.change(identity + 1, confidence=10)
    feed.add({"value": "198.51.100.1", "tags": [{"name": "c2"}, {"name": "apt"}]})
    indicators, downloaded, _result = runner.run()
    assert downloaded == "changes"
    assert indicators == runner.full()
    assert {"192.0.0.0", "198.51.100.1"} & {one.value for one in indicators} == {"198.51.100.1"}
    assert {one.tags for one in indicators} == {(), ("apt", "c2")}


def test_more_changes_than_are_held_are_downloaded_in_full(feed, runner):
    runner.run()
    feed.add(*({"value": f"198.51.100.{number}"} for number in range(40)))
    feed.clear_calls()
    assert runner.run()[1:] == ("full", "")
    assert len(feed.calls()) <= 2 + 7


def test_full_refresh_bounds_drift(runner):
    runner.run()
    runner.clock += DAY - datetime.timedelta(minutes=1)
    assert runner.run()[1] == "changes"
    runner.clock += datetime.timedelta(minutes=2)
    assert runner.run()[1:] == ("full", "")
    assert runner.run(full_refresh=datetime.timedelta(0))[1] == "full"


def test_a_clock_that_went_back_is_not_trusted(runner):
    runner.run()
    runner.clock -= DAY
    assert runner.run()[1] == "full"


def test_ages_are_judged_at_each_run(emulator, tmp_path):
    created = [{"value": f"192.0.2.{day}", "created_ts": utc(START - day * DAY)} for day in range(1, 7)]
    emulator.world({"objects": [item | {"modified_ts": LONG_AGO} for item in created]})
    runner = Runner(emulator, tmp_path / "state", {"created_since": "7d"})
    assert len(runner.run()[0]) == 6
    runner.clock += 3 * DAY
    indicators, downloaded, _result = runner.run(full_refresh=30 * DAY)
    assert (len(indicators), downloaded) == (4, "changes")
    assert indicators == runner.full()


def _bound_elsewhere(path):
    with sqlite3.connect(path) as database:
        database.execute("UPDATE notes SET binding = 'x'")


def _cursor_advanced(path):
    with sqlite3.connect(path) as database:
        database.execute("UPDATE notes SET cursor = cursor + 1000000")


def _younger(path):
    with sqlite3.connect(path) as database:
        database.execute("UPDATE notes SET full_at = replace(full_at, '12:00:00.000', '11:59:59.999')")


def _robbed(path):
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM indicators WHERE id IN (SELECT id FROM indicators LIMIT 1)")


def _another_schema(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE more (x)")


def _another_database(path):
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE indicators (x)")


def test_a_file_that_another_run_uses_is_waited_for_and_left_alone(runner, monkeypatch):
    runner.run()
    monkeypatch.setattr(_state, "LOCK_SECONDS", 0.1)
    before = runner.path.stat().st_ino
    with contextlib.closing(sqlite3.connect(runner.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ListFileError, match="in use by another run") as error:
            runner.run()
        assert (error.value.code, error.value.retryable) == ("StateLocked", True)
        other.execute("ROLLBACK")
    assert runner.path.stat().st_ino == before
    assert runner.run()[1:] == ("changes", "")


def test_a_full_disk_is_no_damage(runner, monkeypatch):
    runner.run()
    before = runner.path.read_bytes()

    def full(_database):
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.execute("PRAGMA max_page_count = 1")
            database.execute("CREATE TABLE one (x)")

    monkeypatch.setattr(StateFile, "_take_changes", lambda _self, database: full(database))
    with pytest.raises(ListFileError, match="full"):
        runner.run()
    assert runner.path.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"not a database, and not ours"),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"mal_ip", b"mal_i\xff")),
        lambda path: path.write_bytes(path.read_bytes().replace(b"192.0.0.1", b"192.0.3.1")),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(len(path.read_bytes()) - 4096)),
        _bound_elsewhere,
        _cursor_advanced,
        _younger,
        _robbed,
        _another_schema,
        _another_database,
    ],
)
def test_a_damaged_or_foreign_file_is_rebuilt(runner, damage):
    expected = runner.run()[0]
    damage(runner.path)
    indicators, downloaded, because = runner.run()
    assert (indicators, downloaded) == (expected, "full")
    assert because
    assert runner.run() == (expected, "changes", "")


def test_an_age_beyond_all_time_is_never_reached(runner):
    expected = runner.run()[0]
    assert runner.run(full_refresh=datetime.timedelta(weeks=999_999)) == (expected, "changes", "")


def test_an_empty_file_is_taken_over(runner):
    runner.path.touch()
    assert runner.run()[1] == "full"
    assert runner.run()[1] == "changes"


@pytest.mark.parametrize("options", [{"itype": ["c2_ip"]}, {"created_since": "7d"}, {"kind": "threatentityset"}])
def test_another_selection_does_not_use_it(feed, runner, options):
    runner.run()
    other = Runner(feed, runner.path, options)
    assert other.run()[1:] == ("full", "it belongs to another url, username or selection")


def test_a_file_for_its_owner_through_a_link(runner, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(runner.path)
    runner.path, target = link, runner.path
    runner.run()
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_check_mode_predicts_and_writes_nothing(feed, runner, tmp_path):
    assert len(runner.run(check_mode=True)[0]) == 30
    assert list(tmp_path.iterdir()) == []
    runner.run()
    before = runner.path.read_bytes()
    feed.withdraw(feed.objects()[0]["id"])
    assert (len(runner.run(check_mode=True)[0]), runner.path.read_bytes()) == (29, before)
    assert len(runner.run()[0]) == 29


@pytest.mark.parametrize("kind", ["cut", "html", "lost", "repeat", "truncated"])
def test_a_fault_at_any_call_leaves_the_file(feed, runner, tmp_path, kind):
    runner.run()
    before = runner.path.read_bytes()
    feed.add(*({"value": f"198.51.100.{number}"} for number in range(25)))
    for full_refresh in (DAY, datetime.timedelta(0)):
        for after in range(3 if full_refresh else 6):
            feed.clear_faults()
            feed.fault(kind=kind, after=after)
            if kind in {"lost", "repeat"} and after == (2 if full_refresh else 5):
                continue
            with pytest.raises(ThreatlistsError):
                runner.run(full_refresh=full_refresh)
            assert (runner.path.read_bytes(), list(tmp_path.iterdir())) == (before, [runner.path])
    feed.clear_faults()
    assert runner.run()[0] == runner.full()


def test_a_place_that_cannot_be_written_is_named(feed, tmp_path):
    for path in (tmp_path / "missing" / "state", tmp_path):
        with pytest.raises(ListFileError, match=f"state_file: {path}"):
            Runner(feed, path).run()


def test_what_a_filter_hid_while_the_full_download_paged_is_seen_by_the_next_run(feed, runner, monkeypatch):
    monkeypatch.setattr(_changes, "OVERLAP", 0)
    feed.add(*({"value": f"198.51.100.{number}", "modified_ts": LONG_AGO} for number in range(170)))
    feed.settings(max_limit=70)
    identity = feed.objects()[0]["id"]
    moment = {"modified_ts": utc(runner.clock)}
    feed.fault(kind="change", id=identity + 5, changes=moment | {"status": "inactive"}, after=1, times=1)
    feed.fault(kind="change", id=identity + 1, changes=moment | {"confidence": 60}, after=1, times=1)
    assert "192.0.0.5" in {one.value for one in runner.run()[0]}
    feed.settings(max_limit=1000)
    indicators, downloaded, _result = runner.run()
    assert downloaded == "changes"
    assert indicators == runner.full()
    assert "192.0.0.5" not in {one.value for one in indicators}


ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "itype": st.sampled_from(["mal_ip", "c2_ip", "scan_ip"]),
        "confidence": st.sampled_from([-1, 10, 50, 90]),
        "status": st.sampled_from(["active", "inactive", "falsepos"]),
        "meta": st.sampled_from([{"severity": "high"}, {"severity": "medium"}, None]),
    },
)
AGES = st.integers(0, 10 * 24 * 60)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), AGES, ATTRIBUTES),
        st.tuples(st.just("change"), st.integers(0, 99), ATTRIBUTES),
        st.tuples(st.just("expire"), st.integers(0, 99), st.none()),
        st.tuples(st.just("run"), st.integers(0, 36 * 60), st.booleans()),
        st.tuples(st.just("change while it runs"), st.integers(0, 99), ATTRIBUTES),
        st.tuples(st.just("change late"), st.integers(0, 99), ATTRIBUTES),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=40)
@given(st.lists(st.tuples(AGES, ATTRIBUTES), min_size=2, max_size=12), STEPS)
def test_every_history_gives_the_list_of_a_full_download(emulator, start, steps):
    emulator.world({})
    emulator.settings(max_limit=4)
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(emulator, pathlib.Path(folder) / "state", OPTIONS)

        def add(age, attributes):
            moment = utc(runner.clock - datetime.timedelta(minutes=age))
            held.extend(
                emulator.add(
                    {"value": f"192.0.2.{len(held)}", "created_ts": moment, "modified_ts": moment} | attributes
                )
            )

        held: list[int] = []
        for age, attributes in start:
            add(age, attributes)
        for step, number, value in [*steps, ("run", 5, False)]:
            moment = {"modified_ts": utc(runner.clock)}
            if step == "add":
                add(0, value)
            elif step == "change":
                emulator.change(held[number % len(held)], **moment | value)
            elif step == "expire":
                emulator.change(held[number % len(held)], **moment, expiration_ts=utc(runner.clock), status="inactive")
            elif step == "change while it runs":
                identity = held[number % len(held)]
                emulator.fault(kind="change", id=identity, changes=moment | value, after=1, times=1)
                with contextlib.suppress(SourceError):
                    runner.run()
                emulator.clear_faults()
            elif step == "change late":
                emulator.change(held[number % len(held)], **moment | value, late=True)
                runner.run()
                emulator.reveal()
            else:
                runner.clock += datetime.timedelta(minutes=number)
                assert runner.run(check_mode=value)[0] == runner.full()
