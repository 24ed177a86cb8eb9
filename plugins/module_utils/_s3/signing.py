# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs what is published, and looks whether what stands there is signed. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.kms import checked_key
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, SignatureError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import NAME_WITH_SPACES
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import signature
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

ARGUMENT_SPEC: dict[str, t.Any] = {
    "list_name": {"type": "str"},
    "signing_key_id": {"type": "str", "no_log": False},
    "verify_key_id": {"type": "list", "elements": "str", "no_log": False},
}
NOT_OURS = ("Unsigned", "SignatureMismatch")
# How many versions are looked at for the last one that is signed.
LOOKED_AT = 50
KEPT = (signature.LIST, signature.PUBLISHED, signature.SIGNATURE, signature.SIGNATURE_KEY)


def verify_keys(params: dict[str, t.Any]) -> list[str]:
    """Return O(verify_key_id) as given; raises ArgumentError for an empty list, which would verify nothing."""
    given = params.get("verify_key_id")
    if given == []:
        raise ArgumentError("verify_key_id: the list is empty; leave the option out to load what is not signed.")
    return [checked_key("verify_key_id", key_id) for key_id in given or []]


class Signing:
    """How one call signs: not at all where O(signing_key_id) is not given."""

    def __init__(self, module: Module, target: Target) -> None:
        """Raise ArgumentError for options that cannot be meant together."""
        params = module.params
        self._target = target
        self._key_id: str = params["signing_key_id"] or ""
        self._name, self._kind = params["list_name"] or "", params["kind"]
        accepted = verify_keys(params)
        if not self._key_id:
            return
        checked_key("signing_key_id", self._key_id)
        if not NAME_WITH_SPACES.fullmatch(self._name):
            raise ArgumentError(
                f"list_name: {self._name!r} must be the name of the list in GuardDuty, of 1 to 300 letters, digits, "
                "spaces, '-' or '_'; a signature is for one list."
            )
        if target.kms is None:
            raise AssertionError("a target that is to be signed knows KMS")
        self._kms = target.kms
        self._verifier = signature.Verifier(self._kms, list(dict.fromkeys([self._key_id, *accepted])))

    @property
    def is_asked(self) -> bool:
        """Return whether anything is to be signed."""
        return bool(self._key_id)

    def is_done(self, standing: ObjectState) -> bool:
        """Return whether an object needs no signature: it has a good one, or none is asked for.

        Raises SignatureError where KMS gives no verdict.
        """
        return not self._key_id or bool(self.published(standing))

    def published(self, standing: ObjectState | None) -> str:
        """Return when an object was signed for this list by an accepted key, empty where it was not."""
        if not self._key_id or standing is None:
            return ""
        try:
            return self._verifier.published(standing, self._name, self._kind)
        except SignatureError as error:
            if error.code in NOT_OURS:
                return ""
            raise

    def check(self, restored: ObjectState) -> None:
        """Raise SignatureError for a version that publish did not sign: signing it anew would vouch for it."""
        if not self._key_id:
            return
        try:
            self._verifier.published(restored, self._name, self._kind)
        except SignatureError as error:
            if error.code in NOT_OURS:
                error.remedy = "Restore a version that was signed, or publish its content again from its sources."
            raise

    def metadata(self, sha256: str, standing: ObjectState | None) -> dict[str, str]:
        """Return the metadata that sign new content, with a later time than what stands there; none without a key."""
        if not self._key_id:
            return {}
        before = self.published(standing)
        published = signature.after(before) if before else signature.now()
        claim = signature.Claim(self._name, self._kind, self._target.key, sha256, published)
        return signature.sign(self._kms, self._key_id, claim)

    def restored_metadata(self, restored: ObjectState, standing: ObjectState | None) -> dict[str, str]:
        """Return the metadata of a version that is restored: signed anew, or, without a key, as it was signed."""
        if self._key_id:
            return self.metadata(restored.sha256, standing)
        return {name: restored.metadata[name] for name in KEPT if name in restored.metadata}

    def last_signed(self, standing: ObjectState | None) -> ObjectState | None:
        """Return what publish wrote last: what stands, or, where that is not signed, the newest version that is.

        For a list that was never signed it is what stands. If that is not signed, costs ListObjectVersions and a
        HeadObject for each version since.
        """
        if standing is None or self.is_done(standing):
            return standing
        versions = [one for one in self._target.versions() if not one.deleted and not one.latest]
        for version in versions[:LOOKED_AT]:
            earlier = self._target.observe(version.version_id)
            if earlier is not None and self.is_done(earlier):
                return earlier
        return standing
