# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which lists are declared, and where: options, checked before anything is called. Private to the collection."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import ARGUMENT_SPEC as ROLE_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import MAX_TAG_VALUE, OURS, Desired
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import (
    FORMATS,
    KIND_SPEC,
    KINDS,
    LONGEST_LOCATION,
    Kind,
)
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location

LIST_SPEC: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "format": {"type": "str", "choices": list(FORMATS)},
    "location": {"type": "str"},
    "activate": {"type": "bool", "default": True},
    "sha256": {"type": "str"},
    "expected_bucket_owner": {"type": "str"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "recreate": {"type": "bool", "default": False},
    "adopt": {"type": "bool", "default": False},
    "min_entries": {"type": "int", "default": 1},
    "trust_content": {"type": "bool", "default": False},
}
REQUIRED_IF = [("state", "present", ("format", "location"))]
REGIONS_SPEC: dict[str, dict[str, t.Any]] = {
    "regions": {"type": "list", "elements": "str"},
    "concurrency": {"type": "int", "default": 20},
    "account_id": {"type": "str"},
    **ROLE_SPEC,
}
VERIFY_SPEC: dict[str, dict[str, t.Any]] = {"verify_key_id": {"type": "list", "elements": "str", "no_log": False}}
WHERE_SPEC: dict[str, dict[str, t.Any]] = {
    "on_member": {"type": "str", "choices": ["skip", "fail"], "default": "skip"},
    "on_unavailable": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
    **VERIFY_SPEC,
    "forbid_rollback": {"type": "bool", "default": False},
    **REGIONS_SPEC,
}
LISTS_SPEC: dict[str, dict[str, t.Any]] = {
    "lists": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {"kind": KIND_SPEC, **LIST_SPEC},
        "required_if": REQUIRED_IF,
    },
    "purge_lists": {"type": "bool", "default": False},
    "keep_lists": {
        "type": "list",
        "elements": "dict",
        "options": {
            "kind": KIND_SPEC,
            "name": {"type": "str", "required": True},
        },
    },
    **WHERE_SPEC,
}
ONE_LIST_SPEC: dict[str, dict[str, t.Any]] = {**LIST_SPEC, **WHERE_SPEC}
INFO_SPEC: dict[str, dict[str, t.Any]] = {
    "kinds": {"type": "list", "elements": "str", "choices": list(KINDS), "default": list(KINDS)},
    **VERIFY_SPEC,
    **REGIONS_SPEC,
}

# docs/dev/guardduty.md#1
TAG_KEY = re.compile(r"[a-zA-Z0-9+\-=._:/,;<]{1,128}")
# A resource takes 50 tags, of which at least three are ours.
MAX_TAGS = 50 - 3
MAX_WORKERS = 100
# The value of the detector's tag has room for no longer name beside the proof of a submitted load and two times.
MAX_ENTITY_SET_NAME = 136
PLACEHOLDERS = ("region", "account_id")
ALL = "all"


class DeclaredList(t.NamedTuple):
    """One list as the options declare it, the same for all Regions; C(location) may hold placeholders."""

    kind: Kind
    name: str
    present: bool
    format: str
    location: str
    activate: bool
    sha256: str | None
    owner: str | None
    tags: dict[str, str] | None
    purge_tags: bool
    min_entries: int
    trust_content: bool
    recreate: bool = False
    adopt: bool = False

    @property
    def is_loaded(self) -> bool:
        """Return whether the list shall hold the content of its object."""
        return self.present and self.activate

    def location_in(self, region: str, account: str) -> str:
        """Return the location with its placeholders filled in."""
        return self.location.replace("{region}", region).replace("{account_id}", account)

    def desired(self, region: str, account: str, partition: str, digest: str | None) -> Desired:
        """Return the list as it should be in one Region of one account."""
        return Desired(
            kind=self.kind,
            name=self.name,
            present=self.present,
            format=self.format,
            location=self.location_in(region, account),
            activate=self.activate,
            digest=digest,
            owner=self.owner,
            tags=self.tags,
            purge_tags=self.purge_tags,
            account=account,
            partition=partition,
            recreate=self.recreate,
            adopt=self.adopt,
        )


def declared_lists(params: dict[str, t.Any], kind: str | None = None) -> list[DeclaredList]:
    """Return the lists of O(lists), or the one list of a module that is about one kind.

    Raises ArgumentError for whatever the services would refuse or misunderstand.
    """
    given = [{**params, "kind": kind}] if kind else params["lists"]
    lists = [_declared(one) for one in given]
    seen = set()
    for one in lists:
        if (one.kind.name, one.name) in seen:
            raise ArgumentError(f"lists: {one.kind.name} {one.name!r} is declared twice.")
        seen.add((one.kind.name, one.name))
    return lists


def declared_absent(kind: Kind, name: str) -> DeclaredList:
    """Return the declaration of a list that is to be removed, whatever its name."""
    return DeclaredList(
        kind=kind,
        name=name,
        present=False,
        format="",
        location="",
        activate=True,
        sha256=None,
        owner=None,
        tags=None,
        purge_tags=False,
        min_entries=1,
        trust_content=False,
    )


def regions(params: dict[str, t.Any]) -> list[str]:
    """Return O(regions) as given: names of Regions, or C(all) alone, or nothing for the session's.

    Raises ArgumentError.
    """
    given = params.get("regions") or []
    if ALL in given and len(given) > 1:
        raise ArgumentError("regions: either all or names of Regions, not both.")
    if params.get("regions") == []:
        raise ArgumentError("regions: the list is empty; leave the option out for the session's Region.")
    return list(dict.fromkeys(given))


def workers(params: dict[str, t.Any]) -> int:
    """Return O(concurrency); raises ArgumentError for a wrong one, and for a wrong O(wait_timeout)."""
    count, timeout = int(params["concurrency"]), int(params.get("wait_timeout", 0))
    if timeout < 0:
        raise ArgumentError(f"wait_timeout: {timeout} is less than 0 seconds.")
    if not 1 <= count <= MAX_WORKERS:
        raise ArgumentError(f"concurrency: {count} is not between 1 and {MAX_WORKERS}.")
    return count


def _declared(given: dict[str, t.Any]) -> DeclaredList:
    name, where = given["name"], f"list {given['name']!r}"
    present = given["state"] == "present"
    _check_name(name, KINDS[given["kind"]], present)
    if present:
        _check_location(where, given["location"])
    sha256, owner = given["sha256"], given["expected_bucket_owner"]
    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise ArgumentError(f"sha256 of {where}: {sha256!r} is not a SHA-256 of 64 hex digits.")
    if owner and not arns.ACCOUNT_ID.fullmatch(owner):
        raise ArgumentError(f"expected_bucket_owner of {where}: {owner!r} is not an account id of 12 digits.")
    if given["min_entries"] < 1:
        raise ArgumentError(f"min_entries of {where}: {given['min_entries']} is less than 1.")
    return DeclaredList(
        kind=KINDS[given["kind"]],
        name=name,
        present=present,
        format=given["format"] or "",
        location=given["location"] or "",
        activate=given["activate"],
        sha256=sha256.lower() if sha256 else None,
        owner=owner or None,
        tags=None if given["tags"] is None else _tags(where, given["tags"]),
        purge_tags=given["purge_tags"],
        min_entries=given["min_entries"],
        trust_content=given["trust_content"],
        recreate=given["recreate"],
        adopt=given["adopt"],
    )


def _check_name(name: str, kind: Kind, present: bool) -> None:
    if not kind.name_pattern.fullmatch(name):
        spaces = ", spaces" if kind.takes_spaces else ""
        raise ArgumentError(f"name: {name!r} must be 1 to 300 letters, digits{spaces}, '-' or '_'.")
    longest = MAX_ENTITY_SET_NAME if kind.is_dated else MAX_TAG_VALUE
    if present and len(name) > longest:
        raise ArgumentError(
            f"name: {name!r} has {len(name)} characters; the tag that keeps the name of such a list holds {longest}."
        )


def _check_location(where: str, location: str) -> None:
    for placeholder in re.findall(r"{([^}]*)}", location):
        if placeholder not in PLACEHOLDERS:
            raise ArgumentError(f"location of {where}: {{{placeholder}}} is none of {{region}} and {{account_id}}.")
    filled = location.replace("{region}", "ap-southeast-1").replace("{account_id}", "0" * 12)
    if len(filled) > LONGEST_LOCATION:
        raise ArgumentError(f"location of {where}: longer than {LONGEST_LOCATION} characters.")
    try:
        parse_location(filled)
    except ArgumentError as error:
        raise ArgumentError(f"location of {where}: {error}") from error


def _tags(where: str, tags: dict[str, t.Any]) -> dict[str, str]:
    checked = {str(key): str(value) for key, value in tags.items()}
    if len(checked) > MAX_TAGS:
        raise ArgumentError(f"tags of {where}: {len(checked)} are more than {MAX_TAGS}.")
    for key, value in checked.items():
        if not TAG_KEY.fullmatch(key):
            raise ArgumentError(
                f"tags of {where}: the key {key!r} must be 1 to 128 letters, digits or any of +-=._:/,;<"
            )
        if key.startswith((OURS, "aws:")):
            raise ArgumentError(
                f"tags of {where}: {key!r} is reserved; {OURS}* is kept by this collection, aws:* by AWS."
            )
        if len(value) > MAX_TAG_VALUE:
            raise ArgumentError(f"tags of {where}: the value of {key!r} is longer than {MAX_TAG_VALUE} characters.")
    return checked
