# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import readers

DOCUMENTATION = r"""
name: reader_gaps
short_description: Which accounts a bucket does not let read yet
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Compares the policy of a bucket with the accounts that are to read it, before anything is written.
positional: found
options:
  _input:
    description: An item of C(buckets) of P(threatlists.aws.fleet_plan#filter).
    type: dict
    required: true
  found:
    description: What M(threatlists.aws.s3_threatlist_info) returned with its O(ignore:bucket_policy).
    type: dict
    required: true
  partition:
    description: The AWS partition of the bucket.
    type: str
    default: aws
"""

EXAMPLES = r"""
- name: Who cannot read it?
  ansible.builtin.debug:
    msg: "{{ bucket | threatlists.aws.reader_gaps(found) }}"
  vars:
    bucket: {name: acme, probe: malware.txt, lists: [], policy: {}}
    found: {bucket_policy: null}
"""

RETURN = r"""
_value:
  description: Nothing where all may read; else one item, with the C(lists) concerned and the C(message).
  type: list
  elements: dict
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"reader_gaps": readers.gaps}
