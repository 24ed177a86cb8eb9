# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 1.0 to 1.2, read as a stream. Private to the collection.

See docs/dev/stix.md#9. No tree is built, so memory does not grow with the document.
"""

from __future__ import annotations

import codecs
import itertools
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.stix_elements import ParserTarget, References

try:
    from lxml import etree
except ImportError:
    HAS_LXML = False
else:
    HAS_LXML = True

CHUNK = 1 << 16
LONGEST_PROLOGUE = 1 << 20
ADDRESS_START = re.compile(rb"<(?:[\w.-]+:)?Address_Value[\s>/]")
WIDE = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
# The type of an object that has no Address_Value or Value.
OTHER_TYPE = re.compile(
    rb"ObjectType(?<!\bAddressObjectType)(?<!\bDomainNameObjectType)(?<!\bURIObjectType)(?<!\bLinkObjectType)[\"']"
)
LONGEST_TYPE = 32
BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
LONGEST_REFERENCE = len(b"&#1114111;")


def read(stream: t.BinaryIO, name: str, recovered: list[str] | None = None) -> t.Iterator[Indicator]:
    """Yield the addresses and domains of a package, or of all packages of a TAXII 1.x poll response.

    Raises ParseError for what is not well-formed; with C(recovered), what libxml2 can recover is taken instead, and a
    sentence with line, column and how much that was is appended to it.
    """
    if not HAS_LXML:
        raise ThreatlistsError(
            f"{name}: STIX needs the Python library lxml.", code="MissingLibrary", remedy="Install stix or lxml."
        )
    references = References()
    refers, walk, others = _mentions(stream)
    if refers:
        collector = ParserTarget(references, collect=True, walk=True)
        for _nothing in _parse(stream, name, collector, recovered is not None):
            continue
        for reference, fields in collector.pending:
            if fields is None:
                references.deny(reference)
            else:
                references.add(reference, fields)
        for reference in references.unresolved():
            yield Indicator(reference, "unresolved")
    target = ParserTarget(references, collect=False, walk=walk, others=others)
    count = 0
    problem = ""
    for item in _parse(stream, name, target, recovered is not None):
        if isinstance(item, str):
            problem = item
        else:
            count += 1
            yield item
    if recovered is not None and problem:
        total = _count(stream)
        recovered.append(f"{problem} {target.addresses} of {total} Address_Value elements, {count} values recovered.")
    if target.root is None:
        raise _foreign(name)


def _foreign(name: str) -> ParseError:
    return ParseError(f"{name}: is XML, but holds no STIX package.", code="WrongFormat")


def _mentions(stream: t.BinaryIO) -> tuple[bool, bool, bool]:
    """Return whether the document may hold an idref, an idref or a negate, and objects of other types.

    Only with an idref it is read twice. In an encoding that is not of ASCII's kind all of it may be there.
    """
    stream.seek(0)
    tail = b""
    refers = walk = others = False
    for chunk in _chunks(stream):
        text = tail + chunk
        if b"\0" in chunk:
            return True, True, True
        refers = refers or b"idref" in text
        walk = walk or refers or b"negate" in text
        # A match that begins earlier was whole in the chunk before; here its own beginning may be cut off.
        others = others or OTHER_TYPE.search(text, LONGEST_TYPE if tail else 0) is not None
        if refers and others:
            break
        tail = text[-2 * LONGEST_TYPE :]
    return refers, walk, others


def _count(stream: t.BinaryIO) -> int:
    stream.seek(0)
    count, tail = 0, b""
    for chunk in _narrowed(stream, _wide(stream)):
        text = tail + chunk
        cut = text.rfind(b"<")
        tail, text = text[cut:], text[:cut]
        count += len(ADDRESS_START.findall(text))
    return count + len(ADDRESS_START.findall(tail))


def _wide(stream: t.BinaryIO) -> str:
    """Return the encoding of a document in UTF-16, else empty."""
    stream.seek(0)
    head = stream.read(2)
    stream.seek(0)
    return WIDE.get(head, "")


def _narrowed(stream: t.BinaryIO, wide: str) -> t.Iterator[bytes]:
    """Return the document in an encoding of ASCII's kind, in which its markup can be looked for."""
    if not wide:
        return _chunks(stream)
    decoder = codecs.getincrementaldecoder(wide)("surrogatepass")
    return (decoder.decode(chunk).encode("utf-8", "surrogatepass") for chunk in _chunks(stream))


def _chunks(stream: t.BinaryIO) -> t.Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK), b"")


def _parse(stream: t.BinaryIO, name: str, target: ParserTarget, recover: bool) -> t.Iterator[Indicator | str]:
    """Yield what the target finds; at the end, where the document was not well-formed, a sentence about that."""
    wide = _wide(stream) if recover else ""
    parser = etree.XMLPullParser(
        encoding="utf-8" if wide else None,
        events=("start", "end"),
        # An element with a prefix that is not declared matches no tag.
        tag=None if recover else target.tags,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    problem = ""
    bare: list[tuple[int, int]] = []
    size = 0
    try:
        stream.seek(0)
        for chunk in _escaped(_narrowed(stream, wide), bare) if recover else _chunks(stream):
            parser.feed(chunk)
            size += len(chunk)
            yield from _taken(parser, name, target)
            if target.root is None and size > LONGEST_PROLOGUE:
                raise _foreign(name)
            target.prune()
        parser.close()
    except etree.XMLSyntaxError as error:
        problem = _problem(name, *error.position, error.msg)
    # libxml2 reads on after an error in a namespace, which makes a document not well-formed all the same.
    errors = [entry for entry in parser.feed_error_log if entry.level >= etree.ErrorLevels.ERROR]
    target.truncated = bool(errors)
    yield from _taken(parser, name, target)
    target.finish()
    yield from target.found
    if errors:
        problem = _problem(name, errors[0].line, errors[0].column, errors[0].message)
    elif bare:
        problem = _problem(name, *bare[0], f"{len(bare)} times an & that begins no known entity, read as text")
    if problem and not recover:
        raise ParseError(problem, remedy="Ask the publisher, or set recover to true to take what can be read.")
    if problem:
        yield problem


def _taken(parser: t.Any, name: str, target: ParserTarget) -> list[Indicator]:
    """Return the indicators that the events so far give. Raises ParseError for a document type declaration."""
    for kind, element in parser.read_events():
        if target.root is None and element.getroottree().docinfo.doctype:
            raise ParseError(f"{name}: has a document type declaration; entities are never expanded.")
        target.event(kind, element)
        if target.refused:
            raise ParseError(f"{name}: line {element.sourceline}: {target.refused}.", code="WrongFormat")
    found, target.found = target.found, []
    return found


def _problem(name: str, line: int, column: int, message: str) -> str:
    return f"{name}: line {line}, column {column}: not well-formed: {message.partition(', line ')[0]}."


def _escaped(chunks: t.Iterable[bytes], found: list[tuple[int, int]]) -> t.Iterator[bytes]:
    """Yield the chunks with each & that begins no known entity made text; append its line and column to C(found).

    When it recovers, libxml2 would leave it out, and C(1.2.&x;3.4) would become another address.
    """
    line, start, position, tail = 1, 0, 0, b""
    for chunk in itertools.chain(chunks, [b""]):
        data = tail + chunk
        cut = data.rfind(b"&", max(0, len(data) - LONGEST_REFERENCE)) if chunk else -1
        data, tail = (data[:cut], data[cut:]) if cut >= 0 else (data, b"")
        done = 0
        for match in BARE.finditer(data):
            line += data.count(b"\n", done, match.start())
            newline = data.rfind(b"\n", done, match.start())
            start = position + newline + 1 if newline >= 0 else start
            done = match.start()
            found.append((line, position + done - start + 1))
        line += data.count(b"\n", done)
        newline = data.rfind(b"\n", done)
        start = position + newline + 1 if newline >= 0 else start
        position += len(data)
        yield BARE.sub(b"&amp;", data)
