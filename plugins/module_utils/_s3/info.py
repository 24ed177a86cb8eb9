# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is published under a key. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, PublishError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KIND_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import notes, objects, signature, signing
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import ARGUMENT_SPEC as TARGET_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target, Version

ARGUMENT_SPEC: dict[str, t.Any] = {
    **TARGET_SPEC,
    "list_versions": {"type": "bool", "default": False},
    "bucket_policy": {"type": "bool", "default": False},
    "list_name": {"type": "str"},
    "kind": KIND_SPEC,
    "verify_key_id": signing.ARGUMENT_SPEC["verify_key_id"],
}
# Of how many versions, the newest, digest and entries are looked up, at a HeadObject each.
COUNTED = 12
UNKNOWN: dict[str, t.Any] = {"sha256": None, "entry_count": None}


def object_info(module: Module, target: Target) -> dict[str, t.Any]:
    """Return the result of the module: the object's digest and more, with O(list_versions) its versions.

    Raises PublishError, CredentialsError, with O(verify_key_id) also SignatureError.
    """
    found = target.observe(module.params["version_id"])
    result: dict[str, t.Any] = {
        "changed": False,
        "location": target.location,
        "sha256": found.sha256 if found else None,
        "entry_count": found.entry_count if found else None,
        "version_id": objects.known_version(found.version_id) if found else None,
        "last_modified": found.last_modified.isoformat() if found else None,
        "restored_from": found.metadata.get("restored-from") if found else None,
        "held": notes.is_held(found.metadata) if found else False,
        **notes.provenance(found.metadata if found else {}),
    }
    if keys := signing.verify_keys(module.params):
        result["published"] = _signed(module.params, target, found, keys)
    if module.params["bucket_policy"]:
        result.update(target.bucket_policy())
    if module.params["list_versions"]:
        versions = target.versions()
        result["versions"] = [
            {
                **version._asdict(),
                "version_id": objects.known_version(version.version_id),
                **(_noted(target, version) if number < COUNTED else UNKNOWN),
            }
            for number, version in enumerate(versions)
        ]
    return result


def _signed(params: dict[str, t.Any], target: Target, found: objects.ObjectState | None, keys: list[str]) -> str | None:
    if not params["list_name"]:
        raise ArgumentError("list_name: needed with verify_key_id, since a signature is for one list.")
    if found is None or target.kms is None:
        return None
    return signature.Verifier(target.kms, keys).published(found, params["list_name"], params["kind"])


def _noted(target: Target, version: Version) -> dict[str, t.Any]:
    """Return C({sha256, entry_count}) of a version without reading its content, None where that tells nothing."""
    if version.deleted:
        return UNKNOWN
    try:
        head = target.call("head_object", VersionId=version.version_id, ChecksumMode="ENABLED")
    except PublishError:
        return UNKNOWN
    entries = head["Metadata"].get("entries", "")
    return {"sha256": objects.told_digest(head), "entry_count": int(entries) if entries.isdecimal() else None}
