# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which format a file has, found out by looking at its content. Private to the collection."""

from __future__ import annotations

import codecs
import json
import os
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import (
    blocklists,
    columns,
    compressed,
    csv_read,
    json_read,
    jsonl,
    stix2_read,
    stix_read,
    txt,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading

# A quarter of a million addresses as the stix library writes them (docs/dev/stix.md#5) fit.
MAX_SOURCE_SIZE = 400_000_000
HEAD = 1 << 16
SAMPLE = 200
SHOWN = 60
TAR_AT = 257
# What a page of HTML begins with, even one that is cut short or sloppy.
HTML = frozenset(
    ["<html", "<head", "<body", "<title", "<meta", "<center", "<div", "<table", "<h1", "<h2", "<p", "<pre"]
)
ROOT = re.compile(r"<[a-z_][\w:.-]*")
# A STIX 2.x document that is longer than the first bytes, so that they cannot be parsed.
STIX2 = re.compile(r'"type"\s*:\s*"bundle"|"spec_version"\s*:\s*"2\.|^\{(?:\s*"(?:more|next)"[^{]*,)?\s*"objects"\s*:')
ARRAY = re.compile(r'\[\s*(?:["\d{[\]-]|null|true|false|$)')
LINE_END = re.compile(r"\r\n|\r|\n")
ENCODINGS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class FoundFormat(t.NamedTuple):
    """format: TXT, CSV, HOSTS, ADBLOCK, STIX (1.x), STIX2, JSON (a table) or JSONL (as this collection writes it)."""

    format: str
    table: csv_read.CsvTable | None = None


def sniff(head: bytes, name: str, column: str = "") -> FoundFormat:
    """Return the format, judged by the first bytes of a file that is not compressed.

    column: one that the user names, which makes a text a table. Raises ParseError for what is no list, and says what it
    is instead.
    """
    if head.startswith(b"%PDF"):
        raise ParseError(f"{name}: is a PDF document, not a list.")
    if compressed.compression(head):
        raise ParseError(f"{name}: is compressed twice.")
    if head[TAR_AT:].startswith(b"ustar"):
        raise ParseError(f"{name}: is a tar archive, which is not read; unpack it.", code="WrongFormat")
    bom = next((bom for bom in ENCODINGS if head.startswith(bom)), b"")
    text = head[len(bom) :].decode(ENCODINGS.get(bom, "utf-8"), errors="replace").lstrip(txt.BLANK)
    if "\0" in text[:SHOWN]:
        raise ParseError(f"{name}: {_binary(head[:SHOWN])}", code="WrongFormat")
    if text.startswith("<"):
        return FoundFormat(_markup(text.lower(), name))
    if text.startswith("{") or ARRAY.match(text):
        return FoundFormat(_json(text))
    return _text(text, len(head) == HEAD, name, column)


def _binary(head: bytes) -> str:
    for one, other in ((head[::2], head[1::2]), (head[1::2], head[::2])):
        if other and not one.strip(b"\0") and b"\0" not in other:
            return "is UTF-16 without a byte order mark; save it as UTF-8."
    return "is a binary file, not a list."


def _markup(text: str, name: str) -> str:
    root = ROOT.search(text)
    if text.startswith("<!doctype html") or (root and root[0] in HTML):
        raise ParseError(f"{name}: is an HTML page, not a list.")
    return "STIX"


def _json(text: str) -> str:
    try:
        first, _end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        first = None
    item = first[0] if isinstance(first, list) and first else first
    if isinstance(item, dict):
        if item.get("type") == "bundle" or "objects" in item or ("--" in str(item.get("id")) and "type" in item):
            return "STIX2"
        return "JSONL" if "value" in item and jsonl.DEFAULTS.keys() >= item.keys() and item is first else "JSON"
    if STIX2.search(text):
        return "STIX2"
    return "JSON"


def _text(text: str, cut: bool, name: str, column: str) -> FoundFormat:
    sample = LINE_END.split(text)
    sample = (sample[:-1] if cut else sample)[:SAMPLE]
    if column:
        table = csv_read.look(sample, column)
        if table is None:
            raise ParseError(f"{name}: has no columns, so none is {column!r}.", code="NoColumn")
        return FoundFormat("CSV", table)
    if blocklists.is_adblock(sample):
        return FoundFormat("ADBLOCK")
    if blocklists.is_hosts(sample):
        return FoundFormat("HOSTS")
    table = csv_read.look(sample)
    if table:
        return FoundFormat("CSV", table)
    lines = [line for line in map(txt.uncommented, sample) if line]
    if lines and not columns.usable(lines):
        raise ParseError(
            f"{name}: is text in which no line is an address or a domain; it begins with {lines[0][:SHOWN]!r}.",
            code="WrongFormat",
        )
    return FoundFormat("TXT")


def _looked_at(
    stream: t.BinaryIO, name: str, column: str = "", limit: int = MAX_SOURCE_SIZE
) -> tuple[t.BinaryIO, FoundFormat]:
    """Return what the stream holds, unpacked, and its format. Raises SourceError that begins with C(name)."""
    size = stream.seek(0, os.SEEK_END)
    if size > limit:
        raise SourceError(f"{name}: {size} bytes; more than {limit} are not read.", code="TooLarge")
    unpacked = compressed.unpack(stream, name, limit)
    unpacked.seek(0)
    found = sniff(unpacked.read(HEAD), name, column)
    unpacked.seek(0)
    return unpacked, found


def identify(stream: t.BinaryIO, name: str) -> str:
    """Return the format of a seekable stream, as C(FoundFormat) names it.

    Raises SourceError that begins with C(name).
    """
    unpacked, found = _looked_at(stream, name)
    if unpacked is not stream:
        unpacked.close()
    stream.seek(0)
    return found.format


def read(
    stream: t.BinaryIO,
    name: str,
    *,
    expected: str | None = None,
    recovered: list[str] | None = None,
    reading: Reading | None = None,
) -> t.Iterator[Indicator]:
    """Yield the indicators of a seekable stream, compressed or not, in whichever format it is.

    expected: the only format to accept. reading: how it is to be read, and what its reader told. recovered: set as that
    of C(reading), where it is all that is wanted. Raises SourceError (ParseError) that begins with C(name).
    """
    reading = reading or Reading()
    reading.recovered = reading.recovered if recovered is None else recovered
    unpacked, found = _looked_at(stream, name, reading.column, reading.max_size or MAX_SOURCE_SIZE)
    reading.format = found.format
    if expected and found.format != expected:
        raise ParseError(f"{name}: is {found.format}, not {expected}.", code="WrongFormat")
    if unpacked is stream:
        return _read(stream, name, found, reading)
    return _closing(unpacked, _read(unpacked, name, found, reading))


def _closing(stream: t.BinaryIO, indicators: t.Iterator[Indicator]) -> t.Iterator[Indicator]:
    with stream:
        yield from indicators


def _read(stream: t.BinaryIO, name: str, found: FoundFormat, reading: Reading) -> t.Iterator[Indicator]:
    if found.table:
        return csv_read.read(stream, name, found.table, reading)
    if found.format == "STIX":
        return stix_read.read(stream, name, reading.recovered)
    return READERS[found.format](stream, name, reading)


READERS: dict[str, t.Callable[[t.BinaryIO, str, Reading], t.Iterator[Indicator]]] = {
    "TXT": txt.read,
    "HOSTS": blocklists.read_hosts,
    "ADBLOCK": blocklists.read_adblock,
    "STIX2": stix2_read.read,
    "JSON": json_read.read,
    "JSONL": jsonl.read,
}
