# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record

DOCUMENTATION = r"""
name: fleet_drift
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: Where the fleet is not as declared
description:
  - Judges the record of a run that only looked. A skipped member account counts as in step when its administrator is
    a host of the run and in step in the same Region.
positional: hosts
options:
  _input:
    description: A run's record.
    type: dict
    required: true
  hosts:
    description: Accounts, from P(threatlists.aws.run_hosts#filter).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Where is the fleet not as declared?
  ansible.builtin.debug:
    msg: "{{ record | threatlists.aws.fleet_drift(accounts) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each list in each Region that is not as declared.
  type: list
  elements: str
"""


def fleet_drift(record: t.Mapping[str, t.Any], hosts: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    try:
        return _record.drift(record, [declared.Host(**host) for host in hosts])
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"fleet_drift: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_drift": fleet_drift}
