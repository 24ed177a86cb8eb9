# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables in JSON: an array of values or objects, or objects one after another. Private to the collection."""

from __future__ import annotations

import itertools
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import columns
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_stream import Cursor
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import values

SAMPLE = 100
ADDRESS = "0123456789./"
LONGEST_SHOWN = 200
FALSE = frozenset({"0", "false"})


class Path(t.NamedTuple):
    """Where the values stand. member: of the object that the document is, whose array holds the items; else empty."""

    member: str
    column: str


def path_of(column: str) -> Path:
    """C(data.ip) is the column C(ip) of the array C(data)."""
    member, dot, inner = column.partition(".")
    return Path(member, inner) if dot and member and inner else Path("", column)


def items(stream: t.BinaryIO, name: str, member: str = "") -> t.Iterator[t.Any]:
    """The elements of the array, or the values one after another, that the document, or its member, is."""
    cursor = Cursor(stream, name)
    if member and cursor.peek() == "{":
        found = []
        for found_member in cursor.members():
            found.append(repr(found_member))
            if found_member == member:
                yield from cursor.elements()
            else:
                cursor.value()
        if repr(member) not in found:
            raise ParseError(f"{name}: has no member {member!r}, but {', '.join(found)}.", code="NoColumn")
    elif cursor.peek() == "[":
        yield from cursor.elements()
    else:
        while cursor.peek():
            yield cursor.value()
    if cursor.peek():
        raise cursor.error("something follows the end")


def read(stream: t.BinaryIO, name: str, reading: Reading) -> t.Iterator[Indicator]:
    """The indicators of one column, or of an array of texts. Raises ParseError, with C(name) and the line.

    What Spamhaus adds as its last line (C(type=metadata)) must agree with the number of records.
    """
    path = path_of(reading.column)
    fields = _choose(stream, name, path)
    column, simple = fields.value, not (fields.to_ids or fields.type)
    records = 0
    for number, item in enumerate(items(stream, name, path.member), 1):
        reading.line = number
        if item.__class__ is str:
            yield from values(item, reading)
            continue
        if item.__class__ is not dict:
            raise ParseError(f"{name}: element {number}: neither a text nor an object.", code="WrongFormat")
        if item.get("type") == "metadata":
            _check_records(item.get("records", records), records, name)
            continue
        records += 1
        cell = item.get(column)
        if simple and cell.__class__ is str and not cell.strip(ADDRESS):
            yield Indicator(cell)
        else:
            yield from _indicators(item, fields, reading)


def _check_records(said: t.Any, found: int, name: str) -> None:
    if said != found:
        raise ParseError(f"{name}: says that it has {said} records, and has {found}: it is not whole.", code="NotWhole")


class Fields(t.NamedTuple):
    """Names of the columns of columns.Choice, empty where there is none."""

    value: str = ""
    to_ids: str = ""
    type: str = ""


def _indicators(item: dict[str, t.Any], fields: Fields, reading: Reading) -> t.Iterator[Indicator]:
    kind = item.get(fields.type) if fields.type else None
    status = "inactive" if fields.to_ids and str(item.get(fields.to_ids)).lower() in FALSE else "active"
    cell = item.get(fields.value)
    cells = [each for each in (cell if isinstance(cell, list) else [cell]) if isinstance(each, str)]
    if not cells:
        yield Indicator(json.dumps(item)[:LONGEST_SHOWN], status=status)
    for each in cells:
        if isinstance(kind, str) and kind and not columns.listable(kind):
            yield Indicator(each, kind)
        else:
            for indicator in values(each, reading):
                yield indicator._replace(status=status)


def _choose(stream: t.BinaryIO, name: str, path: Path) -> Fields:
    sample = [item for item in itertools.islice(items(stream, name, path.member), SAMPLE) if isinstance(item, dict)]
    sample = [item for item in sample if item.get("type") != "metadata"]
    if not sample:
        return Fields()
    header = list(dict.fromkeys(key for item in sample for key in item))
    rows = [[_text(item.get(key)) for key in header] for item in sample]
    choice = columns.choose(header, rows, path.column, name)
    return Fields(*(header[i] if i >= 0 else "" for i in (choice.value, choice.to_ids, choice.type)))


def _text(cell: t.Any) -> str:
    if isinstance(cell, list):
        cell = next(iter(cell), "")
    return cell if isinstance(cell, str) else ""
