# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import findings

DOCUMENTATION = r"""
name: finding_lines
short_description: Findings as lines of text
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Turns RV(threatlists.aws.guardduty_findings_info#module:findings) into a line each, with list, indicator and
    resource, and where it is known the sources that listed the indicator.
  - Text of a source or tag cannot change the terminal that shows it.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  _input:
    description: The findings.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: threatlists.aws.threatlists
    plugin_type: role
    description: Whose entry point C(findings) shows them.
"""

EXAMPLES = r"""
- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ found.findings | threatlists.aws.finding_lines }}"
  vars:
    found: {findings: []}
"""

RETURN = r"""
_value:
  description: The lines, in the order of the findings.
  type: list
  elements: str
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"finding_lines": findings.lines}
