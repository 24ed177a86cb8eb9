# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report shows, in whichever form, made from a run's record (C(docs/record.md)). Private to the collection."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import groups
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.groups import text
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.shape import SCHEMA_VERSION
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.terminal import join
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

VERBS = {
    "created": "create",
    "updated": "update",
    "reloaded": "reload",
    "recreated": "recreate",
    "deactivated": "deactivate",
    "deleted": "delete",
}
# First for a bucket that was there, then for a new one: the verb of a prediction, and that of what was done.
VERBS_OF_A_BUCKET = (("would change", "changed"), ("would create", "created"))
MOST_READERS = 10
# With more accounts than these, accounts with the same states share a row.
FOLD_ACCOUNTS = 40
STAYS = "its object stays as it is until its declaration, or threatlists.aws.restore with release=true, says otherwise."


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
# The worst first, as they are shown everywhere.
STATES = (FAILED, STALE, CHANGED, SKIPPED, IN_STEP)


def state_of(result: Item, mode: str) -> State:
    """Return the state of one item of C(results).

    In a record that only looked (mode C(verify) or C(check)) the action of an item is what a run would have to do.
    """
    action = text(result.get("action"))
    # A prediction judges whether a list in ERROR can be loaded: without an error of its own, a run will mend it.
    is_mended = mode == "check" and action not in ("", "none")
    if action == "failed" or result.get("error") or (result.get("status") == "ERROR" and not is_mended):
        return FAILED
    if action == "skipped":
        return SKIPPED
    if action in ("", "none"):
        return IN_STEP
    return STALE if mode in ("verify", "check") else CHANGED


class News(t.NamedTuple):
    """What became of one or more results: their state, and the group that tells of them."""

    state: State
    group: groups.Group


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
    record: Item
    counts: dict[str, int]
    status: str
    regions: tuple[str, ...]
    rows: tuple[Row, ...]
    news: tuple[News, ...]
    of_a_fleet: bool

    @property
    def total(self) -> int:
        """How many results the list has."""
        return sum(self.counts.values())

    @property
    def refused(self) -> bool:
        """Whether publish refused the list."""
        return bool(self.record.get("error"))

    @property
    def notes(self) -> list[str]:
        """A sentence for each thing that a person should know of the list as a whole, except for failures."""
        held = [f"{self.name} is on hold: {STAYS}"] if self.record.get("hold") else []
        overlaps = [text(words) for words in self.record.get("overlaps") or []]
        return [*held, *self._nowhere, *overlaps, *map(self._of_a_source, self.barren_sources), *self._to_review]

    @property
    def _to_review(self) -> list[str]:
        return [text(words) for words in (self.record.get("worth") or {}).get("review") or []]

    @property
    def _nowhere(self) -> list[str]:
        is_meant = bool(self.record) and self.record.get("state", "present") == "present" and not self.refused
        return (
            [f"{self.name}: no account of this run gets it."] if is_meant and self.of_a_fleet and not self.total else []
        )

    @property
    def barren_sources(self) -> list[Item]:
        """The sources of which nothing is in the list."""
        return [source for source in self.record.get("sources") or [] if not source.get("usable")]

    def _of_a_source(self, source: Item) -> str:
        reason = text((source.get("error") or {}).get("message")) or f"{text(source.get('total') or 0)} indicators read"
        dropped = source.get("dropped") or {}
        counts = ", ".join(f"{count} {text(name)}" for name, count in dropped.items())
        samples = [item for item in self.record.get("samples") or [] if item.get("source") == source.get("name")][:3]
        such = ", ".join(f"{text(item.get('value'))!r}" + _line(item) for item in samples)
        told = "".join((f", dropped {counts}" if counts else "", f", such as {such}" if such else ""))
        return f"{self.name}: source {text(source.get('name'))} gave nothing ({reason}{told})."


@dataclasses.dataclass(frozen=True)
class Report:
    record: Item
    mode: str
    counts: dict[str, int]
    account_count: int
    region_count: int
    failures: tuple[News, ...]
    done: tuple[News, ...]
    lists: tuple[ListView, ...]
    names: dict[str, str]

    @property
    def total(self) -> int:
        """How many results there are, with the lists that were refused."""
        return sum(self.counts.values())

    @property
    def is_predicted(self) -> bool:
        """Whether nothing was done yet, so that the record tells what a run would do."""
        return self.mode in ("check", "verify")

    def words(self, state: State) -> str:
        """Return what to call a state; in a prediction nothing is stale and nothing has failed yet."""
        return (
            {STALE: "would change", FAILED: "would fail"}.get(state, state.words)
            if self.mode == "check"
            else state.words
        )

    def action(self, action: str) -> str:
        """Return what to call an action; one that a run would have to take is told so."""
        verb = VERBS.get(action)
        return f"would {verb}" if verb and self.is_predicted else action

    def account(self, account_id: str) -> str:
        """Return what to call an account: its id, with its name where the record has one."""
        name = self.names.get(account_id, "")
        return f"{account_id} ({name})" if name and name != account_id else account_id or "(unknown account)"

    @property
    def buckets(self) -> list[str]:
        """A sentence for each bucket that publish made or changed, or would."""
        changed = [bucket for bucket in self.record.get("buckets") or [] if bucket.get("action") != "none"]
        return [f"{self._of_bucket(bucket)}{self._readers(bucket)}" for bucket in changed]

    @property
    def undeclared(self) -> list[str]:
        """What is managed and declared nowhere: one sentence for each list, with its places."""
        found = [one for one in self.record.get("undeclared") or [] if isinstance(one, collections.abc.Mapping)]
        by_list: dict[tuple[str, str], list[Item]] = {}
        for one in found:
            by_list.setdefault(_key(one), []).append(one)
        return [self._leftover(*key, items) for key, items in by_list.items()]

    def _leftover(self, kind: str, name: str, found: t.Sequence[Item]) -> str:
        accounts = join([self.account(one) for one in sorted({text(i.get("account_id")) for i in found})], "account", 1)
        regions = join(sorted({text(one.get("region")) for one in found}), "Region", groups.MOST_NAMED)
        remedy = (
            "Something else made it: to remove it, declare it absent with adopt."
            if any(one.get("foreign") for one in found)
            else "Declare it absent, or set threatlists_purge."
        )
        return (
            f"{name} ({kind}) in {accounts} {regions} is managed by this collection and declared nowhere: it stays as "
            f"it is. {remedy}"
        )

    def _of_bucket(self, bucket: Item) -> str:
        verb = VERBS_OF_A_BUCKET[bucket.get("action") == "created"][not self.is_predicted]
        what = (
            "" if bucket.get("action") == "created" else f"the {text((bucket.get('changes') or ['settings'])[0])} of "
        )
        return f"{verb} {what}bucket {text(bucket.get('name'))}"

    def _readers(self, bucket: Item) -> str:
        parts = [
            f"{words} {self._accounts(bucket[key])} read"
            for key, words in (("now_read", "lets"), ("no_longer_read", "no longer lets"))
            if bucket.get(key)
        ]
        return f": {', '.join(parts)}" if parts else ""

    def _accounts(self, ids: t.Sequence[str]) -> str:
        return f"{len(ids):,} accounts" if len(ids) > MOST_READERS else ", ".join(map(self.account, ids))


def build(record: Item) -> Report:
    """Return what the report shows of a record. Raises ValueError, which says why, for what cannot be a record."""
    if not isinstance(record, collections.abc.Mapping) or not isinstance(record.get("results", []), (list, tuple)):
        raise ValueError("a run's record is a dictionary with lists and results, see docs/record.md")
    if record.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        raise ValueError(f"schema_version {record['schema_version']!r} is not {SCHEMA_VERSION}")
    mode = text(record.get("mode")) or "run"
    results = [result for result in record.get("results", []) if isinstance(result, collections.abc.Mapping)]
    results, declared = _labelled(results, list(record.get("lists", [])))
    by_list: dict[tuple[str, str], list[Item]] = {}
    published: dict[tuple[str, str], Item] = {}
    for item in declared:
        published.setdefault(_key(item), item)
        by_list.setdefault(_key(item), [])
    for result in results:
        by_list.setdefault(_key(result), []).append(result)
    lists = tuple(
        dataclasses.replace(_list_view(key, published.get(key, {}), items, mode), of_a_fleet=bool(results))
        for key, items in by_list.items()
        if key != ("", "")
    )
    told = {(_key(result), text(groups.error_of(result).get("message"))) for result in results}
    refused = tuple(
        _refusal(item)
        for key, item in published.items()
        if item.get("error") and (key, text(groups.error_of(item).get("message"))) not in told
    )
    counts = _count(results, mode)
    counts[FAILED.key] += len(refused)
    news = _news(results, mode)
    return Report(
        record=record,
        mode=mode,
        counts=counts,
        account_count=len({text(result.get("account_id")) for result in results} - {""}),
        region_count=len({text(result.get("region")) for result in results} - {""}),
        failures=(*refused, *(one for one in news if one.state is FAILED)),
        done=tuple(one for one in news if one.state not in (FAILED, IN_STEP)),
        lists=lists,
        names={text(r.get("account_id")): text(r.get("account_name")) for r in results if r.get("account_name")},
    )


def _key(item: Item) -> tuple[str, str]:
    return text(item.get("kind")), text(item.get("name"))


def _labelled(*parts: list[Item]) -> list[list[Item]]:
    """Return the items of each part; where lists of several kinds have one name, the kind is added to it."""
    kinds: dict[str, set[str]] = {}
    for kind, name in (_key(item) for part in parts for item in part):
        kinds.setdefault(name, set()).add(kind)
    shared = {name for name, found in kinds.items() if len(found) > 1}

    def labelled(item: Item) -> Item:
        kind, name = _key(item)
        return {**item, "name": f"{name} ({kind})"} if name in shared else item

    return [[labelled(item) for item in part] for part in parts]


def _refusal(item: Item) -> News:
    """Return the news of a list that publish refused: a failure without a place."""
    refused = groups.group([{**item, "action": "refused", "status": ""}])
    return News(FAILED, dataclasses.replace(refused, places=(), accounts=(), regions=()))


def _line(sample: Item) -> str:
    return f" (line {text(sample['line'])})" if sample.get("line") else ""


def _count(results: t.Iterable[Item], mode: str) -> dict[str, int]:
    found = collections.Counter(state_of(result, mode).key for result in results)
    return {state.key: found[state.key] for state in STATES}


def _list_view(key: tuple[str, str], published: Item, results: list[Item], mode: str) -> ListView:
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
        news=_news(told, mode),
        of_a_fleet=bool(results),
    )


def _rows(results: list[Item], regions: tuple[str, ...], mode: str) -> tuple[Row, ...]:
    """Return the rows, those with the worst states first; with many accounts, equal rows become one."""
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


def _news(results: t.Iterable[Item], mode: str) -> tuple[News, ...]:
    """Return the news of the results, the worst state first."""
    by_state: dict[State, list[Item]] = {state: [] for state in STATES}
    for result in results:
        by_state[state_of(result, mode)].append(result)
    return tuple(News(state, group) for state, items in by_state.items() for group in groups.grouped(items))
