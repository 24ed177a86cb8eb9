# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ARNs, and the names and ids that AWS gives: their one home. Private to the collection."""

from __future__ import annotations

import re

ACCOUNT_ID = re.compile(r"[0-9]{12}")
ROLE_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>[0-9]{12}):role/[\w+=,.@/-]+")
ANY_ARN = re.compile(r"arn:(aws[a-z-]*|\{partition\}):(?P<service>[a-z0-9-]+):(?P<region>[^:]*):(?P<account>[^:]*):.+")
ACCOUNT_IN_ARN = re.compile(r"(?<=:)[0-9]{12}(?=:)")
KMS_KEY_ARN = re.compile(
    r"arn:aws[a-z-]*:kms:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):(?:key/(?:mrk-)?[0-9a-fA-F-]+|alias/[\w/-]+)"
)
KMS_KEY_ID = re.compile(r"(?:mrk-)?[0-9a-fA-F-]{32,36}|alias/[\w/-]+")
# Of a rule of EventBridge, and of a target of it.
RULE_NAME = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
ORGANIZATION_IN_ARN = re.compile(r"(?<=:account/)o-[a-z0-9]{8,32}(?=/)")
ORGANIZATIONAL_UNIT_ID = re.compile(r"(ou|r)-[0-9a-z-]+")
BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}")
LONGEST_KEY = 1024
GUARDDUTY_ROLE = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"


def partition_of(arn: str) -> str:
    """Return the partition that an ARN names."""
    return arn.split(":")[1]


def account_of(arn: str) -> str:
    """Return the account id that an ARN names."""
    return arn.split(":")[4]


def organization_of(arn: str) -> str:
    """Return the id of the organization that the ARN of one of its accounts names, empty where it names none."""
    found = ORGANIZATION_IN_ARN.search(arn)
    return found[0] if found else ""


def is_arn(text: str) -> bool:
    """Return whether a text is meant as an ARN; its parts may still be placeholders."""
    return text.startswith("arn:")


def for_any_account(arn: str) -> str:
    """Return an ARN with C({account_id}) for the account that it names."""
    return ACCOUNT_IN_ARN.sub("{account_id}", arn)


def iam(partition: str, account_id: str, resource: str) -> str:
    """Return the ARN of something of IAM's. resource: such as C(role/NAME), or C(root) for the account itself."""
    return f"arn:{partition}:iam::{account_id}:{resource}"


def guardduty_role(partition: str, account_id: str) -> str:
    """Return the ARN of GuardDuty's service-linked role, with which it reads lists."""
    return iam(partition, account_id, GUARDDUTY_ROLE)


def guardduty(partition: str, region: str, account_id: str, resource: str) -> str:
    """Return the ARN of something of GuardDuty's. resource: such as C(detector/ID/threatintelset/ID)."""
    return f"arn:{partition}:guardduty:{region}:{account_id}:{resource}"


def events(partition: str, region: str, account_id: str, resource: str) -> str:
    """Return the ARN of something of EventBridge's. resource: such as C(rule/NAME)."""
    return f"arn:{partition}:events:{region}:{account_id}:{resource}"


def s3(partition: str, bucket: str, key: str = "") -> str:
    """Return the ARN of a bucket, or of an object in it."""
    return f"arn:{partition}:s3:::{bucket}" + (f"/{key}" if key else "")
