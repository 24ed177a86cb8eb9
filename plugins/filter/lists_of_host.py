# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared

DOCUMENTATION = r"""
name: lists_of_host
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: The declared lists of one account, as guardduty_lists takes them
description:
  - Leaves out lists for other groups, and gives each its location and, where it is known, the digest of its content.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: groups, published
options:
  _input:
    description: Declared lists, as the role takes them.
    type: list
    elements: dict
    required: true
  groups:
    description: The variable C(group_names) of the host.
    type: list
    elements: str
    required: true
  published:
    description: Published objects, each with C(name kind sha256).
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Converge an account
  threatlists.aws.guardduty_lists:
    lists: "{{ threatlists_declared | threatlists.aws.lists_of_host(group_names) }}"
"""

RETURN = r"""
_value:
  description: The option O(threatlists.aws.guardduty_lists#module:lists).
  type: list
  elements: dict
"""


def lists_of_host(
    declared: t.Iterable[t.Mapping[str, t.Any]],
    groups: t.Collection[str],
    published: t.Sequence[t.Mapping[str, t.Any]] = (),
) -> list[dict[str, t.Any]]:
    try:
        return _declared.lists_of_host(map(_declared.normal, declared), groups, published)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"lists_of_host: a declared list has no {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"lists_of_host": lists_of_host}
