# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils import _declared

DOCUMENTATION = r"""
name: run_hosts
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The accounts of a run, from its hosts
description:
  - Reads of each host what tells its account, its Regions and its groups. The other filters of the role take this.
positional: hostvars, regions
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
    description: Regions of a host that has no C(threatlists_regions) of its own. V(all) means every enabled one.
    type: raw
    default: []
"""

EXAMPLES = r"""
- name: Accounts of this run
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | threatlists.aws.run_hosts(hostvars) }}"
"""

RETURN = r"""
_value:
  description: One item a host, with C(name account_id regions groups assume_role_arn).
  type: list
  elements: dict
"""


def run_hosts(names: t.Iterable[str], hostvars: t.Mapping[str, t.Any], regions: t.Any = ()) -> list[dict[str, t.Any]]:
    hosts = [_declared.run_host(name, hostvars[name], regions) for name in names]
    return [{**host._asdict(), "regions": list(host.regions), "groups": sorted(host.groups)} for host in hosts]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"run_hosts": run_hosts}
