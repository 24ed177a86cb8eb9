# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts of an emulated organization as hosts, by way of ansible-inventory itself."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from support.paths import ROOT
from threatlists_emulators import control

MANAGEMENT, GUARDDUTY, SHOP, DEV, STANDALONE, GONE = (str(digit) * 12 for digit in range(1, 7))
READER = f"arn:aws:iam::{MANAGEMENT}:role/organization-reader"
ADMINISTRATOR = f"arn:aws:iam::{GUARDDUTY}:role/guardduty-reader"
REGIONS = ["eu-west-1", "us-east-1"]
MANY = [f"7{number:011}" for number in range(45)]
PATTERN = "arn:{partition}:iam::{account_id}:role/threatlists"


def account(name, ou, environment, **more):
    return {"name": name, "ou": ou, "tags": {"environment": environment}, **more}


WORLD = {
    "accounts": {
        MANAGEMENT: account("management", "", "prod"),
        GUARDDUTY: account("security", "Security", "prod"),
        SHOP: account(
            "{{ lookup('env', 'AWS_SECRET_ACCESS_KEY') }} shop", "Workloads/Production", "prod", administrator=GUARDDUTY
        ),
        DEV: account("dev", "Workloads", "dev", administrator={"eu-west-1": GUARDDUTY}),
        STANDALONE: account("dev", "Workloads", "dev"),
        GONE: account("gone", "Workloads", "dev", state="SUSPENDED"),
        **{each: account(f"crowd-{each[-2:]}", "Crowd", "crowd") for each in MANY},
    },
    "regions": ["eu-west-1", "us-east-1", "af-south-1"],
    "roles": {
        READER: {"assumable": True, "external_id": "abc"},
        ADMINISTRATOR: {"assumable": True, "external_id": "abc"},
    },
    "organization": {"management": MANAGEMENT, "empty_page": True},
}


@pytest.fixture(scope="module")
def aws():
    with control.aws() as emulator:
        emulator.world(WORLD)
        yield emulator


@pytest.fixture
def inventory(aws, tmp_path):
    aws.clear_calls()
    aws.clear_faults()

    def run(*arguments, account_id=MANAGEMENT, fails=False, **options):
        config = tmp_path / "fleet.organization.yml"
        config.write_text(yaml.safe_dump({"plugin": "threatlists.aws.organization", **options}))
        done = subprocess.run(
            [pathlib.Path(sys.executable).parent / "ansible-inventory", "-i", config, "--list", *arguments],
            env={
                **os.environ,
                **aws.environment(account_id),
                "AWS_SECRET_ACCESS_KEY": "geheim-geheim",
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/current"),
                "ANSIBLE_HOME": str(tmp_path / "home"),
                "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
                "ANSIBLE_INVENTORY_ENABLED": "auto",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = done.stdout + done.stderr
        assert "geheim-geheim" not in said
        assert (done.returncode != 0) == fails, said
        return " ".join(said.split()) if fails else (json.loads(done.stdout), done.stderr)

    return run


def hosts(listing):
    return sorted(listing["_meta"]["hostvars"])


def test_every_active_account_is_a_host_with_its_variables(aws, inventory):
    listing, said = inventory(
        assume_role_arn_pattern=PATTERN,
        keyed_groups=[{"key": "ou_paths", "prefix": "ou"}, {"key": "account_tags.environment", "prefix": "env"}],
        compose={"short": "account_id[:3]"},
        groups={"named_dev": "account_name == 'dev'"},
    )
    assert said == ""
    assert hosts(listing) == sorted({*WORLD["accounts"]} - {GONE})
    assert listing["_meta"]["hostvars"][DEV] == {
        "account_id": DEV,
        "account_name": "dev",
        "account_tags": {"environment": "dev"},
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "assume_role_arn": f"arn:aws:iam::{DEV}:role/threatlists",
        "organization_id": "o-emulated",
        "ou_path": "Workloads",
        "ou_paths": ["Workloads"],
        "partition": "aws",
        "short": {"__ansible_unsafe": "444"},
    }
    assert listing["_meta"]["hostvars"][SHOP]["account_name"] == {"__ansible_unsafe": WORLD["accounts"][SHOP]["name"]}
    assert listing["_meta"]["hostvars"][SHOP]["ou_paths"] == ["Workloads", "Workloads/Production"]
    assert sorted(listing["ou_Workloads"]["hosts"]) == [SHOP, DEV, STANDALONE]
    assert listing["ou_Workloads_Production"]["hosts"] == [SHOP]
    assert sorted(listing["env_prod"]["hosts"]) == [MANAGEMENT, GUARDDUTY, SHOP]
    assert sorted(listing["named_dev"]["hosts"]) == [DEV, STANDALONE]
    assert not aws.calls(write=True)


def test_a_role_leads_to_the_organization_and_names_can_be_hosts(inventory):
    listing, _said = inventory(
        account_id=DEV,
        assume_role_arn=READER,
        external_id="abc",
        hostname="account_name",
        include={"ous": ["Workloads"]},
    )
    assert hosts(listing) == [f"dev-{DEV}", f"dev-{STANDALONE}", "lookup-env-AWS_SECRET_ACCESS_KEY-shop"]
    assert "assume_role_arn" not in listing["_meta"]["hostvars"][f"dev-{DEV}"]


def test_only_what_is_included_and_not_excluded(aws, inventory):
    listing, _said = inventory(
        include={"tags": {"environment": ["prod", "d*"]}},
        exclude={"ids": [MANAGEMENT], "names": ["sec*"], "ous": ["Workloads/Production"]},
    )
    assert hosts(listing) == [DEV, STANDALONE]
    asked = aws.calls(operation="ListTagsForResource")
    assert len(asked) == 2 + 2 * len(MANY) + 2, (
        "an empty page and a full one each, and none for what is excluded anyway"
    )
    listing, said = inventory(include={"ids": [DEV, "999999999999"]}, read_tags=False)
    assert hosts(listing) == [DEV]
    assert "no ACTIVE account 999999999999" in said


def test_only_administrators_leaves_out_members_of_every_region(inventory):
    options = {"guardduty_only": "administrators", "include": {"ids": [GUARDDUTY, SHOP, DEV, STANDALONE]}}
    role = {"guardduty_role_arn": ADMINISTRATOR, "external_id": "abc"}
    assert hosts(inventory(regions=REGIONS, **options, **role)[0]) == [GUARDDUTY, DEV, STANDALONE]
    assert hosts(inventory(regions=["eu-west-1"], **options, **role)[0]) == [GUARDDUTY, STANDALONE]
    assert hosts(inventory(regions=REGIONS, **options)[0]) == [GUARDDUTY, SHOP, DEV, STANDALONE]


def test_a_region_that_does_not_answer_leaves_nobody_out(aws, inventory):
    aws.fault(
        service="guardduty",
        operation="ListMembers",
        region="us-east-1",
        action="error",
        code="AccessDeniedException",
        status=403,
        times=None,
    )
    listing, said = inventory(
        guardduty_only="administrators",
        guardduty_role_arn=ADMINISTRATOR,
        external_id="abc",
        regions=REGIONS,
        include={"ids": [SHOP, DEV]},
    )
    assert hosts(listing) == [SHOP, DEV]
    assert "us-east-1" in said and "No account is left out" in said


def test_a_warm_cache_makes_no_call_and_holds_no_credential(aws, inventory, tmp_path):
    options = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
        "assume_role_arn": READER,
        "external_id": "abc",
        "include": {"ous": ["Workloads"]},
    }
    cold, _said = inventory(**options)
    stored = [path.read_text() for path in (tmp_path / "cache").iterdir()]
    assert stored and not any(secret in text for text in stored for secret in ("geheim", "ASIA", "abc"))
    aws.clear_calls()
    assert inventory(**options)[0] == cold
    assert not aws.calls()
    assert hosts(inventory(**{**options, "include": {"ids": [DEV]}})[0]) == [DEV], "another selection, another entry"
    aws.clear_calls()
    assert inventory("--flush-cache", **options)[0] == cold
    assert aws.calls(operation="ListAccounts")
    aws.clear_calls()
    assert inventory(account_id=DEV, **options)[0] == cold
    assert aws.calls(operation="AssumeRole"), "other credentials, another entry"


def test_the_root_is_a_unit_too_and_an_empty_inventory_is_said(inventory):
    assert hosts(inventory(include={"ous": ["/"]})[0]) == sorted({*WORLD["accounts"]} - {GONE})
    listing, said = inventory(include={"names": ["nobody"]})
    assert not hosts(listing) and "no ACTIVE account" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"include": {"ous": [""]}}, "no organizational unit of this organization has the id or the path"),
        (
            {"include": {"ous": ["Wrokloads"]}},
            "no organizational unit of this organization has the id or the path Wrokloads",
        ),
        ({"exclude": {"accounts": ["1"]}}, "exclude: accounts. Supported parameters include: ids, names, ous, tags."),
        ({"assume_role_arn": READER, "external_id": "wrong"}, f"The role {READER} cannot be assumed"),
        ({"account_id": DEV}, "The accounts of the organization cannot be listed: AccessDeniedException"),
        ({"regions": ["eu-west-99x"]}, "there is no Region 'eu-west-99x'"),
    ],
)
def test_what_cannot_be_meant_or_done_is_one_clear_error(inventory, options, message):
    assert message in inventory(fails=True, **options)
