# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import outcomes

DOCUMENTATION = r"""
name: account_outcomes
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: What came of each account of a run
description:
  - An account that changed nothing and failed nowhere has no task of its own. What came of it stands in the result of
    the task for its batch, M(threatlists.aws.guardduty_lists_batch).
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: hostvars
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
"""

EXAMPLES = r"""
- name: Which accounts could not be worked at?
  ansible.builtin.debug:
    msg: "{{ outcomes.values() | selectattr('error', 'defined') }}"
  vars:
    outcomes: "{{ ansible_play_hosts_all | threatlists.aws.account_outcomes(hostvars) }}"
"""

RETURN = r"""
_value:
  description:
    - By the name of the host, what M(threatlists.aws.guardduty_lists) returned. C(skipped) where it did not run, and
      C(stopped) too where an earlier batch was the reason.
  type: dict
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"account_outcomes": outcomes.of_accounts}
