# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The index of a list: beside each entry, which indicators it comes from. Private to the collection.

One line an entry, in the list's order, as JSON and compressed by gzip: C({"value": …, "entries": […], "covers": […]}).
C(entries) are the indicators as their sources gave them, without fields that have their defaults; C(covers) are the
narrower entries that this one took in. The last line tells what was dropped (see _lists/dropped); an index from before
this line was introduced has none. All values that are asked for are found in one pass.
"""

from __future__ import annotations

import collections
import contextlib
import gzip
import heapq
import io
import json
import pathlib
import tempfile
import typing as t
import zlib
from bisect import bisect_left

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import atomic, dropped, jsonl, networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain, parents
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import WRAPPING, spell

# What an index may leave out: its readers may not be allowed to know all that a source says.
FIELDS = ("source", "id", "itype", "confidence", "severity", "tlp", "created", "modified", "expires", "tags")
RUN = 20_000
LEVEL = 1
AT_ONCE = 500
# A network that is asked for may be half of all addresses.
MOST_INSIDE = 100
KEY = 10  # what 010x writes of an entry
HEAD = '{"value":"'


class Collector:
    """Takes indicators while they are judged, and keeps them on disk, with some thousands in memory.

    folder: where to keep them. without: the names of fields to leave out.
    """

    def __init__(self, folder: str, without: t.Collection[str] = ()) -> None:
        self._folder = folder
        self._nothing = {name: value for name, value in jsonl.DEFAULTS.items() if name in without}
        self._noted: list[tuple[Indicator, t.Iterable[Entry]]] = []
        self._run: list[str] = []
        self._names: dict[str, set[str]] = {}
        self._runs: list[t.IO[str]] = []
        self._open = contextlib.ExitStack()

    def note(self, indicator: Indicator, entries: t.Iterable[Entry]) -> None:
        """Remember which entries an indicator becomes."""
        self._noted.append((indicator, entries))
        if len(self._noted) == AT_ONCE:
            self._put()

    def _put(self) -> None:
        for indicator, entries in self._noted:
            text = jsonl.line(indicator._replace(**self._nothing) if self._nothing else indicator)
            for entry in entries:
                if isinstance(entry, int):
                    self._run.append(f"{entry:010x}{text}\n")
                else:
                    self._names.setdefault(entry, set()).add(text)
        self._noted.clear()
        if len(self._run) >= RUN:
            self._spill()

    def chunks(
        self, kept_networks: t.Sequence[int], kept_names: t.Sequence[str], drops: t.Iterable[dropped.Drop] | None = None
    ) -> t.Iterator[bytes]:
        """Yield the index of the list that holds these entries, both sorted, and then what was dropped.

        Indicators that no entry of the list holds are left out.
        """
        packed = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        pending: list[str] = []
        for line in self._lines(kept_networks, kept_names):
            pending.append(line)
            if len(pending) == AT_ONCE:
                yield packed.compress("".join(pending).encode("ascii"))
                pending.clear()
        if drops is not None:
            pending.append(dropped.line(drops))
        yield packed.compress("".join(pending).encode("ascii"))
        yield packed.flush()

    def close(self) -> None:
        """Remove what was kept on disk."""
        self._open.close()
        self._runs.clear()

    def _spill(self) -> None:
        self._run.sort()
        spilled = tempfile.TemporaryFile
        stream = self._open.enter_context(spilled("w+", encoding="ascii", dir=self._folder))
        for start in range(0, len(self._run), AT_ONCE):
            stream.write("".join(self._run[start : start + AT_ONCE]))
        stream.seek(0)
        self._runs.append(stream)
        self._run.clear()

    def _lines(self, kept_networks: t.Sequence[int], kept_names: t.Sequence[str]) -> t.Iterator[str]:
        self._put()
        self._run.sort()
        records = heapq.merge(*self._runs, self._run)
        record = next(records, "")
        wider: list[tuple[int, str]] = []  # of networks that were split: the last address, and the text
        for entry in kept_networks:
            key = f"{entry:010x}"
            if not wider and entry & networks.PREFIX_MASK == networks.ADDRESS_BITS and record.startswith(key):
                texts, same = record[KEY:-1], record
                while (record := next(records, "")).startswith(key):
                    if record != same:
                        texts, same = f"{texts},{record[KEY:-1]}", record
                yield f'{HEAD}{networks.text(entry)}","entries":[{texts}]}}\n'
                continue
            last = networks.last(entry)
            covers: dict[int, None] = {}
            while record and (packed := int(record[:KEY], 16)) < entry:
                wider.append((networks.last(packed), record[KEY:-1]))
                record = next(records, "")
            wider = [(end, text) for end, text in wider if end >= last] if wider else wider
            found = dict.fromkeys(text for _end, text in wider)
            while record and (packed := int(record[:KEY], 16)) >> networks.PREFIX_BITS <= last:
                found[record[KEY:-1]] = None
                if packed != entry:
                    covers[packed] = None
                record = next(records, "")
            yield _line(networks.text(entry), found, map(networks.text, covers))
        yield from self._named(kept_names)

    def _named(self, kept_names: t.Sequence[str]) -> t.Iterator[str]:
        kept = set(kept_names)
        covered: dict[str, list[str]] = {}
        for name in self._names:
            holder = next((one for one in (name, *parents(name)) if one in kept), None)
            if holder and holder != name:
                covered.setdefault(holder, []).append(name)
        for name in kept_names:
            covers = sorted(covered.get(name, ()))
            found = [text for one in (name, *covers) for text in sorted(self._names.get(one, ()))]
            yield _line(name, found, covers)


def _line(value: str, entries: t.Iterable[str], covers: t.Iterable[str]) -> str:
    wider = ",".join(f'"{one}"' for one in covers)
    end = f',"covers":[{wider}]}}' if wider else "}"
    return f'{HEAD}{value}","entries":[{",".join(entries)}]{end}\n'


@contextlib.contextmanager
def collecting(params: t.Mapping[str, t.Any]) -> t.Iterator[Collector | None]:
    """Give the Collector for the index that O(index) names, None where none is wanted.

    Raises ListFileError where it could not be written.
    """
    if not params.get("index"):
        yield None
        return
    atomic.check(params["index"], "index")
    with contextlib.closing(Collector(str(pathlib.Path(params["index"]).parent), params["index_without"])) as collector:
        yield collector


class IndexHit(t.NamedTuple):
    """An entry of the list that concerns what was asked for.

    relation: V(exact), V(covers) where the entry is wider, V(inside) where what was asked for is wider.
    indicators: those that the entry comes from and that hold what was asked for.
    """

    entry: str
    relation: str
    indicators: list[dict[str, t.Any]]


class FoundEntries(t.NamedTuple):
    """What an index says of the values asked for.

    hits: by value; of the entries that lie inside a value, the first MOST_INSIDE. more: by value, how many further ones
    do. drops: all that was dropped, None where the index does not tell.
    """

    hits: dict[str, list[IndexHit]]
    more: dict[str, int]
    drops: list[dropped.Drop] | None


def look_up(stream: t.BinaryIO, asked: t.Sequence[str], name: str) -> FoundEntries:
    """Return the entries that concern each value, in one pass over an index.

    asked: addresses, networks, ranges or domains in any spelling; name: what errors call the index.
    Raises ArgumentError for a value that is neither, ParseError for a stream that is no index.
    """
    wanted = _Wanted(asked)
    for _line in _concerning(wanted, stream, name):
        pass
    return FoundEntries(wanted.hits, dict(wanted.more), wanted.drops)


def samples(
    drops: t.Iterable[dropped.Drop], asked: t.Sequence[str]
) -> dict[str, list[tuple[dropped.Drop, dropped.Sample]]]:
    """Return, by value asked for, the samples of dropped values that concern it, each with its C(Drop)."""
    wanted = _Wanted(asked)
    found: dict[str, list[tuple[dropped.Drop, dropped.Sample]]] = {value: [] for value in asked}
    for drop in drops:
        for sample in drop.samples:
            value = _spelled(sample.value)
            pieces = [networks.text(one) for one in networks.parse(value)] or [domain(value)]
            concerned = {one for piece in pieces for one, _relation in wanted.concerned(piece)}
            for one in asked:
                if one in concerned:
                    found[one].append((drop, sample))
    return found


class Survey(t.NamedTuple):
    """What a whole index holds.

    entries: how many. sources: how many entries each source gave. hits: what concerns the values asked for.
    """

    entries: int
    sources: dict[str, int]
    hits: dict[str, list[IndexHit]]


def survey(stream: t.BinaryIO, asked: t.Sequence[str], name: str) -> Survey:
    """Return the same hits as C(look_up), and how many entries each source gave."""
    wanted = _Wanted(asked)
    entries = 0
    sources: collections.Counter[str] = collections.Counter()
    for line in _concerning(wanted, stream, name):
        entries += 1
        sources.update({str(one.get("source", "")) for one in json.loads(line)["entries"]})
    return Survey(entries, dict(sources), wanted.hits)


def _concerning(wanted: _Wanted, stream: t.BinaryIO, name: str) -> t.Iterator[str]:
    """Yield the lines of an index, each after it was added to the wanted values that it concerns."""
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            for line in io.TextIOWrapper(t.cast(t.IO[bytes], unpacked), encoding="ascii"):
                if line.startswith(dropped.HEAD):
                    wanted.drops = dropped.parse_line(line)
                    continue
                if not line.startswith(HEAD):
                    raise ValueError("a line does not begin with a value")
                value = line[len(HEAD) : line.index('"', len(HEAD))]
                for index, relation in wanted.concerned(value):
                    wanted.add(index, value, relation, line)
                yield line
    except (EOFError, OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise ParseError(f"{name} is no index of a list: {error}.") from error


class _Wanted:
    """The values asked for, sorted, so that each line of an index costs one search, not a comparison with each."""

    def __init__(self, asked: t.Sequence[str]) -> None:
        self.hits: dict[str, list[IndexHit]] = {value: [] for value in asked}
        self.inside: collections.Counter[str] = collections.Counter()
        self.more: collections.Counter[str] = collections.Counter()
        self.drops: list[dropped.Drop] | None = None
        self.names: dict[str, list[str]] = {}
        self.under: dict[str, list[str]] = {}
        spans: list[tuple[int, int, str]] = []
        for value in self.hits:
            found = networks.parse(_spelled(value))
            spans += [(networks.first(one), networks.last(one), value) for one in found]
            if not found:
                name = _name(value)
                self.names.setdefault(name, []).append(value)
                for parent in parents(name):
                    self.under.setdefault(parent, []).append(value)
        self.spans = sorted(spans)
        self.firsts = [first for first, _last, _value in self.spans]
        self.widest = max((last - first for first, last, _value in self.spans), default=0)

    def concerned(self, entry: str) -> t.Iterator[tuple[str, str]]:
        """Yield C((value asked for, relation)) for an entry of the list."""
        found = networks.parse(entry)
        if not found:
            yield from self._concerned_names(entry)
            return
        first, last = networks.first(found[0]), networks.last(found[0])
        index = bisect_left(self.firsts, first - self.widest)
        while index < len(self.spans) and self.spans[index][0] <= last:
            start, end, value = self.spans[index]
            if end >= first:
                yield value, _relation(first, last, start, end)
            index += 1

    def _concerned_names(self, entry: str) -> t.Iterator[tuple[str, str]]:
        yield from ((value, "exact") for value in self.names.get(entry, ()))
        yield from ((value, "covers") for value in self.under.get(entry, ()))
        if self.names:
            yield from ((value, "inside") for parent in parents(entry) for value in self.names.get(parent, ()))

    def add(self, value: str, entry: str, relation: str, line: str) -> None:
        if relation == "inside":
            if self.inside[value] == MOST_INSIDE:
                self.more[value] += 1
                return
            self.inside[value] += 1
        indicators = json.loads(line)["entries"]
        if relation == "covers":
            indicators = [one for one in indicators if _speaks_of(one["value"], value)]
        # A range that was asked for is several networks, which one entry may hold.
        if not self.hits[value] or self.hits[value][-1].entry != entry:
            self.hits[value].append(IndexHit(entry, relation, indicators))


def _relation(first: int, last: int, start: int, end: int) -> str:
    """Return how an entry, C(first) to C(last), relates to a network asked for, C(start) to C(end).

    Of two networks that touch one holds the other.
    """
    if (start, end) == (first, last):
        return "exact"
    return "covers" if first <= start and end <= last else "inside"


def _speaks_of(indicator: str, value: str) -> bool:
    """Return whether this indicator holds a value, rather than another indicator of the same entry."""
    asked = networks.parse(_spelled(value))
    if asked:
        held = networks.Intervals(networks.parse(indicator))
        return any(held.touches(one) for one in asked)
    name = _name(value)
    return domain(indicator) in (name, *parents(name))


def _spelled(value: str) -> str:
    """Return a value that was asked for in the spelling of lists."""
    return spell(value.strip(WRAPPING), host_of_url=True).value


def _name(value: str) -> str:
    name = domain(_spelled(value))
    if not name:
        raise ArgumentError(f"{value!r} is neither an IPv4 address or network nor a domain.")
    return name
