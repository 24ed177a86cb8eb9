#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_threatlist_info
version_added: 0.1.0
short_description: Tell which content of a list is published in S3
description:
  - Returns the SHA-256 digest of a published list, as M(threatlists.aws.guardduty_lists) takes it, and its versions.
  - Costs one HeadObject. An object that S3 has no SHA-256 of is downloaded, unless the store has no checksums at all
    and our metadata names the digest.
options:
  bucket:
    description: The bucket. May hold C({region}) and C({account_id}).
    type: str
    required: true
  key:
    description: The key of the object. May hold C({region}) and C({account_id}).
    type: str
    required: true
  version_id:
    description:
      - The version to look at. Default is the newest. V("null") is the one written before the bucket had versioning.
    type: str
  list_versions:
    description:
      - Return RV(versions) too. Needs C(s3:ListBucketVersions), and C(s3:GetObjectVersion) for their entries.
      - Costs one HeadObject more for each of the newest 12 versions.
    type: bool
    default: false
  bucket_policy:
    description:
      - Return RV(bucket_policy) too. Needs C(s3:GetBucketPolicy), and credentials of the bucket's account.
    type: bool
    default: false
  expected_bucket_owner:
    description: The account that must own the bucket.
    type: str
  verify_key_id:
    description:
      - Fail where none of these keys signed the object as the content of O(list_name), as
        O(threatlists.aws.s3_threatlist#module:signing_key_id) does. The codes are V(Unsigned) and V(SignatureMismatch).
      - Needs C(kms:VerifyMac).
    type: list
    elements: str
  list_name:
    description: Name of the list in GuardDuty that the object is for. Required with O(verify_key_id).
    type: str
  kind:
    description: The kind of that list.
    type: str
    choices: [threatintelset, ipset, threatentityset, trustedentityset]
    default: threatintelset
notes:
  - Needs C(s3:GetObject), and C(kms:Decrypt) under SSE-KMS. Without C(s3:ListBucket) a missing object is an error.
seealso:
  - module: threatlists.aws.s3_threatlist
author:
  - threatlists.aws maintainers (@threatlists)
extends_documentation_fragment:
  - threatlists.aws.attributes
  - threatlists.aws.attributes.reads
  - threatlists.aws.attributes.aws_group
  - threatlists.aws.assumed_role
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What is published?
  threatlists.aws.s3_threatlist_info:
    bucket: acme-threatlists
    key: threatstream-indicators.xml
    list_versions: true
  register: published
"""

RETURN = r"""
location:
  description: The object as GuardDuty takes it.
  type: str
  returned: success
  sample: s3://acme-threatlists/threatstream-indicators.xml
sha256:
  description: The digest of the content. V(null) where there is no such object.
  type: str
  returned: success
  sample: 7a5f1c1d0d3a2bb0ac1a1e7cbb6e3d6b9f5b4f3be1c8d4f14e3a0f6f1b3c9e55
entry_count:
  description: How many entries it has, as its publisher noted. V(null) where nobody did.
  type: int
  returned: success
  sample: 1482
version_id:
  description: The version looked at. V(null) without versioning.
  type: str
  returned: success
  sample: 3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY
last_modified:
  description: When it was published, ISO 8601.
  type: str
  returned: success
  sample: "2026-11-02T03:15:10+00:00"
published:
  description: When the object was signed. V(null) where there is none.
  type: str
  returned: with O(verify_key_id)
  sample: "2026-11-24T02:00:14.125Z"
restored_from:
  description: The version that it brought back. V(null) where it is no restored one.
  type: str
  returned: success
  sample: null
held:
  description: Whether it was restored with O(threatlists.aws.s3_threatlist#module:hold), so that nothing is published
    over it.
  type: bool
  returned: success
  sample: false
dropped:
  description: How many indicators its publisher left out, by reason, as
    O(threatlists.aws.s3_threatlist#module:provenance) told. Empty where nobody did.
  type: dict
  returned: success
  sample: {expired: 12}
sources:
  description: What it was made of, as O(threatlists.aws.s3_threatlist#module:provenance) told; of very many the first.
  type: list
  elements: dict
  returned: success
  sample: []
bucket_policy:
  description: The policy of the bucket, empty where it has none. V(null) where it may not be seen.
  type: dict
  returned: O(bucket_policy=true)
  sample: {}
bucket_owner:
  description: O(expected_bucket_owner), else the account of the credentials. V(null) where the policy may not be seen.
  type: str
  returned: O(bucket_policy=true)
  sample: "111111111111"
versions:
  description: Every version of the object, newest first.
  type: list
  elements: dict
  returned: O(list_versions=true)
  contains:
    version_id:
      description: The version. V(null) where it was written without versioning.
      type: str
    latest:
      description: Whether it is the newest.
      type: bool
    deleted:
      description: Whether it is a delete marker.
      type: bool
    last_modified:
      description: When it was written, ISO 8601.
      type: str
    sha256:
      description: The digest of its content. V(null) where that is not known without reading it.
      type: str
    entry_count:
      description: How many entries it has, as its publisher noted. V(null) where that is not known.
      type: int
    size:
      description: Bytes.
      type: int
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import info, target


def main() -> None:
    module = AnsibleAWSModule(argument_spec=info.ARGUMENT_SPEC, supports_check_mode=True)
    _module.run(module, lambda backend: info.object_info(backend, target.connect(backend)))


if __name__ == "__main__":
    main()
