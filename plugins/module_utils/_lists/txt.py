# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as text: an address, CIDR, range or domain a line. Private to the collection."""

from __future__ import annotations

import codecs
import io
import itertools
import re
import string
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import columns
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.spelling import PLAIN, values

LONGEST_LINE = 65_536
READ_SIZE = 1 << 16
LINES_PER_CHUNK = 4_096
# A BOM may also stand inside of a file that was put together from several.
BLANK = string.whitespace + "\ufeff\u00a0"
# Two slashes after a colon belong to a URL.
COMMENT = re.compile(r"[#;].*|(?<!:)(?<!:\])//.*")


def read(stream: t.BinaryIO, name: str, reading: Reading | None = None) -> t.Iterator[Indicator]:
    """Yield the indicators of a text list.

    Comments (C(#), C(;), C(//)), the word that heads a column, blank lines, CRLF, CR and a BOM are allowed. Raises
    ParseError, with C(name) and the line, at a line that no list has.
    """
    reading = reading or Reading()
    for reading.line, line in lines(stream, name):
        value = line.strip(BLANK)
        if PLAIN.fullmatch(value):
            yield Indicator(value)
        elif value := uncommented(value):
            if "\0" in value:
                raise ParseError(f"{name}: line {reading.line}: holds NUL characters, so it is not a text list.")
            if columns.normal(value) not in columns.HEADERS:
                yield from values(value, reading)


def uncommented(line: str) -> str:
    """Return what a line says, empty where it is blank."""
    return COMMENT.sub("", line).strip(BLANK)


def lines(stream: t.BinaryIO, name: str) -> t.Iterator[tuple[int, str]]:
    """Yield numbered lines of UTF-8 (or of UTF-16 with a BOM), without their ends; what is not UTF-8 becomes U+FFFD."""
    return enumerate(itertools.chain.from_iterable(blocks(stream, name)), 1)


def blocks(stream: t.BinaryIO, name: str) -> t.Iterator[list[str]]:
    """Yield the lines as C(lines) has them, many at a time. Raises ParseError at one that no list has."""
    stream.seek(0)
    head = stream.read(len(codecs.BOM_UTF8))
    stream.seek(0)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")(errors="replace"), translate=True
    )
    rest, number = "", 0
    while chunk := stream.read(READ_SIZE):
        found = (rest + decoder.decode(chunk)).split("\n")
        rest = found.pop()
        if max(map(len, found), default=0) >= LONGEST_LINE or len(rest) >= LONGEST_LINE:
            number += 1 + [len(line) >= LONGEST_LINE for line in [*found, rest]].index(True)
            raise ParseError(f"{name}: line {number}: longer than {LONGEST_LINE} characters.")
        number += len(found)
        yield found
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest.split("\n")


def chunks(networks: t.Sequence[int], domains: t.Sequence[str]) -> t.Iterator[bytes]:
    """Yield the file, networks first, both in the order given."""
    for start in range(0, len(networks), LINES_PER_CHUNK):
        yield "".join(f"{_networks.text(n)}\n" for n in networks[start : start + LINES_PER_CHUNK]).encode()
    for start in range(0, len(domains), LINES_PER_CHUNK):
        yield "".join(f"{name}\n" for name in domains[start : start + LINES_PER_CHUNK]).encode()


def size(entry: int | str) -> int:
    """Return how many bytes one entry takes."""
    return len(entry if isinstance(entry, str) else _networks.text(entry)) + 1
