# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of text for a terminal, which no text of a feed can steer. Private to the collection."""

from __future__ import annotations

import textwrap
import typing as t

NARROWEST = 60


def plain(lines: t.Iterable[str], width: int) -> str:
    """Return lines as text, none longer than C(width), without control characters that a feed may hold."""
    return "\n".join(piece for line in lines for piece in wrapped(line, max(width, NARROWEST)))


def wrapped(line: str, width: int, most: int | None = None, ending: str = "") -> list[str]:
    """Return a line as several of at most C(width); with C(most), no more than these, the last cut with C(ending)."""
    line = printable(line)
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line.lstrip(),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_on_hyphens=False,
        max_lines=most,
        placeholder=ending,
    )


def columns(lines: t.Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as lines with aligned columns; a column that is empty everywhere is left out."""
    shown = [tuple(printable(cell) for cell in line) for line in lines]
    widths = [max(len(line[column]) for line in shown) for column in range(len(shown[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True) if width).rstrip()
        for line in shown
    ]


def printable(words: str) -> str:
    """Return one line without control characters: a name from a feed must not steer a terminal."""
    return "".join(character if character.isprintable() else " " if character.isspace() else "?" for character in words)


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, which is in the singular for 1."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def join(names: t.Sequence[str], noun: str, most: int) -> str:
    """Return the names, or only how many there are where they are more than C(most)."""
    return ", ".join(names) if len(names) <= most else counted(len(names), noun)
