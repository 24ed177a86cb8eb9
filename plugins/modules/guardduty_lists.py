#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_lists
short_description: Declare lists of GuardDuty
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Brings any number of threat and trusted lists of one account to their declared state, in any number of Regions,
    with one role assumed and each Region read once.
  - Needs no list of what was done before. State lives in GuardDuty, with the digest of the loaded content in the tag
    C(threatlists:sha256). A run that was cut short is finished by the next one.
  - A new content under the same location is noticed by its SHA-256 and loaded into the same list.
  - Quotas are counted before anything is written. The failure of one list or Region stops no other.
options:
  lists:
    description: The lists.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description:
          - Kind of the list.
          - V(threatintelset) holds malicious and V(ipset) trusted IPv4 addresses and networks, V(threatentityset) and
            V(trustedentityset) domains as well.
        type: str
        choices: [threatintelset, ipset, threatentityset, trustedentityset]
        default: threatintelset
      name:
        description:
          - Name of the list in GuardDuty, 1 to 256 letters, digits, V(-) or V(_), for an C(ipset) spaces too. One
            that is to be deleted may have 300. The name of an entity set may have 136, since it stands in a tag of the
            detector, which takes 256 characters, beside the proof of what the set holds.
          - A list that stands there under this name is taken over, see O(lists[].adopt). One that was renamed
            elsewhere is found by the tag C(threatlists:name) and named back. A list with neither the name nor the tag
            is never touched.
        type: str
        required: true
      state:
        description: Whether the list should exist.
        type: str
        choices: [present, absent]
        default: present
      format:
        description:
          - Format of the file. V(STIX) means STIX 1.x XML. Required with O(lists[].state=present).
          - GuardDuty cannot change it. A list in another format is created anew under a temporary name, loaded, and
            takes the name once the old one is deleted; all of this is waited for. A warning says so, since its id is
            then another one. Where the quota leaves no place for both see O(lists[].recreate).
        type: str
        choices: [TXT, STIX, OTX_CSV, ALIEN_VAULT, PROOF_POINT, FIRE_EYE]
      location:
        description:
          - Where the file is, such as V(s3://BUCKET/KEY) or any of the URLs that GuardDuty takes. Required with
            O(lists[].state=present).
          - V({region}) and V({account_id}) stand for the Region and the account at work.
          - Another spelling of the same bucket and key is no change.
        type: str
      activate:
        description: Whether the list should be in effect.
        type: bool
        default: true
      sha256:
        description:
          - SHA-256 of the content that the list shall hold, as M(threatlists.aws.s3_threatlist) returns it.
          - Without it the object is looked at once per call, with the credentials that the module was started with.
          - With it nothing is read from S3 while nothing is to be loaded. Before and after a load the object is
            compared with it where it may be read.
        type: str
      expected_bucket_owner:
        description:
          - Id of the account that owns the bucket, sent with each call. Needed for entity sets where that is not the
            account at work.
        type: str
      tags:
        description:
          - Tags of the list, at most 47, and with O(verify_key_id) 46. Without this option they are left alone.
          - Keys that begin with V(threatlists:) are kept by this collection and reserved.
          - Entity sets are not named among what takes tags. Ours stand in a tag of the detector,
            C(threatlists:<id of the set>). Where those declared here are refused, that is said, noted at the detector
            in C(threatlists:tags), and not tried again.
        type: dict
        aliases: [resource_tags]
      purge_tags:
        description:
          - Whether tags not in O(lists[].tags) are removed where O(lists[].tags) is given. Those of the collection
            stay.
          - So do those that stood on a list that something else made, unless O(lists[].adopt=true).
        type: bool
        default: true
      recreate:
        description:
          - Whether a list whose format changes may be deleted before the new one is there, where the quota leaves no
            place for both. Nothing is in effect until the new one is loaded, and where a run ends in between, tags that
            others put on the list are lost.
          - Without it such a list fails with C(NeedsRecreate). An C(ipset) and a C(trustedentityset) never have room
            for a second one.
        type: bool
        default: false
      adopt:
        description:
          - Whether a list that carries none of this collection's tags, but has the name, is treated as ours in all. By
            default it is only updated, and keeps its own tags, whose keys are noted in the tag C(threatlists:foreign).
            By that tag, which of an entity set without tags is a note at its detector, later runs know it too.
          - To delete such a list, because of O(lists[].state=absent) or of another format, takes V(true), else it fails
            with C(NotOurs).
        type: bool
        default: false
      min_entries:
        description:
          - How many entries the content must have, at least 1, else it is not loaded and what is loaded stays.
          - Of an object that M(threatlists.aws.s3_threatlist) published, the count that is noted there is trusted. Any
            other is read once, and refused where M(threatlists.aws.s3_threatlist) would refuse it, such as a web page,
            C(0.0.0.0/0), or domains in a list of addresses. Needs C(s3:GetObject), and C(kms:Decrypt) under SSE-KMS.
          - A format other than V(TXT) and V(STIX) is not read, with a warning.
        type: int
        default: 1
      trust_content:
        description:
          - Whether to load the object whatever it holds, with a warning. An empty one is refused all the same.
        type: bool
        default: false
  purge_lists:
    description:
      - Whether lists that this collection manages in the account, and that O(lists) does not name, are deleted, of all
        kinds, in the Regions at work. They carry the account's id in the tag C(threatlists:account). One that something
        else made, and that was taken over for updates only, stays, see O(lists[].adopt).
      - Look with C(--check) first. Whoever declares an account's lists in several tasks must not set it.
      - Without it they stay in effect with what they hold, and are reported in RV(undeclared) and a warning, those of
        the kinds that O(lists) names. Nothing is reported where every list of O(lists) is V(absent).
    type: bool
    default: false
  keep_lists:
    description:
      - Lists that are declared elsewhere, such as in another task. They are left as they are, neither reported as
        undeclared nor deleted.
      - Given, even empty, beside O(lists) that are empty, it says that there should be no other list, so that threat
        lists and IP sets of ours that are left over are reported. Else nothing is looked for where O(lists) are empty.
    type: list
    elements: dict
    suboptions:
      kind:
        description: The kind of list.
        type: str
        choices: [threatintelset, ipset, threatentityset, trustedentityset]
        default: threatintelset
      name:
        description: Its name.
        type: str
        required: true
extends_documentation_fragment:
  - threatlists.aws.guardduty_where.converge
  - threatlists.aws.assumed_role
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
  - threatlists.aws.attributes.aws_group
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_lists_info
    description: What is there, and whether it is current.
  - module: threatlists.aws.s3_threatlist
    description: Publishes the files that lists are loaded from.
"""

EXAMPLES = r"""
- name: Two threat lists and a trusted one, in every Region of an account
  threatlists.aws.guardduty_lists:
    assume_role_arn: arn:aws:iam::222222222222:role/threatlists
    regions: [all]
    on_unavailable: skip
    lists:
      - name: threatstream-malware
        format: STIX
        location: s3://acme-threatlists/threatstream-indicators.xml
        expected_bucket_owner: "111111111111"
      - name: threatstream-domains
        kind: threatentityset
        format: TXT
        location: s3://acme-threatlists-{region}/domains.txt
        expected_bucket_owner: "111111111111"
      - name: trusted
        kind: ipset
        format: TXT
        location: s3://acme-threatlists/trusted.txt
      - name: retired
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
    - One item for each Region and list, in the order of declaration.
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
      description: What went wrong, V(null) where nothing did. In check mode also what probably keeps a list from
        loading whose status is V(ERROR).
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
undeclared:
  description: Lists that this collection manages and that O(lists) does not name, unless O(purge_lists).
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
      description: Name of the list.
      type: str
      returned: always
    id:
      description: Id of the list in GuardDuty.
      type: str
      returned: always
    status:
      description: Status of the list.
      type: str
      returned: always
    location:
      description: Where its file is.
      type: str
      returned: always
    foreign:
      description:
        - Whether something else made it, and it was only taken over for updates. Neither O(purge_lists) removes it nor
          O(lists[].state=absent) without O(lists[].adopt).
      type: bool
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


def new_module() -> AnsibleAWSModule:
    return AnsibleAWSModule(argument_spec=options.LISTS_SPEC, supports_check_mode=True)


def main() -> None:
    _module.run(new_module(), converge.converge)


if __name__ == "__main__":
    main()
