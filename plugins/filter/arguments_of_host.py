# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared

DOCUMENTATION = r"""
name: arguments_of_host
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: What guardduty_lists is told of the declared lists in one account
description:
  - The lists as P(threatlists.aws.lists_of_host#filter) gives them, those that are left as they are since nothing is
    published of them, and whether lists that are declared no longer may be removed.
  - In one filter, since Ansible would work out again for each argument what it is made of.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: groups, published, purges
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
  purges:
    description: Whether lists that are declared no longer are to be removed.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What is an account told?
  ansible.builtin.debug:
    msg: "{{ threatlists_declared | threatlists.aws.arguments_of_host(group_names) }}"
"""

RETURN = r"""
_value:
  description:
    - The options O(threatlists.aws.guardduty_lists#module:lists), O(threatlists.aws.guardduty_lists#module:keep_lists)
      and O(threatlists.aws.guardduty_lists#module:purge_lists).
  type: dict
"""


def arguments_of_host(
    declared: t.Iterable[t.Mapping[str, t.Any]],
    groups: t.Collection[str],
    published: t.Sequence[t.Mapping[str, t.Any]] = (),
    purges: bool = False,
) -> dict[str, t.Any]:
    try:
        normal = [_declared.normal(item) for item in declared]
        return _declared.arguments_of_host(normal, groups, published, purges=purges)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"arguments_of_host: a declared list has no {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"arguments_of_host": arguments_of_host}
