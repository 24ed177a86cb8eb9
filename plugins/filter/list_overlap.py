# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import overlap

DOCUMENTATION = r"""
name: list_overlap
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: Entries that are trusted and a threat at once
description:
  - Compares the files of trusted lists with those of threat lists. GuardDuty is silent about what is in both.
positional: objects, limit
options:
  _input:
    description: List files, each with C(name), C(kind) and C(path).
    type: list
    elements: dict
    required: true
  objects:
    description: Objects, from P(threatlists.aws.fleet_plan#filter). A list of these without a file is named too.
    type: list
    elements: dict
    default: []
  limit:
    description: Entries named of each pair of lists; the rest is counted.
    type: int
    default: 5
"""

EXAMPLES = r"""
- name: Is anything trusted and a threat at once?
  ansible.builtin.debug:
    msg: "{{ files | threatlists.aws.list_overlap }}"
  vars:
    files:
      - {name: offices, kind: ipset, path: offices.txt}
      - {name: malware, kind: threatintelset, path: malware.xml}
"""

RETURN = r"""
_value:
  description:
    - One item for each pair of lists that overlap, with C(lists), their C(name) and C(kind), and C(message).
    - One with empty C(lists) for each list that was not compared.
  type: list
  elements: dict
"""


def list_overlap(
    files: t.Sequence[t.Mapping[str, t.Any]], objects: t.Iterable[t.Mapping[str, t.Any]] = (), limit: int = 5
) -> list[dict[str, t.Any]]:
    try:
        return [*overlap.overlaps(files, int(limit)), *overlap.uncompared(files, objects)]
    except (ThreatlistsError, OSError, KeyError) as error:
        raise AnsibleFilterError(f"list_overlap: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"list_overlap": list_overlap}
