# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a reader stands in its source, and what it changed. Private to the collection."""

from __future__ import annotations

import collections


class Reading:
    """What a reader tells beside its indicators, always about the indicator that it yields next.

    line: the line (or number) of that indicator, 0 where the source has none.
    rewritten: how often the reader read another value than was written, by the word for that (C(refanged)).
    recovered: a list asks for what is not well-formed to be recovered, and takes a sentence about each loss.
    """

    __slots__ = ("line", "recovered", "rewritten")

    def __init__(self, *, recover: bool = False) -> None:
        self.line = 0
        self.rewritten: collections.Counter[str] = collections.Counter()
        self.recovered: list[str] | None = [] if recover else None
