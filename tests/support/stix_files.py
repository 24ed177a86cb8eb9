# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole STIX documents held against two other readers: a tree, and the stix library. Mutations of them."""

from __future__ import annotations

import io
import pathlib
import typing as t
import warnings

from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, networks, stix_read
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from cybox.objects.address_object import Address
from lxml import etree
from stix.core import STIXPackage
from support import paths

OWN = sorted((paths.FIXTURES / "stix").glob("*.xml"))
# Documents as they are published, of our own making: the shapes of docs/dev/stix.md#9 to 12.
PUBLISHED = sorted((paths.FIXTURES / "stix/published").glob("*.xml"))
SMALL = 50_000


def outcome(content: bytes, recovered: list[str] | None) -> list[Indicator] | None:
    """What is read, or None where it was refused by an error that names the file."""
    try:
        return list(formats.read(io.BytesIO(content), "list", recovered=recovered))
    except SourceError as error:
        assert str(error).startswith("list: ")
        return None


def mutate(content: bytes, mutations: list[tuple[float, str, bytes]]) -> bytes:
    for place, action, piece in mutations:
        at = int(place * len(content))
        if action == "insert":
            content = content[:at] + piece + content[at:]
        elif action == "delete":
            content = content[:at] + content[at + len(piece) :]
        elif action == "repeat":
            content = content[:at] + content[at : at + 400] + content[at:]
        else:
            content = content[: max(at, 1)]
    return content


def check_read_whole_or_refused(content: bytes) -> None:
    strict = outcome(content, None)
    recovered: list[str] = []
    lenient = outcome(content, recovered)
    if strict is not None:
        assert lenient == strict
        assert recovered == []
    elif lenient is not None and content.lstrip()[:1] == b"<":
        assert len(recovered) == 1
    try:
        tree = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return
    if strict is not None and content.lstrip()[:1] == b"<":
        elements = sum(1 for _element in tree.iter("{*}Address_Value"))
        assert len([indicator for indicator in strict if indicator.type not in {"unresolved", "url"}]) >= elements


def check_chunks_make_no_difference(content: bytes, monkeypatch: t.Any) -> None:
    whole = outcome(content, [])
    for size in (101, 997, 4_099):
        monkeypatch.setattr(stix_read, "CHUNK", size)
        assert outcome(content, []) == whole


def check_every_address_is_read(path: pathlib.Path) -> None:
    recovered: list[str] = []
    got = {indicator.value for indicator in read(path, recovered) if indicator.type == "ip"}
    got |= {value.partition("-")[part] for value in got for part in (0, 2)}  # the ends of a range
    assert got >= {value for value in _leaves(path) if value and "@" not in value}
    assert bool(recovered) == (not is_well_formed(path))


def check_the_library_finds_no_more(path: pathlib.Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            package = STIXPackage.from_xml(io.BytesIO(content(path)))
        except Exception:
            package = STIXPackage()
    expected = {value for value in _library_addresses(package) if networks.parse(value)}
    got: set[str] = set()
    for indicator in read(path, []):
        got.update((indicator.value, *indicator.value.split("-")))
    assert expected <= got


def content(path: pathlib.Path) -> bytes:
    """Return the bytes of a document. One is kept as UTF-8, as ansible-test wants every file, and stands for UTF-16."""
    if path.name != "utf16_crlf.xml":
        return path.read_bytes()
    return path.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-16")


def read(path: pathlib.Path, recovered: list[str] | None = None) -> list[Indicator]:
    return list(formats.read(io.BytesIO(content(path)), path.name, recovered=recovered))


def is_well_formed(path: pathlib.Path) -> bool:
    try:
        etree.parse(io.BytesIO(content(path)))
    except etree.XMLSyntaxError:
        return False
    return True


def _leaves(path: pathlib.Path) -> t.Iterator[str]:
    """Values of all IPv4 Address_Values, found by a tree instead of a stream."""
    root = etree.parse(io.BytesIO(content(path)), etree.XMLParser(recover=True)).getroot()
    for element in root.iter("{*}Address_Value"):
        parent = element.getparent()
        if parent is not None and parent.get("category", "ipv4-addr") == "ipv4-addr":
            text = (element.text or "").replace("##comma##", ",").replace(str(element.get("delimiter", ",")), ",")
            yield from (part.strip() for part in text.split(","))


def _library_addresses(package: t.Any) -> t.Iterator[str]:
    """The IPv4 addresses that the stix library finds."""
    for entity in package.walk():
        if isinstance(entity, Address) and entity.category in {None, "ipv4-addr"} and entity.address_value is not None:
            value = entity.address_value.value
            for text in value if isinstance(value, list) else [value]:
                yield from (part.strip() for part in str(text).split(","))
