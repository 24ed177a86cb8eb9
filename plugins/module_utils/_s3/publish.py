# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing the object of a list to its declared state. Private to the collection."""

from __future__ import annotations

import hashlib
import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    GuardError,
    ListFileError,
    PublishError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KIND_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._lists.summary import (
    PERCENT,
    Difference,
    ListSummary,
    compare,
    guard,
    guard_growth,
)
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import (
    index_objects,
    notes,
    objects,
    signature,
    signing,
    upload,
    validate,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import ARGUMENT_SPEC as TARGET_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

PublishResult = dict[str, t.Any]


ARGUMENT_SPEC: dict[str, t.Any] = {
    **TARGET_SPEC,
    "src": {"type": "path"},
    "format": {"type": "str", "choices": ["TXT", "STIX"]},
    "kind": KIND_SPEC,
    "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    "min_entries": {"type": "int", "default": 1},
    "max_shrink_percent": {"type": "int", "default": 50},
    "max_growth_percent": {"type": "int"},
    "kms_key_id": {"type": "str", "no_log": False},
    "tags": {"type": "dict"},
    "index": {"type": "path"},
    **signing.ARGUMENT_SPEC,
    "hold": {"type": "bool"},
    "provenance": {
        "type": "dict",
        "options": {"dropped": {"type": "dict"}, "sources": {"type": "list", "elements": "dict"}},
    },
}
REQUIRED_IF = [("state", "present", ("src", "format"))]


def converge(module: Module, target: Target) -> PublishResult:
    """Bring the object to O(state), return the result. Raises ThreatlistsError, with the object as it was."""
    states = {"present": _present, "restored": _restored, "absent": _absent}
    return states[module.params["state"]](module, target)


def _present(module: Module, target: Target) -> PublishResult:
    params = module.params
    signs = signing.Signing(module, target)
    content = _read_list(params["src"])
    summary = validate.judge(content, params, params["src"])
    digest = hashlib.sha256(content).hexdigest()
    standing, bucket_missing = _standing(module, target)
    result = _described(target, digest, summary.entry_count, standing)
    if bucket_missing:
        result["bucket_missing"] = True
    # Only a signed hold counts: whoever may write to the bucket could put one on what he wrote.
    is_signed = standing is not None and signs.is_done(standing)
    if standing is not None and is_signed and notes.is_held(standing.metadata):
        return {**_unchanged(target, standing), "held": True, "added": 0, "removed": 0, "written": []}
    # Of what somebody else put there, the same bytes perhaps, nothing is noted that a load asks for.
    if standing is not None and is_signed and standing.sha256 == digest and standing.entry_count is not None:
        is_written = {"tags": upload.tagged(module, target), "index": _indexed(module, target, digest)}
        written = [what for what, differs in is_written.items() if differs]
        return {
            **result,
            "changed": bool(written),
            "written": written,
            "version_id": standing.version_id,
            "published": signs.published(standing) or None,
            "added": 0,
            "removed": 0,
        }
    ours = _ours(module, target, standing, signs)
    difference, comparable = _difference(module, target, ours, summary, result)
    if not comparable and params["max_shrink_percent"] < PERCENT:
        raise GuardError(
            f"{target.location}: what stands there is no list that can be read, so nobody can tell what the new list "
            "would lose of it; it stays.",
            code="NotComparable",
            remedy="See whose object that is; to replace it, run once with max_shrink_percent: 100.",
        )
    guard(target.location, summary.entry_count, difference, params["min_entries"], params["max_shrink_percent"])
    guard_growth(target.location, difference, params["max_growth_percent"])
    metadata = {
        "entries": str(summary.entry_count),
        "kind": params["kind"],
        "source": validate.header_text(pathlib.Path(params["src"]).name),
        **notes.of_provenance(params["provenance"]),
        **signs.metadata(digest, standing),
    }
    result["published"] = metadata.get(signature.PUBLISHED)
    result["written"] = ["index", "object"] if _indexed(module, target, digest) else ["object"]
    new = upload.Upload(content, digest, metadata, validate.CONTENT_TYPES[params["format"]], params["kms_key_id"], None)
    return {**result, "changed": True, "version_id": upload.write(module, target, new, standing)}


def _ours(
    module: Module, target: Target, standing: objects.ObjectState | None, signs: signing.Signing
) -> objects.ObjectState | None:
    """Return what the new list is compared with: what stands, or, where that is not signed, the version signed last.

    What somebody else wrote is no measure. Raises GuardError where the signed version was on hold, since publishing
    would end the hold.
    """
    try:
        ours = signs.last_signed(standing)
    except PublishError as error:
        module.warn(
            f"{target.location} is not signed, and the new list is compared with it all the same, since which one was "
            f"signed last is not known: {error} It takes s3:ListBucketVersions and s3:GetObjectVersion."
        )
        return standing
    if standing is None or ours is None or ours is standing:
        return standing
    if notes.is_held(ours.metadata):
        raise GuardError(
            f"{target.location} is not signed: somebody wrote it over version {ours.version_id}, which was on hold.",
            code="Held",
            remedy="See in CloudTrail who wrote it, then restore that version, or release it.",
        )
    module.warn(
        f"{target.location} is not signed, so publish did not write it; it is replaced, and the new list compared with "
        f"version {ours.version_id}. See in CloudTrail who wrote it."
    )
    return ours


def _restored(module: Module, target: Target) -> PublishResult:
    params = module.params
    signs = signing.Signing(module, target)
    standing = target.observe()
    is_signed = standing is not None and signs.is_done(standing)
    if standing is not None and is_signed and not params["version_id"] and _is_settled(standing, params["hold"]):
        return {**_unchanged(target, standing), "restored_from": standing.metadata.get("restored-from")}
    wanted = _wanted_version(target, params["version_id"], standing, params["hold"], signs)
    signs.check(wanted)
    held = notes.is_held(standing.metadata) if standing and params["hold"] is None else bool(params["hold"])
    same = standing is not None and standing.sha256 == wanted.sha256
    if standing is not None and is_signed and same and held == notes.is_held(standing.metadata):
        return {**_unchanged(target, standing), "restored_from": wanted.version_id}
    content = target.download(wanted)
    summary = validate.judge(content, params, f"version {wanted.version_id} of {target.location}")
    result = _described(target, wanted.sha256, summary.entry_count, standing)
    result.update(held=held, restored_from=wanted.metadata.get("restored-from") if same else wanted.version_id)
    if problem := index_objects.restore(target, wanted.sha256, params["kms_key_id"], check_mode=module.check_mode):
        module.warn(problem)
    _difference(module, target, standing, summary, result)
    metadata = {
        "entries": str(summary.entry_count),
        "kind": params["kind"],
        "source": wanted.metadata.get("source", ""),
        "restored-from": str(result["restored_from"] or wanted.version_id),
        **notes.kept(wanted.metadata),
        notes.HOLD: "true" if held else "",
        **signs.restored_metadata(wanted, standing),
    }
    result["published"] = metadata.get(signature.PUBLISHED)
    if not same and result["published"] == wanted.metadata.get(signature.PUBLISHED, ""):
        module.warn(
            f"{target.location}: the version keeps the signature of its time, {result['published']}. Who loads it with "
            "forbid_rollback refuses it over a newer one; give signing_key_id to sign it anew."
        )
    content_type = validate.CONTENT_TYPES[params["format"]] if params["format"] else wanted.content_type
    kms_key_id = params["kms_key_id"] or wanted.kms_key_id
    new = upload.Upload(content, wanted.sha256, metadata, content_type, kms_key_id, wanted)
    return {**result, "changed": True, "version_id": upload.write(module, target, new, standing)}


def _is_settled(standing: objects.ObjectState, hold: bool | None) -> bool:
    """Return whether nothing is to be restored, where no version is named."""
    held = notes.is_held(standing.metadata)
    if hold is False:
        return not held
    return "restored-from" in standing.metadata and (hold is None or held)


def _absent(module: Module, target: Target) -> PublishResult:
    try:
        standing = target.observe()
    except PublishError as error:
        if error.code != "NoSuchBucket":
            raise
        standing = None
    result = _described(target, None, None, standing)
    result.update(changed=standing is not None, version_id=None)
    if standing is None:
        return result
    if module._diff:
        result["diff"] = {"before": f"{result['location']}\n", "after": ""}
    if not module.check_mode:
        if problem := index_objects.remove(target):
            module.warn(problem)
        answer = target.call("delete_object")
        result["version_id"] = objects.known_version(answer.get("VersionId"))
    return result


def _indexed(module: Module, target: Target, digest: str) -> bool:
    """Publish the index that O(index) names, before its list; return whether it differed."""
    params = module.params
    if not params["index"]:
        return False
    return index_objects.publish(target, params["index"], digest, params["kms_key_id"], check_mode=module.check_mode)


def _described(
    target: Target, digest: str | None, entry_count: int | None, standing: objects.ObjectState | None
) -> PublishResult:
    return {
        "location": target.location,
        "bucket": target.bucket,
        "key": target.key,
        "sha256": digest,
        "entry_count": entry_count,
        "previous_version_id": objects.known_version(standing.version_id) if standing else None,
        "held": False,
    }


def _unchanged(target: Target, standing: objects.ObjectState) -> PublishResult:
    described = _described(target, standing.sha256, standing.entry_count, standing)
    held = notes.is_held(standing.metadata)
    return {**described, "changed": False, "version_id": standing.version_id, "held": held}


def _read_list(src: str) -> bytes:
    try:
        return pathlib.Path(src).read_bytes()
    except OSError as error:
        raise ListFileError(f"src: {src} cannot be read: {error.strerror}.") from error


def _wanted_version(
    target: Target,
    version_id: str | None,
    standing: objects.ObjectState | None,
    hold: bool | None,
    signs: signing.Signing,
) -> objects.ObjectState:
    """Return the version asked for; else the newest earlier one whose content differs from what stands.

    Where only a hold is to be put on or taken off, that is what stands itself. If the list is to be signed, only
    versions that are signed count.
    """
    if (
        standing
        and signs.is_done(standing)
        and not version_id
        and (hold is False or "restored-from" in standing.metadata)
    ):
        return standing
    if version_id:
        wanted = target.observe(version_id)
        if wanted is None:
            raise PublishError(
                f"{target.location} has no version {version_id}.",
                code="NoSuchVersion",
                remedy="Choose one that s3_threatlist_info lists.",
            )
        return wanted
    for version in target.versions():
        if not version.deleted and not (version.latest and standing):
            earlier = target.observe(version.version_id)
            is_other = earlier is not None and (standing is None or earlier.sha256 != standing.sha256)
            if earlier is not None and is_other and signs.is_done(earlier):
                return earlier
    raise PublishError(
        f"{target.location} has no earlier version with another content{' that is signed' if signs.is_asked else ''}.",
        code="NoSuchVersion",
        remedy="Only a bucket with versioning keeps what was published before.",
    )


def _standing(module: Module, target: Target) -> tuple[objects.ObjectState | None, bool]:
    """Return what is published, and whether its bucket is missing.

    That is no error in check mode: a task before this one would have made the bucket.
    """
    try:
        return target.observe(), False
    except PublishError as error:
        if error.code != "NoSuchBucket" or not module.check_mode:
            raise
        return None, True


def _difference(
    module: Module,
    target: Target,
    standing: objects.ObjectState | None,
    summary: ListSummary,
    result: PublishResult,
) -> tuple[Difference, bool]:
    """Compare with what is published, note the result in C(result); return the difference, and whether it is known."""
    old = validate.published(target.download(standing) if standing else None, target.location)
    difference = compare(old or validate.NOTHING, summary)
    result.update(added=difference.added, removed=difference.removed)
    if module._diff:
        before = f"{target.location} version {standing.version_id}" if standing else "(not published)"
        result["diff"] = difference.as_diff(before, target.location)
    return difference, old is not None
