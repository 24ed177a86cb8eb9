# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import policies

DOCUMENTATION = r"""
name: fleet_plan
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: What the declared lists come to over the accounts of a run
description:
  - Judges declared lists before anything is written, and gives each object and each bucket that they need.
positional: hosts, groups
options:
  _input:
    description: Declared lists, as the role takes them.
    type: list
    elements: dict
    required: true
  hosts:
    description: Accounts, from P(threatlists.aws.run_hosts#filter).
    type: list
    elements: dict
    required: true
  groups:
    description: Names of the inventory's groups. Without them nobody is told of a group that does not exist.
    type: list
    elements: str
  readers:
    description:
      - Accounts that the buckets' policies name, of the run or not. With them, RV(_value) holds the buckets too.
    type: list
    elements: dict
  partition:
    description: The AWS partition of the accounts.
    type: str
    default: aws
  organization_id:
    description: The AWS Organization by which to allow reading, where the accounts are too many to name.
    type: str
"""

EXAMPLES = r"""
- name: What is wrong with the declared lists?
  ansible.builtin.debug:
    msg: "{{ (threatlists_declared | threatlists.aws.fleet_plan(accounts, groups.keys())).problems }}"
  vars:
    accounts: "{{ ansible_play_hosts_all | threatlists.aws.run_hosts(hostvars) }}"
"""

RETURN = r"""
_value:
  description:
    - C(problems), sentences; C(objects), each distinct object once; C(merged), the lists to publish.
    - C(notes), sentences on lists that stay as they are.
    - C(buckets), each with C(policy) and C(key_policy), or the C(problem) with them.
  type: dict
"""


def fleet_plan(
    declared: t.Sequence[t.Mapping[str, t.Any]],
    hosts: t.Iterable[t.Mapping[str, t.Any]],
    groups: t.Iterable[str] | None = None,
    readers: t.Iterable[t.Mapping[str, t.Any]] | None = None,
    **principals: t.Any,
) -> dict[str, t.Any]:
    accounts = [_declared.Host(**host) for host in hosts]
    try:
        lists = [_declared.normal(item) for item in declared]
        problems = _declared.problems(lists, accounts, None if groups is None else set(groups))
        if problems:
            return {"problems": problems, "objects": [], "merged": [], "notes": [], "buckets": []}
        objects = _declared.objects(lists, accounts)
        others = [_declared.Host(**host) for host in readers or []]
        return {
            "problems": [],
            "objects": objects,
            "merged": _declared.merged(lists, objects),
            "notes": _declared.notes(lists, objects),
            "buckets": [] if readers is None else policies.buckets(lists, objects, [*accounts, *others], **principals),
        }
    except (ValueError, KeyError, TypeError) as error:
        raise AnsibleFilterError(f"fleet_plan: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_plan": fleet_plan}
