#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_lists_info
short_description: Read the lists of GuardDuty, and whether they are current
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Reads all threat and trusted lists of one account in any number of Regions, whoever made them.
  - Tells of each whether the content that it holds is that of its object in S3.
  - A Region that cannot be read is reported in RV(regions) and stops no other.
options:
  kinds:
    description: Kinds of list to read.
    type: list
    elements: str
    choices: [threatintelset, ipset, threatentityset, trustedentityset]
    default: [threatintelset, ipset, threatentityset, trustedentityset]
  verify_key_id:
    description:
      - KMS keys, as O(threatlists.aws.guardduty_lists#module:verify_key_id). A list whose object none of them signed as
        its content is not current, and RV(lists[].cause) says so.
    type: list
    elements: str
extends_documentation_fragment:
  - threatlists.aws.guardduty_where
  - threatlists.aws.assumed_role
  - threatlists.aws.attributes
  - threatlists.aws.attributes.reads
  - threatlists.aws.attributes.aws_group
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_lists
    description: Brings lists to their declared state.
"""

EXAMPLES = r"""
- name: Read all lists
  threatlists.aws.guardduty_lists_info:
    regions: [all]
  register: found

- name: No list lags behind its object
  ansible.builtin.assert:
    that: found.lists | selectattr('current', 'false') | length == 0
"""

RETURN = r"""
account_id:
  description: The account that was read.
  returned: success
  type: str
  sample: "111111111111"
lists:
  description: The lists, by Region, kind and name.
  returned: success
  type: list
  elements: dict
  contains:
    account_id:
      description: The account.
      type: str
      returned: always
    region:
      description: The Region.
      type: str
      returned: always
    detector_id:
      description: Id of the detector.
      type: str
      returned: always
    kind:
      description: Kind of the list.
      type: str
      returned: always
    id:
      description: Id of the list.
      type: str
      returned: always
    name:
      description: Name of the list.
      type: str
      returned: always
    format:
      description: Format of its file.
      type: str
      returned: always
    location:
      description: Location, as GuardDuty keeps it.
      type: str
      returned: always
    status:
      description: Status of the list.
      type: str
      returned: always
      sample: ACTIVE
    error_details:
      description: What GuardDuty says about a failed activation; entity sets only.
      type: str
      returned: always
    expected_bucket_owner:
      description: Id of the account that must own the bucket, V(null) where none is set.
      type: str
      returned: always
    tags:
      description: Tags of the list.
      type: dict
      returned: always
    sha256:
      description: SHA-256 of the content that the list is proven to hold, V(null) where nothing proves any.
      type: str
      returned: always
    object_sha256:
      description: SHA-256 of the object in S3 now, V(null) where it could not be seen.
      type: str
      returned: always
    managed:
      description: Whether this collection manages the list from this account.
      type: bool
      returned: always
    current:
      description:
        - Whether the list is in effect and holds what its object holds now.
        - V(null) where the object could not be seen.
      type: bool
      returned: always
    cause:
      description: Why it is not current, or why that is not known; empty where it is.
      type: str
      returned: always
regions:
  description: What was found of each Region.
  returned: success
  type: list
  elements: dict
  contains:
    account_id:
      description: The account.
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
      description: Id of the administrator where the account is a member, whose lists are then those read; else V(null).
      type: str
      returned: always
    error:
      description:
        - Why the Region could not be read, with C(code), C(message), C(retryable) and C(remedy).
        - V(null) where it could.
      type: dict
      returned: always
error:
  description: What went wrong, C({code, message, retryable, remedy}).
  type: dict
  returned: failure
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import info, options


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=options.INFO_SPEC,
        supports_check_mode=True,
    )
    _module.run(module, info.read_lists)


if __name__ == "__main__":
    main()
