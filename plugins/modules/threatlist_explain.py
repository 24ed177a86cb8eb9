#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: threatlist_explain
short_description: Tell in which published lists indicators stand, since when, and why
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Looks addresses, networks and domain names up in published lists, now and in their earlier versions.
  - Tells of each the entry that holds it, the indicators that this entry comes from with their source, id, confidence
    and tags, and from when to when it was published, or why it was dropped at the last publish.
  - Answers from the index that M(threatlists.aws.s3_threatlist) publishes beside a list. Each version of an index is
    read once, for any number of indicators. An index that belongs to none of the versions looked at is not used.
options:
  indicators:
    description:
      - Addresses, networks, ranges C(a-b), or domain names, in any spelling.
      - For a network the entries that lie inside are told too, the first 100 of them, and how many there are.
    type: list
    elements: str
    required: true
    aliases: [indicator]
  lists:
    description: The lists to look in.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What to call the list in the answers. Default is its location.
        type: str
      location:
        description: The list's object, C(s3://BUCKET/KEY).
        type: str
        required: true
      expected_bucket_owner:
        description: The account that must own the bucket.
        type: str
  max_versions:
    description: How many versions of each list to look at, 1 to 100, the newest first.
    type: int
    default: 10
  platform_url:
    description:
      - The address of an indicator in the platform that it comes from, with C({id}) in the place of its id, such as
        V(https://threatstream.example.com/detail/indicator/{id}).
      - With it each indicator that has an id has a C(url).
    type: str
notes:
  - Needs C(s3:GetObject), C(s3:GetObjectVersion) and C(s3:ListBucketVersions).
extends_documentation_fragment:
  - threatlists.aws.attributes
  - threatlists.aws.attributes.reads
  - threatlists.aws.attributes.aws_group
  - threatlists.aws.assumed_role
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.threatlist_file
    description: >-
      Writes the index. Its option O(threatlists.aws.threatlist_file#module:explain) reads the sources again, and tells
      of any one value why it is not in the list.
  - module: threatlists.aws.guardduty_findings_info
    description: Tells the same of what was found.
"""

EXAMPLES = r"""
- name: Why do we watch this address?
  threatlists.aws.threatlist_explain:
    indicator: 45.0.1.7
    lists:
      - name: threatstream-malware
        location: s3://acme-threatlists/threatstream-indicators.xml
  register: explained

- name: Show the answer
  ansible.builtin.debug:
    msg: "{{ explained.answers }}"
"""

RETURN = r"""
answers:
  description:
    - An answer for each list and indicator.
    - A list that cannot be looked at has none, and the module fails with the answers of the others.
  returned: when lists could be looked at
  type: list
  elements: dict
  contains:
    indicator:
      description: What was asked for.
      type: str
      returned: always
    list:
      description: The list's name.
      type: str
      returned: always
    location:
      description: Its object.
      type: str
      returned: always
    listed:
      description:
        - Whether it stands in the newest version.
        - V(null) where that version has no index, so that it is not known.
      type: bool
      returned: always
    entries:
      description:
        - The entries that concern it, in the newest version that holds it; empty where none of those looked at does.
        - Each has C(entry), C(indicators) as their sources gave them, and C(relation), which is V(exact), or V(covers)
          where the entry is wider, or V(inside) where what was asked for is wider.
        - At most 100 that lie inside are told, those with the lowest addresses or the first of the alphabet, and of
          each entry at most 100 indicators; C(indicator_count) is how many it has.
      type: list
      elements: dict
      returned: always
    entry_count:
      description: How many entries concern it in that version, those included that RV(answers[].entries) leaves out.
      type: int
      returned: always
    since:
      description: When the first version in a row was published that holds it, V(null) where none does.
      type: str
      returned: always
    since_or_before:
      description: Whether it may have stood there before, since there are more versions than were looked at.
      type: bool
      returned: where it stands or stood
    until:
      description: When a version was published that no longer holds it, V(null) while it is listed.
      type: str
      returned: always
    version_id:
      description: The version of RV(answers[].entries).
      type: str
      returned: always
    sha256:
      description: Digest of that version.
      type: str
      returned: always
    dropped:
      description:
        - Values that concern it and that were dropped when the newest version was made, with C(reason) as in
          RV(threatlists.aws.threatlist_file#module:dropped), and C(source), C(value) and C(line) as the source had it.
        - The index holds the first ten for each source and reason, so that it may not be told,
          see RV(answers[].dropped_unseen).
        - V(null) where that version has no index, or one that does not tell what was dropped.
      type: list
      elements: dict
      returned: always
    dropped_unseen:
      description:
        - How many more were dropped than the index tells, C({source, reason, count}); it may be one of them.
        - C(source) is V(null) where it is not known, as of what O(threatlists.aws.threatlist_file#module:max_entries)
          left out.
        - Empty where it is listed, or among RV(answers[].dropped).
      type: list
      elements: dict
      returned: always
error:
  description: What went wrong, C({code, message, retryable, remedy}).
  type: dict
  returned: failure
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import why_listed


def main() -> None:
    module = AnsibleAWSModule(argument_spec=why_listed.ARGUMENT_SPEC, supports_check_mode=True)
    _module.run(module, why_listed.why_listed)


if __name__ == "__main__":
    main()
