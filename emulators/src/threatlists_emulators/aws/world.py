# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declared world: accounts, Regions, roles, and the credentials that open them."""

from __future__ import annotations

import copy
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from threatlists_emulators.bodies import BodyError, known

REGIONS = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
]
OPT_IN = [
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-south-1",
]
DEFAULT = {"accounts": {"111111111111": {"name": "demo", "access_key": "AKIAEMULATED11111111"}}}
ACCOUNT_DEFAULTS: dict[str, Any] = {
    "name": "",
    "access_key": "",
    "regions_not_enabled": [],
    "regions_denied": [],
    "actions_denied": [],
    "no_detector": [],
    "suspended": [],
    "administrator": {},
    "put_role_policy": True,
    "email": "",
    "state": "ACTIVE",
    "tags": {},
    "ou": "",
}
WORLD_KEYS = {"accounts", "regions", "roles", "organization"}
ORGANIZATION_KEYS = {"management", "delegated", "empty_page", "status_field"}
ROLE_KEYS = {"exists", "assumable", "external_id", "max_duration"}
GUARDDUTY_ROLE = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
SETTINGS: dict[str, Any] = {
    "latency": 0.0,
    "refuse_writes": False,
    "activation_delay": 0.0,
    "deactivation_delay": 0.0,
    "deletion_delay": 0.0,
    "missing_object_delay": 0.0,
    "page_size": 50,
    "quotas": {"threatintelset": 6, "ipset": 1, "threatentityset": 6, "trustedentityset": 1},
    "max_entries": {"threatintelset": 250_000, "ipset": 2_000, "threatentityset": 1_000, "trustedentityset": 1_000},
    "max_size": 35_000_000,
    "max_locations": 60,
    "entity_tags": False,
    "replay_deleted": True,
    "tombstones": True,
    "eventual_consistency": 0.0,
    "session_lifetime": None,
    "global_sts_tokens": False,
}


@dataclass
class Session:
    """An assumed role's credentials."""

    account: str
    role_arn: str
    name: str
    token: str
    expires: float
    global_endpoint: bool = False


@dataclass
class Caller:
    """Who calls: C(state) is C(alive), C(dead), C(expired) or C(anonymous)."""

    state: str
    account: str = ""
    arn: str = ""
    role_arn: str = ""
    session: Session | None = None

    @property
    def principal(self) -> str:
        """The user or the role, path included, as policies name it."""
        return self.role_arn or self.arn


@dataclass
class World:
    """Accounts by id, their keys, the issued sessions, and the settings of the emulator."""

    declared: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(DEFAULT))
    settings: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(SETTINGS))

    def __post_init__(self) -> None:
        self.declare(self.declared)

    def declare(self, world: dict[str, Any]) -> None:
        """Take a new world; raise BodyError for a key that means nothing here."""
        known("world", world, WORLD_KEYS)
        accounts = {}
        for account_id, given in world.get("accounts", {}).items():
            if not re.fullmatch(r"\d{12}", account_id):
                raise BodyError(f"an account id has 12 digits: {account_id!r}")
            known(f"account {account_id}", given, set(ACCOUNT_DEFAULTS))
            account = {**copy.deepcopy(ACCOUNT_DEFAULTS), **copy.deepcopy(given)}
            account["access_key"] = account["access_key"] or f"AKIA{account_id}EMUL"
            accounts[account_id] = account
        for arn, role in world.get("roles", {}).items():
            known(f"role {arn}", role, ROLE_KEYS)
        known("organization", world.get("organization", {}), ORGANIZATION_KEYS)
        self.declared = world
        self.accounts: dict[str, dict[str, Any]] = accounts
        self.regions: list[str] = list(world.get("regions", REGIONS))
        self.roles: dict[str, dict[str, Any]] = world.get("roles", {})
        self.organization: dict[str, Any] = world.get("organization", {})
        self.reset()

    def reset(self) -> None:
        """Set the settings back, and forget the sessions."""
        self.settings.clear()
        self.settings.update(copy.deepcopy(SETTINGS))
        self.sessions: dict[str, Session] = {}
        self._index_keys()

    def change_account(self, account_id: str, changes: dict[str, Any]) -> None:
        """Change an account, or add it. Raises BodyError for a key that means nothing here."""
        known(f"account {account_id}", changes, set(ACCOUNT_DEFAULTS))
        self.accounts.setdefault(account_id, copy.deepcopy(ACCOUNT_DEFAULTS)).update(changes)
        self._index_keys()

    def change_settings(self, changes: dict[str, Any]) -> None:
        """Change settings; those that are tables take over the keys given. Raises BodyError."""
        known("settings", changes, set(SETTINGS))
        for name, value in changes.items():
            if isinstance(SETTINGS[name], dict):
                self.settings[name] = {**self.settings[name], **value}
            else:
                self.settings[name] = value

    def _index_keys(self) -> None:
        self.keys = {account["access_key"]: account_id for account_id, account in self.accounts.items()}

    def as_json(self) -> dict[str, Any]:
        """Return the world, as declared and changed."""
        return {
            "accounts": self.accounts,
            "regions": self.regions,
            "roles": self.roles,
            "organization": self.organization,
        }

    def enabled(self, account_id: str, region: str) -> bool:
        """Return whether the Region is enabled for the account."""
        return region in self.regions and region not in self.accounts[account_id]["regions_not_enabled"]

    def has_principal(self, principal: str) -> bool:
        """Return whether there is such an account, user or role.

        GuardDuty's role is there where GuardDuty ever was on.
        """
        if principal in self.accounts:
            return True
        parts = principal.split(":", 5)
        if len(parts) < 6 or parts[2] != "iam" or parts[4] not in self.accounts:
            return False
        if parts[5] == GUARDDUTY_ROLE:
            return not set(self.regions) <= set(self.accounts[parts[4]]["no_detector"])
        return bool(self.roles.get(principal, {}).get("exists", True))

    def administrator(self, account_id: str, region: str) -> str | None:
        """Return the account's administrator in the Region, None without one."""
        given = self.accounts[account_id]["administrator"]
        return given if isinstance(given, str) else given.get(region)

    def caller(self, access_key: str, token: str | None) -> Caller:
        """Return who calls with a key and a session token."""
        if not access_key:
            return Caller("anonymous")
        if access_key in self.keys:
            account_id = self.keys[access_key]
            return Caller("alive", account_id, f"arn:aws:iam::{account_id}:user/emulated")
        session = self.sessions.get(access_key)
        if session is None or session.token != token:
            return Caller("dead")
        role_name = session.role_arn.rpartition("/")[2]
        arn = f"arn:aws:sts::{session.account}:assumed-role/{role_name}/{session.name}"
        state = "alive" if time.time() < session.expires else "expired"
        return Caller(state, session.account, arn, session.role_arn, session)

    def issue(self, account: str, role_arn: str, name: str, lifetime: float) -> tuple[str, Session]:
        """Issue a session; return its access key, and the session."""
        key = "ASIA" + secrets.token_hex(8).upper()
        session = Session(account, role_arn, name, secrets.token_urlsafe(48), time.time() + lifetime)
        self.sessions[key] = session
        return key, session

    def expire_sessions(self) -> None:
        """Let every session that was issued so far expire now."""
        for session in self.sessions.values():
            session.expires = 0
