#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: keep_record
version_added: 0.1.0
short_description: Make a run's record, and keep it as files, as objects and for later jobs
description:
  - Keeps what P(threatlists.aws.run_record#filter) makes of what the role's tasks registered for each host,
    and tells which hosts fail at the end of the run.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  declared:
    description: Declared lists, as the role P(threatlists.aws.threatlists#role) takes them.
    type: list
    elements: dict
    required: true
  publish:
    description: What M(threatlists.aws.declared_lists) returned. Its C(hosts) are those of the run.
    type: dict
    required: true
  run_id:
    description: The name of the run. By default, the time at which it began.
    type: str
  mode:
    description:
      - What kind of run it was. By default V(check) in check mode and with O(plans), else V(run).
      - V(verify) tells of alert rules too.
    type: str
    choices: [run, check, verify]
  plans:
    description: Whether a change fails too.
    type: bool
    default: false
  fail_on_drift:
    description: Whether a run that only looked fails where the fleet is not as declared.
    type: bool
    default: true
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
- name: Make a page of what a run came to
  threatlists.aws.keep_record:
    declared: "{{ threatlists_declared }}"
    publish: "{{ known }}"
    run_id: "7"
    mode: run
    html: record.html
"""

RETURN = r"""
record:
  description: The record.
  returned: success
  type: dict
reasons:
  description: By host, why it fails at the end of the run; hosts that do not are left out.
  returned: success
  type: dict
  sample:
    production: 1 failed.
teller:
  description: The host that kept it for all, and fails for what is of no single account.
  returned: success
  type: str
"""
