#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_threatlist
version_added: 0.1.0
short_description: Publish a list of indicators to S3, safely
description:
  - Uploads the file of a list to S3 when, and only when, the SHA-256 digest of what is published differs.
  - Judges the file first. Empty files, files over 35 MB, files that are no list of the stated O(format), and lists
    that shrank too much against the published one are refused; the object then stays as it is.
  - Writes in one conditional request, so that two publishers cannot overwrite each other unseen, and reads the
    digest back.
  - Can bring an earlier version back, and can delete the object.
options:
  bucket:
    description: The bucket. May hold C({region}) and C({account_id}).
    type: str
    required: true
  key:
    description: The key of the object. May hold C({region}) and C({account_id}).
    type: str
    required: true
  src:
    description:
      - The file to publish, on the host where the module runs.
      - In check mode the RV(threatlists.aws.threatlist_file#module:scratch) file of M(threatlists.aws.threatlist_file),
        since O(src) is not there yet.
    type: path
  index:
    description:
      - The index of the list, as O(threatlists.aws.threatlist_file#module:index) wrote it. It is published under the
        list's key with C(.index.jsonl.gz) after it, before the list, and bound to it by the list's digest.
      - It tells where each entry comes from, which those who load the list need not know. Give them no right to read
        it.
      - With O(state=restored) the index of the list that is restored comes back with it, where there is one, and with
        O(state=absent) it goes.
    type: path
  format:
    description:
      - What O(src) is. A file of another format is refused.
      - Sets the object's content type too.
      - With O(state=restored) the version is judged as this format, and only as not empty without it.
    type: str
    choices: [TXT, STIX]
  kind:
    description: The kind of list that GuardDuty will load it as; sets how many entries it may have.
    type: str
    choices: [threatintelset, ipset, threatentityset, trustedentityset]
    default: threatintelset
  state:
    description:
      - V(present) publishes O(src).
      - V(restored) brings O(version_id) back as the newest version, with the metadata C(restored-from). Without
        O(version_id) that is the newest earlier version whose content differs, and nothing changes while the newest
        version is itself a restored one. Content type and KMS key of that version are kept, unless O(format) and
        O(kms_key_id) say otherwise.
      - V(absent) deletes the object. In a bucket with versioning that only adds a delete marker.
    type: str
    choices: [present, absent, restored]
    default: present
  version_id:
    description:
      - The version to bring back with O(state=restored). V("null") is the one written before the bucket had versioning.
    type: str
  min_entries:
    description: Refuse a list with fewer entries.
    type: int
    default: 1
  max_shrink_percent:
    description:
      - Refuse O(src) when more than this part of the published entries would be lost. An entry that a wider one
        still covers is no loss.
      - What stands under O(key) and is no list that can be read is not replaced, since nobody can tell what is lost.
      - V(100) accepts any list; use that for one run to accept a list that was refused.
      - Does not apply to O(state=restored).
    type: int
    default: 50
  max_growth_percent:
    description:
      - Refuse O(src) when it has more new entries than this part of the published ones, with the error code
        C(GrewTooMuch).
      - If not set, a list may grow as it will.
    type: int
  hold:
    description:
      - With O(state=restored), whether the object is on hold, which its metadata C(hold) says. O(state=present) leaves
        an object that is on hold as it is, whatever O(src) holds, and says so by RV(held).
      - V(true) puts it on hold, V(false) takes that off what stands; without O(version_id) that brings nothing back.
      - Left as it is where the option is left out.
    type: bool
  provenance:
    description:
      - What M(threatlists.aws.threatlist_file) returned of the file, which the object carries as metadata and
        M(threatlists.aws.s3_threatlist_info) tells. A version that is restored keeps its own.
      - Of very many sources the first are kept.
      - An object that has the content already is not uploaded again for it.
    type: dict
    suboptions:
      dropped:
        description: How many indicators were left out, by reason.
        type: dict
      sources:
        description: What the file was made of.
        type: list
        elements: dict
  expected_bucket_owner:
    description: The account that must own the bucket. Every request fails where another does.
    type: str
  kms_key_id:
    description:
      - The KMS key to encrypt an upload with. Default is what the bucket does by itself.
      - An object that has the content already is not uploaded again for the key alone.
    type: str
  list_name:
    description:
      - Name of the list in GuardDuty that the object is for. Required with O(signing_key_id), since a signature is for
        one list of one O(kind).
    type: str
  signing_key_id:
    description:
      - A KMS key that signs what is published, by ARN, id or alias. It is one with the key spec C(HMAC_256) and the
        usage C(GENERATE_VERIFY_MAC). An id or alias is looked for in O(region).
      - Signed are O(list_name), O(kind), the key of the object, its digest, and the time. The signature is kept in the
        object's metadata C(signature), with C(signature-key), C(list), C(kind) and C(published).
      - An object that has the content already and is not signed, or not by a key that is accepted, is written again.
      - What is not signed, since somebody else wrote it over a version that is, is replaced with a warning. The guards
        compare the new list with that version then. One that was on hold is not published over, which fails with the
        code V(Held).
      - With O(state=restored) only versions that are signed are brought back, and signed anew, later than what they
        replace. Without this option a version keeps the signature of its time, with a warning.
      - Whoever loads lists with O(threatlists.aws.guardduty_lists#module:verify_key_id) loads nothing else.
      - In check mode the key is asked to sign too, which changes nothing.
    type: str
  verify_key_id:
    description:
      - Further keys whose signatures are accepted of what is published already, beside O(signing_key_id).
      - While keys change, name the old one here. What it signed is then not written again.
    type: list
    elements: str
  tags:
    description:
      - The object's tags, all of them. Left as they are where the option is left out, over an upload too; those of
        the version that is brought back where nothing stands.
      - Values that are not text, such as V(true) and V(1), become the text C(True) and C(1).
      - Whoever may not read them is warned that an upload loses them.
    type: dict
notes:
  - Needs C(s3:PutObject), C(s3:GetObject), C(s3:DeleteObject) and, for O(state=restored), C(s3:GetObjectVersion) and
    C(s3:ListBucketVersions); for tags C(s3:GetObjectTagging) and C(s3:PutObjectTagging), and
    C(s3:GetObjectVersionTagging) to bring back what was deleted with its tags; C(s3:ListBucket), so that a missing
    object is told from a forbidden one; C(kms:GenerateDataKey) and C(kms:Decrypt) under SSE-KMS; with O(signing_key_id)
    C(kms:GenerateMac) and C(kms:VerifyMac).
seealso:
  - module: threatlists.aws.threatlist_file
  - module: threatlists.aws.s3_threatlist_info
author:
  - threatlists.aws maintainers (@threatlists)
extends_documentation_fragment:
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
  - threatlists.aws.attributes.aws_group
  - threatlists.aws.assumed_role
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Publish the list
  threatlists.aws.s3_threatlist:
    bucket: acme-threatlists
    key: threatstream-indicators.xml
    src: /var/lib/threatlists/threatstream-indicators.xml
    format: STIX
    expected_bucket_owner: "111111111111"

- name: Bring back what was published before, after a bad feed
  threatlists.aws.s3_threatlist:
    bucket: acme-threatlists
    key: threatstream-indicators.xml
    format: STIX
    state: restored

- name: Bring back what was published before, and keep the next publish from replacing it
  threatlists.aws.s3_threatlist:
    bucket: acme-threatlists
    key: threatstream-indicators.xml
    format: STIX
    state: restored
    hold: true

- name: Publish the list, signed, so that nothing else is loaded under its name
  threatlists.aws.s3_threatlist:
    bucket: acme-threatlists
    key: threatstream-indicators.xml
    src: /var/lib/threatlists/threatstream-indicators.xml
    format: STIX
    list_name: threatstream-malware
    signing_key_id: alias/threatlists

- name: Accept a list that shrank, this once
  threatlists.aws.s3_threatlist:
    bucket: acme-threatlists
    key: threatstream-indicators.xml
    src: /var/lib/threatlists/threatstream-indicators.xml
    format: STIX
    max_shrink_percent: 100
"""

RETURN = r"""
location:
  description: The object as GuardDuty takes it.
  type: str
  returned: success
  sample: s3://acme-threatlists/threatstream-indicators.xml
bucket:
  description: The bucket, with what it held in braces filled in.
  type: str
  returned: success
  sample: acme-threatlists
key:
  description: The key, with what it held in braces filled in.
  type: str
  returned: success
  sample: threatstream-indicators.xml
sha256:
  description: The digest of the content that is published now, or would be in check mode. V(null) when absent.
  type: str
  returned: success
  sample: 7a5f1c1d0d3a2bb0ac1a1e7cbb6e3d6b9f5b4f3be1c8d4f14e3a0f6f1b3c9e55
entry_count:
  description: How many entries it has. V(null) when absent, or not known of what was left as it was.
  type: int
  returned: success
  sample: 1482
added:
  description: How many entries are new in it.
  type: int
  returned: O(state=present) or O(state=restored)
  sample: 12
removed:
  description: How many entries of what was published before are no more in it.
  type: int
  returned: O(state=present) or O(state=restored)
  sample: 3
written:
  description:
    - What differed and was written, or would be in check mode.
    - The V(index) alone where the entries are as they were, and what was dropped, or who listed an entry, is not.
      GuardDuty loads nothing anew then.
  type: list
  elements: str
  choices: [object, index, tags]
  returned: O(state=present)
  sample: [index, object]
bucket_missing:
  description:
    - The bucket is not there. In check mode it counts as one that an earlier task of the play would have made.
  type: bool
  returned: in check mode, where it is missing
  sample: true
version_id:
  description: The version that is the newest now; with O(state=absent) the delete marker. V(null) without versioning,
    and in check mode where a new one would be made.
  type: str
  returned: success
  sample: 3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY
previous_version_id:
  description: The version that was the newest before. V(null) where there was none.
  type: str
  returned: success
  sample: null
published:
  description: When the object was signed. V(null) where it is not.
  type: str
  returned: O(state=present), and O(state=restored) where a version is brought back
  sample: "2026-11-24T02:00:14.125Z"
restored_from:
  description: The version whose content is the newest now; the text C(null) for the one before versioning.
  type: str
  returned: O(state=restored)
  sample: vxUrcPXmHyMJiyGVEe0lCPzhZDkc_GLf
held:
  description: Whether the object is on hold, so that O(state=present) leaves it as it is. See O(hold).
  type: bool
  returned: success
  sample: false
error:
  description: What went wrong, to branch on.
  type: dict
  returned: failure
  contains:
    code:
      description: A stable word, such as V(ShrankTooMuch), V(NotComparable), V(PublishConflict), V(AccessDenied),
        V(WrongRegion), V(Unsigned), V(SignatureMismatch), V(KeyDisabled), V(KeyNotFound).
      type: str
    message:
      description: What was wrong, and where.
      type: str
    retryable:
      description: Whether the same call may succeed later without anybody changing anything.
      type: bool
    remedy:
      description: What to do.
      type: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import publish, target


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=publish.ARGUMENT_SPEC,
        required_if=publish.REQUIRED_IF,
        supports_check_mode=True,
    )
    _module.run(module, lambda backend: publish.converge(backend, target.connect(backend)))


if __name__ == "__main__":
    main()
