# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import places

DOCUMENTATION = r"""
name: raising_lists
short_description: The declared lists that raise findings
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Returns the name of each present list that raises findings, once, as M(threatlists.aws.guardduty_findings_info)
    takes it. Lists of what is trusted raise none.
  - A list that is to be absent as one kind and present as another counts as present.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  _input:
    description: Declared lists, as the role P(threatlists.aws.threatlists#role) takes them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show which lists raise findings
  ansible.builtin.debug:
    msg: "{{ threatlists_declared | threatlists.aws.raising_lists }}"
"""

RETURN = r"""
_value:
  description: The names.
  type: list
  elements: str
"""


def raising_lists(declared: t.Collection[t.Mapping[str, t.Any]]) -> list[str]:
    try:
        return places.raising(declared)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"raising_lists: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"raising_lists": raising_lists}
