# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""S3: moto's, corrected where it differs from the service (docs/dev/guardduty.md#32)."""

from __future__ import annotations

import json
import threading
from typing import Any

from . import policy, s3_objects
from .errors import Answer, AwsError
from .moto_bridge import Moto
from .request import Request
from .s3_names import ACTIONS, operation_name
from .world import World

ANYWHERE = {"CreateBucket", "GetBucketLocation", "ListBuckets"}
MAX_POLICY = 20 * 1024
ORGANIZATION = "o-emulated"


def denied() -> AwsError:
    """Return the error for a call that is denied."""
    return AwsError("AccessDenied", "Access Denied", 403)


class S3:
    """S3 in the accounts of the world; also what GuardDuty sees of it."""

    def __init__(self, world: World, moto: Moto) -> None:
        self.world = world
        self.moto = moto
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget which buckets and objects are denied; moto forgets the buckets."""
        self.denied_buckets: set[str] = set()
        self.unreadable: dict[tuple[str, str | None], str] = {}

    def operation(self, request: Request) -> tuple[str, dict[str, str]]:
        """Return C((operation, {bucket, key})) of a path-style request."""
        bucket, _mark, key = request.path.lstrip("/").partition("/")
        parameters = {name: value for name, value in (("bucket", bucket), ("key", key)) if value}
        return operation_name(request, bucket, key), parameters

    def handle(self, request: Request) -> Answer:
        """Check what moto does not, let it answer as the bucket's owner, and correct what it says."""
        with self.lock:
            bucket = self._bucket(request)
            if bucket is None or request.operation == "CreateBucket":
                return self.moto.handle(request, request.account)
            self._check_region(request, bucket)
            self._check_access(request, bucket)
            if request.operation == "PutBucketPolicy":
                _check_policy(request.body, self.world)
            s3_objects.check(request, bucket, self.moto)
            answer = self.moto.handle(request, bucket.account_id)
            return s3_objects.correct(request, bucket, answer)

    def _bucket(self, request: Request) -> Any | None:
        name = request.path_parameters.get("bucket")
        return self.moto.bucket(name) if name else None

    def _check_region(self, request: Request, bucket: Any) -> None:
        """Refuse a request that was signed for another Region than the bucket's, and say which one that is."""
        region = bucket.region_name
        if request.operation in ANYWHERE or region == request.region:
            return
        if request.region == "us-east-1":
            message = f"The authorization header is malformed; the region 'us-east-1' is wrong; expecting '{region}'"
            raise AwsError("AuthorizationHeaderMalformed", message, 400, Region=region)
        message = "The bucket you are attempting to access must be addressed using the specified endpoint."
        endpoint = f"{bucket.name}.s3.{region}.amazonaws.com"
        raise AwsError("PermanentRedirect", message, 301, Region=region, Endpoint=endpoint, Bucket=bucket.name)

    def _check_access(self, request: Request, bucket: Any) -> None:
        expected = request.header("x-amz-expected-bucket-owner")
        if bucket.name in self.denied_buckets or (expected and expected != bucket.account_id):
            raise denied()
        key = request.path_parameters.get("key", "")
        if not self._allowed(request, bucket, ACTIONS.get(request.operation, f"s3:{request.operation}"), key):
            raise denied()
        missing = request.operation in {"HeadObject", "GetObject"} and self.moto.object(bucket, key) is None
        if missing and not self._allowed(request, bucket, "s3:ListBucket", ""):
            raise denied()
        if request.operation in {"CopyObject", "UploadPartCopy"}:
            self._check_source(request)

    def _check_source(self, request: Request) -> None:
        name, key, _version = s3_objects.copy_source(request)
        source = self.moto.bucket(name)
        if source is None:
            return
        expected = request.header("x-amz-source-expected-bucket-owner")
        wrong_owner = expected is not None and expected != source.account_id
        if wrong_owner or name in self.denied_buckets or not self._allowed(request, source, "s3:GetObject", key):
            raise denied()

    def _allowed(self, request: Request, bucket: Any, action: str, key: str) -> bool:
        """Return whether the caller may: the owner's account what is not denied, any other only what is allowed."""
        decision = self._decide(bucket, request.caller.principal, action, key, _headers(request))
        return bool(decision) if request.account != bucket.account_id else decision is not False

    def _decide(self, bucket: Any, principal: str, action: str, key: str, context: dict[str, str]) -> bool | None:
        if not bucket.policy:
            return None
        context = {**context, "aws:SecureTransport": "true", "aws:SourceIp": "127.0.0.1", "s3:TlsVersion": "1.3"}
        context["aws:ResourceAccount"] = bucket.account_id
        account = principal.split(":")[4] if principal else ""
        if account in self.world.accounts:
            context["aws:PrincipalOrgID"] = ORGANIZATION
        resource = f"arn:aws:s3:::{bucket.name}" + (f"/{key}" if key else "")
        return policy.decide(json.loads(bucket.policy), principal, action, resource, context)

    def owner(self, bucket: str) -> str | None:
        """Return the account that owns the bucket, None where there is no such bucket."""
        found = self.moto.bucket(bucket)
        return found.account_id if found is not None else None

    def read(self, bucket: str, key: str, principals: list[str]) -> bytes | None:
        """Return the object if all of the principals may read it, else None (activation.Objects)."""
        with self.lock:
            found = self.moto.bucket(bucket)
            if found is None or bucket in self.denied_buckets:
                return None
            if (bucket, key) in self.unreadable or (bucket, None) in self.unreadable:
                return None
            stored = self.moto.object(found, key)
            if stored is None or s3_objects.customer_key(stored):
                return None
            for principal in principals:
                decision = self._decide(found, principal, "s3:GetObject", key, {})
                if decision is False or (decision is None and principal.split(":")[4] != found.account_id):
                    return None
            content: bytes = stored.value
            return content


def _headers(request: Request) -> dict[str, str]:
    """Return the request's C(x-amz-) headers as condition keys, such as C(s3:x-amz-server-side-encryption)."""
    prefix = "HTTP_X_AMZ_"
    return {
        f"s3:x-amz-{name.removeprefix(prefix).lower().replace('_', '-')}": str(value)
        for name, value in request.environ.items()
        if name.startswith(prefix)
    }


def _check_policy(body: bytes, world: World) -> None:
    if len(body) > MAX_POLICY:
        raise AwsError("MalformedPolicy", "Policy exceeds the maximum allowed document size.")
    try:
        document = json.loads(body)
    except ValueError as error:
        raise AwsError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise AwsError("MalformedPolicy", "Missing required field Statement")
    for statement in policy.many(document["Statement"]):
        for principal in policy.principals(statement):
            if not world.has_principal(principal):
                raise AwsError("MalformedPolicy", "Invalid principal in policy")
