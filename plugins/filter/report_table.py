# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import table
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

DOCUMENTATION = r"""
name: report_table
short_description: A run's record as a table of text
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
description:
  - "Shows a run's record as plain text for the job's output: a row a list with its entries, what changed in them, what
    was dropped, and in how many places it stands how; what was done, and where; each kind of failure once, with its
    places, its cause and its remedy; and a sentence that sums up."
  - What needs somebody stands at the end, where a terminal stops.
options:
  _input:
    description: A run's record, as the role P(threatlists.aws.threatlists#role) makes it.
    type: dict
    required: true
  rows:
    description: With more accounts than this, a failure names the first ten and counts the rest.
    type: int
    default: 40
  width:
    description: No line is longer, down to 60.
    type: int
    default: 120
seealso:
  - plugin: threatlists.aws.report_html
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what a run did
  ansible.builtin.debug:
    msg: "{{ (lookup('ansible.builtin.file', 'record.json') | from_json | threatlists.aws.report_table).splitlines() }}"
"""

RETURN = r"""
_value:
  description: Lines of plain text without control characters.
  type: str
"""


def report_table(record: Item, rows: int = 40, width: int = 120) -> str:
    try:
        return table.render(record, int(rows), int(width))
    except (TypeError, ValueError, AttributeError) as error:
        raise AnsibleFilterError(f"report_table: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., str]]:
        return {"report_table": report_table}
