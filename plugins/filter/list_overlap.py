# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.plugin_utils import _overlap

DOCUMENTATION = r"""
name: list_overlap
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: Entries that are trusted and a threat at once
description:
  - Compares the files of trusted lists with those of threat lists. GuardDuty is silent about what is in both.
positional: limit
options:
  _input:
    description: List files, each with C(name), C(kind) and C(path).
    type: list
    elements: dict
    required: true
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
  description: One sentence for each pair of lists that overlap.
  type: list
  elements: str
"""


def list_overlap(files: t.Iterable[t.Mapping[str, t.Any]], limit: int = 5) -> list[str]:
    try:
        return _overlap.sentences(files, int(limit))
    except (ThreatlistsError, OSError, KeyError) as error:
        raise AnsibleFilterError(f"list_overlap: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"list_overlap": list_overlap}
