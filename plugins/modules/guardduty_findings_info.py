#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_findings_info
short_description: Read the findings that lists of indicators raised
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Reads what GuardDuty found because of the threat lists of one account, in any number of Regions.
  - Tells of each finding which list raised it and which address or domain name was seen, whatever the type of the
    finding. A finding names its list in one of two places, and both are read.
  - An administrator account reads the findings of its members too, each once.
  - Costs a ListFindings and a GetFindings for each fifty findings that the account has, whoever raised them, since
    GuardDuty cannot be asked for both places. O(types), O(since) and O(severity_min) make that fewer.
  - A Region that cannot be read is reported in RV(regions) and stops no other.
options:
  archived:
    description:
      - Whether to return archived findings too, or those only.
      - Findings named in O(ids) are returned either way.
    type: str
    choices: [exclude, include, only]
    default: exclude
  max_findings:
    description:
      - How many findings to return at most, 1 to 100000, those that changed last.
      - Where there are more the module warns, and RV(truncated) is V(true).
    type: int
    default: 1000
  index:
    description:
      - Where to look for RV(findings[].why). By a list's name the location of its object, C(s3://BUCKET/KEY), beside
        which M(threatlists.aws.s3_threatlist) publishes the index.
      - Read with the credentials that the module was started with, before any role is assumed, each version of an index
        once. The last 10 versions of a list are looked at.
      - What could not be read is warned of, and stops nothing.
    type: dict
  events:
    description:
      - Findings as EventBridge sent them, each a whole event. They are told as the others are, and GuardDuty is asked
        nothing, so that a remote is told of which a later one may have taken the place.
      - The other options select among them; O(regions), O(archived) and O(max_findings) do not.
    type: list
    elements: dict
extends_documentation_fragment:
  - threatlists.aws.guardduty_findings
  - threatlists.aws.guardduty_where
  - threatlists.aws.assumed_role
  - threatlists.aws.attributes
  - threatlists.aws.attributes.reads
  - threatlists.aws.attributes.aws_group
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_findings
    description: Archives findings, and tells GuardDuty whether they were useful.
  - module: threatlists.aws.guardduty_lists_info
    description: Reads the lists themselves.
"""

EXAMPLES = r"""
- name: Read what our lists found in the last week
  threatlists.aws.guardduty_findings_info:
    regions: [all]
    since: 7d
    severity_min: 4
  register: found

- name: The same, with the sources that reported it
  threatlists.aws.guardduty_findings_info:
    regions: [all]
    index:
      threatstream-malware: s3://acme-threatlists/threatstream-indicators.xml
  register: found

- name: Tell who talked to what
  ansible.builtin.debug:
    msg: "{{ item.resource.id }} and {{ item.indicator }}, listed in {{ item.list }}"
  loop: "{{ found.findings }}"
  loop_control:
    label: "{{ item.id }}"

- name: Everything about one network, archived or not
  threatlists.aws.guardduty_findings_info:
    lists: [threatstream-malware]
    indicators: [185.220.101.0/24]
    archived: include
"""

RETURN = r"""
account_id:
  description: The account that was read. V(null) of O(events).
  returned: success
  type: str
  sample: "111111111111"
findings:
  description: The findings, the last changed first.
  returned: success
  type: list
  elements: dict
  contains:
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
      description: Whether it is archived.
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
    why:
      description:
        - The entry of the list that holds the indicator, and where that comes from, in the newest version published
          before RV(findings[].last_seen) that does.
        - Has C(indicator), which of RV(findings[].indicators) it is about, C(entry), C(relation) (V(exact), or
          V(covers) where the entry is wider), C(indicators) as their sources gave them, C(list_sha256), C(version_id)
          and C(published).
        - V(null) where O(index) does not name the list or no index knows.
      type: dict
      returned: always
truncated:
  description: Whether there are more findings than O(max_findings).
  returned: success
  type: bool
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
        - Why the Region could not be read, with C(code), C(message), C(retryable) and C(remedy).
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
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_info


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=findings_info.INFO_SPEC,
        supports_check_mode=True,
    )
    _module.run(module, findings_info.read_findings)


if __name__ == "__main__":
    main()
