# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import answers

DOCUMENTATION = r"""
name: answer_lines
short_description: Why indicators are listed, as lines of text
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Turns RV(threatlists.aws.threatlist_explain#module:answers) into lines, with since when an indicator stands in a
    list, as which entry, and who listed it.
  - Text of a source cannot change the terminal that shows it.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  _input:
    description: The answers.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: threatlists.aws.threatlists
    plugin_type: role
    description: Whose entry point C(explain) shows them.
"""

EXAMPLES = r"""
- name: Show the answers
  ansible.builtin.debug:
    msg: "{{ explained.answers | threatlists.aws.answer_lines }}"
  vars:
    explained: {answers: []}
"""

RETURN = r"""
_value:
  description: The lines, in the order of the answers.
  type: list
  elements: str
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"answer_lines": answers.lines}
