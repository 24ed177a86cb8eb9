# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import versions
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

DOCUMENTATION = r"""
name: version_lines
short_description: The versions of a list as lines of text
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Shows what may be restored, with date, entries and digest, and last what a restore did.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: name, restored
options:
  _input:
    description: The results of a loop of M(threatlists.aws.s3_threatlist_info) with its O(ignore:list_versions).
    type: list
    elements: dict
    required: true
  name:
    description: Name of the list.
    type: str
    required: true
  restored:
    description: The results of a loop of M(threatlists.aws.s3_threatlist) that restored one.
    type: list
    elements: dict
    default: []
  check_mode:
    description: Whether the restore was a prediction.
    type: bool
    default: false
seealso:
  - plugin: threatlists.aws.threatlists
    plugin_type: role
    description: Whose entry point C(restore) shows them.
"""

EXAMPLES = r"""
- name: Show the versions
  threatlists.aws.report:
    lines: "{{ [] | threatlists.aws.version_lines('threatstream-malware') }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""


def version_lines(
    objects: t.Sequence[Item],
    name: str,
    restored: t.Sequence[Item] = (),
    *,
    check_mode: bool = False,
) -> list[str]:
    return versions.lines(objects, name, restored, check_mode=check_mode)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"version_lines": version_lines}
