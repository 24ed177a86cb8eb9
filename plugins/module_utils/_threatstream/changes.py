# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changed since an earlier download, asked for by update_id and by time. Private to the collection.

Facts of the service: docs/dev/threatstream.md#11, docs/dev/threatstream.md#21 and docs/dev/threatstream.md#22.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import Object, number
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection

# How many numbers are asked for again, since the service may commit changes in another order than it numbers them.
OVERLAP = 500


class TooManyError(Exception):
    """A full download would be smaller, or is all that is possible; the message says why, where users should know."""


@dataclasses.dataclass
class Changes:
    """What changed behind the highest update_id that was seen (C(cursor)), and since a moment.

    look_back: also ask for objects that were modified since, but became visible late, with a lower number.
    by_search_after: whether it is known that the account may not ask by update_id__gt. most: with more changed objects
    than these a full download is the smaller one. C(asked_otherwise) says afterwards that update_id__gt was refused.
    """

    client: ThreatStream
    selection: Selection
    cursor: int
    since: datetime.datetime
    look_back: bool
    by_search_after: bool
    most: int
    asked_otherwise: str = dataclasses.field(default="", init=False)

    def pages(self) -> t.Iterator[list[Object]]:
        """Yield the objects, a page at a time, some perhaps twice. Raises SourceError, or TooManyError."""
        start = max(self.cursor - OVERLAP, 0)
        if not self.by_search_after:
            try:
                yield from self._few(self.selection.changes(update_id__gt=str(start)))
            except SourceError as error:
                _only_where_refused(error)
                self.by_search_after = True
                self.asked_otherwise = (
                    f"ThreatStream at {self.client.host} refuses to be asked by update_id__gt ({error}). Changes are "
                    "asked for by search_after and by modified_ts__gte instead, so each is read twice."
                )
        try:
            if self.by_search_after:
                yield from self._by_search_after(start)
            elif self.look_back:
                yield from self._late(start)
        except SourceError as error:
            _only_where_refused(error)
            raise TooManyError(f"ThreatStream refuses to tell what changed ({error})") from error

    def _modified(self) -> dict[str, str]:
        return self.selection.changes(modified_ts__gte=self.since.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _few(self, parameters: dict[str, str]) -> t.Iterator[list[Object]]:
        for objects, meta in self.client.pages(parameters):
            if meta["total_count"] > self.most and meta.get("next"):
                raise TooManyError
            yield objects

    def _late(self, start: int) -> t.Iterator[list[Object]]:
        """Yield what was modified since and has a number up to C(start): all that is higher was read already."""
        found = 0
        for objects, _meta in self.client.pages(self._modified(), up_to=start + 1):
            if found > self.most:
                raise TooManyError
            found += len(objects)
            yield [item for item in objects if number(item, "update_id") <= start]

    def _by_search_after(self, start: int) -> t.Iterator[list[Object]]:
        """Yield everything behind a number, and before that, by time, what changed.

        The service does not say how much the first is, so the second, which it counts, tells when that is too much.
        """
        yield from self._few(self._modified())
        for objects, _meta in self.client.pages(self.selection.changes(search_after=str(start)), counted=False):
            yield objects


def _only_where_refused(error: SourceError) -> None:
    if error.code != "SelectionRefused":
        raise error
