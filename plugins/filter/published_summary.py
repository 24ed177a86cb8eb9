# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import summary

DOCUMENTATION = r"""
name: published_summary
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: What a publish hands on to later jobs
description:
  - Takes what the role noted of each object, and keeps one item a list, small enough to be an artifact of a job in AWX.
positional: refused
options:
  _input:
    description: What P(threatlists.aws.noted_objects#filter) gave.
    type: list
    elements: dict
    required: true
  refused:
    description: Lists that were not published, each with C(name kind message).
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Tell later jobs what was published
  ansible.builtin.set_stats:
    data:
      threatlists_published: "{{ published | threatlists.aws.published_summary }}"
"""

RETURN = r"""
_value:
  description:
    - One item a list, with C(name kind sha256 entry_count added removed dropped changed change_percent staged objects).
    - C(refused) is why a list was refused, and empty of the others.
  type: list
  elements: dict
"""


def published_summary(
    published: t.Iterable[t.Mapping[str, t.Any]], refused: t.Iterable[t.Mapping[str, t.Any]] = ()
) -> list[dict[str, t.Any]]:
    try:
        return summary.published(published, refused)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"published_summary: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"published_summary": published_summary}
