# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists of one account and Region, through boto3, and what the tests of the emulator's GuardDuty share."""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError
from threatlists_emulators import control

ADMIN, MEMBER, OTHER = "111111111111", "222222222222", "333333333333"
BUCKET = "acme-threatlists"
LOCATION = f"s3://{BUCKET}/list.txt"
ENTRIES = b"192.0.2.1\n198.51.100.0/24\n"
WORLD = {
    "accounts": {
        ADMIN: {"no_detector": ["us-west-2"], "suspended": ["us-west-1"], "regions_not_enabled": ["eu-south-1"]},
        MEMBER: {"administrator": {"eu-west-1": ADMIN}},
        OTHER: {},
    },
    "regions": ["eu-west-1", "us-east-1", "us-west-1", "us-west-2", "eu-south-1"],
}
KINDS = {
    "ThreatIntelSet": "threat_intel_set",
    "IPSet": "ip_set",
    "ThreatEntitySet": "threat_entity_set",
    "TrustedEntitySet": "trusted_entity_set",
}
IP_KINDS = ["ThreatIntelSet", "IPSet"]
ENTITY_KINDS = ["ThreatEntitySet", "TrustedEntitySet"]
NO_SUCH = "The request is rejected since no such resource found."
LIMIT = (
    "The request is rejected because it\u2019s an attempt to create resources beyond the current AWS account limits."
)
UNREADABLE = "The request is rejected because the caller is not authorized to call this API."
OWNER = (
    "The request failed because the expected bucket owner doesn't match the actual S3 bucket owner. "
    "Verify the account ID and bucket ownership, and then retry."
)
VALUE = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."


@functools.cache
def client(aws: control.Aws, service: str, account: str, region: str = "eu-west-1") -> Any:
    """Making one costs more than most of these tests."""
    return aws.client(service, account, region)


class Lists:
    """One kind of list of one account and Region."""

    def __init__(self, aws: control.Aws, kind: str, account: str = ADMIN, region: str = "eu-west-1") -> None:
        self.client = client(aws, "guardduty", account, region)
        self.kind = kind
        self.noun = KINDS[kind]
        self.id_field = "IpSetId" if kind == "IPSet" else f"{kind}Id"
        self.detector = self.client.list_detectors()["DetectorIds"][0]

    def _call(self, verb: str, suffix: str = "", **options: Any) -> Any:
        return getattr(self.client, f"{verb}_{self.noun}{suffix}")(DetectorId=self.detector, **options)

    def create(self, name: str = "acme", **options: Any) -> str:
        given = {"Name": name, "Format": "TXT", "Location": LOCATION, "Activate": True, **options}
        return self._call("create", **given)[self.id_field]

    def update(self, identity: str, **options: Any) -> None:
        self._call("update", **{self.id_field: identity}, **options)

    def get(self, identity: str) -> dict[str, Any]:
        return self._call("get", **{self.id_field: identity})

    def delete(self, identity: str) -> None:
        self._call("delete", **{self.id_field: identity})

    def list(self, **options: Any) -> Any:
        return self._call("list", "s", **options)

    def ids(self) -> list[str]:
        return self.list()[f"{self.id_field}s"]

    def arn(self, identity: str) -> str:
        region = self.client.meta.region_name
        return f"arn:aws:guardduty:{region}:{ADMIN}:detector/{self.detector}/{self.kind.lower()}/{identity}"


def prepare(aws: control.Aws) -> None:
    """The world, a bucket and a list file."""
    aws.world(WORLD)
    s3 = client(aws, "s3", ADMIN)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=ENTRIES)


def put(aws: control.Aws, body: bytes, key: str = "list.txt", **options: Any) -> str:
    client(aws, "s3", ADMIN).put_object(Bucket=BUCKET, Key=key, Body=body, **options)
    return hashlib.sha256(body).hexdigest()


def error(call: Any, *arguments: Any, **options: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as raised:
        call(*arguments, **options)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def bad(call: Any, *arguments: Any, **options: Any) -> str:
    code, status, message = error(call, *arguments, **options)
    assert (code, status) == ("BadRequestException", 400)
    return message


def internal(call: Any, *arguments: Any, **options: Any) -> str:
    code, status, message = error(call, *arguments, **options)
    assert (code, status) == ("InternalServerErrorException", 400)
    return message


def held(aws: control.Aws, identity: str) -> dict[str, Any]:
    (found,) = aws.loaded(id=identity)
    return found
