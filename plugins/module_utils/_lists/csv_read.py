# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of text: CSV, TSV and the like. Private to the collection."""

from __future__ import annotations

import collections
import csv
import itertools
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import columns, txt
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, plain
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import values
from ansible_collections.threatlists.aws.plugins.module_utils._lists.txt import BLANK

DELIMITERS = (",", "\t", ";", "|")
# In a text list these begin a comment, or stand between address and port.
DOUBTFUL = frozenset({";", "|"})
COMMENT = ("#", "//")
SEMICOLON = ";"
REGULAR = 0.9
LONGEST_ROW = 20
ADDRESSES = re.compile(r"[0-9./]*")
BATCH = 512
FALSE = frozenset({"0", "false", ""})


class CsvTable(t.NamedTuple):
    """header: empty where there is none. in_rows: whether it is the first row rather than a comment."""

    delimiter: str
    header: list[str]
    in_rows: bool
    rows: list[list[str]]


def look(sample: t.Sequence[str], wanted: str = "") -> CsvTable | None:
    """Return the table that the first lines of a text are, None where they are none.

    wanted: the column that the user names, which makes any regular text a table.
    """
    for delimiter in DELIMITERS:
        table = _table(sample, delimiter)
        if table and (wanted or _is_table(table)):
            return table
    return None


def _is_table(table: CsvTable) -> bool:
    """Return whether rows are meant as a table, rather than as lines of a text list.

    A line that holds nothing but values may be one of a text list, so some column must hold something else; where the
    delimiter is one that text lists have too, there must be a header.
    """
    if table.header:
        return bool(columns.HEADERS.intersection(map(columns.normal, table.header))) or any(
            map(columns.usable, table.rows)
        )
    if table.delimiter in DOUBTFUL:
        return False
    filled = [cells for cells in columns.cells(table.rows) if any(cell.strip() for cell in cells)]
    return len(filled) > 1 and any(map(columns.usable, table.rows)) and not all(map(_all_usable, filled))


def _all_usable(cells: list[str]) -> bool:
    return all(columns.usable([cell]) for cell in cells if cell.strip())


def _table(sample: t.Sequence[str], delimiter: str) -> CsvTable | None:
    lines = [line for line in sample if line.strip(BLANK) and not line.lstrip(BLANK).startswith(COMMENT)]
    rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    if not rows or (delimiter == SEMICOLON and _begins_with_comment(rows[0])):
        return None
    width, count = collections.Counter(map(len, rows)).most_common(1)[0]
    if len(rows[0]) > 1 and columns.HEADERS.intersection(map(columns.normal, rows[0])):
        return CsvTable(delimiter, rows[0], True, rows[1:])
    if width == 1 or count < REGULAR * len(rows):
        return None
    if not columns.usable(rows[0]):
        return CsvTable(delimiter, rows[0], True, rows[1:])
    return CsvTable(delimiter, _commented(sample, delimiter, width), False, rows)


def _begins_with_comment(row: list[str]) -> bool:
    return not row[0].strip() and not columns.HEADERS.intersection(map(columns.normal, row))


def _commented(sample: t.Sequence[str], delimiter: str, width: int) -> list[str]:
    """Return the cells of the last comment before the first row, if there are as many as in the rows, else none."""
    header: list[str] = []
    for line in sample:
        text = line.strip(BLANK)
        if text and not text.startswith(COMMENT):
            break
        cells = next(csv.reader([text.lstrip("#/ ")], delimiter=delimiter, skipinitialspace=True), [])
        header = cells if len(cells) == width and not columns.usable(cells) else header
    return header


def read(stream: t.BinaryIO, name: str, table: CsvTable, reading: Reading) -> t.Iterator[Indicator]:
    """Yield the indicators of one column. Raises ParseError, with C(name) and the line."""
    choice = columns.choose(table.header, table.rows, reading.column, name) if table.rows else columns.Choice(0)
    first = table.in_rows
    for rows in _batches(stream, name, table):
        if first:
            del rows[0]
            first = False
        cells = _addresses(rows, choice)
        if cells is None:
            for reading.line, row in rows:
                yield from _indicators(row, choice, table.delimiter, reading)
        else:
            for (reading.line, _row), indicator in zip(rows, plain(cells), strict=True):
                yield indicator


def _addresses(rows: list[tuple[int, list[str]]], choice: columns.Choice) -> list[str] | None:
    """Return the cells of the column, None where they need a second look.

    Most tables hold plain addresses alone, which one search over all cells finds out.
    """
    if not choice.simple:
        return None
    column = choice.value
    try:
        cells = [row[column] for _line, row in rows]
    except IndexError:
        return None
    return cells if ADDRESSES.fullmatch("".join(cells)) else None


def _batches(stream: t.BinaryIO, name: str, table: CsvTable) -> t.Iterator[list[tuple[int, list[str]]]]:
    """Yield rows, each with the number of its last line, many at a time. Raises ParseError for an open quote."""
    width = len(table.header or table.rows[0])
    source = _Lines(stream, name)
    reader = csv.reader(source, delimiter=table.delimiter, skipinitialspace=True)
    before = line = 0
    try:
        while rows := [(reader.line_num, row) for row in itertools.islice(reader, BATCH)]:
            if rows[-1][0] != line + len(rows):
                for number, row in rows:
                    before, line = line, number
                    if line > before + 1 and (len(row) != width or line > before + LONGEST_ROW):
                        raise _unclosed(name, before + 1)
            before, line = rows[-2][0] if len(rows) > 1 else line, rows[-1][0]
            rows = [(number, row) for number, row in rows if row] if source.has_blanks else rows
            if rows:
                yield rows
    except csv.Error as error:
        raise ParseError(f"{name}: line {reader.line_num}: not a table: {error}.") from error
    if line > before + 1 and '"' not in source.last:
        raise _unclosed(name, before + 1)


def _indicators(row: list[str], choice: columns.Choice, delimiter: str, reading: Reading) -> t.Iterator[Indicator]:
    if max(choice.value, choice.end) >= len(row):
        yield Indicator(delimiter.join(row))
        return
    if choice.type >= 0 and (kind := _cell(row, choice.type)) and not columns.listable(kind):
        yield Indicator(row[choice.value], kind)
        return
    status = "inactive" if choice.to_ids >= 0 and _cell(row, choice.to_ids).lower() in FALSE else "active"
    cell = row[choice.value] if choice.end < 0 else f"{row[choice.value]}-{row[choice.end]}"
    for indicator in values(cell, reading):
        yield indicator._replace(status=status)


def _cell(row: list[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


class _Lines:
    """The lines of a stream, with empty ones in place of comments.

    last: the last line so far that is not blank. has_blanks: whether any line so far was empty or a comment.
    """

    def __init__(self, stream: t.BinaryIO, name: str) -> None:
        self.stream, self.name = stream, name
        self.last = ""
        self.has_blanks = False

    def __iter__(self) -> t.Iterator[str]:
        return itertools.chain.from_iterable(self._blocks())

    def _blocks(self) -> t.Iterator[list[str]]:
        number = 0
        for block in txt.blocks(self.stream, self.name):
            text = "".join(block)
            if "\0" in text:
                number += 1 + ["\0" in line for line in block].index(True)
                raise ParseError(f"{self.name}: line {number}: holds NUL characters, so it is not a table.")
            number += len(block)
            self.last = next((line for line in reversed(block) if line.strip(BLANK)), self.last)
            commented = any(mark in text for mark in COMMENT)
            found = ["" if line.startswith(COMMENT) else line for line in block] if commented else block
            self.has_blanks = self.has_blanks or "" in found
            yield found


def _unclosed(name: str, line: int) -> ParseError:
    return ParseError(f"{name}: line {line}: a quote is opened that is not closed.")
