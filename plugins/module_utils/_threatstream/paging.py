# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the pages of a download are whole. Private to the collection.

The rules: docs/dev/threatstream.md#9 and docs/dev/threatstream.md#10.
"""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError

TOLERATED_PERCENT = 1
REMEDY = "Nothing was replaced. Run again; if it happens again, ThreatStream or a proxy cuts answers short."


def _incomplete(message: str) -> SourceError:
    return SourceError(message, code="IncompleteDownload", retryable=True, remedy=REMEDY)


class Completeness:
    """Watches the pages of one download, and raises SourceError where they cannot be trusted to be all."""

    def __init__(self) -> None:
        self._ids: set[object] = set()
        self._cursors: set[str] = set()
        self._first = 0
        self._last = 0
        self._before_last = 0
        self._last_size = 0

    def page(self, objects: list[dict[str, t.Any]], meta: dict[str, t.Any]) -> None:
        """Note a page; raises SourceError for a cursor that repeats, or a page that brings nothing new."""
        total = meta.get("total_count")
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise _incomplete("ThreatStream's answer has no meta.total_count, so nothing tells whether it is whole.")
        self._before_last = len(self._ids)
        self._first = self._first if self._before_last else max(self._first, total)
        self._last, self._last_size = total, len(objects)
        try:
            self._ids.update([item["id"] for item in objects])
        except (KeyError, TypeError) as error:
            raise SourceError("ThreatStream's answer holds objects without an id.") from error
        if objects and len(self._ids) == self._before_last:
            raise _incomplete("ThreatStream's paging does not advance: a page brought only objects already seen.")
        if len(self._ids) > 2 * self._first + 10_000 and not meta.get("approximate_count"):
            raise _incomplete(
                f"ThreatStream's paging does not end: {len(self._ids)} objects came of {self._first} announced."
            )
        cursor = meta.get("next")
        if cursor and objects and isinstance(cursor, str):
            if cursor in self._cursors:
                raise _incomplete("ThreatStream's paging does not advance: meta.next repeats.")
            self._cursors.add(cursor)

    def end(self) -> None:
        """Raise SourceError if objects are missing, after the last page."""
        remainder = self._first - self._before_last
        counts_remainder = abs(self._last - remainder) <= abs(self._last - self._first)
        if counts_remainder and self._last > self._last_size:
            raise _incomplete(
                f"ThreatStream's download is truncated: its last page holds {self._last_size} objects "
                f"where {self._last} remained."
            )
        announced = self._first if counts_remainder else self._last
        if len(self._ids) * 100 < announced * (100 - TOLERATED_PERCENT):
            raise _incomplete(
                f"ThreatStream's download is truncated: {len(self._ids)} objects came where {announced} were announced."
            )
