# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of ours that no declaration names: renamed by hand, or left over. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import DeclaredList, declared_absent
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    FOREIGN_TAG,
    GONE,
    Observed,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, Kind


class Undeclared(t.NamedTuple):
    """One such list. It stays in effect with what it held, and holds a place of the quota."""

    region: RegionState
    kind: Kind
    found: Observed

    def as_result(self, account_id: str) -> dict[str, t.Any]:
        """Return one of RV(undeclared)."""
        return {
            "account_id": account_id,
            "region": self.region.name,
            "kind": self.kind.name,
            "name": self.found.name,
            "id": self.found.id,
            "status": self.found.status,
            "location": self.found.location,
            "foreign": self.is_foreign,
        }

    @property
    def is_foreign(self) -> bool:
        """Return whether something else made it, and it was taken over for updates only."""
        return FOREIGN_TAG in self.found.tags

    def as_absent(self) -> DeclaredList:
        """Return the declaration that removes it."""
        return declared_absent(self.kind, self.found.name)


def undeclared(region: RegionState, account_id: str, declared: t.Collection[str]) -> list[Undeclared]:
    """Return the lists of the Region that carry the account's tag and are not declared.

    declared: the ids of those that are.
    """
    return [
        Undeclared(region, KINDS[kind], one)
        for kind, lists in region.lists.items()
        for one in lists
        if one.tags.get(ACCOUNT_TAG) == account_id and one.status not in GONE and one.id not in declared
    ]


def warning(account_id: str, found: t.Sequence[Undeclared]) -> str:
    """Return a warning that names the lists that are not declared, with what to do about them."""
    lists = ", ".join(sorted({f"{one.kind.name} {one.found.name!r} ({one.region.name})" for one in found}))
    foreign = [one.is_foreign for one in found]
    remedy = "" if all(foreign) else " Declare them absent, or set purge_lists to remove them."
    if any(foreign):
        remedy += " What something else made is removed only where it is declared absent with adopt."
    return (
        f"account {account_id}: this collection manages lists that are not declared, which stay as they are: "
        f"{lists}.{remedy}"
    )
