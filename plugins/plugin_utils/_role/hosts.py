# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts of a run, from the variables of its hosts. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import outcomes
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult

HostVars = t.Mapping[str, Item]


def accounts(
    names: t.Iterable[str], hostvars: HostVars, regions: t.Any = (), declared: t.Sequence[Item] | None = None
) -> list[ModuleResult]:
    """Return C({name, account_name, account_id, organization_id, regions, groups, assume_role_arn}) of each host.

    regions: of the hosts, where none has C(threatlists_regions) of its own. Raises ValueError where a host declares
    other lists than these.
    """
    variables = {name: hostvars[name] for name in names}
    for name, values in variables.items():
        if declared is not None and _declared.differs(declared, values.get("threatlists_declared") or declared):
            raise ValueError(
                f"{name} has other threatlists_declared than the first host of the run. Declare all for all hosts, "
                "and give each list the groups that get it."
            )
    default = () if any(values.get("threatlists_regions") for values in variables.values()) else regions
    hosts = [_declared.run_host(name, values, default) for name, values in variables.items()]
    return [{**host._asdict(), "regions": list(host.regions), "groups": sorted(host.groups)} for host in hosts]


def beside(everyone: t.Iterable[str], played: t.Collection[str], hostvars: HostVars) -> list[ModuleResult]:
    """Return the accounts of the inventory that the play does not have. everyone: the hosts of the inventory."""
    names = dict.fromkeys(name for name in everyone if name not in played)
    return [host for host in accounts(names, hostvars) if host["account_id"]]


def left_out(
    everyone: t.Iterable[str], played: t.Collection[str], ran: t.Collection[str], hostvars: HostVars
) -> set[str]:
    """Return the accounts of the inventory that a limit, a pattern or a failure left out, by their hosts.

    ran: the hosts of the play that have not failed.
    """
    outside = (host["name"] for host in beside(everyone, played, hostvars))
    return {*outside, *played} - set(ran)


def retired(names: t.Iterable[str], hostvars: HostVars) -> dict[str, Item]:
    """Return by host what guardduty_lists returned of the lists that are to be absent."""
    return {name: hostvars[name].get("__threatlists_retired") or outcomes.NOT_RUN for name in names}


def alert_rules(names: t.Iterable[str], hostvars: HostVars) -> list[dict[str, Item]]:
    """Return by host what guardduty_alert_rule returned of the declared rules, and of those that are left over."""
    variables = {name: hostvars[name] for name in names}
    registered = ("__threatlists_alert_rules", "__threatlists_alert_rules_left")
    return [{name: values.get(loop) or {} for name, values in variables.items()} for loop in registered]
