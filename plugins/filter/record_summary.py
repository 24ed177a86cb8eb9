# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import summary

DOCUMENTATION = r"""
name: record_summary
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: What a run's record comes to
description:
  - Leaves out of a record what grows with the fleet, so that it can be an artifact of a job in AWX.
options:
  _input:
    description: A record, from P(threatlists.aws.run_record#filter).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Hand it on to later jobs
  ansible.builtin.set_stats:
    data:
      threatlists: "{{ record | threatlists.aws.record_summary }}"
"""

RETURN = r"""
_value:
  description: The record with C(counts problems problem_count) in place of C(results).
  type: dict
"""


def record_summary(record: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    try:
        return summary.record(record)
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"record_summary: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"record_summary": record_summary}
