# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as people write them: defanged, quoted, with a port, several in a line. Private to the collection.

Nothing is guessed: what does not become an address, a network, a domain, or something that no list can hold, stays as
it is, for the policy to drop as invalid.
"""

from __future__ import annotations

import re
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain, is_ipv6
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading

# What needs no second look here; whether it is an address or a domain is for the policy to judge.
PLAIN = re.compile(r"[0-9.]+(?:/[0-9.]+)?|(?:[A-Za-z0-9_*-]+\.)+[A-Za-z]{2,}")
WRAPPING = " \t\"'`,;"
SEPARATOR = re.compile(r"[\s,;|\"'`]+")
DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\[\.|\.\]|\\\.", re.I)
COLON = re.compile(r"\[:\]|\[://\]|:\[//\]", re.I)
AT = re.compile(r"\[@\]|\[at\]|\(at\)", re.I)
SCHEME = re.compile(r"h(?:xx|tt|\*\*)p(s?)(?=:)", re.I)
URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.I)
PORT = re.compile(r"(?P<host>[^\s:|/]+)[:|](?P<port>[0-9]{1,5})/?")
HIGHEST_PORT = 65_535
SHORT_RANGE = re.compile(r"(?P<head>(?:[0-9]{1,3}\.){3})(?P<first>[0-9]{1,3}) ?- ?(?P<last>[0-9]{1,3})")
HIGHEST_OCTET = 255
BRACKETED = re.compile(r"\[(?P<address>[0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?")
HASH = re.compile(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128}")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
LONGEST_SPELLED = 4_096


class Spelled(t.NamedTuple):
    """A value in the spelling of lists.

    kind: what it is, in the words of Indicator's type, empty where it is none of that. rewritten: what was done to it.
    """

    value: str
    kind: str
    rewritten: tuple[str, ...] = ()


def spell(text: str, host_of_url: bool = False) -> Spelled:
    """Return one value as lists write it, or as it is where it is no value."""
    if len(text) > LONGEST_SPELLED:
        return Spelled(text, "")
    kind = _kind(text)
    if kind:
        return Spelled(text, kind)
    fanged = refang(text)
    if fanged != text:
        spelled = _rewritten(fanged, host_of_url, ("refanged",))
        return spelled if spelled.kind else Spelled(text, "")
    return _rewritten(text, host_of_url, ())


def refang(text: str) -> str:
    """Return a text with the dots, colons, at signs and schemes that were taken out so that nobody clicks on it."""
    text = COLON.sub(lambda match: "://" if "/" in match[0] else ":", AT.sub("@", DOT.sub(".", text)))
    return SCHEME.sub(lambda match: f"http{match[1]}".lower(), text, count=1) if SCHEME.match(text) else text


def values(text: str, reading: Reading) -> list[Indicator]:
    """Return the indicators of a line or cell: one, or several where every part of it is a value.

    Rewritings are counted in C(reading).
    """
    text = text.strip(WRAPPING)
    if PLAIN.fullmatch(text):
        return [Indicator(text)]
    whole = spell(text, reading.host_of_url)
    found = [whole]
    if not whole.kind and len(text) <= LONGEST_SPELLED:
        parts = [spell(part, reading.host_of_url) for part in SEPARATOR.split(text) if part]
        if len(parts) > 1 and all(part.kind for part in parts):
            found = parts
    for spelled in found:
        reading.rewritten.update(spelled.rewritten)
    return [Indicator(spelled.value, TYPES.get(spelled.kind, spelled.kind)) for spelled in found]


def kind(text: str) -> str:
    """Return what a text is, of several values the kind of the first; empty where it is no value, or not all are."""
    text = text.strip(WRAPPING)
    whole = spell(text).kind
    if whole or len(text) > LONGEST_SPELLED:
        return whole
    kinds = [spell(part).kind for part in SEPARATOR.split(text) if part]
    return kinds[0] if kinds and all(kinds) else ""


# A text list does not tell addresses from domains, so Indicator keeps its default for both.
TYPES = {"": "ip", "domain": "ip"}


def _kind(text: str) -> str:
    if networks.parse(text):
        return "ip"
    if domain(text):
        return "domain"
    if is_ipv6(text):
        return "ipv6"
    if HASH.fullmatch(text):
        return "hash"
    if EMAIL.fullmatch(text) and "://" not in text:
        return "email"
    return ""


def _rewritten(text: str, host_of_url: bool, done: tuple[str, ...]) -> Spelled:
    kind = _kind(text)
    if kind:
        return Spelled(text, kind, done)
    if URL.fullmatch(text):
        host = host_of(text) if host_of_url else ""
        return Spelled(host, _kind(host), (*done, "host_of_url")) if host else Spelled(text, "url", done)
    port = PORT.fullmatch(text)
    if port and 0 < int(port["port"]) <= HIGHEST_PORT and _kind(port["host"]) in {"ip", "domain"}:
        return Spelled(port["host"], _kind(port["host"]), (*done, "port_stripped"))
    short = SHORT_RANGE.fullmatch(text)
    if short and int(short["first"]) <= int(short["last"]) <= HIGHEST_OCTET:
        spelled = f"{short['head']}{short['first']}-{short['head']}{short['last']}"
        if networks.parse(spelled):
            return Spelled(spelled, "ip", (*done, "range_completed"))
    bracketed = BRACKETED.fullmatch(text)
    if bracketed and is_ipv6(bracketed["address"]):
        return Spelled(bracketed["address"], "ipv6", done)
    return Spelled(text, "")


def host_of(url: str) -> str:
    """Return the host of a URL if it is an address or a domain, else empty."""
    try:
        host = urllib.parse.urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if networks.address(host) is not None or domain(host) or is_ipv6(host) else ""
