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
FALSE = frozenset({False, "0", "false", "False"})


def items(stream: t.BinaryIO, name: str) -> t.Iterator[t.Any]:
    """The elements of the array, or the values one after another, that the document is."""
    cursor = Cursor(stream, name)
    if cursor.peek() == "[":
        yield from cursor.elements()
        if cursor.peek():
            raise cursor.error("something follows the array")
        return
    while cursor.peek():
        yield cursor.value()


def read(stream: t.BinaryIO, name: str, reading: Reading) -> t.Iterator[Indicator]:
    """The indicators of one column, or of an array of texts. Raises ParseError, with C(name) and the line.

    What Spamhaus adds as its last line (C(type=metadata)) must agree with the number of records.
    """
    column, to_ids = _choose(stream, name, reading.column)
    records = 0
    for number, item in enumerate(items(stream, name), 1):
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
        if cell.__class__ is str and not cell.strip(ADDRESS) and not to_ids:
            yield Indicator(cell)
        else:
            yield from _indicators(item, cell, to_ids, reading)


def _check_records(said: t.Any, found: int, name: str) -> None:
    if said != found:
        raise ParseError(f"{name}: says that it has {said} records, and has {found}: it is not whole.", code="NotWhole")


def _indicators(item: dict[str, t.Any], cell: t.Any, to_ids: str, reading: Reading) -> t.Iterator[Indicator]:
    status = "inactive" if to_ids and item.get(to_ids) in FALSE else "active"
    cells = [each for each in (cell if isinstance(cell, list) else [cell]) if isinstance(each, str)]
    if not cells:
        yield Indicator(json.dumps(item)[:LONGEST_SHOWN], status=status)
    for each in cells:
        for indicator in values(each, reading):
            yield indicator._replace(status=status)


def _choose(stream: t.BinaryIO, name: str, wanted: str) -> tuple[str, str]:
    """The names of the column of values and of MISP's C(to_ids), each empty where there is none."""
    sample = [item for item in itertools.islice(items(stream, name), SAMPLE) if isinstance(item, dict)]
    sample = [item for item in sample if item.get("type") != "metadata"]
    if not sample:
        return "", ""
    header = list(dict.fromkeys(key for item in sample for key in item))
    rows = [[_text(item.get(key)) for key in header] for item in sample]
    choice = columns.choose(header, rows, wanted, name)
    return header[choice.value], header[choice.to_ids] if choice.to_ids >= 0 else ""


def _text(cell: t.Any) -> str:
    if isinstance(cell, list):
        cell = next(iter(cell), "")
    return cell if isinstance(cell, str) else ""
