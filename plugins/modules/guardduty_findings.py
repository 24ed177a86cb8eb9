#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_findings
short_description: Archive findings, or tell GuardDuty whether they were useful
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Archives or unarchives findings that lists of indicators raised, and says of them whether they were useful.
  - Works on the findings named in O(ids), or on all that O(lists), O(indicators) and O(types) mean; one of these is
    required, so that nothing is archived that nobody chose.
  - Findings that are as they should be are left alone. Writes fifty findings a call.
  - Only the administrator of GuardDuty may archive findings of its members.
  - A Region that fails stops no other. The module then fails with all results.
options:
  archived:
    description: Whether the findings should be archived. Left as they are without it.
    type: bool
  feedback:
    description: What to say of the findings. Nothing without it.
    type: str
    choices: [USEFUL, NOT_USEFUL]
  comments:
    description: Words to send with O(feedback). GuardDuty does not show them again.
    type: str
extends_documentation_fragment:
  - threatlists.aws.guardduty_findings
  - threatlists.aws.guardduty_where
  - threatlists.aws.assumed_role
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
  - threatlists.aws.attributes.aws_group
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_findings_info
    description: Reads findings.
"""

EXAMPLES = r"""
- name: An address was listed by mistake
  threatlists.aws.guardduty_findings:
    regions: [all]
    lists: [threatstream-malware]
    indicators: [203.0.113.7]
    archived: true
    feedback: NOT_USEFUL
    comments: Our own scanner.

- name: Take one finding up again
  threatlists.aws.guardduty_findings:
    ids: "{{ found.findings | map(attribute='id') | first(1) }}"
    archived: false
  when: found.findings | length > 0
  vars:
    found: {findings: []}
"""

RETURN = r"""
account_id:
  description: The account that was worked in.
  returned: success
  type: str
  sample: "111111111111"
results:
  description: The findings that were not as they should be, as they are now.
  returned: success
  type: list
  elements: dict
  contains:
    changed:
      description: Whether it was, or in check mode would be, changed; V(false) where that failed.
      type: bool
      returned: always
    account_id:
      description: The account whose finding it is. For an administrator that may be a member's.
      type: str
      returned: always
    region:
      description: The Region.
      type: str
      returned: always
    id:
      description: Id of the finding, which stays the same while the same thing happens again.
      type: str
      returned: always
      sample: 1ab2c3d4e5f60718293a4b5c6d7e8f90
    arn:
      description: ARN of the finding.
      type: str
      returned: always
    type:
      description: Type of the finding.
      type: str
      returned: always
      sample: UnauthorizedAccess:EC2/MaliciousIPCaller.Custom
    severity:
      description: Severity, 1.0 to 10.0.
      type: float
      returned: always
    title:
      description: Title of the finding.
      type: str
      returned: always
    list:
      description:
        - Name of the list that raised it, as GuardDuty knew it then.
        - Empty for a finding that was asked for by its id and that no list raised.
      type: str
      returned: always
      sample: threatstream-malware
    indicator:
      description:
        - The address or domain name that was talked to. It is what was observed, not how the list spells it.
        - When the same thing happens again GuardDuty keeps the latest only.
      type: str
      returned: always
      sample: 185.220.101.99
    indicators:
      description: All of them, where the finding tells of several.
      type: list
      elements: str
      returned: always
    direction:
      description: Who began, V(inbound) or V(outbound); empty where the finding does not say.
      type: str
      returned: always
    resource:
      description: What is concerned, as C(type), C(id) and C(tags).
      type: dict
      returned: always
      sample: {type: Instance, id: i-0123456789abcdef0, tags: {app: shop}}
    count:
      description: How often it happened.
      type: int
      returned: always
    first_seen:
      description: When it happened first.
      type: str
      returned: always
    last_seen:
      description: When it happened last.
      type: str
      returned: always
      sample: "2026-11-24T03:00:05.000Z"
    archived:
      description: Whether it is archived now.
      type: bool
      returned: always
    feedback:
      description: What was said of it, V(USEFUL) or V(NOT_USEFUL); empty where nothing was.
      type: str
      returned: always
    sample:
      description: Whether it is a sample finding, which means nothing.
      type: bool
      returned: always
unchanged:
  description: How many of the findings meant were as they should be. Not all of those need be read, and counted.
  returned: success
  type: int
missing:
  description: Those of O(ids) that no Region knows. GuardDuty keeps a finding for 90 days.
  returned: success
  type: list
  elements: str
regions:
  description: What was found of each Region.
  returned: success
  type: list
  elements: dict
  contains:
    account_id:
      description: The account that was read.
      type: str
      returned: always
    region:
      description: The Region.
      type: str
      returned: always
    detector_id:
      description: Id of the detector, V(null) where there is none or the Region could not be read.
      type: str
      returned: always
    administrator:
      description: Id of the administrator where the account is known to be a member, else V(null).
      type: str
      returned: always
    lists:
      description: Names of the lists whose findings were meant there. Empty where it was asked for ids alone.
      type: list
      elements: str
      returned: always
    error:
      description:
        - Why the Region could not be read or written, with C(code), C(message), C(retryable) and C(remedy).
        - V(null) where nothing was wrong.
      type: dict
      returned: always
error:
  description: What went wrong, C({code, message, retryable, remedy}).
  type: dict
  returned: failure
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_change


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=findings_change.CHANGE_SPEC,
        required_one_of=findings_change.REQUIRED_ONE_OF,
        required_by=findings_change.REQUIRED_BY,
        supports_check_mode=True,
    )
    _module.run(module, findings_change.change)


if __name__ == "__main__":
    main()
