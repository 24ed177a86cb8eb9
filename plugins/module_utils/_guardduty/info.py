# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the lists of one account, and whether they hold what S3 holds. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    PublishError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.authenticity import verifier
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.converge import (
    declared_regions,
    refused_everywhere,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import (
    ObjectOrError,
    Objects,
    is_loaded_since,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import RegionReader, RegionState
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    ACTIVE,
    NAME_TAG,
    PENDING,
    SHA256_TAG,
    SUBMITTED,
    TOUCHED,
    Observed,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState, parse_location
from ansible_collections.threatlists.aws.plugins.module_utils._s3.signature import Verifier
from ansible_collections.threatlists.aws.plugins.module_utils._s3.signing import NOT_OURS


def read_lists(module: Module) -> dict[str, t.Any]:
    """Return C({changed, account_id, lists, regions}); a Region's failure stands in its item.

    Raises CredentialsError where the account cannot be worked in at all, ArgumentError for options that are wrong.
    """
    given = options.regions(module.params)
    names = [region for region in given if region != options.ALL]
    connection = Connection(module, names, options.workers(module.params))
    account = Account(connection)
    regions = declared_regions(connection, account, given)
    kinds = [kind for kind in KINDS.values() if kind.name in module.params["kinds"]]
    reader = RegionReader(account)
    wanted = {kind.name: None for kind in kinds}
    found_regions = in_threads(lambda name: reader.read_region(name, wanted, KINDS), regions, connection.workers)
    if dead := refused_everywhere(account.id, found_regions):
        raise dead
    if broken := [region.error for region in found_regions if isinstance(region.error, CredentialsError)]:
        raise broken[0]
    found = [
        (region, kind, one)
        for region in found_regions
        for kind in kinds
        for one in sorted(region.lists.get(kind.name, ()), key=lambda one: (one.name, one.id))
    ]
    verifies = verifier(module.params, connection)
    objects = Objects(connection, trust_metadata=verifies is None)
    objects.observe_all((one.location, one.owner) for _place, _kind, one in found if _is_location(one.location))
    return {
        "changed": False,
        "account_id": account.id,
        "lists": [
            _item(account.id, (region, kind), one, _object(objects, one), verifies) for region, kind, one in found
        ],
        "regions": [_region(account.id, region) for region in found_regions],
    }


def _is_location(text: str) -> bool:
    try:
        parse_location(text)
    except ArgumentError:
        return False
    return True


def _object(objects: Objects, one: Observed) -> ObjectOrError:
    if not _is_location(one.location):
        return PublishError(f"{one.location!r} is no location of an object in S3.")
    return objects.first_observed(one.location, one.owner)


def _item(
    account_id: str,
    place: tuple[RegionState, Kind],
    one: Observed,
    seen: ObjectOrError,
    verifies: Verifier | None,
) -> dict[str, t.Any]:
    region, kind = place
    held = one.tags.get(SHA256_TAG, "")
    proven = held if held and held != PENDING and not held.startswith((SUBMITTED, TOUCHED)) else None
    current, cause = _judge(one, proven, seen)
    if verifies and current and isinstance(seen, ObjectState):
        current, cause = _judge_signature(verifies, kind, one, seen)
    return {
        "account_id": account_id,
        "region": region.name,
        "detector_id": region.detector_id,
        "kind": kind.name,
        "id": one.id,
        "name": one.name,
        "format": one.format,
        "location": one.location,
        "status": one.status,
        "error_details": one.error_details,
        "expected_bucket_owner": one.owner,
        "tags": one.tags,
        "sha256": proven,
        "object_sha256": seen.sha256 if isinstance(seen, ObjectState) else None,
        "managed": one.tags.get(ACCOUNT_TAG) == account_id,
        "current": current,
        "cause": cause,
    }


def _judge(one: Observed, proven: str | None, seen: ObjectOrError) -> tuple[bool | None, str]:
    if one.status != ACTIVE:
        return False, f"its status is {one.status}"
    if not isinstance(seen, ObjectState):
        return None, str(seen)
    if proven == seen.sha256:
        return True, ""
    if proven:
        return False, f"it holds {proven[:12]}, the object has {seen.sha256[:12]}"
    if one.updated_at and not one.tags.get(SHA256_TAG):
        return is_loaded_since(one.updated_at, seen), "judged by UpdatedAt alone, which is weak"
    return False, "nothing proves which content it holds"


def _judge_signature(verifies: Verifier, kind: Kind, one: Observed, seen: ObjectState) -> tuple[bool | None, str]:
    """Return whether what the list holds is signed for it, None where KMS gives no verdict, and the cause."""
    try:
        verifies.published(seen, one.tags.get(NAME_TAG, one.name), kind.name)
    except ThreatlistsError as error:
        return False if error.code in NOT_OURS else None, str(error)
    return True, ""


def _region(account_id: str, region: RegionState) -> dict[str, t.Any]:
    return {
        "account_id": account_id,
        "region": region.name,
        "detector_id": region.detector_id or None,
        "administrator": region.administrator or None,
        "error": error.as_result() if (error := region.error or region.dated_error) else None,
    }
