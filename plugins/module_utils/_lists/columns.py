# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which column of a table holds the indicators. Private to the collection.

A column is taken because it is named, or because it is the only one that can be meant; else it is asked for.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks, spelling

# Headers of columns of indicators, in feeds that have other columns with addresses or URLs in them as well.
TELLING = frozenset(
    [
        "ip",
        "ip_address",
        "ipaddress",
        "ip_addr",
        "ipv4",
        "cidr",
        "network",
        "ip_prefix",
        "ioc",
        "ioc_value",
        "indicator",
        "value",
        "url",
    ]
)
STARTS = frozenset({"start", "start_ip", "first", "first_ip", "from", "range_start"})
ENDS = frozenset({"end", "end_ip", "last", "last_ip", "to", "range_end"})
# Headers of columns that hold the part of a network behind its slash.
MASKS = frozenset({"prefix", "prefix_length", "prefixlen", "mask", "netmask", "subnet_mask", "bits"})
ONE_ADDRESS = frozenset({"", "32", "128", "255.255.255.255"})
MASK = re.compile(r"/?\d{1,3}|(?:128|192|22[48]|24[08]|25[245])(?:\.\d{1,3}){3}")
HEADERS = TELLING | STARTS | {"dst_ip", "src_ip", "host", "hostname", "domain", "fqdn"}
# Headers of columns that say of what type each value is; and words of types that a list can hold, or the host of which.
TYPES = frozenset({"type", "ioc_type", "indicator_type", "attribute_type"})
LISTABLE = frozenset(
    [
        "ip",
        "ips",
        "ipv4",
        "ipv6",
        "cidr",
        "subnet",
        "network",
        "netblock",
        "domain",
        "hostname",
        "host",
        "fqdn",
        "url",
        "uri",
    ]
)
ADDRESSES = frozenset({"ip", "ipv6"})
LISTED = frozenset({"ip", "ipv6", "domain"})
MOST = 0.8
HALF = 0.5


class Choice(t.NamedTuple):
    """Indexes of columns, each -1 where there is none.

    end: where the value is a range from one column to another. to_ids: MISP's, which tells what may be used for
    detection. type: tells what each value is, so that a file's name is not taken for a domain.
    """

    value: int
    end: int = -1
    to_ids: int = -1
    type: int = -1

    @property
    def simple(self) -> bool:
        """Whether the column of values is all that matters."""
        return self.end < 0 and self.to_ids < 0 and self.type < 0


def normal(header: str) -> str:
    """Return a header in lower case, with one C(_) for each run of spaces and dashes, without quotes around it."""
    return re.sub(r"[\s_-]+", "_", header.strip(" \t#\"'").lower())


def choose(header: t.Sequence[str], rows: t.Sequence[t.Sequence[str]], wanted: str, name: str) -> Choice:
    """Return the column that holds the indicators. header: empty where there is none. rows: the first of the table.

    Raises ParseError, with C(name) and the columns there are, where none or several can be meant.
    """
    headers = [normal(each) for each in header]
    to_ids = headers.index("to_ids") if "to_ids" in headers else -1
    kind = next((i for i, each in enumerate(headers) if each in TYPES and _tells_types(rows, i)), -1)
    value, end = _value(header, headers, rows, wanted, name)
    if end < 0:
        _refuse_masks_apart(header, headers, rows, value, name)
    return Choice(value, end, to_ids, -1 if kind == value else kind)


def listable(kind: str) -> bool:
    """Return whether a type in a feed's own words, such as C(ip-dst|port), is one that a list can hold."""
    return not LISTABLE.isdisjoint(re.split(r"[^a-z0-9]+", kind.lower()))


def _refuse_masks_apart(
    header: t.Sequence[str], headers: list[str], rows: t.Sequence[t.Sequence[str]], value: int, name: str
) -> None:
    """Raise ParseError where the masks of networks stand in a column of their own.

    Each network would be read as its first address, and all others would be lost in silence.
    """
    for mask in (i for i, each in enumerate(headers) if each in MASKS and i != value):
        found = {row[mask].strip() for row in rows if max(mask, value) < len(row) and "/" not in row[value]}
        if found - ONE_ADDRESS and all(not each or MASK.fullmatch(each) for each in found):
            raise ParseError(
                f"{name}: the masks of the networks in {_titles(header, [value])} stand in a column of their own, "
                f"{_titles(header, [mask])}, so that each would be read as one address.",
                code="MaskApart",
                remedy="Let the file hold networks as 192.0.2.0/24, in one column.",
            )


def _tells_types(rows: t.Sequence[t.Sequence[str]], column: int) -> bool:
    return any(column < len(row) and listable(row[column]) for row in rows)


def _value(
    header: t.Sequence[str], headers: list[str], rows: t.Sequence[t.Sequence[str]], wanted: str, name: str
) -> tuple[int, int]:
    if wanted:
        return _named(wanted, header, headers, rows, name), -1
    kinds = [[spelling.kind(cell) for cell in column if cell.strip()] for column in cells(rows, len(header))]
    telling = [i for i, each in enumerate(headers) if each in TELLING and _share(kinds, i, None) >= HALF]
    if len(telling) == 1:
        return telling[0], -1
    addresses = [i for i in range(len(kinds)) if _share(kinds, i, ADDRESSES) >= MOST]
    ranged = _range(headers, addresses) if header else _bounds(rows, addresses)
    if ranged:
        return ranged
    for candidates in (
        addresses,
        [i for i in range(len(kinds)) if _share(kinds, i, LISTED) >= MOST],
        [i for i in range(len(kinds)) if _share(kinds, i, {"url"}) >= MOST],
    ):
        if len(candidates) == 1:
            return candidates[0], -1
        if candidates:
            raise ParseError(
                f"{name}: the columns {_titles(header, candidates)} may all hold the indicators.",
                code="AmbiguousColumn",
                remedy="Name the one that is meant with column.",
            )
    raise ParseError(
        f"{name}: no column holds addresses or domains; the columns are {_titles(header, range(len(kinds)))}.",
        code="NoColumn",
        remedy="Name one with column; in JSON, that of an array inside an object as in data.ip.",
    )


def usable(row: t.Iterable[str]) -> bool:
    """Return whether a cell of the row is something that lists, of whatever kind, are made of."""
    return any(spelling.kind(cell) for cell in row)


def cells(rows: t.Sequence[t.Sequence[str]], width: int = 0) -> list[list[str]]:
    """Return the cells by column, of at least C(width) columns; a row that is too short has empty ones."""
    width = max([width, *map(len, rows)])
    return [[row[i] if i < len(row) else "" for row in rows] for i in range(width)]


def _share(kinds: list[list[str]], column: int, wanted: t.Collection[str] | None) -> float:
    """Return the part, 0 to 1, of the column's cells that are of the wanted kinds; wanted: None for any kind at all."""
    cells = kinds[column] if column < len(kinds) else []
    return sum(bool(kind) if wanted is None else kind in wanted for kind in cells) / (len(cells) or 1)


def _range(headers: list[str], addresses: list[int]) -> tuple[int, int] | None:
    starts = [i for i in addresses if i < len(headers) and headers[i] in STARTS]
    ends = [i for i in addresses if i < len(headers) and headers[i] in ENDS]
    return (starts[0], ends[0]) if len(starts) == len(ends) == 1 else None


def _bounds(rows: t.Sequence[t.Sequence[str]], addresses: list[int]) -> tuple[int, int] | None:
    """Return the two columns that hold the first and the last address of a network in every row, None without them."""
    if len(addresses) != len(("first", "last")):
        return None
    start, end = addresses
    return (start, end) if all(end < len(row) and _is_network(row[start], row[end]) for row in rows) else None


def _is_network(start: str, end: str) -> bool:
    found = networks.parse(f"{start}-{end}")
    return len(found) == 1 and networks.first(found[0]) == networks.address(start.strip()) and start != end


def _named(
    wanted: str, header: t.Sequence[str], headers: list[str], rows: t.Sequence[t.Sequence[str]], name: str
) -> int:
    if normal(wanted) in headers:
        return headers.index(normal(wanted))
    width = max([len(header), *map(len, rows)])
    if wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted) <= width:
        return int(wanted) - 1
    raise ParseError(
        f"{name}: there is no column {wanted!r}; the columns are {_titles(header, range(width))}.", code="NoColumn"
    )


def _titles(header: t.Sequence[str], columns: t.Iterable[int]) -> str:
    """Return the headers of columns, or their numbers where they have none: a value never stands for a header."""
    return ", ".join(repr(header[i].strip()) if i < len(header) and header[i].strip() else str(i + 1) for i in columns)
