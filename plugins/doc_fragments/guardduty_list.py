# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # One list; _guardduty/options.LIST_SPEC. The same options stand in guardduty_lists below its option lists.
    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the list in GuardDuty, 1 to 256 letters, digits, V(-) or V(_), for an C(ipset) spaces too. One that is
        to be deleted may have 300. The name of an entity set may have 136, since it stands in a tag of the detector,
        which takes 256 characters, beside the proof of what the set holds.
      - A list that stands there under this name is taken over, see O(adopt). One that was renamed elsewhere is found by
        the tag C(threatlists:name) and named back. A list with neither the name nor the tag is never touched.
    type: str
    required: true
  state:
    description: Whether the list should exist.
    type: str
    choices: [present, absent]
    default: present
  format:
    description:
      - Format of the file. V(STIX) means STIX 1.x XML. Required with O(state=present).
      - GuardDuty cannot change it. A list in another format is created anew under a temporary name, loaded, and
        takes the name once the old one is deleted; all of this is waited for. A warning says so, since its id is
        then another one. Where the quota leaves no place for both see O(recreate).
    type: str
    choices: [TXT, STIX, OTX_CSV, ALIEN_VAULT, PROOF_POINT, FIRE_EYE]
  location:
    description:
      - Where the file is, such as V(s3://BUCKET/KEY) or any of the URLs that GuardDuty takes. Required with
        O(state=present).
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
      - With it nothing is read from S3 while nothing is to be loaded. Before and after a load the object is compared
        with it where it may be read.
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
        C(threatlists:<id of the set>). Where those declared here are refused, that is said, noted at the detector in
        C(threatlists:tags), and not tried again.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description:
      - Whether tags not in O(tags) are removed where O(tags) is given. Those of the collection stay.
      - So do those that stood on a list that something else made, unless O(adopt=true).
    type: bool
    default: true
  recreate:
    description:
      - Whether a list whose format changes may be deleted before the new one is there, where the quota leaves no
        place for both. Nothing is in effect until the new one is loaded, and where a run ends in between, tags that
        others put on the list are lost.
      - Without it such a list fails with C(NeedsRecreate). An C(ipset) and a C(trustedentityset) never have room for
        a second one.
    type: bool
    default: false
  adopt:
    description:
      - Whether a list that carries none of this collection's tags, but has the name, is treated as ours in all. By
        default it is only updated, and keeps its own tags, whose keys are noted in the tag C(threatlists:foreign). By
        that tag, which of an entity set without tags is a note at its detector, later runs know it too.
      - To delete such a list, because of O(state=absent) or of another format, takes V(true), else it fails with
        C(NotOurs).
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
"""
