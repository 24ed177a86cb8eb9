# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Where to work; _guardduty/options.REGIONS_SPEC.
    DOCUMENTATION = r"""
options:
  regions:
    description:
      - Regions to work in, all together. V(all) alone means every Region that is enabled for the account.
      - Default is the Region of the session, O(region).
    type: list
    elements: str
  concurrency:
    description: How many calls may be under way at once, 1 to 100.
    type: int
    default: 20
  account_id:
    description:
      - The account that is meant, 12 digits. Where the credentials are of another one nothing is read or written in
        GuardDuty, and the module fails with the code C(WrongAccount). Where nothing is asked of AWS it says nothing.
    type: str
"""

    # How to converge; _guardduty/options.WHERE_SPEC has these and the above.
    CONVERGE = r"""
options:
  regions:
    description:
      - Regions to work in, all together. V(all) alone means every Region that is enabled for the account.
      - Default is the Region of the session, O(region).
      - A failure in one Region stops no other. The module then fails with all results.
    type: list
    elements: str
  concurrency:
    description:
      - How many calls may be under way at once, 1 to 100. Writes of one account are made one after another all the
        same, since GuardDuty keeps a policy on a role that all Regions of the account share.
    type: int
    default: 20
  account_id:
    description:
      - The account that is meant, 12 digits. Where the credentials are of another one nothing is read or written in
        GuardDuty, and the module fails with the code C(WrongAccount). Where nothing is asked of AWS it says nothing.
    type: str
  on_member:
    description:
      - What to do in a Region where the account is a member of a GuardDuty administrator, whose lists apply to it.
      - V(skip) reports it as C(skipped) with its administrator, V(fail) fails.
    type: str
    choices: [skip, fail]
    default: skip
  on_unavailable:
    description:
      - What to do in a Region that is not enabled for the account, that a control policy of the organization denies,
        that has no detector, or where GuardDuty is suspended.
      - With O(regions=all) a Region that the organization denies is always skipped, and named in RV(results).
      - Credentials that are not valid always fail.
    type: str
    choices: [fail, skip]
    default: fail
  wait:
    description:
      - Whether to wait until a list is in its final state. Only then is it proven what it holds.
      - Without waiting the load is noted as submitted, and the next run finds out what came of it.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait for one list. GuardDuty may take up to 40 minutes.
    type: int
    default: 900
  verify_key_id:
    description:
      - KMS keys by ARN, id or alias, one of which must have signed an object, as
        O(threatlists.aws.s3_threatlist#module:signing_key_id) does, as the content of the very list. What is not signed
        so is not loaded, and what is loaded stays. The list fails with the code C(Unsigned) or C(SignatureMismatch),
        others carry on.
      - Several are accepted while keys change. An id or alias is looked for in O(region), of the account of the
        credentials that the module was started with, which verify whatever role is assumed.
      - Costs one C(HeadObject) and one C(VerifyMac) for each object and call. Where KMS gives no verdict nothing is
        loaded either.
      - Lists that hold the content already fail too where it is not signed.
      - When the content was signed stands in a tag of ours more, which leaves 46 of the 50 tags of a list to others.
    type: list
    elements: str
  forbid_rollback:
    description:
      - Whether to refuse an object that was signed before the content that the list holds, with the code C(Rollback).
        Needs O(verify_key_id).
      - When the loaded content was signed stands in the tag C(threatlists:published), of entity sets in the tag of
        their detector. A list that was never loaded with O(verify_key_id) has none, and takes what is signed.
    type: bool
    default: false
"""
