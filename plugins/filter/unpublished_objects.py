# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record

DOCUMENTATION = r"""
name: unpublished_objects
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The objects whose digest is not known yet
description:
  - Leaves out of the objects of present lists those that were published by this run.
positional: published
options:
  _input:
    description: Objects, from P(threatlists.aws.fleet_plan#filter).
    type: list
    elements: dict
    required: true
  published:
    description: What was noted of published objects.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Objects to look up
  ansible.builtin.debug:
    msg: "{{ plan.objects | threatlists.aws.unpublished_objects(published) }}"
"""

RETURN = r"""
_value:
  description: The objects.
  type: list
  elements: dict
"""


def unpublished_objects(
    objects: t.Iterable[t.Mapping[str, t.Any]], published: t.Iterable[t.Mapping[str, t.Any]]
) -> list[t.Mapping[str, t.Any]]:
    return record.unpublished(objects, published)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"unpublished_objects": unpublished_objects}
