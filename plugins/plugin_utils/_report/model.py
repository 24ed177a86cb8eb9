# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a run's record (C(docs/record.md)) to what the report's faces show. Private to the collection."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

Record = t.Mapping[str, t.Any]

SCHEMA_VERSION = 1
# Beyond so many accounts, those with the same picture share a row.
FOLD_ACCOUNTS = 40


class State(t.NamedTuple):
    """What became of one list in one Region: a key, a shape that needs no colour, and words."""

    key: str
    glyph: str
    words: str


FAILED = State("failed", "✕", "failed")
STALE = State("stale", "▲", "stale")
CHANGED = State("changed", "↻", "reloaded or changed")
SKIPPED = State("skipped", "○", "skipped")
IN_STEP = State("in_step", "✓", "in step")
ABSENT = State("absent", "·", "no result")
# The worst first: what a person must act on is shown first everywhere.
STATES = (FAILED, STALE, CHANGED, SKIPPED, IN_STEP)


def text(value: object) -> str:
    return "" if value is None else str(value)


def state_of(result: Record, mode: str) -> State:
    """The state of one item of C(results).

    In a record that only looked (mode V(verify) or V(check)) an action is one that a run would have to take.
    """
    action = text(result.get("action"))
    if action == "failed" or result.get("error") or result.get("status") == "ERROR":
        return FAILED
    if action == "skipped":
        return SKIPPED
    if result.get("current") is False:
        return STALE
    if action in ("", "none"):
        return IN_STEP
    return STALE if mode in ("verify", "check") else CHANGED


@dataclasses.dataclass(frozen=True)
class Place:
    """Accounts that share a set of Regions."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Group:
    """Results that say the same but for their account and Region: told once, with every place."""

    state: State
    lists: tuple[str, ...]
    action: str
    status: str
    cause: str
    code: str
    retryable: bool
    remedy: str
    count: int
    places: tuple[Place, ...]


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of the picture: accounts that look the same, and a state for each Region."""

    accounts: tuple[str, ...]
    cells: tuple[State, ...]


@dataclasses.dataclass(frozen=True)
class ListView:
    """One declared list: what was published, and where it stands."""

    name: str
    kind: str
    record: Record
    counts: dict[str, int]
    status: str
    regions: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def refused(self) -> bool:
        return bool(self.record.get("error"))

    @property
    def notes(self) -> list[str]:
        """What a person should know of the list as a whole, failures excepted: one sentence each."""
        held = [f"{self.name} is on hold: its object stays as it is."] if self.record.get("hold") else []
        overlaps = [text(words) for words in self.record.get("overlaps") or []]
        return [*held, *overlaps, *(f"{self.name}: {text(words)}" for words in self.record.get("warnings") or [])]


@dataclasses.dataclass(frozen=True)
class Report:
    record: Record
    mode: str
    counts: dict[str, int]
    account_count: int
    region_count: int
    failures: tuple[Group, ...]
    lists: tuple[ListView, ...]
    names: dict[str, str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def words(self, state: State) -> str:
        """What a state is called; before a run, nothing is stale yet."""
        return "would change" if state is STALE and self.mode == "check" else state.words

    def account(self, account_id: str) -> str:
        """How an account is called: its id, and its name where the record has one."""
        name = self.names.get(account_id, "")
        return f"{account_id} ({name})" if name and name != account_id else account_id or "(unknown account)"


def build(record: Record) -> Report:
    """Judge a record. A ValueError says what is wrong with one that cannot be a run's record."""
    if not isinstance(record, collections.abc.Mapping) or not isinstance(record.get("results", []), (list, tuple)):
        raise ValueError("a run's record is a dictionary with lists and results, see docs/record.md")
    if record.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        raise ValueError(f"schema_version {record['schema_version']!r} is not {SCHEMA_VERSION}")
    mode = text(record.get("mode")) or "run"
    results = [result for result in record.get("results", []) if isinstance(result, collections.abc.Mapping)]
    by_list: dict[tuple[str, str], list[Record]] = {}
    published: dict[tuple[str, str], Record] = {}
    for item in record.get("lists", []):
        published.setdefault(_key(item), item)
        by_list.setdefault(_key(item), [])
    for result in results:
        by_list.setdefault(_key(result), []).append(result)
    lists = tuple(
        _list_view(key, published.get(key, {}), items, mode) for key, items in by_list.items() if key != ("", "")
    )
    refused = tuple(_refusal(item) for item in published.values() if item.get("error"))
    counts = _count(results, mode)
    counts[FAILED.key] += len(refused)
    return Report(
        record=record,
        mode=mode,
        counts=counts,
        account_count=len({text(result.get("account_id")) for result in results} - {""}),
        region_count=len({text(result.get("region")) for result in results} - {""}),
        failures=(*refused, *_groups([result for result in results if state_of(result, mode) is FAILED], mode)),
        lists=lists,
        names={text(r.get("account_id")): text(r.get("account_name")) for r in results if r.get("account_name")},
    )


def _key(item: Record) -> tuple[str, str]:
    return text(item.get("kind")), text(item.get("name"))


def _refusal(item: Record) -> Group:
    """A list that publish refused: a failure of no place."""
    return dataclasses.replace(_group([{**item, "action": "refused", "status": ""}], "run"), places=())


def _count(results: t.Iterable[Record], mode: str) -> dict[str, int]:
    found = collections.Counter(state_of(result, mode).key for result in results)
    return {state.key: found[state.key] for state in STATES}


def _list_view(key: tuple[str, str], published: Record, results: list[Record], mode: str) -> ListView:
    regions = tuple(sorted({text(result.get("region")) for result in results}))
    in_step = {text(result.get("status")) for result in results if state_of(result, mode) is IN_STEP}
    told = [result for result in results if state_of(result, mode) not in (FAILED, IN_STEP)]
    return ListView(
        name=key[1],
        kind=key[0],
        record=published,
        counts=_count(results, mode),
        status=in_step.pop() if len(in_step) == 1 else "",
        regions=regions,
        rows=_rows(results, regions, mode),
        groups=_groups(told, mode),
    )


def _rows(results: list[Record], regions: tuple[str, ...], mode: str) -> tuple[Row, ...]:
    """The picture; the rows with the worst states come first, and a long fleet folds equal rows."""
    accounts: dict[str, dict[str, State]] = {}
    for result in results:
        cells = accounts.setdefault(text(result.get("account_id")), {})
        region, state = text(result.get("region")), state_of(result, mode)
        if region not in cells or STATES.index(state) < STATES.index(cells[region]):
            cells[region] = state
    folded: dict[tuple[State, ...], list[str]] = {}
    rows = []
    for account_id in sorted(accounts):
        cells_of = tuple(accounts[account_id].get(region, ABSENT) for region in regions)
        if len(accounts) > FOLD_ACCOUNTS:
            folded.setdefault(cells_of, []).append(account_id)
        else:
            rows.append(Row((account_id,), cells_of))
    rows += [Row(tuple(ids), cells_of) for cells_of, ids in folded.items()]
    return tuple(sorted(rows, key=_badness))


def _badness(row: Row) -> tuple[object, ...]:
    return (*(-row.cells.count(state) for state in STATES[:-1]), row.accounts)


def _groups(results: list[Record], mode: str) -> tuple[Group, ...]:
    same: dict[tuple[object, ...], list[Record]] = {}
    for result in results:
        error = result.get("error")
        error = error if isinstance(error, collections.abc.Mapping) else {}
        said = (text(error.get("message")) or text(result.get("cause")), text(error.get("remedy")))
        key = (
            state_of(result, mode),
            text(result.get("action")),
            text(result.get("status")),
            text(error.get("code")),
            *(_placeless(words, result) for words in said),
        )
        same.setdefault(key, []).append(result)
    groups = [_group(items, mode) for items in same.values()]
    return tuple(sorted(groups, key=lambda group: (STATES.index(group.state), -group.count, group.lists)))


def _placeless(words: str, result: Record) -> str:
    """A message without its own account and Region, so that the same news from many places is told once."""
    for name in ("account_id", "region"):
        if result.get(name):
            words = words.replace(text(result[name]), f"<{name}>")
    return words


def _group(results: list[Record], mode: str) -> Group:
    first = results[0]
    error = first.get("error")
    error = error if isinstance(error, collections.abc.Mapping) else {}
    regions_of: dict[str, set[str]] = {}
    for result in results:
        regions_of.setdefault(text(result.get("account_id")), set()).add(text(result.get("region")))
    accounts_of: dict[tuple[str, ...], list[str]] = {}
    for account_id in sorted(regions_of):
        accounts_of.setdefault(tuple(sorted(regions_of[account_id])), []).append(account_id)
    return Group(
        state=state_of(first, mode),
        lists=tuple(sorted({text(result.get("name")) for result in results})),
        action=text(first.get("action")),
        status=text(first.get("status")),
        cause=text(error.get("message")) or text(first.get("cause")) or "no cause was recorded",
        code=text(error.get("code")),
        retryable=bool(error.get("retryable")),
        remedy=text(error.get("remedy")),
        count=len(results),
        places=tuple(Place(tuple(ids), regions) for regions, ids in accounts_of.items()),
    )
