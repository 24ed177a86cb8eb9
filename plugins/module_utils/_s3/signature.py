# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures of published objects: what they cover, how they are made and verified. Private to the collection.

A signature covers the list that an object is published for, its kind, the object's key, the digest of its content, and
when it was signed (docs/dev/decisions/0011-signed-objects.md). The verifier takes only the time from the metadata, all
else from what is declared and observed, so that the signature of one list does not verify for another.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
import threading
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.kms import Kms
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SignatureError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState

PREFIX = b"threatlists.aws signature 1\n"
TIME_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
TICK = datetime.timedelta(milliseconds=1)
# Metadata of a signed object.
LIST, PUBLISHED, SIGNATURE, SIGNATURE_KEY = "list", "published", "signature", "signature-key"

# What verified in this process, by key, message and code: one call serves all accounts that are worked at in it.
_verified: set[tuple[str, bytes, bytes]] = set()


class Claim(t.NamedTuple):
    """What a signature covers. published: as C(text_of) writes it, so that texts sort as the times do."""

    list: str
    kind: str
    key: str
    sha256: str
    published: str

    def message(self) -> bytes:
        """Return the claim as bytes; no two claims have the same."""
        return PREFIX + json.dumps(self._asdict(), sort_keys=True, separators=(",", ":")).encode("ascii")


def text_of(moment: datetime.datetime) -> str:
    """Return a time, given in UTC, as claims write it."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def now() -> str:
    """Return the time now as claims write it."""
    return text_of(datetime.datetime.now(datetime.UTC))


def after(published: str) -> str:
    """Return the time now, or the tick after C(published) where the clock here is behind it, as claims write it."""
    return max(now(), text_of(datetime.datetime.fromisoformat(published) + TICK))


def sign(kms: Kms, key_id: str, claim: Claim) -> dict[str, str]:
    """Return the metadata that make an object a signed one. Raises SignatureError or CredentialsError."""
    mac = kms.generate_mac(key_id, claim.message())
    return {
        LIST: claim.list,
        PUBLISHED: claim.published,
        SIGNATURE: base64.b64encode(mac).decode("ascii"),
        SIGNATURE_KEY: key_id,
    }


class Verifier:
    """Verifies objects, each claim once. accepted: the keys that may have signed."""

    def __init__(self, kms: Kms, accepted: t.Sequence[str]) -> None:
        self._kms = kms
        self._accepted = accepted
        self._lock = threading.Lock()
        self._refused: dict[tuple[bytes, bytes], ThreatlistsError] = {}

    def published(self, state: ObjectState, name: str, kind: str) -> str:
        """Return when the object was signed as the content of this list.

        Raises SignatureError where it was not, or where that cannot be told, with the code C(Unsigned),
        C(SignatureMismatch), or that of why KMS gave no verdict.
        """
        claim, mac = _claim(state, name, kind)
        message = claim.message()
        with self._lock:
            if (message, mac) not in self._refused and not self._is_known(message, mac):
                try:
                    self._verify(state, claim, mac)
                except ThreatlistsError as error:
                    self._refused[message, mac] = error
            if (message, mac) in self._refused:
                raise self._refused[message, mac]
        return claim.published

    def _is_known(self, message: bytes, mac: bytes) -> bool:
        return any((key_id, message, mac) in _verified for key_id in self._accepted)

    def _verify(self, state: ObjectState, claim: Claim, mac: bytes) -> None:
        """Ask KMS, the noted key first. A key without a verdict verifies nothing; the others are asked all the same."""
        noted = state.metadata.get(SIGNATURE_KEY)
        unanswered: list[ThreatlistsError] = []
        for key_id in sorted(self._accepted, key=lambda one: one != noted):
            try:
                if self._kms.verify_mac(key_id, claim.message(), mac):
                    _verified.add((key_id, claim.message(), mac))
                    return
            except ThreatlistsError as error:
                unanswered.append(error)
        raise unanswered[0] if unanswered else _mismatch(state, claim)


def _claim(state: ObjectState, name: str, kind: str) -> tuple[Claim, bytes]:
    """Return what the object must be signed for, and the code that it carries. Raises SignatureError for no code."""
    signature, published = state.metadata.get(SIGNATURE), state.metadata.get(PUBLISHED, "")
    if not signature:
        raise SignatureError(
            f"{_named(state)} is not signed, so publish did not write it.",
            code="Unsigned",
            remedy="See in CloudTrail who wrote it, then publish the list again with signing_key_id.",
        )
    claim = Claim(name, kind, state.key, state.sha256, published)
    try:
        mac = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        mac = b""
    if not mac or not _is_time(published):
        raise _mismatch(state, claim)
    return claim, mac


def _is_time(text: str) -> bool:
    try:
        return bool(TIME_FORM.fullmatch(text) and datetime.datetime.fromisoformat(text))
    except ValueError:
        return False


def _mismatch(state: ObjectState, claim: Claim) -> SignatureError:
    said_for = (state.metadata.get(LIST, ""), state.metadata.get("kind", ""))
    other = (
        f"; it says that it is for the {said_for[1]} {said_for[0]!r}" if said_for != (claim.list, claim.kind) else ""
    )
    return SignatureError(
        f"{_named(state)} bears a signature that does not verify for the {claim.kind} {claim.list!r}{other}.",
        code="SignatureMismatch",
        remedy="See in CloudTrail who wrote it, then publish the list again with signing_key_id; or, where another key "
        "signed it, add that one to verify_key_id.",
    )


def _named(state: ObjectState) -> str:
    version = f" (version {state.version_id})" if state.version_id else ""
    return f"s3://{state.bucket}/{state.key}{version}"
