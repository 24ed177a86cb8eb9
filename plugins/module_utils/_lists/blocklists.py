# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Block lists of domains: hosts files, and the filters of ad blockers. Private to the collection."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, domain
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.txt import BLANK, lines

# First octets of the addresses to which a hosts file sends what it blocks.
SINKS = frozenset({0, 127})
SINKS_6 = frozenset({"::", "::1"})
# What every hosts file holds, blocking or not.
OWN = frozenset(
    [
        "localhost",
        "localhost.localdomain",
        "local",
        "broadcasthost",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "localhost4",
        "localhost6",
    ]
)
# ||name^, without options or with such (WHOLE) as leave all of the name blocked, on every page.
BLOCKED = re.compile(r"\|\|(?P<name>[^\s/^$|:]+)\^?\|?(?:\$(?P<options>[a-z,]+))?")
WHOLE = frozenset({"important", "all", "document", "doc"})
HALF = 0.5
OCTETS_BEHIND = 24


def is_hosts(sample: t.Sequence[str]) -> bool:
    """Return whether most of the lines send a name to a sink."""
    words = [text.split() for text in map(_uncommented, sample) if text]
    sunk = sum(len(each) > 1 and _is_sink(each[0]) for each in words)
    return sunk > HALF * len(words)


def is_adblock(sample: t.Sequence[str]) -> bool:
    """Return whether the lines begin with the header of an ad blocker's list, or most filter domains."""
    texts = [line.strip(BLANK) for line in sample]
    filters = [text for text in texts if text and not text.startswith("!")]
    if texts and texts[0].lower().startswith("[adblock"):
        return True
    return sum(text.startswith(("||", "@@")) for text in filters) > HALF * len(filters)


def read_hosts(stream: t.BinaryIO, name: str, reading: Reading) -> t.Iterator[Indicator]:
    """Yield the names that are sent to a sink.

    A line that gives names an address of their own blocks nothing: it is an indicator of the type C(host_entry).
    """
    for reading.line, line in lines(stream, name):
        address, *names = _uncommented(line).split() or [""]
        sunk = _is_sink(address)
        for each in names:
            if not sunk:
                yield Indicator(f"{address} {each}", "host_entry")
            elif each.lower() not in OWN and not networks.parse(each):
                yield Indicator(each)


def read_adblock(stream: t.BinaryIO, name: str, reading: Reading) -> t.Iterator[Indicator]:
    """Yield the domains and addresses that are blocked as a whole.

    Of the others exceptions have the type C(negated), all else C(pattern).
    """
    for reading.line, line in lines(stream, name):
        text = line.strip(BLANK)
        if not text or text.startswith("!") or (text.startswith("[") and text.endswith("]")):
            continue
        blocked = BLOCKED.fullmatch(text)
        if text.startswith("@@"):
            yield Indicator(text.removeprefix("@@"), "negated")
        elif blocked and WHOLE.issuperset((blocked["options"] or "all").split(",")) and _is_whole(blocked["name"]):
            yield Indicator(blocked["name"])
        elif domain(text) or networks.parse(text):
            yield Indicator(text)
        else:
            yield Indicator(text, "pattern")


def _is_sink(text: str) -> bool:
    number = networks.address(text)
    return text in SINKS_6 if number is None else number >> OCTETS_BEHIND in SINKS


def _is_whole(name: str) -> bool:
    return bool(domain(name) or networks.parse(name))


def _uncommented(line: str) -> str:
    return line.partition("#")[0].strip(BLANK)
