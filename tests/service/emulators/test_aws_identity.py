# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's STS, Account and Organizations: who calls, from where, in which organisation."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from threatlists_emulators import control

MANAGEMENT, MEMBER, CLOSED = "111111111111", "222222222222", "333333333333"
ROLE = f"arn:aws:iam::{MEMBER}:role/threatlists"
WORLD = {
    "accounts": {
        MANAGEMENT: {"name": "management", "email": "aws@example.com"},
        MEMBER: {"ou": "Workloads/Production", "tags": {"team": "a"}, "regions_not_enabled": ["eu-south-1"]},
        CLOSED: {"ou": "Workloads", "state": "SUSPENDED"},
    },
    "regions": ["eu-west-1", "us-east-1", "eu-south-1", "af-south-1"],
    "roles": {
        f"arn:aws:iam::{MEMBER}:role/locked": {"assumable": False},
        f"arn:aws:iam::{MEMBER}:role/secret": {"external_id": "let-me-in", "max_duration": 7200},
    },
    "organization": {"management": MANAGEMENT, "empty_page": True},
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world(WORLD)
    return emulator


def code(call: Any, *arguments: Any, **options: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as raised:
        call(*arguments, **options)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def assume(aws: control.Aws, role: str = ROLE, account: str = MANAGEMENT, **options: Any) -> dict[str, str]:
    client = aws.client("sts", account)
    given = client.assume_role(RoleArn=role, RoleSessionName="tests", **options)["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def test_a_role_leads_into_its_account(aws: control.Aws) -> None:
    answer = aws.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="tests", DurationSeconds=900)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{MEMBER}:assumed-role/threatlists/tests"
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.UTC)
    assert 890 < left.total_seconds() <= 900
    identity = aws.client("sts", **assume(aws)).get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (MEMBER, f"arn:aws:sts::{MEMBER}:assumed-role/threatlists/tests")
    s3 = aws.client("s3", **assume(aws))
    s3.create_bucket(Bucket="members-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert aws.client("s3", MANAGEMENT).list_buckets()["Buckets"] == []
    assert [one["account"] for one in aws.calls(operation="CreateBucket")] == [MEMBER]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"RoleArn": f"arn:aws:iam::{MEMBER}:role/locked"}, ("AccessDenied", 403)),
        ({"RoleArn": f"arn:aws:iam::{MEMBER}:role/secret"}, ("AccessDenied", 403)),
        ({"RoleArn": "arn:aws:iam::999999999999:role/threatlists"}, ("AccessDenied", 403)),
        ({"RoleArn": "arn:aws:iam::1:role/threatlists"}, ("ValidationError", 400)),
        ({"RoleSessionName": "with space"}, ("ValidationError", 400)),
        ({"DurationSeconds": 43201}, ("ValidationError", 400)),
        (
            {"RoleArn": f"arn:aws:iam::{MEMBER}:role/secret", "ExternalId": "let-me-in", "DurationSeconds": 7201},
            ("ValidationError", 400),
        ),
    ],
)
def test_roles_that_cannot_be_assumed(aws: control.Aws, options: dict[str, Any], expected: tuple[str, int]) -> None:
    sts = aws.client("sts")
    assert code(sts.assume_role, **{"RoleArn": ROLE, "RoleSessionName": "tests", **options}) == expected


def test_an_external_id_opens_and_chained_roles_last_an_hour(aws: control.Aws) -> None:
    secret = f"arn:aws:iam::{MEMBER}:role/secret"
    session = assume(aws, secret, ExternalId="let-me-in")
    chained = aws.client("sts", **session)
    chained.assume_role(RoleArn=ROLE, RoleSessionName="tests")
    long = {"RoleArn": ROLE, "RoleSessionName": "tests", "DurationSeconds": 3601}
    assert code(chained.assume_role, **long) == ("ValidationError", 400)


DEAD = {"guardduty": "UnrecognizedClientException", "sts": "InvalidClientTokenId", "s3": "InvalidAccessKeyId"}
EXPIRED = {"guardduty": ("ExpiredTokenException", 403), "sts": ("ExpiredToken", 403), "s3": ("ExpiredToken", 400)}
READS = {"guardduty": "list_detectors", "sts": "get_caller_identity", "s3": "list_buckets"}


@pytest.mark.parametrize("service", READS)
def test_dead_credentials_in_each_services_words(aws: control.Aws, service: str) -> None:
    dead = aws.client(service, aws_access_key_id="AKIANOBODY")
    assert code(getattr(dead, READS[service])) == (DEAD[service], 403)
    session = {**assume(aws), "aws_session_token": "another"}
    assert code(getattr(aws.client(service, **session), READS[service])) == (DEAD[service], 403)


@pytest.mark.parametrize("service", READS)
def test_expired_credentials_in_each_services_words(aws: control.Aws, service: str) -> None:
    read = getattr(aws.client(service, **assume(aws)), READS[service])
    read()
    aws.expire_sessions()
    assert code(read) == EXPIRED[service]
    aws.settings(session_lifetime=0)
    assert code(getattr(aws.client(service, **assume(aws)), READS[service])) == EXPIRED[service]


def test_regions_as_the_account_has_them(aws: control.Aws) -> None:
    def regions(account: str, **options: Any) -> dict[str, str]:
        found = aws.client("account", account).list_regions(**options)["Regions"]
        return {one["RegionName"]: one["RegionOptStatus"] for one in found}

    assert regions(MEMBER) == {
        "eu-west-1": "ENABLED_BY_DEFAULT",
        "us-east-1": "ENABLED_BY_DEFAULT",
        "eu-south-1": "DISABLED",
        "af-south-1": "ENABLED",
    }
    assert set(regions(MEMBER, RegionOptStatusContains=["ENABLED"])) == {"af-south-1"}
    first = aws.client("account").list_regions(MaxResults=3)
    rest = aws.client("account").list_regions(MaxResults=3, NextToken=first["NextToken"])
    assert len(first["Regions"] + rest["Regions"]) == 4
    closed = aws.client("sts", MEMBER, "eu-south-1")
    assert code(closed.get_caller_identity) == ("InvalidClientTokenId", 403)


def test_a_world_that_names_no_regions_has_the_usual_ones(aws: control.Aws) -> None:
    aws.world({"accounts": {MANAGEMENT: {}}})
    found = aws.client("account").list_regions()["Regions"]
    enabled = [one["RegionName"] for one in found if one["RegionOptStatus"] == "ENABLED_BY_DEFAULT"]
    assert (len(enabled), len(found) > 20) == (17, True)
    closed = aws.client("sts", region="eu-south-1")
    assert code(closed.get_caller_identity) == ("InvalidClientTokenId", 403)


def test_global_tokens_do_not_reach_opt_in_regions(aws: control.Aws) -> None:
    aws.settings(global_sts_tokens=True)
    session = assume(aws)
    assert aws.client("guardduty", region="eu-west-1", **session).list_detectors()["DetectorIds"]
    opt_in = aws.client("guardduty", region="af-south-1", **session)
    assert code(opt_in.list_detectors) == ("UnrecognizedClientException", 403)


def test_the_organisation_pages_with_an_empty_first_page(aws: control.Aws) -> None:
    more = {f"4000000000{number:02}": {} for number in range(40)}
    aws.world({**WORLD, "accounts": {**WORLD["accounts"], **more}})
    client = aws.client("organizations")
    pages = list(client.get_paginator("list_accounts").paginate())
    assert [len(page["Accounts"]) for page in pages] == [0, 20, 20, 3]
    accounts = {one["Id"]: one for page in pages for one in page["Accounts"]}
    assert (accounts[MEMBER]["State"], accounts[CLOSED]["State"]) == ("ACTIVE", "SUSPENDED")
    assert "Status" not in accounts[MEMBER]
    assert client.describe_account(AccountId=MANAGEMENT)["Account"]["Email"] == "aws@example.com"


def test_units_parents_and_tags(aws: control.Aws) -> None:
    client = aws.client("organizations")

    def all_of(operation: str, field: str, **options: Any) -> list[Any]:
        pages = client.get_paginator(operation).paginate(**options)
        return [one for page in pages for one in page[field]]

    (root,) = all_of("list_roots", "Roots")
    (workloads,) = all_of("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=root["Id"])
    (production,) = all_of("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=workloads["Id"])
    assert (workloads["Name"], production["Name"]) == ("Workloads", "Production")
    assert [one["Id"] for one in all_of("list_accounts_for_parent", "Accounts", ParentId=production["Id"])] == [MEMBER]
    assert [one["Id"] for one in all_of("list_accounts_for_parent", "Accounts", ParentId=root["Id"])] == [MANAGEMENT]
    children = all_of("list_children", "Children", ParentId=workloads["Id"], ChildType="ORGANIZATIONAL_UNIT")
    assert [one["Id"] for one in children] == [production["Id"]]
    parents = client.list_parents(ChildId=MEMBER)["Parents"]
    assert parents == [{"Id": production["Id"], "Type": "ORGANIZATIONAL_UNIT"}]
    assert client.list_parents(ChildId=workloads["Id"])["Parents"] == [{"Id": root["Id"], "Type": "ROOT"}]
    assert all_of("list_tags_for_resource", "Tags", ResourceId=MEMBER) == [{"Key": "team", "Value": "a"}]
    unit = client.describe_organizational_unit(OrganizationalUnitId=production["Id"])["OrganizationalUnit"]
    assert unit["Name"] == "Production"
    assert client.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT


def test_members_may_not_ask(aws: control.Aws) -> None:
    assert code(aws.client("organizations", MEMBER).list_accounts) == ("AccessDeniedException", 400)
    assert code(aws.client("organizations").describe_account, AccountId="9" * 12) == ("AccountNotFoundException", 400)
