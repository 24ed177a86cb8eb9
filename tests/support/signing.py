# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that sign, and stand-ins for KMS that need no socket."""

from __future__ import annotations

import base64
import hashlib
import hmac
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.kms import Kms
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import signature
from threatlists_emulators import control

REGION = "eu-west-1"


class LocalKms(Kms):
    """Keys that make the codes that KMS would; those in C(broken) raise what stands there."""

    def __init__(self, **broken: Exception) -> None:
        self.broken = broken
        self.calls: list[str] = []

    def generate_mac(self, key_id: str, message: bytes) -> bytes:
        return hmac.digest(key_id.encode(), message, hashlib.sha256)

    def verify_mac(self, key_id: str, message: bytes, mac: bytes) -> bool:
        self.calls.append(key_id)
        if error := self.broken.get(key_id):
            raise error
        return hmac.compare_digest(self.generate_mac(key_id, message), mac)


def create_key(aws: control.Aws, account: str, **options: t.Any) -> str:
    """Make a key that signs, and give its ARN."""
    kms = aws.client("kms", account, region=REGION)
    given = {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", **options}
    return str(kms.create_key(**given)["KeyMetadata"]["Arn"])


def signed_metadata(aws: control.Aws, account: str, key_id: str, claim: signature.Claim) -> dict[str, str]:
    """What the metadata of a signed object hold, as publish writes them."""
    kms = aws.client("kms", account, region=REGION)
    mac = kms.generate_mac(KeyId=key_id, Message=claim.message(), MacAlgorithm="HMAC_SHA_256")["Mac"]
    return {
        "list": claim.list,
        "kind": claim.kind,
        "published": claim.published,
        "signature": base64.b64encode(mac).decode(),
        "signature-key": key_id,
    }
