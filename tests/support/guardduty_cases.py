# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the GuardDuty backends against an emulator, with a world that their tests share."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import converge as _converge
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import info as _info
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options as _options
from support.stand_in import StandIn
from threatlists_emulators.control import Aws

ACCOUNT, OTHER, MEMBER = "111111111111", "222222222222", "333333333333"
KEYS = {ACCOUNT: "AKIAEMULATED11111111", OTHER: "AKIAEMULATED22222222", MEMBER: "AKIAEMULATED33333333"}
ROLE = f"arn:aws:iam::{OTHER}:role/threatlists"
BUCKET = "acme-threatlists"
LOCATION = f"s3://{BUCKET}/threats.txt"
REGION, SECOND = "eu-west-1", "us-east-1"
KINDS = ("threatintelset", "ipset", "threatentityset", "trustedentityset")
ONE, TWO = b"198.51.100.1\n", b"198.51.100.2\n198.51.100.3\n"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    ],
}


def world(**changes: dict[str, Any]) -> dict[str, Any]:
    """Three accounts, with C(changes) to them by id (as C(a111111111111))."""
    accounts = {account: {"name": account, "access_key": key} for account, key in KEYS.items()}
    for account, change in changes.items():
        accounts[account.removeprefix("a")].update(change)
    return {"accounts": accounts, "roles": {ROLE: {"assumable": True}}, "regions": [REGION, SECOND, "ap-east-1"]}


@functools.cache
def _client(url: str, service: str) -> Any:
    return Aws(url).client(service, ACCOUNT)


def client(aws: Aws, service: str) -> Any:
    """A boto3 client of the first account, made once for each emulator."""
    return _client(aws.url, service)


def publish(aws: Aws, content: bytes = ONE, key: str = "threats.txt", **options: Any) -> str:
    """Put an object into the bucket (made if need be, versioned) and give its digest."""
    s3 = client(aws, "s3")
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(POLICY))
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key=key, Body=content, ChecksumAlgorithm="SHA256", **options)
    return digest_of(content)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def lst(name: str = "threats", kind: str = "threatintelset", **options: Any) -> dict[str, Any]:
    """One declared list."""
    given = {"name": name, "kind": kind, "format": "TXT", "location": LOCATION, "expected_bucket_owner": ACCOUNT}
    return {key: value for key, value in {**given, **options}.items() if value is not None}


class Edge(StandIn):
    """What a backend of GuardDuty runs in."""

    @property
    def actions(self) -> list[str]:
        return [one["action"] for one in self.result["results"]]

    @property
    def only(self) -> dict[str, Any]:
        (one,) = self.result["results"]
        return one


def edge(
    aws: Aws, spec: dict[str, Any], *, account: str = ACCOUNT, check: bool = False, diff: bool = False, **options: Any
) -> Edge:
    """The module with these options, whatever the environment."""
    given = {
        "access_key": KEYS.get(account, account),
        "secret_key": "emulated",
        "endpoint_url": aws.url,
        "region": REGION,
        **options,
    }
    return Edge({**aws_argument_spec(), **spec}, given, check_mode=check, diff=diff)


def converge(aws: Aws, *lists: dict[str, Any], **options: Any) -> Edge:
    """Run guardduty_lists; the log of calls is emptied before."""
    return _run(aws, _converge.converge, edge(aws, _options.LISTS_SPEC, lists=list(lists), **options))


def info(aws: Aws, **options: Any) -> Edge:
    return _run(aws, _info.read_lists, edge(aws, _options.INFO_SPEC, **options))


def _run(aws: Aws, backend: Callable[[Any], dict[str, Any]], module: Edge) -> Edge:
    aws.clear_calls()
    _module.run(module, backend)
    return module


def calls(aws: Aws, **filters: Any) -> list[str]:
    """The operations called since the run began, in order."""
    return [call["operation"] for call in aws.calls(**filters)]


def after(aws: Aws, operation: str, content: bytes) -> threading.Thread:
    """Publish as soon as the operation was called."""

    def work() -> None:
        while operation not in calls(aws):
            time.sleep(0.01)
        publish(aws, content)

    thread = threading.Thread(target=work)
    aws.clear_calls()
    thread.start()
    return thread


def loaded(aws: Aws, **filters: Any) -> list[dict[str, Any]]:
    """The lists that exist; our tags of an entity set as they stand at its detector."""
    return [
        {**one, "tags": {**one["tags"], **_at_detector(one)}}
        for one in aws.loaded(**filters)
        if one["status"] != "DELETED"
    ]


def _at_detector(one: dict[str, Any]) -> dict[str, str]:
    held = one["detector_tags"].get(f"threatlists:{one['id']}")
    if held is None:
        return {}
    proof, _updated_at, mark, name = re.fullmatch(r"(.*?)/(.*?)([/:])(.*)", held).groups()
    tags = {"threatlists:account": one["account"], "threatlists:name": name, "threatlists:sha256": proof}
    return {key: value for key, value in tags.items() if value} | ({"threatlists:foreign": ""} if mark == ":" else {})
