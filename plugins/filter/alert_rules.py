# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import alerts

DOCUMENTATION = r"""
name: alert_rules
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The declared alert rules of one account, as guardduty_alert_rule takes them
description:
  - Completes each declared rule by what the host and the declared lists say, and finds rules that would undo each
    other.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: lists, groups, regions
options:
  _input:
    description: Declared rules, as the role P(threatlists.aws.threatlists#role) takes them.
    type: list
    elements: dict
    required: true
  lists:
    description: Declared lists.
    type: list
    elements: dict
    required: true
  groups:
    description: The variable C(group_names) of the host.
    type: list
    elements: str
    required: true
  regions:
    description: Regions of the host, for rules that have none of their own.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Which rules should the account have?
  ansible.builtin.debug:
    msg: "{{ (rules | threatlists.aws.alert_rules(threatlists_declared, group_names, [])).rules }}"
  vars:
    rules:
      - name: threatlists-to-siem
        targets: [{id: siem, arn: "arn:aws:sqs:{region}:{account_id}:siem"}]
"""

RETURN = r"""
_value:
  description:
    - C(rules), each with the options of M(threatlists.aws.guardduty_alert_rule).
    - C(alike), for each name that several rules have C(name) and C(problem), which is empty where they share no Region.
    - C(watches_objects), whether a rule sends what is written to the bucket.
    - C(regions), where rules may be left over that are declared no longer.
  type: dict
"""


def alert_rules(
    rules: t.Sequence[t.Mapping[str, t.Any]],
    lists: t.Sequence[t.Mapping[str, t.Any]],
    groups: t.Collection[str],
    regions: t.Any,
) -> t.Mapping[str, t.Any]:
    try:
        return alerts.of_host(rules, lists, groups, regions)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"alert_rules: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"alert_rules": alert_rules}
