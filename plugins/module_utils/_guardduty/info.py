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
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.converge import (
    declared_regions,
    refused_everywhere,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import Look, Objects
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import Place, Reader
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.plan import (
    ACCOUNT,
    ACTIVE,
    PENDING,
    SHA256,
    SUBMITTED,
    Observed,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, Kind
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState, parse_location


def read(module: Module) -> dict[str, t.Any]:
    """Return C({changed, account_id, lists, regions}); a Region's failure stands in its item.

    Raises CredentialsError where the account cannot be worked in at all, ArgumentError for options that cannot be.
    """
    given = options.regions(module.params)
    names = [region for region in given if region != options.ALL]
    connection = Connection(module, names, options.workers(module.params))
    account = Account(connection)
    regions = declared_regions(connection, account, given)
    kinds = [kind for kind in KINDS.values() if kind.name in module.params["kinds"]]
    reader = Reader(account)
    wanted = {kind.name: None for kind in kinds}
    places = in_threads(lambda region: reader.read(region, wanted, KINDS), regions, connection.workers)
    if dead := refused_everywhere(account.id, places):
        raise dead
    if broken := [place.error for place in places if isinstance(place.error, CredentialsError)]:
        raise broken[0]
    found = [
        (place, kind, one)
        for place in places
        for kind in kinds
        for one in sorted(place.lists.get(kind.name, ()), key=lambda one: (one.name, one.id))
    ]
    objects = Objects(connection)
    objects.look_at((one.location, one.owner) for _place, _kind, one in found if _is_location(one.location))
    return {
        "changed": False,
        "account_id": account.id,
        "lists": [_item(account.id, place, kind, one, _look(objects, one)) for place, kind, one in found],
        "regions": [_region(account.id, place) for place in places],
    }


def _is_location(text: str) -> bool:
    try:
        parse_location(text)
    except ArgumentError:
        return False
    return True


def _look(objects: Objects, one: Observed) -> Look:
    if not _is_location(one.location):
        return PublishError(f"{one.location!r} is no location of an object in S3.")
    return objects.seen(one.location, one.owner)


def _item(account_id: str, place: Place, kind: Kind, one: Observed, look: Look) -> dict[str, t.Any]:
    held = one.tags.get(SHA256, "")
    proven = held if held and held != PENDING and not held.startswith(SUBMITTED) else None
    current, cause = _judge(one, proven, look)
    return {
        "account_id": account_id,
        "region": place.region,
        "detector_id": place.detector_id,
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
        "object_sha256": look.sha256 if isinstance(look, ObjectState) else None,
        "managed": one.tags.get(ACCOUNT) == account_id,
        "current": current,
        "cause": cause,
    }


def _judge(one: Observed, proven: str | None, look: Look) -> tuple[bool | None, str]:
    if one.status != ACTIVE:
        return False, f"its status is {one.status}"
    if not isinstance(look, ObjectState):
        return None, str(look)
    if proven == look.sha256:
        return True, ""
    if proven:
        return False, f"it holds {proven[:12]}, the object has {look.sha256[:12]}"
    if one.updated_at and not one.tags.get(SHA256):
        return one.updated_at > look.last_modified, "judged by UpdatedAt alone, which is weak"
    return False, "nothing proves which content it holds"


def _region(account_id: str, place: Place) -> dict[str, t.Any]:
    return {
        "account_id": account_id,
        "region": place.region,
        "detector_id": place.detector_id or None,
        "administrator": place.administrator or None,
        "error": place.error.as_result() if place.error else None,
    }
