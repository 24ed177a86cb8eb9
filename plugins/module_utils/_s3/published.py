# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was published under a key, by versions, each with the index that belongs to it. Private to the collection."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.dropped import Drop
from ansible_collections.threatlists.aws.plugins.module_utils._lists.index import FoundEntries, IndexHit
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import index_objects, objects
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target


class PublishedVersion(t.NamedTuple):
    """One version of a list. index_version: that of the index that belongs to it, None where it has none."""

    version_id: str | None
    sha256: str
    published: datetime.datetime
    has_index: bool
    index_version: str | None


NOTHING = FoundEntries({}, {}, None)


class History:
    """The newest versions of a list, newest first, at most C(most). Raises PublishError where they cannot be seen.

    Costs ListObjectVersions of list and index, and a HeadObject for each version of both. An index that, by its
    metadata, belongs to none of these versions is not used; a broken one counts as missing, and C(warn) is called.
    """

    def __init__(self, target: Target, most: int, warn: t.Callable[[str], None]) -> None:
        self.target = target
        self._warn = warn
        self.place = index_objects.beside(target)
        versions = [version for version in target.versions() if not version.deleted]
        self.is_whole = len(versions) <= most
        indexes: dict[str, str | None] = {}
        for one in index_objects.history(self.place, most + 1):
            indexes.setdefault(one.list_sha256, one.version_id)
        self.versions: list[PublishedVersion] = []
        for version in versions[:most]:
            state = target.observe(version.asked_for)
            if state is not None:
                has_index = state.sha256 in indexes
                version_id = objects.known_version(state.version_id)
                found = indexes.get(state.sha256)
                moment = datetime.datetime.fromisoformat(version.last_modified)
                self.versions.append(PublishedVersion(version_id, state.sha256, moment, has_index, found))
        self._read: dict[str, FoundEntries] = {}

    def read_indexes(self, asked: t.Sequence[str]) -> None:
        """Read the index of each version, so that it is known which are broken."""
        for version in list(self.versions):
            self._found(version, asked)

    def hits_in(self, version: PublishedVersion, asked: t.Sequence[str]) -> dict[str, list[IndexHit]]:
        """Return by value the hits in the index of a version, which is read once, for the values asked for then."""
        return self._found(version, asked).hits

    def more(self, version: PublishedVersion, asked: t.Sequence[str]) -> dict[str, int]:
        """Return, by value, how many entries the hits of C(hits_in) leave out."""
        return self._found(version, asked).more

    def dropped(self, version: PublishedVersion, asked: t.Sequence[str]) -> list[Drop] | None:
        """Return what was dropped when a version was made, None where its index does not tell."""
        return self._found(version, asked).drops

    def _found(self, version: PublishedVersion, asked: t.Sequence[str]) -> FoundEntries:
        if not version.has_index:
            return NOTHING
        if version.sha256 not in self._read:
            try:
                self._read[version.sha256] = index_objects.read_index(self.place, version.index_version, asked)
            except ParseError as error:
                self._warn(f"{error} What the list held then is not known.")
                self._leave_out(version.sha256)
        return self._read[version.sha256]

    def _leave_out(self, sha256: str) -> None:
        """Treat the index of a list as missing."""
        self._read[sha256] = NOTHING
        self.versions = [
            one._replace(has_index=False, index_version=None) if one.sha256 == sha256 else one for one in self.versions
        ]
