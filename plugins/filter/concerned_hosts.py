# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import reasons

DOCUMENTATION = r"""
name: concerned_hosts
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The hosts that have something to say at the end of a run
description:
  - The host that published and those that changed, warned, failed or were skipped, for a play of these alone. Ansible
    prints a line for each host of a play and starts a process for it, also for those that have nothing to say.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: hostvars, verifies
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of every host, as Ansible has them.
    type: dict
    required: true
  verifies:
    description: Whether the run compared the accounts, and changed none.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Whose end is to be told?
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | threatlists.aws.concerned_hosts(hostvars) }}"
"""

RETURN = r"""
_value:
  description: Names of hosts, first the one that tells what is of no single account.
  type: list
  elements: str
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"concerned_hosts": reasons.concerned}
