# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import worth

DOCUMENTATION = r"""
name: worth_lines
short_description: What lists found, as a table
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Turns RV(threatlists.aws.threatlist_hits#module:lists) into a table with a line for each list and each of its
    sources, and a sentence for each that found nothing for long.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  _input:
    description: The lists.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what each list found
  ansible.builtin.debug:
    msg: "{{ kept.lists | threatlists.aws.worth_lines }}"
  vars:
    kept: {lists: []}
"""

RETURN = r"""
_value:
  description: The lines; none where nothing is known of any list.
  type: list
  elements: str
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"worth_lines": worth.lines}
