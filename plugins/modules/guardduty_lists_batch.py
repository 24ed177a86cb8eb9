#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_lists_batch
short_description: Declare lists of GuardDuty in all accounts of a batch of hosts at once
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Does in two tasks what M(threatlists.aws.guardduty_lists) does in one,
    for hundreds of hosts that are an account each.
  - The first task, with C(run_once), works at all hosts of the batch in one process, as many at once as C(forks) and
    C(throttle) say. The second, with O(batch), answers each host with its own result, so that what changed and what
    failed is told by host.
  - A host whose task has to run elsewhere, such as one with another connection, C(become), another Python or another
    C(environment), is left to the second task, which then does what M(threatlists.aws.guardduty_lists) does. So are all
    hosts under another strategy than C(linear).
  - The second task heeds O(stop_at_failure) and O(ignore_failures) of the first, and is skipped where that was skipped.
    So it needs no conditions of its own, which Ansible would compile anew for each host.
  - Ansible forks a worker for each host of the second task. Where only hosts that changed or failed are to have one,
    let the others go before it, by C(meta) with C(end_role) or by the C(hosts) of another play. RV(alone)
    names the hosts that need the second task; without O(arguments) it tells what came of the others.
  - The C(timeout) of the first task ends it. Accounts that were not begun by then fail like those that were, with
    C(TaskTimeout), and nothing was written there. Hosts that RV(alone) names have the C(timeout) of the second task.
options:
  arguments:
    description:
      - Name of the variable with the arguments of M(threatlists.aws.guardduty_lists), which is looked up for each host.
      - An argument that is null counts as not given.
      - Needed unless O(batch) is given. With O(batch) and without this, hosts that RV(alone) names are skipped.
    type: str
  batch:
    description: Name of the variable in which the first task was registered.
    type: str
  begin:
    description: Whether the first task works at the hosts at all. Where it does not, the second skips them.
    type: bool
    default: true
  stop_at_failure:
    description:
      - Whether to take the accounts one after the other, and to begin none after one that failed. Those are skipped.
      - What is left to the second task is begun only where none failed in the first. Those hosts take turns there,
        and none is begun after one that failed. The C(timeout) of the second task includes the wait for the turn.
      - Under another strategy than C(linear) all hosts are left to the second task, and do not take turns.
    type: bool
    default: false
  ignore_failures:
    description:
      - Whether the second task does not fail where an account failed. Its result has the RV(error) all the same.
    type: bool
    default: false
extends_documentation_fragment:
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
seealso:
  - module: threatlists.aws.guardduty_lists
notes:
  - Runs on the controller. C(module_defaults) of M(threatlists.aws.guardduty_lists) hold here too.
"""

EXAMPLES = r"""
- name: Lists of every account
  vars:
    converge:
      assume_role_arn: arn:aws:iam::{{ account_id }}:role/threatlists
      regions: [eu-west-1, us-east-1]
      lists:
        - name: threatstream-malware
          format: TXT
          location: s3://acme-threatlists/malware.txt
          expected_bucket_owner: "111111111111"
  block:
    - name: Work at all accounts
      threatlists.aws.guardduty_lists_batch:
        arguments: converge
      register: all_accounts
      run_once: true

    - name: Tell what came of each
      threatlists.aws.guardduty_lists_batch:
        arguments: converge
        batch: all_accounts
      register: account
"""

RETURN = r"""
accounts:
  description: Without O(batch), what each host came to, for the second task to read.
  returned: without O(batch)
  type: dict
begun:
  description: Without O(batch), O(begin).
  returned: without O(batch)
  type: bool
  sample: true
hosts:
  description: Without O(batch), the hosts of the batch.
  returned: without O(batch)
  type: list
  elements: str
  sample: [security]
alone:
  description: Without O(batch), the hosts that are left to the second task, which works at them.
  returned: without O(batch)
  type: list
  elements: str
  sample: []
turns:
  description: Without O(batch), the file by which the hosts of RV(alone) take turns; null where they need not.
  returned: without O(batch)
  type: str
  sample: /home/ansible/.ansible/tmp/ansible-local-1/turns-1
warned:
  description: Without O(batch), the hosts whose warnings the second task shows.
  returned: without O(batch)
  type: list
  elements: str
  sample: []
stop_at_failure:
  description: Without O(batch), O(stop_at_failure), for the second task.
  returned: without O(batch)
  type: bool
  sample: false
ignore_failures:
  description: Without O(batch), O(ignore_failures), for the second task.
  returned: without O(batch)
  type: bool
  sample: false
account_id:
  description: The account that was worked in.
  returned: with O(batch), when its credentials could be used
  type: str
  sample: "111111111111"
results:
  description: As M(threatlists.aws.guardduty_lists) returns them.
  returned: with O(batch), when the Regions could be asked
  type: list
  elements: dict
undeclared:
  description: As M(threatlists.aws.guardduty_lists) returns it.
  returned: with O(batch), when the Regions could be asked
  type: list
  elements: dict
error:
  description: What went wrong, C({code, message, retryable, remedy}).
  returned: failure
  type: dict
"""
