# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indicators, and the parsing of values into IPv4 networks or domains. Private to the collection."""

from __future__ import annotations

import datetime
import functools
import itertools
import re
import typing as t
from socket import AF_INET6, inet_pton

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError

try:
    import idna
except ImportError:
    HAS_IDNA = False
else:
    HAS_IDNA = True

LONGEST_DOMAIN = 253
PUNYCODE = "xn--"
KNOWN_LABELS = 4_096
# More than any domain needs: a label of 63 letters may take more before it is normalized.
LONGEST_VALUE = 1_000
DOMAIN = re.compile(r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Indicator(t.NamedTuple):
    """One indicator as its source gave it; nothing is judged yet.

    value: an address, CIDR, range C(a-b) or domain as the source wrote it, white space stripped.
    type: V(ip), V(ipv6), V(domain), or the source's own word for what no list can hold (url, email, hash, …).
    confidence: 0..100; -1 where the source does not say.
    created, modified, expires: ISO 8601 in UTC with milliseconds and V(Z), so that text order is time order;
      empty where not known (expires: never).
    valid_from: a time too; an indicator is not published before it.
    id: what the source calls it; empty where it has no names.
    itype, status, source, severity, tlp: the source's own words, empty where it has none.
    tags: the source's own words too, sorted.
    """

    value: str
    type: str = "ip"
    confidence: int = -1
    itype: str = ""
    status: str = "active"
    source: str = ""
    severity: str = ""
    tlp: str = ""
    created: str = ""
    modified: str = ""
    expires: str = ""
    valid_from: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()


def made(fields: tuple[t.Any, ...]) -> Indicator:
    """Return what C(Indicator(*fields)) returns, given all fields, in half of its time."""
    return tuple.__new__(Indicator, fields)


def plain(values: t.Iterable[str]) -> t.Iterator[Indicator]:
    """Return what C(map(Indicator, values)) returns, in a third of its time."""
    rest = map(itertools.repeat, Indicator("")[1:])
    return map(tuple.__new__, itertools.repeat(Indicator), zip(values, *rest, strict=False))


def timestamp(text: str) -> str:
    """Return an ISO 8601 time as Indicator keeps it; one without a zone is UTC. Empty where it is no time."""
    try:
        time = datetime.datetime.fromisoformat(text.strip())
        return utc(time.replace(tzinfo=time.tzinfo or datetime.UTC))
    except (ValueError, OverflowError):
        return ""


def utc(time: datetime.datetime) -> str:
    """Return a time, which has a zone, as Indicator keeps it."""
    return f"{time.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def domain(value: str) -> str:
    """Return a domain or C(*.)domain in lower case, punycode and without a final dot, else empty."""
    if not value.isascii():
        return _punycode(value)
    name = value.removesuffix(".").lower()
    if len(name) > LONGEST_DOMAIN or not DOMAIN.fullmatch(name):
        return ""
    return name if PUNYCODE not in name or all(map(_is_canonical, name.split("."))) else ""


def _punycode(value: str) -> str:
    """Return a domain beyond ASCII in punycode, by IDNA 2008 and UTS 46; empty where these refuse it.

    Not transitional, so C(straße.de) does not become C(strasse.de).
    """
    _ask_for_idna(value)
    try:
        labels = idna.uts46_remap(value[:LONGEST_VALUE], std3_rules=False, transitional=False).split(".")
        return domain(".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels))
    except (idna.IDNAError, UnicodeError):
        return ""


@functools.lru_cache(KNOWN_LABELS)
def _is_canonical(label: str) -> bool:
    """Return whether an ASCII label is not punycode, or is as IDNA 2008 writes the label that it stands for."""
    if not label.startswith(PUNYCODE):
        return True
    _ask_for_idna(label)
    try:
        return bool(idna.alabel(idna.ulabel(label)).decode("ascii") == label)
    except (idna.IDNAError, UnicodeError):
        return False


def _ask_for_idna(value: str) -> None:
    if not HAS_IDNA:
        raise ThreatlistsError(
            f"{value}: a domain beyond ASCII needs the Python library idna.",
            code="MissingLibrary",
            remedy="Install idna.",
        )


def parents(name: str) -> t.Iterator[str]:
    """Yield the wildcards that hold a domain or a wildcard, narrowest first."""
    rest = name.removeprefix("*.")
    while "." in rest:
        rest = rest.partition(".")[2]
        yield f"*.{rest}"


# The strictest first.
TLP_MARKS = ("red", "amber+strict", "amber", "green", "clear", "white")


def strictest(marks: t.Collection[str]) -> str:
    """Return the strictest of these TLP marks, empty where none is known."""
    lower = {mark.lower() for mark in marks}
    return next((mark for mark in TLP_MARKS if mark in lower), "")


def is_ipv6(value: str) -> bool:
    """Return whether the value is an IPv6 address, network or range."""
    head = value.partition("-")[0].partition("/")[0].partition("%")[0].strip()
    try:
        inet_pton(AF_INET6, head)
    except (OSError, ValueError):
        return False
    return True
