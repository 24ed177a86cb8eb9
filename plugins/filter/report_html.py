# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import html
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

DOCUMENTATION = r"""
name: report_html
short_description: A run's record as a page to look at
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
description:
  - Makes one self-contained HTML page of a run's record. It needs no network, and no script to be read, so that it
    can be opened from a disk, from S3 or out of an e-mail.
  - For each list it shows what was published, what changed, and a picture of the accounts and Regions where it stands.
    Failures come first, with cause and remedy.
  - Whatever the record holds is shown as text, markup in a name or a tag included.
options:
  _input:
    description: A run's record, as the role P(threatlists.aws.threatlists#role) makes it.
    type: dict
    required: true
  title:
    description: The page's title.
    type: str
    default: Threat lists in GuardDuty
seealso:
  - plugin: threatlists.aws.report_table
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Make a page of a run's record
  ansible.builtin.copy:
    content: "{{ lookup('ansible.builtin.file', 'record.json') | from_json | threatlists.aws.report_html }}"
    dest: report.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""


def report_html(record: Item, title: str = "Threat lists in GuardDuty") -> str:
    try:
        return html.render(record, title)
    except (TypeError, ValueError, AttributeError) as error:
        raise AnsibleFilterError(f"report_html: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., str]]:
        return {"report_html": report_html}
