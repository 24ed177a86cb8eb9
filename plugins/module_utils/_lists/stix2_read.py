# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 2.0 and 2.1: the indicators of bundles, of a TAXII envelope, or one after another. Private to the collection."""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import stix2_patterns
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, timestamp
from ansible_collections.threatlists.aws.plugins.module_utils._lists.json_stream import Cursor
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading

HIGHEST_CONFIDENCE = 100
# The marking definitions of TLP 1 (STIX 2.1, 7.2.1.4) and of OASIS's extension for TLP 2.
MARKINGS = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "white",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "white",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
ID = re.compile(r'"id"\s*:\s*"(indicator--[0-9A-Za-z-]+)"')
CHUNK, LONGEST_ID = 1 << 20, 256
# An indicator of this type says that nothing is wrong: it is never to be published as a threat.
BENIGN = "benign"
BENIGN_ITYPE = "benign_ip"


def read(stream: t.BinaryIO, name: str, reading: Reading) -> t.Iterator[Indicator]:
    """Yield the indicators, each in its latest version.

    Raises ParseError, with C(name), for what is not well-formed, and for what has no indicators.
    """
    latest = _latest(stream, name)
    wrapper: dict[str, t.Any] = {}
    others: collections.Counter[str] = collections.Counter()
    found = False
    for number, item in enumerate(_objects(Cursor(stream, name), wrapper), 1):
        reading.line = number
        if not isinstance(item, dict):
            raise ParseError(f"{name}: element {number}: no STIX object.", code="WrongFormat")
        if item.get("type") != "indicator":
            others[str(item.get("type"))] += 1
            continue
        found = True
        if latest.get(_id(item), number) == number or not _time(item.get("modified")):
            yield from indicators(item, name)
    if wrapper.get("more") is True:
        yield Indicator("more of a TAXII envelope", "unresolved")
    elif not found and not _is_empty_envelope(wrapper, others):
        raise ParseError(f"{name}: {_what(wrapper, others)} without indicators.", code="NoIndicators")


def _latest(stream: t.BinaryIO, name: str) -> dict[str, int]:
    """Return by id the number of the element that is the latest version, of indicators that have several.

    A later version may revoke those before it. Few files have several. Of versions of the same time one that revokes
    counts, then the last.
    """
    repeated = _repeated(stream, name)
    latest: dict[str, tuple[str, bool, int]] = {}
    for number, item in enumerate(_objects(Cursor(stream, name), {}) if repeated else (), 1):
        modified = _time(item.get("modified")) if isinstance(item, dict) and _id(item) in repeated else ""
        if modified:
            version = modified, item.get("revoked") is True, number
            latest[_id(item)] = max(version, latest.get(_id(item), version))
    return {each: number for each, (_modified, _is_revoked, number) in latest.items()}


def _repeated(stream: t.BinaryIO, name: str) -> set[str]:
    """Return the ids of indicators that stand in the text more than once, without reading it as JSON."""
    seen: set[str] = set()
    repeated: set[str] = set()
    decoder, rest = Cursor(stream, name).decoder, ""
    while chunk := stream.read(CHUNK):
        text, end = rest + decoder.decode(chunk), 0
        for match in ID.finditer(text):
            (repeated if match[1] in seen else seen).add(match[1])
            end = match.end()
        rest = text[max(end, len(text) - LONGEST_ID) :]
    return repeated


def _id(item: dict[str, t.Any]) -> str:
    return str(item.get("id", ""))


def _is_empty_envelope(wrapper: dict[str, t.Any], others: collections.Counter[str]) -> bool:
    return "more" in wrapper and not others


def _objects(cursor: Cursor, wrapper: dict[str, t.Any]) -> t.Iterator[t.Any]:
    """Yield the objects of bundles, of an envelope or of an array, or those that stand by themselves.

    wrapper: takes the other members of the bundle or envelope.
    """
    if cursor.peek() == "[":
        yield from cursor.elements()
    while cursor.peek() == "{":
        wrapper.clear()
        for member in cursor.members():
            if member == "objects" and cursor.peek() == "[":
                yield from cursor.elements()
            else:
                wrapper[member] = cursor.value()
        if "type" in wrapper and wrapper["type"] != "bundle":
            yield dict(wrapper)
    if cursor.peek():
        raise cursor.error("something follows the end")


def _what(wrapper: dict[str, t.Any], others: collections.Counter[str]) -> str:
    version = wrapper.get("spec_version") or ("2.1" if wrapper.get("type") == "bundle" else "2.0")
    kind = str(wrapper.get("type", "envelope"))
    held = ", ".join(f"{count} {each}" for each, count in others.most_common(5))
    detail = f" ({held})" if held and kind in {"bundle", "envelope"} else ""
    return f"this is a STIX {version} {kind}{detail}"


def indicators(item: dict[str, t.Any], name: str) -> t.Iterator[Indicator]:
    """Yield the values of one indicator object as Indicators. Raises ParseError where it has no pattern."""
    pattern = item.get("pattern")
    if not isinstance(pattern, str):
        raise ParseError(f"{name}: {item.get('id', 'an indicator')}: has no pattern.", code="WrongFormat")
    language = item.get("pattern_type", "stix")
    values = stix2_patterns.values(pattern) if language == "stix" else [(pattern, "pattern")]
    fields = _fields(item)
    endless = item.get("valid_until") is None or fields["expires"]
    for value, kind in values:
        yield Indicator(value, kind if endless else "unresolved", **fields)


def _fields(item: dict[str, t.Any]) -> dict[str, t.Any]:
    confidence = item.get("confidence", -1)
    types = _texts(item.get("indicator_types")) or _texts(item.get("labels"))
    fields: dict[str, t.Any] = {
        "created": _time(item.get("created")),
        "modified": _time(item.get("modified")),
        "valid_from": _time(item.get("valid_from")),
        "expires": _time(item.get("valid_until")),
        "status": "revoked" if item.get("revoked") is True else "active",
        "itype": BENIGN_ITYPE if BENIGN in types else "",
        "tlp": next((MARKINGS[each] for each in _texts(item.get("object_marking_refs")) if each in MARKINGS), ""),
    }
    if isinstance(confidence, int) and not isinstance(confidence, bool) and 0 <= confidence <= HIGHEST_CONFIDENCE:
        fields["confidence"] = confidence
    return fields


def _texts(member: t.Any) -> list[str]:
    return [each for each in member if isinstance(each, str)] if isinstance(member, list) else []


def _time(text: t.Any) -> str:
    return timestamp(text) if isinstance(text, str) else ""
