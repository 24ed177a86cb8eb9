#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: declared_lists
version_added: 0.1.0
short_description: Judge the declared lists, and publish them or look up what is published
description:
  - The first step of the role P(threatlists.aws.threatlists#role), once for all accounts, which it reads from the hosts
    of the play and of the inventory.
  - Calls M(threatlists.aws.threatlist_file), M(threatlists.aws.s3_threatlist), M(threatlists.aws.s3_threatlist_info)
    and, for a bucket that is to be made, C(amazon.aws.s3_bucket), with their defaults, check mode and environment. A
    list or a bucket that is refused stops no other.
  - It belongs to the role and may change in any release, outside of semantic versioning.
options:
  mode:
    description:
      - V(judge) only finds what cannot be meant, and V(policies) makes the policies of the buckets too. They call no
        service.
      - V(look_up) looks up the object of each list too, V(publish) publishes the lists before that, and V(promote)
        brings those of O(staged) to their place.
      - V(retire) deletes the objects of absent lists that no account uses any more, judged by what
        the role's task before it registered of each host.
    type: str
    choices: [judge, policies, look_up, publish, promote, retire]
    required: true
  declared:
    description: Declared lists, as the role takes them.
    type: list
    elements: dict
    required: true
  partition:
    description: The AWS partition of the accounts.
    type: str
    default: aws
  organization_id:
    description:
      - The AWS Organization by which buckets are to let read. Default is that of all accounts, where it is known.
    type: str
  buckets:
    description:
      - V(create) makes a bucket that does not exist, V(manage) also brings those that do to their settings and policy,
        V(none) leaves all as they are.
    type: str
    choices: [create, manage, none]
    default: none
  bucket_region:
    description: The Region of the buckets. Default is that of the credentials.
    type: str
    default: ""
  regions:
    description: Regions of the accounts.
    type: list
    elements: str
    default: []
  kms_key_id:
    description: The key that encrypts the objects. Default is what the bucket does.
    type: str
    default: ""
  signing_key_id:
    description: The key that signs the objects.
    type: str
    default: ""
  verify_key_ids:
    description: The keys whose signature counts.
    type: list
    elements: str
    default: []
  index:
    description: Whether to publish an index beside each list.
    type: bool
    default: true
  source_dir:
    description: Where relative paths of sources start.
    type: path
  overlap:
    description: V(fail) refuses lists with entries that are trusted and a threat at once.
    type: str
    choices: [report, fail]
    default: report
  staging_prefix:
    description: Where what would change waits until it is promoted.
    type: str
    default: ""
  staged:
    description: What an earlier publish staged.
    type: list
    elements: dict
    default: []
  earlier:
    description: What a publish of another job noted of each list. It still holds of an object with the same digest.
    type: list
    elements: dict
    default: []
  list_versions:
    description: Whether to look up the versions of each object too.
    type: bool
    default: false
extends_documentation_fragment:
  - threatlists.aws.attributes
attributes:
  check_mode:
    support: full
    details: Predicts what a run would do.
  diff_mode:
    support: full
    details: Entries that are added and removed, once a list.
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
notes:
  - Runs on the controller. A list in RV(refused) does not fail the task.
seealso:
  - module: threatlists.aws.guardduty_lists
  - plugin: threatlists.aws.run_record
    plugin_type: filter
author:
  - threatlists.aws maintainers (@threatlists)
"""

EXAMPLES = r"""
- name: What is declared wrongly?
  threatlists.aws.declared_lists:
    mode: judge
    declared:
      - name: analysts
        kind: threatintelset
        format: TXT
        bucket: acme-threatlists
        key: analysts.txt
"""

RETURN = r"""
objects:
  description: Each distinct object of the declared lists once.
  returned: success
  type: list
  elements: dict
notes:
  description: Sentences on lists that stay as they are.
  returned: success
  type: list
  elements: str
buckets:
  description: For V(policies) and V(publish) of O(mode), each bucket with the policy that it should have.
  returned: success
  type: list
  elements: dict
hosts:
  description: The accounts of the play, each with C(name account_name account_id organization_id regions groups
    assume_role_arn). A host that declares other lists is an error.
  returned: always
  type: list
  elements: dict
publisher:
  description: The host that did this for all.
  returned: always
  type: str
started:
  description: When it began, in UTC.
  returned: always
  type: str
published:
  description: What stands in S3, an item an object, with C(name kind bucket key sha256 version_id entry_count added
    removed dropped) and more.
  returned: unless O(mode) is V(judge) or V(policies)
  type: list
  elements: dict
refused:
  description: Lists that were not published, each with C(name kind message error).
  returned: unless O(mode) is V(judge) or V(policies)
  type: list
  elements: dict
overlaps:
  description:
    - Entries that are trusted and a threat at once, accounts that AWS does not know, lists of which only the index was
      written, and objects that publish did not write. Of V(retire), which objects were deleted, and which stay.
  returned: unless O(mode) is V(judge) or V(policies)
  type: list
  elements: dict
prepared:
  description: Of V(publish), what became of each bucket, with the accounts that it does not let read.
  returned: unless O(mode) is V(judge) or V(policies)
  type: list
  elements: dict
record:
  description: Of V(retire), the record of the lists that are to be absent.
  returned: O(mode) is V(retire)
  type: dict
reasons:
  description: Of V(retire), by host why it fails.
  returned: O(mode) is V(retire)
  type: dict
predicts:
  description: Whether all of this is what would be done.
  returned: unless O(mode) is V(judge) or V(policies)
  type: bool
"""
