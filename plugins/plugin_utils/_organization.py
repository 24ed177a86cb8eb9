# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts of an AWS Organization, and which of them are meant. Private to the collection."""

from __future__ import annotations

import concurrent.futures
import fnmatch
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns

TAG_READERS = 4  # ListTagsForResource takes one account a call, and Organizations throttles early


class OrganizationAccount(t.TypedDict):
    """One ACTIVE account; C(ous) lists the ids and the paths of all organizational units that it lies in."""

    account_id: str
    account_name: str
    partition: str
    organization_id: str
    ou_path: str
    ou_paths: list[str]
    ous: list[str]
    account_tags: dict[str, str]


class AccountFilter(t.TypedDict):
    """The shape of O(include) and O(exclude)."""

    ids: list[str]
    ous: list[str]
    names: list[str]
    tags: dict[str, t.Any]


ServiceCall = t.Callable[..., dict[str, t.Any]]  # operation and parameters of one service, in one account and Region


class UnknownUnit(Exception):
    """Organizational units that a selection names and the organization does not have."""


class _Unit(t.NamedTuple):
    id: str
    path: str
    ancestors: tuple[_Unit, ...]

    @property
    def line(self) -> tuple[_Unit, ...]:
        """The unit and all above it, from the root down."""
        return (*self.ancestors, self)

    @property
    def names(self) -> tuple[str, str]:
        """The id, and the path as a selection may name it."""
        return self.id, self.path or "/"


def read_accounts(call: ServiceCall, selections: t.Iterable[AccountFilter]) -> list[OrganizationAccount]:
    """Return all ACTIVE accounts, by id, without their tags (docs/dev/guardduty.md#23).

    call: to organizations, in the management account or that of a delegated administrator.
    Raises UnknownUnit where a selection names a unit that does not exist, and botocore's errors.
    """
    units = _units(call)
    known = {name for unit in units for name in unit.names}
    unknown = sorted({ou for selection in selections for ou in selection["ous"] if _normal(ou) not in known})
    if unknown:
        raise UnknownUnit(f"no organizational unit of this organization has the id or the path {', '.join(unknown)}")
    home = {
        account["Id"]: unit
        for unit in units
        for account in _items(call, "list_accounts_for_parent", "Accounts", ParentId=unit.id)
    }
    by_id = {unit.id: unit for unit in units}
    accounts = []
    for entry in _items(call, "list_accounts", "Accounts"):
        # Status was retired on 2026-09-09; an answer that has it alone means the same by it.
        if (entry.get("State") or entry.get("Status")) != "ACTIVE":
            continue
        unit = home.get(entry["Id"]) or by_id[_parent_of(call, entry["Id"])]
        accounts.append(_account(entry, unit))
    return sorted(accounts, key=lambda account: account["account_id"])


def read_tags(call: ServiceCall, accounts: list[OrganizationAccount]) -> None:
    """Fill in the tags of these accounts, one call each."""

    def tags(account: OrganizationAccount) -> dict[str, str]:
        entries = _items(call, "list_tags_for_resource", "Tags", ResourceId=account["account_id"])
        return {entry["Key"]: entry["Value"] for entry in entries}

    with concurrent.futures.ThreadPoolExecutor(TAG_READERS) as pool:
        for account, found in zip(accounts, pool.map(tags, accounts), strict=True):
            account["account_tags"] = found


def members(call: ServiceCall) -> set[str]:
    """Return the ids of the accounts that are GuardDuty members of the account at work. call: to guardduty."""
    found: set[str] = set()
    for detector in _items(call, "list_detectors", "DetectorIds"):
        entries = _items(call, "list_members", "Members", DetectorId=detector, OnlyAssociated="true")
        # A suspended member (Disabled) is still a member: the administrator's lists are the ones it has.
        found.update(entry["AccountId"] for entry in entries if entry["RelationshipStatus"] in ("Enabled", "Disabled"))
    return found


def selected(
    account: OrganizationAccount, include: AccountFilter, exclude: AccountFilter, *, with_tags: bool = True
) -> bool:
    """Return whether the account meets every kind of condition of include and none of exclude.

    with_tags: false leaves out conditions on tags, for as long as the tags have not been read.
    """
    wanted = [verdict for _kind, verdict in _verdicts(account, include, with_tags)]
    unwanted = [verdict for _kind, verdict in _verdicts(account, exclude, with_tags)]
    return all(wanted) and not any(unwanted)


def _verdicts(account: OrganizationAccount, selection: AccountFilter, with_tags: bool) -> t.Iterator[tuple[str, bool]]:
    if selection["ids"]:
        yield "ids", account["account_id"] in selection["ids"]
    if selection["ous"]:
        yield "ous", any(_normal(ou) in account["ous"] for ou in selection["ous"])
    if selection["names"]:
        yield "names", any(fnmatch.fnmatchcase(account["account_name"], name) for name in selection["names"])
    if selection["tags"] and with_tags:
        yield "tags", all(_tag_matches(account, key, value) for key, value in selection["tags"].items())


def _tag_matches(account: OrganizationAccount, key: str, wanted: t.Any) -> bool:
    value = account["account_tags"].get(key)
    choices = wanted if isinstance(wanted, list) else [wanted]
    return value is not None and any(fnmatch.fnmatchcase(value, str(choice)) for choice in choices)


def _normal(ou: str) -> str:
    """Return an id as it is, a path without slashes around it; the path of the root is C(/)."""
    if arns.ORGANIZATIONAL_UNIT_ID.fullmatch(ou):
        return ou
    return ou.strip("/") or ou[:1]


def _account(entry: dict[str, t.Any], unit: _Unit) -> OrganizationAccount:
    return OrganizationAccount(
        account_id=entry["Id"],
        account_name=entry["Name"],
        partition=arns.partition_of(entry["Arn"]),
        organization_id=arns.organization_of(entry["Arn"]),
        ou_path=unit.path,
        ou_paths=[each.path for each in unit.line if each.path],
        ous=sorted({name for each in unit.line for name in each.names}),
        account_tags={},
    )


def _units(call: ServiceCall) -> list[_Unit]:
    """Return the roots and every organizational unit; the path of a root is empty."""
    pending = [_Unit(root["Id"], "", ()) for root in _items(call, "list_roots", "Roots")]
    found = []
    while pending:
        unit = pending.pop()
        found.append(unit)
        for child in _items(call, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit.id):
            pending.append(_Unit(child["Id"], f"{unit.path}/{child['Name']}".lstrip("/"), unit.line))
    return found


def _parent_of(call: ServiceCall, account_id: str) -> str:
    """Return the id of an account's unit: for one that was moved while the units were being read."""
    return str(_items(call, "list_parents", "Parents", ChildId=account_id)[0]["Id"])


def _items(call: ServiceCall, operation: str, key: str, **request: t.Any) -> list[t.Any]:
    """Return the items of all pages; an empty page may carry a token for the next one."""
    page = call(operation, **request)
    items = list(page[key])
    while page.get("NextToken"):
        page = call(operation, NextToken=page["NextToken"], **request)
        items += page[key]
    return items
