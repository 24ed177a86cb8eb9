# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which format a file has, found by looking at its content. Private to the collection."""

from __future__ import annotations

import codecs
import os
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import jsonl, stix_read, txt
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading

# A quarter of a million addresses as the stix library writes them (docs/dev/stix.md#5) fit.
MAX_SOURCE_SIZE = 400_000_000
HEAD = 4_096
ROOT = re.compile(r"<[a-z_][\w:.-]*")
REFUSED = (
    (b"\x1f\x8b", "compressed with gzip"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF document"),
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def sniff(head: bytes, name: str) -> str:
    """TXT, STIX or JSONL by the first bytes of a file. Raises ParseError for what is none of them."""
    for magic, what in REFUSED:
        if head.startswith(magic):
            raise ParseError(f"{name}: is {what}, not a list.")
    bom, encoding = next(((bom, encoding) for bom, encoding in BOMS if head.startswith(bom)), (b"", "utf-8"))
    text = head[len(bom) :].decode(encoding, errors="replace").lstrip().lower()
    if text.startswith("<"):
        root = ROOT.search(text)
        if text.startswith("<!doctype html") or (root and root[0] == "<html"):
            raise ParseError(f"{name}: is an HTML page, not a list.")
        return "STIX"
    if text.startswith(("{", "[")):
        if '"spec_version"' in text or '"bundle"' in text:
            raise ParseError(f"{name}: is STIX 2.x JSON; STIX 1.x XML, TXT and JSONL are read.")
        return "JSONL"
    if "\0" in text:
        raise ParseError(f"{name}: is a binary file, not a list.")
    return "TXT"


def identify(stream: t.BinaryIO, name: str) -> str:
    """The format of a seekable stream. Raises SourceError that begins with C(name)."""
    size = stream.seek(0, os.SEEK_END)
    if size > MAX_SOURCE_SIZE:
        raise SourceError(f"{name}: {size} bytes; more than {MAX_SOURCE_SIZE} are not read.", code="TooLarge")
    stream.seek(0)
    found = sniff(stream.read(HEAD), name)
    stream.seek(0)
    return found


def read(
    stream: t.BinaryIO,
    name: str,
    *,
    expected: str | None = None,
    recovered: list[str] | None = None,
    reading: Reading | None = None,
) -> t.Iterator[Indicator]:
    """The indicators of a seekable stream, in whichever format it is.

    expected: the only format to accept. recovered: a list makes what is not well-formed be recovered as far as
    possible, and takes a sentence about each loss. reading: is told the line of each indicator, where the format has
    lines. Raises SourceError (ParseError) that begins with C(name).
    """
    found = identify(stream, name)
    if expected and found != expected:
        raise ParseError(f"{name}: is {found}, not {expected}.", code="WrongFormat")
    if found == "STIX":
        return stix_read.read(stream, name, recovered)
    return jsonl.read(stream, name, reading) if found == "JSONL" else txt.read(stream, name, reading)
