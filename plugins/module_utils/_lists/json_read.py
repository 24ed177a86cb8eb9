# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables in JSON: an array of values or objects, or objects one after another. Private to the collection."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import columns, json_rows, json_tables
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_stream import Cursor
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_tables import Chosen
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import values

ADDRESS = "0123456789./"
LONGEST_SHOWN = 200
FALSE = frozenset({"0", "false"})


def read(stream: t.BinaryIO, name: str, reading: Reading) -> t.Iterator[Indicator]:
    """Yield the indicators of one column of a table, or of an array of texts.

    Raises ParseError, with C(name) and the line. What Spamhaus adds as its last line (C(type=metadata)) must agree with
    the number of records.
    """
    chosen = json_tables.choose(stream, name, reading.column)
    column, simple = chosen.value, not (chosen.to_ids or chosen.type)
    records = 0
    for number, item in enumerate(_items(stream, name, chosen), 1):
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
            yield from _indicators(item, chosen, reading)


def _items(stream: t.BinaryIO, name: str, chosen: Chosen) -> t.Iterator[t.Any]:
    """Yield the rows of the table, and whatever stands among them."""
    table, column = chosen.table, chosen.value
    with json_rows.not_too_deep(name):
        for at, item in json_rows.outer_rows(Cursor(stream, name)):
            if at == table and (item.__class__ is not dict or column in item):
                yield item
            elif item.__class__ is dict:
                yield from json_rows.rows_with(item, at, table, column)


def _check_records(said: t.Any, found: int, name: str) -> None:
    if said != found:
        raise ParseError(f"{name}: says that it has {said} records, and has {found}: it is not whole.", code="NotWhole")


def _indicators(item: dict[str, t.Any], chosen: Chosen, reading: Reading) -> t.Iterator[Indicator]:
    kind = item.get(chosen.type) if chosen.type else None
    status = "inactive" if chosen.to_ids and str(item.get(chosen.to_ids)).lower() in FALSE else "active"
    cell = item.get(chosen.value)
    cells = [each for each in (cell if isinstance(cell, list) else [cell]) if isinstance(each, str)]
    if not cells:
        yield Indicator(json.dumps(item)[:LONGEST_SHOWN], status=status)
    for each in cells:
        if isinstance(kind, str) and kind and not columns.listable(kind):
            yield Indicator(each, kind)
        else:
            for indicator in values(each, reading):
                yield indicator._replace(status=status)
