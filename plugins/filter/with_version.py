# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import versions

DOCUMENTATION = r"""
name: with_version
short_description: The objects that have a version
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Keeps, of the objects of a list, those in which a version can be restored.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: version_id
options:
  _input:
    description: The results of a loop of M(threatlists.aws.s3_threatlist_info) with its O(ignore:list_versions).
    type: list
    elements: dict
    required: true
  version_id:
    description: The version. V("null") is the one from before the bucket had versioning.
    type: str
    required: true
seealso:
  - plugin: threatlists.aws.version_lines
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Which object has it?
  ansible.builtin.debug:
    msg: "{{ [] | threatlists.aws.with_version('3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY') }}"
"""

RETURN = r"""
_value:
  description: Those of them that have it.
  type: list
  elements: dict
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"with_version": versions.with_version}
