# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPv4 networks as plain integers, and sets of addresses as sorted intervals. Private to the collection.

A network is one C(int): its first address shifted left by six, with the prefix length in the low six bits. Sorted,
such integers are in numeric order, a wider network before the narrower ones that it holds. A quarter of a million of
them take a tenth of the memory and of the time of C(ipaddress) objects, and do not change between Python releases.
"""

from __future__ import annotations

import typing as t
from bisect import bisect_left, bisect_right
from socket import AF_INET, inet_ntoa, inet_pton

ADDRESS_BITS = 32
LAST_ADDRESS = (1 << ADDRESS_BITS) - 1
PREFIX_BITS = 6
PREFIX_MASK = (1 << PREFIX_BITS) - 1


def address(text: str) -> int | None:
    """Return the number of a dotted quad without leading zeros, else None."""
    try:
        return int.from_bytes(inet_pton(AF_INET, text), "big")
    except (OSError, ValueError):
        return None


def host(text: str) -> int | None:
    """Return the network of one address, which is read as C(address) reads it; None where it is none."""
    try:
        return int.from_bytes(inet_pton(AF_INET, text), "big") << PREFIX_BITS | ADDRESS_BITS
    except (OSError, ValueError):
        return None


def pack(start: int, length: int) -> int:
    """Return the network that begins at this address and has this prefix length."""
    return start << PREFIX_BITS | length


def first(network: int) -> int:
    """Return its first address."""
    return network >> PREFIX_BITS


def prefix(network: int) -> int:
    """Return its prefix length."""
    return network & PREFIX_MASK


def last(network: int) -> int:
    """Return its last address."""
    return (network >> PREFIX_BITS) + (1 << ADDRESS_BITS - (network & PREFIX_MASK)) - 1


def size(network: int) -> int:
    """Return how many addresses it holds."""
    return 1 << ADDRESS_BITS - (network & PREFIX_MASK)


def text(network: int) -> str:
    """Return the address for a C(/32), else C(address/length)."""
    length = network & PREFIX_MASK
    quad = inet_ntoa((network >> PREFIX_BITS).to_bytes(4, "big"))
    return quad if length == ADDRESS_BITS else f"{quad}/{length}"


def bounds(network: int) -> tuple[str, str]:
    """Return first and last address as text."""
    return inet_ntoa(first(network).to_bytes(4, "big")), inet_ntoa(last(network).to_bytes(4, "big"))


def span(start: int, end: int) -> list[int]:
    """Return the fewest networks that hold exactly the addresses C(start) to C(end), both included."""
    networks = []
    while start <= end:
        size = start & -start or LAST_ADDRESS + 1
        while size > end - start + 1:
            size >>= 1
        networks.append(pack(start, ADDRESS_BITS + 1 - size.bit_length()))
        start += size
    return networks


def parse(value: str) -> list[int]:
    """Return the networks of an address, a CIDR, an address with netmask, or a range C(a-b); none for any other text.

    Host bits are cleared. A range whose start lies after its end is read the other way round: such ranges are published
    (docs/dev/stix.md#10).
    """
    number = address(value)
    if number is not None:
        return [pack(number, ADDRESS_BITS)]
    head, slash, tail = value.partition("/")
    if slash:
        return _parse_network(head.strip(), tail.strip())
    head, dash, tail = value.partition("-")
    if dash:
        start, end = address(head.strip()), address(tail.strip())
        if start is not None and end is not None:
            return span(min(start, end), max(start, end))
    return []


def _parse_network(head: str, tail: str) -> list[int]:
    number = address(head)
    if number is None:
        return []
    if tail.isascii() and tail.isdecimal() and len(tail) <= len("32"):
        length = int(tail)
    else:
        mask = address(tail)
        inverse = None if mask is None else LAST_ADDRESS - mask
        if inverse is None or inverse & (inverse + 1):
            return []
        length = ADDRESS_BITS - inverse.bit_length()
    if length > ADDRESS_BITS:
        return []
    host = ADDRESS_BITS - length
    return [pack(number >> host << host, length)]


def widened(network: int, length: int) -> int:
    """Return the network of this prefix length that holds the given one."""
    host = ADDRESS_BITS - length
    return pack(first(network) >> host << host, length)


def has_host_bits(value: str) -> bool:
    """Return whether a CIDR, or an address with netmask, is written with another address than the network's first."""
    networks = parse(value)
    return bool(networks) and address(value.partition("/")[0].strip()) != first(networks[0])


class Intervals:
    """A set of addresses: sorted, disjoint, not adjacent intervals."""

    def __init__(self, networks: t.Iterable[int] = ()) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for network in sorted(networks):
            start, end = first(network), last(network)
            if self.ends and start <= self.ends[-1] + 1:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def __bool__(self) -> bool:
        return bool(self.starts)

    def networks(self) -> list[int]:
        """Return the fewest networks that hold exactly this set."""
        return [network for start, end in zip(self.starts, self.ends, strict=True) for network in span(start, end)]

    def touches(self, network: int) -> bool:
        """Return whether any address of the network is in the set."""
        start = network >> PREFIX_BITS
        index = bisect_left(self.ends, start)
        return index < len(self.starts) and self.starts[index] < start + (1 << ADDRESS_BITS - (network & PREFIX_MASK))

    def covers(self, network: int) -> bool:
        """Return whether all addresses of the network are in the set."""
        index = bisect_right(self.starts, first(network)) - 1
        return index >= 0 and last(network) <= self.ends[index]

    def without(self, network: int, limit: int) -> list[int] | None:
        """Return what is left of the network beside the set; None where that takes more than C(limit) networks."""
        pieces: list[int] = []
        position, end = first(network), last(network)
        index = bisect_left(self.ends, position)
        while index < len(self.starts) and self.starts[index] <= end and len(pieces) <= limit:
            pieces += span(position, self.starts[index] - 1)
            position = self.ends[index] + 1
            index += 1
        pieces += span(position, end)
        return pieces if len(pieces) <= limit else None


# No router passes these on, in whatever network: nothing remote has such an address.
NOT_ROUTABLE = Intervals(
    network
    for cidr in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
    for network in parse(cidr)
)
