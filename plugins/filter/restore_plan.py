# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import restoring
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

DOCUMENTATION = r"""
name: restore_plan
short_description: Which objects a restore looks at, and which it brings back
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Finds the objects of a list, and of these, once they were looked at, those in which the version can be restored.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: declared, looked_at
options:
  _input:
    description: The objects that M(threatlists.aws.declared_lists) returned.
    type: list
    elements: dict
    required: true
  declared:
    description: Declared lists, as the role takes them.
    type: list
    elements: dict
    required: true
  looked_at:
    description:
      - The results of a loop of M(threatlists.aws.s3_threatlist_info) over C(places), with its O(ignore:list_versions).
    type: list
    elements: dict
    required: true
  name:
    description: Name of the list.
    type: str
    required: true
  kind:
    description: Its kind, where lists of several kinds share the name.
    type: str
    default: ""
  version:
    description: The version. V("null") is the one from before the bucket had versioning.
    type: str
    default: ""
  release:
    description: Whether the list is to be on hold no longer.
    type: bool
    default: false
  region:
    description: The Region of buckets that have none of their own.
    type: str
    default: ""
seealso:
  - plugin: threatlists.aws.version_lines
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Where is it published?
  ansible.builtin.debug:
    msg: "{{ (objects | threatlists.aws.restore_plan(threatlists_declared, [], name='analysts')).problem }}"
  vars:
    objects: []  # of what threatlists.aws.declared_lists returned
"""

RETURN = r"""
_value:
  description:
    - C(places), the objects of the list with the options of M(threatlists.aws.s3_threatlist), and C(problem), why they
      cannot be meant.
    - C(chosen), those to restore, with C(location), and C(missing), why there is none.
    - C(version), and C(holds), whether the list is on hold afterwards.
  type: dict
"""


def restore_plan(
    objects: t.Sequence[Item], declared: t.Iterable[Item], looked_at: t.Sequence[Item], **wanted: t.Any
) -> dict[str, t.Any]:
    try:
        return restoring.plan(objects, declared, looked_at, restoring.Restore(**wanted))
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"restore_plan: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"restore_plan": restore_plan}
