#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_threatentityset
short_description: Declare a threat entity list of GuardDuty
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Brings one list of known malicious IPv4 addresses, networks and domains to its declared state,
    in any number of Regions.
  - Traffic with its entries raises findings. Six per detector, 1,000 entries each.
  - Needs no list of what was done before. State lives in GuardDuty, with the digest of the loaded content in the tag
    C(threatlists:sha256). A run that was cut short is finished by the next one.
  - A new content under the same location is noticed by its SHA-256 and loaded into the same list.
extends_documentation_fragment:
  - threatlists.aws.guardduty_list
  - threatlists.aws.guardduty_where.converge
  - threatlists.aws.assumed_role
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
  - threatlists.aws.attributes.aws_group
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_lists
    description: Any number of lists of all kinds in one call.
  - module: threatlists.aws.s3_threatlist
    description: Publishes the file that lists are loaded from.
"""

EXAMPLES = r"""
- name: The list exists everywhere and holds what is in S3
  threatlists.aws.guardduty_threatentityset:
    name: threatstream-domains
    format: TXT
    location: s3://acme-threatlists/domains.txt
    expected_bucket_owner: "111111111111"
    regions: [eu-west-1, us-east-1]

- name: In another account, in all its Regions, without those that have no detector
  threatlists.aws.guardduty_threatentityset:
    name: threatstream-domains
    format: TXT
    location: s3://acme-threatlists/domains.txt
    expected_bucket_owner: "111111111111"
    assume_role_arn: arn:aws:iam::222222222222:role/threatlists
    regions: [all]
    on_unavailable: skip

- name: The list is gone
  threatlists.aws.guardduty_threatentityset:
    name: threatstream-domains
    state: absent
"""

RETURN = r"""
account_id:
  description: The account that was worked in.
  returned: when its credentials could be used
  type: str
  sample: "111111111111"
results:
  description:
    - One item for each Region, in the order of declaration.
    - Returned in a failure too, so that what was reached elsewhere is known.
  returned: when the Regions could be asked
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
    kind:
      description: Kind of the list.
      type: str
      returned: always
    name:
      description: Declared name of the list.
      type: str
      returned: always
    action:
      description:
        - What was done, or would be in check mode.
        - One of V(none), V(created), V(updated), V(reloaded) (the same list, its content loaded again), V(recreated)
          (its format changed, so its id did), V(deactivated), V(deleted), V(skipped), V(failed).
      type: str
      returned: always
    cause:
      description: Why, in words.
      type: str
      returned: always
    id:
      description: Id of the list in GuardDuty, V(null) where there is none.
      type: str
      returned: always
    detector_id:
      description: Id of the detector, V(null) where there is none.
      type: str
      returned: always
    status:
      description: Status of the list when it was last seen, V(null) where it was not there.
      type: str
      returned: always
      sample: ACTIVE
    location:
      description: Declared location with Region and account filled in.
      type: str
      returned: always
    administrator:
      description: Id of the administrator where the account is a member, else V(null).
      type: str
      returned: always
    sha256:
      description: SHA-256 of the content that the list should hold, V(null) where it should hold none or failed.
      type: str
      returned: always
    proof:
      description:
        - How it is known that the list holds that content.
        - V(sha256) means that the object was the same before and after the load, or was found so recorded;
          V(submitted) that the load was not waited for; V(declared) that the object could not be looked at after the
          load; V(updated_at), which is weak, that tags of the detector are refused and
          the list is younger than the object.
        - V(null) where nothing is to be held or nothing is known.
      type: str
      returned: always
    error:
      description: What went wrong, V(null) where nothing did.
      type: dict
      returned: always
      contains:
        code:
          description: A word to branch on, such as V(NoSuchObject), V(QuotaExceeded), V(NoDetector).
          type: str
          returned: always
        message:
          description: Where and what.
          type: str
          returned: always
        retryable:
          description: Whether the same call may succeed later without anybody changing anything.
          type: bool
          returned: always
        remedy:
          description: What to do about it.
          type: str
          returned: always
error:
  description:
    - What went wrong, C({code, message, retryable, remedy}) as in the items of RV(results).
    - Where several lists failed, the code of the first, and retryable only if all are.
  type: dict
  returned: failure
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import converge, options


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=options.ONE_LIST_SPEC,
        required_if=options.REQUIRED_IF,
        supports_check_mode=True,
    )
    _module.run(module, lambda edge: converge.converge(edge, "threatentityset"))


if __name__ == "__main__":
    main()
