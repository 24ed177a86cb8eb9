#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: report
version_added: 0.1.0
short_description: Show a run's record, or lines, as plain text, or end with what they come to
description:
  - Exactly one of O(record), O(lines) and O(failure) is to be given.
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
  failure:
    description:
      - Words to fail with; where it is empty, nothing is shown and nothing fails.
      - For what is an answer rather than an error, and shall not be told beside the condition of an assertion.
    type: str
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

- name: Fail where there is a reason to
  threatlists.aws.report:
    failure: "{{ reasons | default('') }}"
"""

RETURN = r"""
"""
