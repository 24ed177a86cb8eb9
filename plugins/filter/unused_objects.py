# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record

DOCUMENTATION = r"""
name: unused_objects
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The objects that no account uses any more
description:
  - Leaves, of the objects of absent lists, those whose list is gone from every account and from the administrators of
    member accounts.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: outcomes
options:
  _input:
    description: Objects, from M(threatlists.aws.declared_lists).
    type: list
    elements: dict
    required: true
  outcomes:
    description: Of each host, what M(threatlists.aws.guardduty_lists) returned.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Objects to delete
  ansible.builtin.debug:
    msg: "{{ plan.objects | threatlists.aws.unused_objects(outcomes) }}"
"""

RETURN = r"""
_value:
  description: The objects.
  type: list
  elements: dict
"""


def unused_objects(
    objects: t.Iterable[t.Mapping[str, t.Any]], outcomes: t.Iterable[t.Mapping[str, t.Any]]
) -> list[t.Mapping[str, t.Any]]:
    return record.unused(objects, outcomes)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"unused_objects": unused_objects}
