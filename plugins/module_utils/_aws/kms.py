# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Message authentication codes of AWS KMS, and what its errors mean. Private to the collection."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import DENIED, code_of
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure as aws_failure
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    SignatureError,
    ThreatlistsError,
)

with contextlib.suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

ALGORITHM = "HMAC_SHA_256"
MAX_MESSAGE = 4096  # moto does not enforce it
INVALID_MAC = "KMSInvalidMacException"
# By KMS's error code: our code, what is wrong, what to do.
CAUSES = {
    "DisabledException": ("KeyDisabled", "the key is disabled.", "Enable it, or use another key."),
    "KMSInvalidStateException": (
        "KeyUnusable",
        "the key is pending deletion or import.",
        "Cancel its deletion, or use another key.",
    ),
    "InvalidKeyUsageException": (
        "WrongKey",
        "the key makes no such signature.",
        "Use a key with the key spec HMAC_256 and the usage GENERATE_VERIFY_MAC.",
    ),
    "NotFoundException": (
        "KeyNotFound",
        "there is no such key there.",
        "Give the ARN of the key: an id or alias is looked for in the caller's own account and Region alone.",
    ),
}


def checked_key(option: str, key_id: str) -> str:
    """Return a key as given; raises ArgumentError for what is no id, alias or ARN of a key."""
    if not (arns.KMS_KEY_ARN.fullmatch(key_id) or arns.KMS_KEY_ID.fullmatch(key_id)):
        raise ArgumentError(f"{option}: {key_id!r} is neither the ARN nor the id nor the alias of a KMS key.")
    return key_id


class Kms:
    """Calls KMS in the Region that a key's ARN names, else in the home Region. Methods raise SignatureError,
    CredentialsError, or ArgumentError."""

    def __init__(self, connection: Connection, keys: dict[str, str] | None = None) -> None:
        """Call nothing yet. keys: credentials other than those that the module was started with."""
        self._connection = connection
        self._keys = keys
        self._clients: dict[str, t.Any] = {}
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(connection.workers)

    def generate_mac(self, key_id: str, message: bytes) -> bytes:
        """Return the authentication code of a message of at most 4096 bytes."""
        answer = self._call("generate_mac", key_id, message)
        return bytes(answer["Mac"])

    def verify_mac(self, key_id: str, message: bytes, mac: bytes) -> bool:
        """Return whether C(mac) is the key's code of the message; raise whatever else KMS answers."""
        try:
            answer = self._call("verify_mac", key_id, message, Mac=mac)
        except SignatureError as error:
            if error.code == INVALID_MAC:
                return False
            raise
        return answer.get("MacValid") is True

    def _call(self, operation: str, key_id: str, message: bytes, **more: t.Any) -> dict[str, t.Any]:
        if len(message) > MAX_MESSAGE:
            raise ArgumentError(f"What is to be signed has {len(message)} bytes, and KMS takes {MAX_MESSAGE}.")
        action = "kms:" + operation.title().replace("_", "")
        try:
            client = self._client(key_id)
            with self._slots:
                answer: dict[str, t.Any] = getattr(client, operation)(
                    KeyId=key_id, Message=message, MacAlgorithm=ALGORITHM, **more
                )
        except (ClientError, BotoCoreError) as error:
            raise failure(error, key_id, action) from error
        return answer

    def _client(self, key_id: str) -> t.Any:
        arn = arns.KMS_KEY_ARN.fullmatch(key_id)
        region = arn["region"] if arn else self._connection.region
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._connection.client("kms", self._keys, region)
            return self._clients[region]


def failure(error: BaseException, key_id: str, action: str) -> ThreatlistsError:
    """Translate an error of KMS into one of ours. action: the IAM action of the call."""
    where, code = f"KMS key {key_id}", code_of(error)
    made = aws_failure(error, where, action, SignatureError)
    if code in CAUSES:
        our_code, cause, remedy = CAUSES[code]
        return SignatureError(f"{where}: {cause} {made}", code=our_code, remedy=remedy)
    if code in DENIED:
        made.remedy = f"{made.remedy} {_key_policy(key_id, action)}".strip()
    if made.retryable and not made.remedy:
        made.remedy = "Run again later; nothing that could not be verified was loaded."
    return made


def _key_policy(key_id: str, action: str) -> str:
    arn = arns.KMS_KEY_ARN.fullmatch(key_id)
    owner = f" of account {arn['account']}, to which the key belongs" if arn else ""
    return f"The key policy{owner} must allow {action} too, where the key is another account's or names its users."
