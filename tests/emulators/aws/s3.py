# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""S3: moto's, corrected where guardduty.md (What moto 5.2.5 gives) says that it differs from the service."""

from __future__ import annotations

import json
from typing import Any

from . import policy
from .errors import Answer, AwsError
from .moto_bridge import Moto
from .request import Request
from .s3_names import operation_name
from .world import World

DENIED = AwsError("AccessDenied", "Access Denied", 403)
ANYWHERE = {"CreateBucket", "GetBucketLocation", "ListBuckets"}


class S3:
    """S3 in the accounts of the world; also what GuardDuty sees of it."""

    def __init__(self, world: World, moto: Moto) -> None:
        self.world = world
        self.moto = moto
        self.reset()

    def reset(self) -> None:
        self.denied_buckets: set[str] = set()
        self.unreadable: dict[tuple[str, str | None], str] = {}

    def operation(self, request: Request) -> tuple[str, dict[str, str]]:
        """C((operation, {bucket, key})) of a path-style request."""
        bucket, _, key = request.path.lstrip("/").partition("/")
        parameters = {name: value for name, value in (("bucket", bucket), ("key", key)) if value}
        return operation_name(request, bucket, key), parameters

    def handle(self, request: Request) -> Answer:
        name = request.path_parameters.get("bucket", "")
        bucket = self.moto.bucket(name) if name else None
        if bucket is not None:
            self._check_region(request, bucket)
            self._check_access(request, bucket)
        return self.moto.handle(request)

    def _check_region(self, request: Request, bucket: Any) -> None:
        """Signed for a Region that is not the bucket's: S3 says which one it is."""
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
        if bucket.name in self.denied_buckets:
            raise DENIED
        expected = request.header("x-amz-expected-bucket-owner")
        if expected and expected != bucket.account_id:
            raise DENIED

    def owner(self, bucket: str) -> str | None:
        found = self.moto.bucket(bucket)
        return found.account_id if found is not None else None

    def read(self, bucket: str, key: str, principals: list[str]) -> bytes | None:
        """The object for all of the principals, None if any of them may not read it (activation.Objects)."""
        found = self.moto.bucket(bucket)
        if found is None or bucket in self.denied_buckets:
            return None
        if (bucket, key) in self.unreadable or (bucket, None) in self.unreadable:
            return None
        stored = found.keys.get(key)
        if stored is None or not hasattr(stored, "value"):
            return None
        context = {"aws:SecureTransport": "true"}
        document = json.loads(found.policy) if found.policy else {}
        for principal in principals:
            allowed = policy.decide(document, principal, "s3:GetObject", f"arn:aws:s3:::{bucket}/{key}", context)
            if allowed is False or (allowed is None and principal.split(":")[4] != found.account_id):
                return None
        content: bytes = stored.value
        return content
