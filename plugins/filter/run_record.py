# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import run_record as _run_record

DOCUMENTATION = r"""
name: run_record
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: A run's record
description:
  - Puts together what the tasks of the role P(threatlists.aws.threatlists#role) returned.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: hosts, publish, outcomes
options:
  _input:
    description: Declared lists, as the role takes them.
    type: list
    elements: dict
    required: true
  hosts:
    description: Accounts, from M(threatlists.aws.declared_lists).
    type: list
    elements: dict
    required: true
  publish:
    description:
      - What became of what is not an account's list, C(published refused overlaps prepared hits alerts), each a list
        that may be left out.
      - C(refused) are lists that were not published, each with C(name), C(kind), C(message) and the module's C(error);
        C(overlaps) and C(prepared) are what M(threatlists.aws.declared_lists) found, C(hits) the lists that
        M(threatlists.aws.threatlist_hits) returned.
      - C(alerts) holds dictionaries, by the name of the host what a loop over M(threatlists.aws.guardduty_alert_rule)
        registered.
    type: dict
    required: true
  outcomes:
    description: By the name of the host, what M(threatlists.aws.guardduty_lists) returned.
    type: dict
    required: true
  run:
    description: C(run_id mode started finished), taken as they are.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Put the record together
  ansible.builtin.set_fact:
    record: "{{ threatlists_declared | threatlists.aws.run_record(accounts, {'published': published}, outcomes) }}"
"""

RETURN = r"""
_value:
  description: The record.
  type: dict
"""


def run_record(*given: t.Any, **options: t.Any) -> shape.Record:
    try:
        return _run_record.run_record(*given, **options)
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"run_record: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"run_record": run_record}
