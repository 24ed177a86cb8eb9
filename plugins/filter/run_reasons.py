# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import reasons

DOCUMENTATION = r"""
name: run_reasons
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
short_description: Why a host fails at the end of a run
description:
  - Judges a run's record, as the role P(threatlists.aws.threatlists#role) does.
  - It belongs to the role and may change in any release, outside of semantic versioning.
positional: known, outcome
options:
  _input:
    description: A record, from P(threatlists.aws.run_record#filter).
    type: dict
    required: true
  known:
    description: What M(threatlists.aws.declared_lists) returned.
    type: dict
    required: true
  outcome:
    description: What came of the host, from P(threatlists.aws.account_outcomes#filter).
    type: dict
    required: true
  tells:
    description: Whether the host fails for what is of no single account, such as a list that was refused.
    type: bool
    default: false
  plans:
    description: Whether a change fails too.
    type: bool
    default: false
  fail_on_drift:
    description: Whether a record that only looked fails where the fleet is not as declared.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Fail where something failed
  ansible.builtin.assert:
    that: reasons | length == 0
    fail_msg: "{{ reasons }}"
  vars:
    reasons: "{{ record | threatlists.aws.run_reasons(known, outcome) }}"
"""

RETURN = r"""
_value:
  description: Sentences, empty where the host does not fail.
  type: str
"""


def run_reasons(record: t.Any, known: t.Any, outcome: t.Any, **how: bool) -> str:
    try:
        return reasons.of_host(record, known, outcome, reasons.How(**how))
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"run_reasons: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"run_reasons": run_reasons}
