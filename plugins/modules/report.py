#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: report
version_added: 0.1.0
short_description: Show a run's record, or lines, as plain text
description:
  - Exactly one of O(record) and O(lines) is shown.
  - Prints what P(threatlists.aws.report_table#filter) makes of a record, line by line and without quotes, which
    C(ansible.builtin.debug) does not.
options:
  record:
    description: A run's record, as the role P(threatlists.aws.threatlists#role) makes it.
    type: dict
  lines:
    description: Lines to show in place of a record, such as those of P(threatlists.aws.answer_lines#filter).
    type: list
    elements: str
extends_documentation_fragment:
  - threatlists.aws.attributes
attributes:
  check_mode:
    support: full
    details: Only prints.
  diff_mode:
    support: N/A
    details: Changes nothing.
  idempotent:
    support: full
    details: Changes nothing.
  platform:
    support: full
    platforms: posix
notes:
  - Runs on the controller. Lines are as wide as the terminal, and 120 columns where there is none, as in AWX.
seealso:
  - plugin: threatlists.aws.report_table
    plugin_type: filter
author:
  - threatlists.aws maintainers (@threatlists)
"""

EXAMPLES = r"""
- name: Show what a run did
  threatlists.aws.report:
    record: "{{ lookup('ansible.builtin.file', 'record.json') | from_json }}"
"""

RETURN = r"""
"""
