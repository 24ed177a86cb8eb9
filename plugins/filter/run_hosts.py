# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared

DOCUMENTATION = r"""
name: run_hosts
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The accounts of a run, from its hosts
description:
  - Reads of each host what tells its account, its Regions and its groups. The other filters of the role take this.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: hostvars, regions, declared
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable of that name.
    type: dict
    required: true
  regions:
    description:
      - Regions of the hosts where none has C(threatlists_regions) of its own. V(all) means every enabled one.
    type: raw
    default: []
  declared:
    description: Declared lists. A host that declares others is an error.
    type: list
    elements: dict
"""

EXAMPLES = r"""
- name: Accounts of this run
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | threatlists.aws.run_hosts(hostvars) }}"
"""

RETURN = r"""
_value:
  description: One item a host, with C(name account_name account_id organization_id regions groups assume_role_arn).
  type: list
  elements: dict
"""


def run_hosts(
    names: t.Iterable[str],
    hostvars: t.Mapping[str, t.Any],
    regions: t.Any = (),
    declared: t.Sequence[t.Mapping[str, t.Any]] | None = None,
) -> list[dict[str, t.Any]]:
    variables = {name: hostvars[name] for name in names}
    for name, values in variables.items():
        if declared is not None and _declared.differs(declared, values.get("threatlists_declared") or declared):
            raise AnsibleFilterError(
                f"{name} has other threatlists_declared than the first host of the run. Declare all for all hosts, "
                "and give each list the groups that get it."
            )
    default = () if any(values.get("threatlists_regions") for values in variables.values()) else regions
    hosts = [_declared.run_host(name, values, default) for name, values in variables.items()]
    return [{**host._asdict(), "regions": list(host.regions), "groups": sorted(host.groups)} for host in hosts]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"run_hosts": run_hosts}
