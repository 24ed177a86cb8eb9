# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the declared lists come to, over all accounts of a run. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import policies


def plan(
    declared: t.Sequence[t.Mapping[str, t.Any]],
    hosts: t.Iterable[t.Mapping[str, t.Any]],
    groups: t.Iterable[str] | None = None,
    readers: t.Iterable[t.Mapping[str, t.Any]] | None = None,
    **principals: t.Any,
) -> dict[str, t.Any]:
    """Return C({problems, objects, merged, notes, buckets}).

    problems: sentences; with any all else is empty. objects: each distinct one once. merged: the lists to publish.
    notes: sentences on the others. buckets: with their policies, only where readers are given.
    groups: those of the inventory; None where they are not known. readers: further accounts that the policies name.
    principals: C(partition) and C(organization_id), which is by default that of all accounts, where it is known.
    """
    accounts = [_declared.Host(**host) for host in hosts]
    lists = [_declared.normal(item) for item in declared]
    problems = _declared.problems(lists, accounts, None if groups is None else set(groups))
    if problems:
        return {"problems": problems, "objects": [], "merged": [], "notes": [], "buckets": []}
    objects = _declared.objects(lists, accounts)
    everyone = [*accounts, *(_declared.Host(**host) for host in readers or [])]
    principals["organization_id"] = principals.get("organization_id") or _organization_of_all(everyone)
    return {
        "problems": [],
        "objects": objects,
        "merged": _declared.merged(lists, objects),
        "notes": _declared.notes(lists, objects),
        "buckets": [] if readers is None else policies.buckets(lists, objects, everyone, **principals),
    }


def _organization_of_all(hosts: t.Iterable[_declared.Host]) -> str | None:
    """Return the organization that every account is known to be in, so that a policy by it leaves none out, or None."""
    found = {host.organization_id for host in hosts if host.account_id}
    return found.pop() or None if len(found) == 1 else None
