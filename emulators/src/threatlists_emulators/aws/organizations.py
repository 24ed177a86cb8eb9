# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations, read from the declared world: accounts with their State, units as paths, tags."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from .errors import Answer, AwsError, json_answer
from .guardduty_wire import snake
from .request import Request
from .world import World

PAGE = 20
ROOT = "r-emul"
OPERATIONS = {
    "describe_account",
    "describe_organization",
    "describe_organizational_unit",
    "list_accounts",
    "list_accounts_for_parent",
    "list_children",
    "list_organizational_units_for_parent",
    "list_parents",
    "list_roots",
    "list_tags_for_resource",
}


class Organizations:
    """The reading operations. An account's C(ou) is a path such as C(Workloads/Production)."""

    def __init__(self, world: World) -> None:
        self.world = world

    def handle(self, request: Request) -> Answer:
        """Answer a request."""
        management = self._management()
        if request.account not in {management, *self.world.organization.get("delegated", [])}:
            message = "You don't have permissions to access this resource."
            raise AwsError("AccessDeniedException", message, 400)
        name = snake(request.operation)
        if name not in OPERATIONS:
            raise AwsError("NotEmulated", f"The emulator has no Organizations operation {request.operation}", 501)
        method: Callable[[dict[str, Any]], Answer] = getattr(self, name)
        return method(request.json)

    def describe_organization(self, _given: dict[str, Any]) -> Answer:
        """Answer DescribeOrganization."""
        return json_answer({"Organization": self._organization(self._management())})

    def describe_account(self, given: dict[str, Any]) -> Answer:
        """Answer DescribeAccount."""
        return json_answer({"Account": self._account(self._known(given.get("AccountId", "")))})

    def list_accounts(self, given: dict[str, Any]) -> Answer:
        """Answer ListAccounts."""
        return self._page(given, "Accounts", [self._account(one) for one in sorted(self.world.accounts)])

    def list_roots(self, given: dict[str, Any]) -> Answer:
        """Answer ListRoots."""
        root = {"Id": ROOT, "Arn": self._arn(f"root/o-emulated/{ROOT}"), "Name": "Root", "PolicyTypes": []}
        return self._page(given, "Roots", [root])

    def list_accounts_for_parent(self, given: dict[str, Any]) -> Answer:
        """Answer ListAccountsForParent."""
        inside = self._inside(self._path(given.get("ParentId", "")))
        return self._page(given, "Accounts", [self._account(one) for one in inside])

    def list_organizational_units_for_parent(self, given: dict[str, Any]) -> Answer:
        """Answer ListOrganizationalUnitsForParent."""
        units = self._children(self._path(given.get("ParentId", "")))
        return self._page(given, "OrganizationalUnits", [self._unit(path) for path in units])

    def describe_organizational_unit(self, given: dict[str, Any]) -> Answer:
        """Answer DescribeOrganizationalUnit."""
        return json_answer({"OrganizationalUnit": self._unit(self._path(given["OrganizationalUnitId"]))})

    def list_tags_for_resource(self, given: dict[str, Any]) -> Answer:
        """Answer ListTagsForResource."""
        tags = self.world.accounts.get(given.get("ResourceId", ""), {}).get("tags", {})
        return self._page(given, "Tags", [{"Key": key, "Value": value} for key, value in sorted(tags.items())])

    def _inside(self, path: str) -> list[str]:
        return [one for one in sorted(self.world.accounts) if self.world.accounts[one]["ou"] == path]

    def _management(self) -> str:
        management: str = self.world.organization.get("management") or next(iter(self.world.accounts), "")
        return management

    def _arn(self, resource: str) -> str:
        return f"arn:aws:organizations::{self._management()}:{resource}"

    def _organization(self, management: str) -> dict[str, Any]:
        return {
            "Id": "o-emulated",
            "Arn": self._arn("organization/o-emulated"),
            "FeatureSet": "ALL",
            "MasterAccountId": management,
            "MasterAccountArn": self._arn(f"account/o-emulated/{management}"),
            "MasterAccountEmail": f"{management}@example.com",
        }

    def _known(self, account_id: str) -> str:
        if account_id not in self.world.accounts:
            raise AwsError("AccountNotFoundException", "You specified an account that doesn't exist.")
        return account_id

    def _account(self, account_id: str) -> dict[str, Any]:
        account = self.world.accounts[account_id]
        answer = {
            "Id": account_id,
            "Arn": self._arn(f"account/o-emulated/{account_id}"),
            "Email": account["email"] or f"{account_id}@example.com",
            "Name": account["name"] or account_id,
            "State": account["state"],
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": 1767225600.0,
        }
        if self.world.organization.get("status_field"):
            answer["Status"] = account["state"]
        return answer

    def _units(self) -> set[str]:
        """Return the paths of all units, those that only hold other units included."""
        paths = set()
        for account in self.world.accounts.values():
            parts = account["ou"].split("/")
            paths |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
        return paths - {""}

    def _children(self, path: str) -> list[str]:
        return sorted(unit for unit in self._units() if unit.rpartition("/")[0] == path)

    def _path(self, identity: str) -> str:
        if identity == ROOT:
            return ""
        for path in self._units():
            if unit_id(path) == identity:
                return path
        raise AwsError("ParentNotFoundException", "You specified parent that doesn't exist.")

    def _unit(self, path: str) -> dict[str, str]:
        arn = self._arn(f"ou/o-emulated/{unit_id(path)}")
        return {"Id": unit_id(path), "Arn": arn, "Name": path.rpartition("/")[2]}

    def list_children(self, given: dict[str, Any]) -> Answer:
        """Answer ListChildren."""
        path, kind = self._path(given.get("ParentId", "")), given.get("ChildType")
        accounts = self._inside(path)
        ids = accounts if kind == "ACCOUNT" else [unit_id(unit) for unit in self._children(path)]
        return self._page(given, "Children", [{"Id": one, "Type": kind} for one in ids])

    def list_parents(self, given: dict[str, Any]) -> Answer:
        """Answer ListParents."""
        child = given.get("ChildId", "")
        path = (
            self.world.accounts[child]["ou"] if child in self.world.accounts else self._path(child).rpartition("/")[0]
        )
        kind = "ORGANIZATIONAL_UNIT" if path else "ROOT"
        return json_answer({"Parents": [{"Id": unit_id(path) if path else ROOT, "Type": kind}]})

    def _page(self, given: dict[str, Any], field: str, items: list[Any]) -> Answer:
        """Return at most 20 items a page.

        C(organization.empty_page) makes the first page empty, with a NextToken.
        """
        token = str(given.get("NextToken") or "")
        if self.world.organization.get("empty_page") and not token:
            return json_answer({field: [], "NextToken": "0"})
        if not (token or "0").isdigit():
            raise AwsError(
                "InvalidInputException", "You provided invalid values for one or more of the request parameters."
            )
        start, limit = int(token or 0), min(PAGE, int(given.get("MaxResults") or PAGE))
        answer: dict[str, Any] = {field: items[start : start + limit]}
        if start + limit < len(items):
            answer["NextToken"] = str(start + limit)
        return json_answer(answer)


def unit_id(path: str) -> str:
    """Return the id of the unit with this path, the same in every run."""
    return f"ou-emul-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
