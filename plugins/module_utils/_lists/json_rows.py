# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of a JSON document: objects, each in the table that the array around it is. Private to the collection.

A table has the name of the member that holds it, TOP at the outside of the document. Where the name of a member is
an id, what stands there belongs to the table around it:
C({"data": {"17": {…}, "18": [{…}, {…}]}}) has three rows in C(data).
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_stream import Cursor

TOP = ""
# A number, a UUID, a digest, an address.
ID = re.compile(r"(?=.*\d)[0-9A-Fa-f.:_-]+")
# In characters. A longer object is read member by member.
SHORT = 1 << 18
LONG = object()

JsonObject: t.TypeAlias = "dict[str, t.Any]"


def outer_rows(cursor: Cursor) -> t.Iterator[tuple[str, t.Any]]:
    """Yield table and value of each element of the outermost array, or of each value where they follow one another.

    An object longer than SHORT gives the rows inside of it, so that memory does not grow with it. Raises ParseError.
    """
    if cursor.peek() == "[":
        for value in cursor.elements():
            yield TOP, value
    else:
        while opening := cursor.peek():
            value = cursor.value(SHORT, LONG) if opening == "{" else cursor.value()
            if value is LONG:
                yield from _members(cursor, TOP)
            else:
                yield TOP, value
    if cursor.peek():
        raise cursor.error("something follows the end")


def _members(cursor: Cursor, table: str) -> t.Iterator[tuple[str, t.Any]]:
    """Yield the rows in the object that begins here, with their tables.

    What is left of the object is a row itself, given last, unless a row inside of it belongs to the same table.
    """
    rest: JsonObject = {}
    is_row = True
    for member in cursor.members():
        inner = _table(member, table)
        opening = cursor.peek()
        if opening == "[":
            for value in cursor.elements():
                is_row = is_row and inner != table
                yield (inner, value) if isinstance(value, dict) else (table, {member: value})
        elif opening == "{" and inner != table:
            yield from _members(cursor, inner)
        elif opening == "{":
            is_row = False
            yield table, cursor.value()
        else:
            rest[member] = cursor.value()
    if is_row and rest:
        yield table, rest


def inner_rows(item: JsonObject, table: str) -> t.Iterator[tuple[str, JsonObject]]:
    """Yield table and row of the rows inside of an object of this table, without those inside of further rows."""
    for member, value in item.items():
        inner = _table(member, table)
        if isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield inner, each
        elif isinstance(value, dict) and inner == table:
            yield table, value
        elif isinstance(value, dict):
            yield from inner_rows(value, inner)


def rows_with(item: JsonObject, at: str, table: str, column: str) -> t.Iterator[JsonObject]:
    """Yield the rows of a table that are C(item), an object of the table C(at), or stand inside of it at any depth.

    Nothing is looked for inside of a row that has the column. A row of the table that neither has it nor holds such
    rows is given as it is.
    """
    if at == table and column in item:
        yield item
        return
    found = False
    for inner, each in inner_rows(item, at):
        for row in rows_with(each, inner, table, column):
            found = True
            yield row
    if at == table and not found:
        yield item


def is_id(member: str) -> bool:
    """Return whether the name of a member is an id: a number, a UUID, a digest or an address."""
    return bool(ID.fullmatch(member))


def _table(member: str, around: str) -> str:
    return around if is_id(member) else member


@contextlib.contextmanager
def not_too_deep(name: str) -> t.Iterator[None]:
    """Raise ParseError, with C(name), where rows stand in rows deeper than Python can follow."""
    try:
        yield
    except RecursionError as error:
        raise ParseError(f"{name}: not well-formed JSON: it is nested too deeply.") from error
