#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: keep_record
version_added: 0.1.0
short_description: Keep a run's record as files, as objects and for later jobs
description:
  - Keeps what P(threatlists.aws.run_record#filter) made, as the role P(threatlists.aws.threatlists#role) does.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  record:
    description: A run's record.
    type: dict
    required: true
  stats_key:
    description: The name among the artifacts of the job (C(set_stats)) of what the record comes to.
    type: str
  dest:
    description: Where the record goes as JSON, a path or V(s3://BUCKET/KEY).
    type: str
  html:
    description: Where the record goes as a page to look at, a path or V(s3://BUCKET/KEY).
    type: str
  region:
    description: The Region of the bucket.
    type: str
extends_documentation_fragment:
  - threatlists.aws.attributes
attributes:
  check_mode:
    support: full
    details: Writes files, since they tell what a run would do, and no objects.
  diff_mode:
    support: N/A
    details: What is kept is no state.
  idempotent:
    support: full
    details: Never says that something changed.
  platform:
    support: full
    platforms: posix
notes:
  - Runs on the controller. A relative path starts in the folder where the run was started.
seealso:
  - module: threatlists.aws.report
author:
  - threatlists.aws maintainers (@threatlists)
"""

EXAMPLES = r"""
- name: Make a page of a record
  threatlists.aws.keep_record:
    record: "{{ lookup('ansible.builtin.file', 'record.json') | from_json }}"
    html: record.html
"""

RETURN = r"""
record:
  description: The record, as given.
  returned: success
  type: dict
teller:
  description: The host that kept it for all.
  returned: success
  type: str
"""
