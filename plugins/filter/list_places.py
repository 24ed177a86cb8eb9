# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import places

DOCUMENTATION = r"""
name: list_places
short_description: Where the declared lists are published
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Returns the object of each present list, once, as M(threatlists.aws.threatlist_explain) and
    M(threatlists.aws.threatlist_hits) take it.
  - A list with C({region}) or C({account_id}) in bucket or key has no one object and is left out.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  _input:
    description: Declared lists, as the role P(threatlists.aws.threatlists#role) takes them.
    type: list
    elements: dict
    required: true
  raising:
    description: Whether to return only lists that raise findings, which those of trusted addresses do not.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show where the lists are published
  ansible.builtin.debug:
    msg: "{{ threatlists_declared | threatlists.aws.list_places }}"
"""

RETURN = r"""
_value:
  description: Each with C(name), C(location), and C(expected_bucket_owner) where the list has it.
  type: list
  elements: dict
"""


def list_places(declared: t.Sequence[t.Mapping[str, t.Any]], raising: bool = False) -> list[dict[str, t.Any]]:
    try:
        return places.places(declared, raising)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"list_places: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"list_places": list_places}
