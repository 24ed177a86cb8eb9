#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: threatlist_hits
short_description: Keep what lists found, and tell what each list is worth
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Notes findings in a ledger beside each list's object, C(KEY.hits.jsonl), a line for each finding and remote, and
    tells from it what the list, each of its sources and its entries found.
  - GuardDuty forgets findings after 90 days. The ledger keeps them for O(max_age).
  - It knows what it was told and no more. A finding that happens again keeps its latest remote only, so what came
    between two readings is not known. Findings that were removed before a reading, or that a filter of GuardDuty
    archived before they were sent as events, are known only from a reading that includes archived ones.
  - Noting the same findings again, in any order or by several runs at once, changes nothing and loses nothing.
options:
  lists:
    description: The lists.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The list's name in GuardDuty, as findings have it.
        type: str
        required: true
      location:
        description: The list's object, C(s3://BUCKET/KEY).
        type: str
        required: true
      expected_bucket_owner:
        description: The account that must own the bucket.
        type: str
  findings:
    description:
      - What M(threatlists.aws.guardduty_findings_info) returned. Those that none of O(lists) raised, and samples, are
        left out.
      - Without it nothing is written.
    type: list
    elements: dict
  since:
    description:
      - From when on O(findings) were read, an age such as V(7d) or a time. A ledger that begins notes it; lists and
        sources are judged only once it has lasted for O(review_days). Default is now.
    type: str
  max_age:
    description: How long what was found is kept after it was seen last.
    type: str
    default: 400d
  review_days:
    description: A list or source that found nothing in so many days is suggested for review, 1 to 3650.
    type: int
    default: 90
  kms_key_id:
    description: The key that encrypts the ledger. Default is what the bucket does.
    type: str
notes:
  - Needs C(s3:GetObject) and C(s3:PutObject), and C(s3:ListBucket) to tell that there is no ledger yet.
  - The ledger names accounts and what they talked to. Keep it, like the index, from whom the list is for.
extends_documentation_fragment:
  - threatlists.aws.attributes
  - threatlists.aws.attributes.writes
  - threatlists.aws.attributes.aws_group
  - threatlists.aws.assumed_role
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_findings_info
    description: Reads findings.
  - module: threatlists.aws.threatlist_explain
    description: Tells why an indicator is in a list.
"""

EXAMPLES = r"""
- name: Read what our lists found, archived or not
  threatlists.aws.guardduty_findings_info:
    regions: [all]
    since: 90d
    archived: include
    index: {threatstream-malware: "s3://acme-threatlists/threatstream-indicators.xml"}
  register: found

- name: Keep it, and judge the list
  threatlists.aws.threatlist_hits:
    lists:
      - name: threatstream-malware
        location: s3://acme-threatlists/threatstream-indicators.xml
    findings: "{{ found.findings }}"
    since: 90d
  register: kept

- name: Show what to review
  ansible.builtin.debug:
    msg: "{{ kept.lists | map(attribute='worth.review') | flatten }}"
"""

RETURN = r"""
lists:
  description: An item for each of O(lists).
  returned: always, unless an option cannot be
  type: list
  elements: dict
  contains:
    name:
      description: Name of the list.
      type: str
      returned: always
    location:
      description: Its ledger.
      type: str
      returned: always
    changed:
      description: Whether the ledger was written.
      type: bool
      returned: always
    worth:
      description:
        - What the list found, as far as its ledger knows, the record's C(worth).
        - C(since), when the ledger begins; C(findings_7d), C(findings_30d) and C(findings_90d); C(last_match);
          C(entries), how many there are, and C(never_matched), how many of them were never found, both V(null) without
          an index; C(matched), how many entries ever were, in the list or no longer; C(matched_entries), the 20 that
          were found last; C(archived_not_useful), findings that are archived and judged V(NOT_USEFUL); C(sources), each
          with C(name), C(since), C(entries), C(matched), C(findings) and C(last_match), the most matches for each entry
          first; C(review), a sentence for what to look at. Nothing is ever removed for it.
        - V(null) where the ledger could not be read or written.
      type: dict
      returned: always
    error:
      description:
        - What was wrong with this list's ledger, with C(code), C(message), C(retryable) and C(remedy).
        - V(null) where nothing was.
      type: dict
      returned: always
error:
  description: What went wrong, C({code, message, retryable, remedy}).
  type: dict
  returned: failure
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._ledger import keep


def main() -> None:
    module = AnsibleAWSModule(argument_spec=keep.ARGUMENT_SPEC, supports_check_mode=True)
    _module.run(module, keep.keep)


if __name__ == "__main__":
    main()
