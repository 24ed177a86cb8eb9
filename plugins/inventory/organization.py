# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: organization
short_description: Accounts of an AWS Organization as hosts
version_added: 0.1.0
author:
  - threatlists.aws maintainers (@threatlists)
description:
  - Lists the accounts of an AWS Organization whose state is C(ACTIVE), one host each.
  - Every host has the variables C(account_id), C(account_name), C(partition), C(organization_id), C(ou_path) (names of
    the organizational units from the top, joined by C(/); empty for an account that lies in the root), C(ou_paths)
    (that path and the path of each unit above it, handy for C(keyed_groups)), C(account_tags), and C(assume_role_arn)
    where O(assume_role_arn_pattern) is set.
  - All hosts are in the group C(aws_accounts), whose variables make tasks run on the controller
    (C(ansible_connection=local)) with the controller's Python.
  - The configuration file's name must end in C(organization.yml) or C(organization.yaml).
  - No credential is put into a variable or into the cache. With O(cache) and a warm cache no call is made. The cache
    of one access key, profile or role is not used under another.
requirements:
  - boto3 that knows C(State) of an account (1.40 or newer is enough)
notes:
  - Needs C(organizations:ListRoots), C(organizations:ListOrganizationalUnitsForParent),
    C(organizations:ListAccountsForParent), C(organizations:ListAccounts), C(organizations:ListParents) and, with
    O(read_tags), C(organizations:ListTagsForResource); with O(guardduty_only) also C(guardduty:ListDetectors) and
    C(guardduty:ListMembers) in the account that administers GuardDuty.
options:
  plugin:
    description: Marks the file as one for this plugin.
    type: str
    required: true
    choices: [threatlists.aws.organization]
  external_id:
    description: External id that O(assume_role_arn) and O(guardduty_role_arn) ask for.
    type: str
  assume_role_arn_pattern:
    description:
      - Becomes the host variable C(assume_role_arn), for the modules to assume.
      - May hold C({partition}), C({account_id}) and C({account_name}).
    type: str
  hostname:
    description:
      - What a host is named after.
      - In a name, everything but letters, digits, C(_), C(.) and C(-) becomes C(-); where several accounts then share
        a name, the id is added to the name of each of them.
    type: str
    default: account_id
    choices: [account_id, account_name]
  include:
    description:
      - Only accounts that meet every one of the given conditions.
      - V(ids), a list of account ids; V(ous), a list of organizational units, by id or by path of names (V(/) is
        the root), each with all that lies below it; V(names), a list of shell patterns; V(tags), a dictionary of tag
        keys, each with a shell pattern or a list of them.
      - A unit that does not exist is an error, an account id that does not exist is a warning.
    type: dict
    default: {}
  exclude:
    description: Leaves out accounts that meet any one of the given conditions, which are those of O(include).
    type: dict
    default: {}
  read_tags:
    description:
      - Whether to read the tags of the accounts, which takes one call for each account that is not left out already.
      - They are always read where O(include) or O(exclude) has V(tags).
    type: bool
    default: true
  guardduty_only:
    description:
      - With V(administrators) an account is left out that is a member of a GuardDuty administrator in every one of
        O(regions), since only the administrator can have lists of its own there. Standalone accounts stay.
      - An account that cannot be judged in a Region, because the Region does not answer, stays, with a warning.
    type: str
    choices: [administrators]
  guardduty_role_arn:
    description:
      - Role to assume in the account that administers GuardDuty, for O(guardduty_only).
      - By default the credentials that list the organization are used.
      - It is assumed with the credentials that the plugin was started with, not under O(assume_role_arn).
    type: str
  regions:
    description: Regions for O(guardduty_only); by default the one of O(region).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - inventory_cache
  - constructed
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
  - amazon.aws.assume_role.plugins
"""

EXAMPLES = r"""
# The smallest one: every ACTIVE account, reached by a role that all of them have.
plugin: threatlists.aws.organization
assume_role_arn_pattern: arn:{partition}:iam::{account_id}:role/threatlists

---
# By way of a role of the management account; production only, with groups by unit and by tag.
plugin: threatlists.aws.organization
assume_role_arn: arn:aws:iam::111111111111:role/organization-reader
assume_role_arn_pattern: arn:{partition}:iam::{account_id}:role/threatlists
hostname: account_name
include:
  ous: [Workloads/Production]
exclude:
  ids: ["222222222222"]
  names: ["*-sandbox"]
  tags: {threatlists: ["off", "no"]}
keyed_groups:
  - key: ou_paths
    prefix: ou
  - key: account_tags.environment
    prefix: env
compose:
  threatlists_regions: "['eu-west-1', 'us-east-1'] if account_tags.environment == 'prod' else ['eu-west-1']"

---
# Only the accounts that have lists of their own in GuardDuty, cached for an hour.
plugin: threatlists.aws.organization
assume_role_arn_pattern: arn:{partition}:iam::{account_id}:role/threatlists
guardduty_only: administrators
guardduty_role_arn: arn:aws:iam::333333333333:role/guardduty-reader
regions: [eu-west-1, us-east-1]
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_timeout: 3600
cache_connection: ~/.cache/threatlists-inventory
"""

import collections
import contextlib
import functools
import hashlib
import json
import os
import re
import typing as t

from ansible.errors import AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.plugin_utils.inventory import AWSInventoryBase
from ansible_collections.threatlists.aws.plugins.module_utils._aws import session
from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.plugin_utils import _organization
from ansible_collections.threatlists.aws.plugins.plugin_utils._organization import AccountFilter, OrganizationAccount
from ansible_collections.threatlists.aws.plugins.plugin_utils._trust import trusted, untrusted

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

GROUP = "aws_accounts"
SELECTION = {
    "ids": {"type": "list", "elements": "str", "default": []},
    "ous": {"type": "list", "elements": "str", "default": []},
    "names": {"type": "list", "elements": "str", "default": []},
    "tags": {"type": "dict", "default": {}},
}
CONNECTION = ("access_key", "secret_key", "session_token", "profile", "endpoint_url", "region")
# Options that decide what is read, and by whom; a cache made with other values must not be used.
CACHED_BY = (
    "access_key",
    "assume_role_arn",
    "profile",
    "endpoint_url",
    "include",
    "exclude",
    "read_tags",
    "guardduty_only",
    "guardduty_role_arn",
    "regions",
    "region",
)
# Variables that decide that too, by way of botocore.
CACHED_BY_ENVIRONMENT = (
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_ORGANIZATIONS",
    "HOME",
)


class _Options(t.NamedTuple):
    """What amazon.aws's helpers ask of a module."""

    params: dict[str, t.Any]

    def fail_json(self, msg: str, **_result: t.Any) -> t.NoReturn:
        raise AnsibleParserError(msg)


class InventoryModule(AWSInventoryBase):
    NAME = "threatlists.aws.organization"
    INVENTORY_FILE_SUFFIXES = ("organization.yml", "organization.yaml")

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Fill the inventory with the accounts that are selected."""
        super().parse(inventory, loader, path, cache=cache)
        self._include = self._selection("include")
        self._exclude = self._selection("exclude")
        accounts = self._accounts(path, cache)
        if not accounts:
            self.warn("no ACTIVE account of the organization is left by include, exclude and guardduty_only")
        self._populate(accounts)

    def _set_frozen_credentials(self) -> None:
        """Do nothing yet: with a warm cache no role need be assumed."""

    def _do_fail(self, message: str) -> t.NoReturn:
        raise AnsibleParserError(message)

    def _selection(self, option: str) -> AccountFilter:
        validated = ArgumentSpecValidator(SELECTION).validate(self.get_option(option) or {})
        if validated.error_messages:
            self._do_fail(f"{option}: {'; '.join(validated.error_messages)}")
        return t.cast(AccountFilter, validated.validated_parameters)

    def _accounts(self, path: str, cache: bool) -> list[OrganizationAccount]:
        if not self.get_option("cache"):
            return self._read_accounts()
        settings = json.dumps(
            [*map(self.get_option, CACHED_BY), *map(os.environ.get, CACHED_BY_ENVIRONMENT)], sort_keys=True
        )
        key = f"{self.get_cache_key(path)}_{hashlib.sha256(settings.encode()).hexdigest()[:12]}"
        if cache:
            try:
                return t.cast(list[OrganizationAccount], self._cache[key])
            except KeyError:
                pass  # expired, or never written
        accounts = self._read_accounts()
        self._cache[key] = accounts
        return accounts

    def _read_accounts(self) -> list[OrganizationAccount]:
        account = self._connect(self.get_option("assume_role_arn"))
        with self._explained("The accounts of the organization cannot be listed"):
            organizations = functools.partial(account.call, "organizations", account.connection.region)
            accounts = _organization.read_accounts(organizations, (self._include, self._exclude))
            self._warn_of_unknown_ids(accounts)
            accounts = self._choose(accounts, with_tags=False)
            if self.get_option("read_tags") or self._include["tags"] or self._exclude["tags"]:
                _organization.read_tags(organizations, accounts)
        accounts = self._choose(accounts, with_tags=True)
        if self.get_option("guardduty_only") == "administrators":
            accounts = self._without_members(accounts, account)
        return accounts

    def _choose(self, accounts: list[OrganizationAccount], with_tags: bool) -> list[OrganizationAccount]:
        return [
            account
            for account in accounts
            if _organization.selected(account, self._include, self._exclude, with_tags=with_tags)
        ]

    def _warn_of_unknown_ids(self, accounts: list[OrganizationAccount]) -> None:
        unknown = sorted(set(self._include["ids"]) - {account["account_id"] for account in accounts})
        if unknown:
            self.warn(f"include: the organization has no ACTIVE account {', '.join(unknown)}")

    def _without_members(self, accounts: list[OrganizationAccount], account: Account) -> list[OrganizationAccount]:
        """Return the accounts without those that every Region says are members."""
        if self.get_option("guardduty_role_arn"):
            account = self._connect(self.get_option("guardduty_role_arn"))
        everywhere: set[str] | None = None
        for region in self.get_option("regions") or [account.connection.region]:
            try:
                found = _organization.members(functools.partial(account.call, "guardduty", region))
            except (ThreatlistsError, boto.ClientError, boto.BotoCoreError) as error:
                reason = failure(error, f"guardduty_only: the members in {region} cannot be listed")
                self.warn(f"{reason} No account is left out.")
                return accounts
            everywhere = found if everywhere is None else everywhere & found
        return [account for account in accounts if account["account_id"] not in (everywhere or set())]

    def _connect(self, role_arn: str | None) -> Account:
        params = {option: self.get_option(option) for option in CONNECTION}
        external_id = self.get_option("external_id") if role_arn else None
        params |= {"assume_role_arn": role_arn, "external_id": external_id}
        params |= {"role_session_name": "threatlists-inventory", "role_duration": 3600}
        with self._explained("assume_role_arn" if role_arn else "The credentials"):
            return Account(session.Connection(_Options(params), self.get_option("regions")))

    @contextlib.contextmanager
    def _explained(self, where: str) -> t.Iterator[None]:
        try:
            yield
        except _organization.UnknownUnit as error:
            self.fail_aws("include or exclude", exception=error)
        except (ThreatlistsError, boto.ClientError, boto.BotoCoreError) as error:
            reason = failure(error, where)
            self._do_fail(f"{reason} {reason.remedy}".strip())

    def _populate(self, accounts: list[OrganizationAccount]) -> None:
        self.inventory.add_group(GROUP)
        self.inventory.set_variable(GROUP, "ansible_connection", trusted("local"))
        self.inventory.set_variable(GROUP, "ansible_python_interpreter", trusted("{{ ansible_playbook_python }}"))
        hosts = collections.Counter(self._host(account) for account in accounts)
        for account in accounts:
            host = self._host(account)
            self._add_account(host if hosts[host] == 1 else f"{host}-{account['account_id']}", account)

    def _host(self, account: OrganizationAccount) -> str:
        if self.get_option("hostname") == "account_id":
            return account["account_id"]
        # Without characters that mean something in patterns of hosts, or in templates of ansible-core 2.18.
        return re.sub(r"[^\w.-]+", "-", account["account_name"]).strip("-") or account["account_id"]

    def _add_account(self, host: str, account: OrganizationAccount) -> None:
        variables: dict[str, t.Any] = {name: value for name, value in account.items() if name != "ous"}
        pattern = self.get_option("assume_role_arn_pattern")
        if pattern:
            for name in ("partition", "account_id", "account_name"):
                pattern = pattern.replace(f"{{{name}}}", variables[name])
            variables["assume_role_arn"] = pattern
        variables = untrusted(variables)
        self.inventory.add_host(host, group=GROUP)
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)
