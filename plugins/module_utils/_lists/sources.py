# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sources of a list: what each kind of source is, and how it is read. Private to the collection.

A new kind of source (an option C(xyz) of an item of O(sources)) is one file with two names:

- C(open_xyz(request: Request) -> Opened) reads no byte yet. It looks at C(request.item["xyz"]), raises ArgumentError
  for what cannot be meant, and returns the name of the source and a function from a Reading to Indicators, one by one.
  That function sets C(reading.line) before each indicator, counts in C(reading.rewritten), closes what it opened, and
  raises SourceError that begins with C(request.label) where it cannot read to the end.
- C(XYZ = SourceKind(spec, open_xyz)) holds the argument spec of the option, and in C(options) those of further options
  of an item that only go with this kind.

It is then named in SOURCE_KINDS here or, where it needs a room above this one, where the module puts its kinds
together. The options are described in doc_fragments/sources.py.
"""

from __future__ import annotations

import collections
import dataclasses
import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, ListFileError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import values as spelled
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

# The confidence of what a person lists, which so ranks before what a feed rates.
HAND_KEPT = 100
PERCENT = 100
INLINE = "inline entries"
Read: t.TypeAlias = "t.Callable[[Reading], t.Iterable[Indicator]]"

GUARDS: dict[str, t.Any] = {
    "name": {"type": "str"},
    "optional": {"type": "bool", "default": False},
    "min_entries": {"type": "int", "default": 1},
    "max_shrink_percent": {"type": "int"},
}


# Options of an item that names a file, whether it stands on a disk or somewhere else.
FILE_OPTIONS: dict[str, t.Any] = {
    "column": {"type": "str"},
    "host_of_url": {"type": "bool"},
    "max_size": {"type": "int"},
}


class Request(t.NamedTuple):
    """What a kind of source gets: the validated item of O(sources), what errors call it, and the module."""

    item: t.Mapping[str, t.Any]
    label: str
    module: Module

    def labelled(self, what: str) -> str:
        """Return what errors begin with: the place in O(sources), the item's own name if it has one, and what it is."""
        return ": ".join(part for part in (self.label, self.item.get("name") or "", what) if part)


class Opened(t.NamedTuple):
    """A source that is ready to be read. name: what results call it, unless the item says."""

    name: str
    read: Read


class SourceKind(t.NamedTuple):
    """A kind of source: the argument spec of its option, how it is opened, and the specs of its further options."""

    spec: t.Mapping[str, t.Any]
    open: t.Callable[[Request], Opened]
    options: t.Mapping[str, t.Mapping[str, t.Any]] = {}


@dataclasses.dataclass(frozen=True)
class Source:
    """One source of a list. label: what errors call it.

    optional: the list is made without it where it fails or gives too little. min_entries: how many usable indicators it
    must give. earlier: how many it gave in an earlier run. max_shrink_percent: by how much fewer it may give now.
    """

    name: str
    label: str
    read: Read
    optional: bool = False
    min_entries: int = 0
    max_shrink_percent: int | None = None
    earlier: int | None = None


def spec(kinds: t.Mapping[str, SourceKind]) -> dict[str, t.Any]:
    """Return the argument spec of O(sources), of these kinds."""
    options: dict[str, t.Any] = dict(GUARDS)
    for name, kind in kinds.items():
        options |= {name: dict(kind.spec), **{key: dict(value) for key, value in kind.options.items()}}
    return {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": options,
        "mutually_exclusive": [tuple(kinds)],
        "required_one_of": [tuple(kinds)],
    }


def from_params(module: Module, kinds: t.Mapping[str, SourceKind]) -> list[Source]:
    """Return the sources that O(sources), O(src) and O(entries) name, each with a name that no other has.

    Raises ThreatlistsError.
    """
    params = module.params
    items = [("sources", item) for item in params["sources"]]
    items += [("src", {"file": src}) for src in params["src"]]
    items += [("entries", {"entries": params["entries"]})] if params["entries"] else []
    earlier = {entry.get("name"): _count(entry) for entry in params["earlier_sources"]}
    names: collections.Counter[str] = collections.Counter()
    found = []
    for number, (option, item) in enumerate(items, 1):
        kind = next(kind for kind in kinds if item.get(kind) is not None)
        label = f"sources: item {number}" if option == "sources" else option
        _check_options(item, kind, kinds, label)
        opened = kinds[kind].open(Request(item, label, module))
        name = item.get("name") or opened.name
        names[name] += 1
        name = f"{name} ({names[name]})" if names[name] > 1 else name
        found.append(
            Source(
                name,
                label if option == "entries" else f"{label}: {name}",
                opened.read,
                optional=item.get("optional", False),
                min_entries=_at_least_0(item.get("min_entries", 1), label),
                max_shrink_percent=_percent(item.get("max_shrink_percent"), label),
                earlier=earlier.get(name),
            )
        )
    return found


def _check_options(item: t.Mapping[str, t.Any], kind: str, kinds: t.Mapping[str, SourceKind], label: str) -> None:
    """Raise ArgumentError for an option that goes with other kinds of source: it would be overlooked."""
    own = kinds[kind].options
    for name in {name for other in kinds.values() for name in other.options if name not in own}:
        if item.get(name) is not None:
            goes = ", ".join(other for other in kinds if name in kinds[other].options)
            raise ArgumentError(f"{label}: {name} does not go with {kind}, but with {goes}.")


def _count(entry: t.Mapping[str, t.Any]) -> int | None:
    """Return how many indicators of a source were usable; a template may have made text of the number."""
    try:
        return None if entry.get("usable") is None else int(entry["usable"])
    except (TypeError, ValueError):
        raise ArgumentError(f"earlier_sources: usable: {entry['usable']!r} is not a number.") from None


def _percent(number: int | None, label: str) -> int | None:
    if number is not None and not 0 <= number <= PERCENT:
        raise ArgumentError(f"{label}: max_shrink_percent: {number} is not between 0 and {PERCENT}.")
    return number


def _at_least_0(number: int, label: str) -> int:
    if number < 0:
        raise ArgumentError(f"{label}: min_entries: {number} is below 0.")
    return number


def open_entries(request: Request) -> Opened:
    """Open values that stand in the task itself."""
    values = request.item["entries"]

    def read(reading: Reading) -> t.Iterator[Indicator]:
        for number, value in enumerate(values, 1):
            reading.line = number
            for indicator in spelled(value, reading):
                yield indicator._replace(confidence=HAND_KEPT, source=INLINE)

    return Opened(INLINE, read)


def max_size(item: t.Mapping[str, t.Any], label: str) -> int:
    """Return how many bytes of a file are read at most. Raises ArgumentError."""
    size = formats.MAX_SOURCE_SIZE if item.get("max_size") is None else int(item["max_size"])
    if size < 1:
        raise ArgumentError(f"{label}: max_size: {size} is below 1.")
    return size


def describe(reading: Reading, item: t.Mapping[str, t.Any]) -> None:
    """Tell the reader what FILE_OPTIONS of an item say."""
    reading.max_size = item.get("max_size")
    reading.column = item.get("column") or ""
    reading.host_of_url = bool(item.get("host_of_url"))


def open_file(request: Request) -> Opened:
    """Open a file in any format that C(formats) knows; a relative path is looked up in O(source_dir)."""
    folder = pathlib.Path(request.module.params.get("source_dir") or "").expanduser()
    path = folder / pathlib.Path(request.item["file"]).expanduser()
    label = request.labelled(request.item["file"])
    max_size(request.item, label)

    def read(reading: Reading) -> t.Iterator[Indicator]:
        describe(reading, request.item)
        try:
            with path.open("rb") as stream:
                found = formats.read(stream, label, reading=reading)
                unstated = -1 if reading.format == "JSONL" else HAND_KEPT
                for indicator in found:
                    yield indicator._replace(
                        source=indicator.source or path.name,
                        confidence=unstated if indicator.confidence < 0 else indicator.confidence,
                    )
        except OSError as error:
            raise ListFileError(
                f"{label} cannot be read: {error.strerror or error}.", remedy=f"It was looked for at {path.absolute()}."
            ) from error

    return Opened(path.name, read)


SOURCE_KINDS: dict[str, SourceKind] = {
    "file": SourceKind({"type": "path"}, open_file, FILE_OPTIONS),
    "entries": SourceKind({"type": "list", "elements": "str"}, open_entries),
}
