# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as text: an address, CIDR, range or domain a line. Private to the collection."""

from __future__ import annotations

import codecs
import io
import re
import string
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading

LONGEST_LINE = 65_536
LINES_PER_CHUNK = 4_096
# A BOM stands inside a file that was put together from several.
BLANK = string.whitespace + "\ufeff\u00a0"
COMMENT = re.compile(r"[#;].*|//.*")


def read(stream: t.BinaryIO, name: str, reading: Reading | None = None) -> t.Iterator[Indicator]:
    """The indicators of a text list; comments (C(#), C(;), C(//)), blank lines, CRLF, CR and a BOM are allowed.

    Raises ParseError, with C(name) and the line, at a line that no list has. reading: is told each line.
    """
    reading = reading or Reading()
    for number, line in lines(stream, name):
        reading.line = number
        value = COMMENT.sub("", line).strip(BLANK)
        if value:
            if "\0" in value:
                raise ParseError(f"{name}: line {number}: holds NUL characters, so it is not a text list.")
            yield Indicator(value)


def lines(stream: t.BinaryIO, name: str) -> t.Iterator[tuple[int, str]]:
    """Numbered lines of UTF-8 (or of UTF-16 with a BOM); what is not UTF-8 becomes U+FFFD."""
    head = stream.read(len(codecs.BOM_UTF8))
    stream.seek(0)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    reader = io.TextIOWrapper(stream, encoding="utf-16" if wide else "utf-8-sig", errors="replace")
    try:
        for number, line in enumerate(iter(lambda: reader.readline(LONGEST_LINE), ""), 1):
            if len(line) == LONGEST_LINE:
                raise ParseError(f"{name}: line {number}: longer than {LONGEST_LINE} characters.")
            yield number, line
    finally:
        reader.detach()


def chunks(networks: t.Sequence[int], domains: t.Sequence[str]) -> t.Iterator[bytes]:
    """The file, networks first, both in the order given."""
    for start in range(0, len(networks), LINES_PER_CHUNK):
        yield "".join(f"{_networks.text(n)}\n" for n in networks[start : start + LINES_PER_CHUNK]).encode()
    for start in range(0, len(domains), LINES_PER_CHUNK):
        yield "".join(f"{name}\n" for name in domains[start : start + LINES_PER_CHUNK]).encode()


def size(entry: int | str) -> int:
    """Bytes that one entry takes."""
    return len(entry if isinstance(entry, str) else _networks.text(entry)) + 1
