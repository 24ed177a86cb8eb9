# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which table of a JSON document holds the indicators, and which of its columns. Private to the collection.

As with columns, a table is taken because it is named, or because it is the only one that can be meant.
"""

from __future__ import annotations

import itertools
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import columns, json_rows, spelling
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_rows import TOP, JsonObject
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_stream import Cursor

SAMPLE = 100
LONGEST_ANSWER = 100
# Members in which services say what is wrong.
ERRORS = ("error", "errors", "error_message", "message", "detail", "title", "reason", "query_status", "text")
# A text that may be the caller's key, which the service repeats.
TOKEN = re.compile(r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}")


class Chosen(t.NamedTuple):
    """The table, and the names of the columns that columns.Choice has by index, empty where there is none."""

    table: str = TOP
    value: str = ""
    to_ids: str = ""
    type: str = ""


class JsonTable:
    """The first rows of a table. depth: in how many other rows it stands."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.rows: list[JsonObject] = []


def choose(stream: t.BinaryIO, name: str, column: str) -> Chosen:
    """Return the table whose rows hold the indicators, the outermost one first. column: as the user names it.

    C(data.ip) is the column C(ip) of the tables C(data). Raises ParseError, with C(name), where none or several tables
    or columns can be meant.
    """
    sample = list(itertools.islice(json_rows.outer_rows(Cursor(stream, name)), SAMPLE))
    outer = [item for table, item in sample if table == TOP and isinstance(item, dict) and not _is_metadata(item)]
    if not any(isinstance(item, dict) and not _is_metadata(item) for _table, item in sample):
        return Chosen()
    try:
        return _chosen(TOP, outer, column, name)
    except ParseError as error:
        if error.code != "NoColumn":
            raise
        outside = error
    answer = _error_in(outer[0]) if outer else ""
    table, dot, inner = column.partition(".")
    tables = _tables(stream, name)
    if dot and table and inner:
        return _named(tables, table, inner, name, outer)
    found = _found(tables, column, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise ParseError(
            f"{name}: {', '.join(repr(each.table) for each in found)} may all hold the indicators.",
            code="AmbiguousColumn",
            remedy=f"Name the one that is meant with column, as in {found[0].table}.{found[0].value}.",
        )
    if answer:
        raise ParseError(
            f"{name}: is no list, but an error that the service answered: {answer[:LONGEST_ANSWER]!r}.",
            code="WrongFormat",
        )
    raise outside


def _is_metadata(item: JsonObject) -> bool:
    return item.get("type") == "metadata"


def _named(tables: dict[str, JsonTable], table: str, column: str, name: str, outer: list[JsonObject]) -> Chosen:
    if table in tables:
        return _chosen(table, tables[table].rows, column, f"{name}: {table}")
    if any(table in item for item in outer):
        return Chosen(table, column)
    there = ", ".join(map(repr, dict.fromkeys([*(key for item in outer for key in item), *filter(None, tables)])))
    raise ParseError(f"{name}: has no member {table!r}, but {there}.", code="NoColumn")


def _found(tables: dict[str, JsonTable], column: str, name: str) -> list[Chosen]:
    """Return, of the tables that have a column of indicators, the outermost ones.

    Those that hold IPv6 addresses alone are left out where there are others.
    """
    found: dict[str, Chosen] = {}
    for table, each in tables.items():
        try:
            found[table] = _chosen(table, each.rows, column, f"{name}: {table}" if table else name)
        except ParseError as error:
            if error.code != "NoColumn":
                raise
    depth = min((tables[table].depth for table in found), default=0)
    outermost = [chosen for table, chosen in found.items() if tables[table].depth == depth]
    listable = [chosen for chosen in outermost if not _is_ipv6(tables[chosen.table].rows, chosen.value)]
    return listable or outermost


def _is_ipv6(rows: list[JsonObject], column: str) -> bool:
    return {spelling.kind(_text(row.get(column))) for row in rows} <= {"ipv6", ""}


def _tables(stream: t.BinaryIO, name: str) -> dict[str, JsonTable]:
    """Return every table of the document, by name."""
    tables: dict[str, JsonTable] = {}
    with json_rows.not_too_deep(name):
        for table, item in json_rows.outer_rows(Cursor(stream, name)):
            if isinstance(item, dict):
                _collect(item, table, 0 if table == TOP else 1, tables)
    return tables


def _collect(item: JsonObject, table: str, depth: int, tables: dict[str, JsonTable]) -> None:
    inside = list(json_rows.inner_rows(item, table))
    if not all(map(json_rows.is_id, item)):
        rows = tables.setdefault(table, JsonTable(depth)).rows
        if len(rows) < SAMPLE:
            rows.append(item)
    for inner, row in inside:
        _collect(row, inner, depth + 1, tables)


def _chosen(table: str, rows: list[JsonObject], column: str, name: str) -> Chosen:
    header = list(dict.fromkeys(key for row in rows for key in row))
    choice = columns.choose(header, [[_text(row.get(key)) for key in header] for row in rows], column, name)
    return Chosen(table, *(header[i] if i >= 0 else "" for i in (choice.value, choice.to_ids, choice.type)))


def _text(cell: t.Any) -> str:
    if isinstance(cell, list):
        cell = next(iter(cell), "")
    return cell if isinstance(cell, str) else ""


def _error_in(answer: t.Any) -> str:
    """Return what a service says that answers an error, without what may be a key; empty where it says nothing."""
    if isinstance(answer, list):
        answer = next(iter(answer), "")
    if isinstance(answer, dict):
        return next((text for text in (_error_in(answer.get(name)) for name in ERRORS) if text), "")
    return TOKEN.sub("********", answer.strip()) if isinstance(answer, str) else ""
