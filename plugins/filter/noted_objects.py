# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record

DOCUMENTATION = r"""
name: noted_objects
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: What the role notes of each published object
description:
  - Takes the results of a loop over objects, whether they were published or only looked up.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: merged, earlier, staged
options:
  _input:
    description: The results of the loop.
    type: list
    elements: dict
    required: true
  merged:
    description: What M(threatlists.aws.threatlist_file) returned of the list.
    type: dict
  earlier:
    description: What a publish of another job noted. It still holds of an object with the same digest.
    type: list
    elements: dict
    default: []
  staged:
    description: The object that waits for approval, C(bucket key region version_id sha256), where the list was staged.
    type: dict
"""

EXAMPLES = r"""
- name: Note what was published
  ansible.builtin.set_fact:
    published: "{{ uploads.results | threatlists.aws.noted_objects(merged) }}"
"""

RETURN = r"""
_value:
  description: One item an object, with C(name kind bucket key sha256 version_id entry_count added removed dropped).
  type: list
  elements: dict
"""


def noted_objects(
    results: t.Iterable[t.Mapping[str, t.Any]],
    merged: t.Mapping[str, t.Any] | None = None,
    earlier: t.Sequence[t.Mapping[str, t.Any]] = (),
    staged: t.Mapping[str, t.Any] | None = None,
) -> list[dict[str, t.Any]]:
    return [record.noted(result, merged, earlier, staged) for result in results]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"noted_objects": noted_objects}
