# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a source is to be read, where its reader stands, and what it changed. Private to the collection."""

from __future__ import annotations

import collections


class Reading:
    """One reading of one source: what the reader needs to know, and what it tells beside its indicators.

    column: name or number (from 1) of the column that holds the values; empty: it is found by looking.
    host_of_url: take the host of a URL as the indicator.
    max_size: bytes that are read at most, compressed or not; None for the limit that formats has.
    format: what formats found the source to be, empty where it did not look.
    line: the line (in JSON and STIX 2.x the element) of the indicator given last, 0 where the source has none.
    rewritten: how often the reader read another value than was written, by the word for that: C(refanged),
      C(port_stripped), C(range_completed), C(host_of_url).
    recovered: a list where what is not well-formed is to be recovered, to which a sentence about each loss is added;
      else None.
    """

    __slots__ = ("column", "format", "host_of_url", "line", "max_size", "recovered", "rewritten")

    def __init__(self, *, recover: bool = False, column: str = "", host_of_url: bool = False) -> None:
        self.column = column
        self.host_of_url = host_of_url
        self.max_size: int | None = None
        self.format = ""
        self.line = 0
        self.rewritten: collections.Counter[str] = collections.Counter()
        self.recovered: list[str] | None = [] if recover else None
