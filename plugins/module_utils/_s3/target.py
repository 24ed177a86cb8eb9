# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The object that a module's options name, and the client for it. Private to the collection."""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns, session
from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.kms import Kms
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import objects
from ansible_collections.threatlists.aws.plugins.module_utils._s3.errors import failure

with contextlib.suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

ARGUMENT_SPEC: dict[str, t.Any] = {
    **session.ARGUMENT_SPEC,
    "bucket": {"type": "str", "required": True},
    "key": {"type": "str", "required": True, "no_log": False},
    "version_id": {"type": "str"},
    "expected_bucket_owner": {"type": "str"},
}


class Version(t.NamedTuple):
    """One version of a key, as ListObjectVersions gives it; C(deleted) where it is a delete marker.

    version_id: V(null) where it was written without versioning.
    """

    version_id: str
    latest: bool
    deleted: bool
    last_modified: str
    size: int

    @property
    def asked_for(self) -> str | None:
        """The id to ask for it by, None for the newest of a bucket without versioning."""
        return None if self.latest and self.version_id == "null" else self.version_id


class Target(t.NamedTuple):
    """An object and what every call on it shares. Methods raise PublishError or CredentialsError.

    kms: given where the object is, or is to be, signed; then a digest that only the metadata tell is not believed.
    """

    client: t.Any
    bucket: str
    key: str
    owner: str | None
    caller: t.Callable[[], str] | None = None
    kms: Kms | None = None

    @property
    def location(self) -> str:
        """The object as C(s3://BUCKET/KEY)."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def request(self) -> dict[str, t.Any]:
        """The parameters that every call on the object shares."""
        return objects.object_request(self.bucket, self.key, expected_bucket_owner=self.owner)

    def observe(self, version_id: str | None = None) -> objects.ObjectState | None:
        """Return the object, its newest version or the one of C(version_id), None where there is none."""
        found = objects.observe(
            self.client, self.bucket, self.key, version_id=version_id, expected_bucket_owner=self.owner
        )
        if found is None or self.kms is None:
            return found
        return objects.with_own_digest(self.client, found, expected_bucket_owner=self.owner)

    def download(self, state: objects.ObjectState) -> bytes:
        """Return the content of exactly the version that C(state) describes."""
        return objects.download(self.client, state, expected_bucket_owner=self.owner)

    def call(self, operation: str, **request: t.Any) -> dict[str, t.Any]:
        """Make one call on the object and return its answer; C(request): further parameters."""
        request = {**self.request, **request}
        try:
            answer: dict[str, t.Any] = getattr(self.client, operation)(**request)
        except (ClientError, BotoCoreError) as error:
            raise failure(error, request) from error
        return answer

    def bucket_policy(self) -> dict[str, t.Any]:
        """Return C({bucket_policy, bucket_owner}); both None where the caller may not see the policy.

        Only the owner's account may see it, so the owner is the caller's account where no other is expected.
        """
        request = {name: value for name, value in self.request.items() if name != "Key"}
        try:
            policy = json.loads(self.client.get_bucket_policy(**request)["Policy"])
        except (ClientError, BotoCoreError) as error:
            if not isinstance(error, ClientError) or error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                return {"bucket_policy": None, "bucket_owner": None}
            policy = {}
        return {"bucket_policy": policy, "bucket_owner": self.owner or (self.caller and self.caller())}

    def versions(self) -> list[Version]:
        """Return every version of the key, newest first."""
        request = {name: value for name, value in self.request.items() if name != "Key"}
        try:
            pages = self.client.get_paginator("list_object_versions").paginate(Prefix=self.key, **request)
            found = [
                (entry, kind == "DeleteMarkers")
                for page in pages
                for kind in ("Versions", "DeleteMarkers")
                for entry in page.get(kind, [])
                if entry["Key"] == self.key
            ]
        except (ClientError, BotoCoreError) as error:
            raise failure(error, self.request) from error
        found.sort(key=lambda each: (each[0]["IsLatest"], each[0]["LastModified"]), reverse=True)
        return [
            Version(
                version_id=entry["VersionId"],
                latest=entry["IsLatest"],
                deleted=deleted,
                last_modified=entry["LastModified"].isoformat(),
                size=entry.get("Size", 0),
            )
            for entry, deleted in found
        ]


def connect(module: Module) -> Target:
    """Return the object that O(bucket) and O(key) name. Raises ArgumentError or CredentialsError."""
    params = module.params
    connection = session.Connection(module)
    keys = None
    if connection.role:
        keys = Account(connection).keys
    s3 = connection.client("s3", keys)

    def caller() -> str:
        return _account_id(connection.client("sts", keys))

    names = _filled_in(params["bucket"], params["key"], s3.meta.region_name, caller)
    kms = Kms(connection, keys) if params.get("signing_key_id") or params.get("verify_key_id") else None
    return Target(s3, *_checked(*names, params["expected_bucket_owner"]), caller=caller, kms=kms)


def _filled_in(bucket: str, key: str, region: str, account_id: t.Callable[[], str]) -> tuple[str, str]:
    if "{account_id}" in bucket + key:
        account = account_id()
        bucket, key = (text.replace("{account_id}", account) for text in (bucket, key))
    bucket, key = (text.replace("{region}", region) for text in (bucket, key))
    return bucket, key


def _account_id(sts: t.Any) -> str:
    try:
        return str(sts.get_caller_identity()["Account"])
    except (ClientError, BotoCoreError) as error:
        raise failure(error, {"Bucket": "{account_id}"}) from error


def _checked(bucket: str, key: str, owner: str | None) -> tuple[str, str, str | None]:
    """Return the three as they are, or raise ArgumentError: botocore checks none of them before it sends."""
    if not arns.BUCKET_NAME.fullmatch(bucket):
        raise ArgumentError(
            f"bucket: {bucket!r} is no bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots."
        )
    if not 0 < len(key.encode("utf-8")) <= arns.LONGEST_KEY:
        raise ArgumentError(f"key: must have 1 to {arns.LONGEST_KEY} bytes.")
    if owner is not None and not arns.ACCOUNT_ID.fullmatch(owner):
        raise ArgumentError(f"expected_bucket_owner: {owner!r} is no account: it has 12 digits.")
    return bucket, key, owner
