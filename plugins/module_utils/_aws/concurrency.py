# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work done together in threads. Private to the collection."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


def in_threads(function: t.Callable[[Item], Result], items: t.Sequence[Item], workers: int) -> list[Result]:
    """Return C(function(item)) for every item, in their order, worked at together in threads."""
    if len(items) <= 1 or workers <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(len(items), workers)) as pool:
        return list(pool.map(function, items))
