# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's GuardDuty against the contract (shared/contracts/guardduty.md), through boto3."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulators import control

ADMIN, MEMBER, OTHER = "111111111111", "222222222222", "333333333333"
BUCKET = "acme-threatlists"
LOCATION = f"s3://{BUCKET}/list.txt"
ENTRIES = b"192.0.2.1\n198.51.100.0/24\n"
WORLD = {
    "accounts": {
        ADMIN: {"no_detector": ["us-west-2"], "suspended": ["us-west-1"], "regions_not_enabled": ["eu-south-1"]},
        MEMBER: {"administrator": {"eu-west-1": ADMIN}},
        OTHER: {},
    },
    "regions": ["eu-west-1", "us-east-1", "us-west-1", "us-west-2", "eu-south-1"],
}
KINDS = {
    "ThreatIntelSet": "threat_intel_set",
    "IPSet": "ip_set",
    "ThreatEntitySet": "threat_entity_set",
    "TrustedEntitySet": "trusted_entity_set",
}
IP_KINDS = ["ThreatIntelSet", "IPSet"]
ENTITY_KINDS = ["ThreatEntitySet", "TrustedEntitySet"]
NO_SUCH = "The request is rejected since no such resource found."
LIMIT = (
    "The request is rejected because it\u2019s an attempt to create resources beyond the current AWS account limits."
)
UNREADABLE = "The request is rejected because the caller is not authorized to call this API."
OWNER = (
    "The request failed because the expected bucket owner doesn't match the actual S3 bucket owner. "
    "Verify the account ID and bucket ownership, and then retry."
)
VALUE = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."


@functools.cache
def client(aws: control.Aws, service: str, account: str, region: str = "eu-west-1") -> Any:
    """Making one costs more than most of these tests."""
    return aws.client(service, account, region)


class Lists:
    """One kind of list of one account and Region."""

    def __init__(self, aws: control.Aws, kind: str, account: str = ADMIN, region: str = "eu-west-1") -> None:
        self.client = client(aws, "guardduty", account, region)
        self.kind = kind
        self.noun = KINDS[kind]
        self.id_field = "IpSetId" if kind == "IPSet" else f"{kind}Id"
        self.detector = self.client.list_detectors()["DetectorIds"][0]

    def _call(self, verb: str, suffix: str = "", **options: Any) -> Any:
        return getattr(self.client, f"{verb}_{self.noun}{suffix}")(DetectorId=self.detector, **options)

    def create(self, name: str = "acme", **options: Any) -> str:
        given = {"Name": name, "Format": "TXT", "Location": LOCATION, "Activate": True, **options}
        return self._call("create", **given)[self.id_field]

    def update(self, identity: str, **options: Any) -> None:
        self._call("update", **{self.id_field: identity}, **options)

    def get(self, identity: str) -> dict[str, Any]:
        return self._call("get", **{self.id_field: identity})

    def delete(self, identity: str) -> None:
        self._call("delete", **{self.id_field: identity})

    def list(self, **options: Any) -> Any:
        return self._call("list", "s", **options)

    def ids(self) -> list[str]:
        return self.list()[f"{self.id_field}s"]

    def arn(self, identity: str) -> str:
        region = self.client.meta.region_name
        return f"arn:aws:guardduty:{region}:{ADMIN}:detector/{self.detector}/{self.kind.lower()}/{identity}"


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world(WORLD)
    s3 = client(emulator, "s3", ADMIN)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=ENTRIES)
    return emulator


def put(aws: control.Aws, body: bytes, key: str = "list.txt", **options: Any) -> str:
    client(aws, "s3", ADMIN).put_object(Bucket=BUCKET, Key=key, Body=body, **options)
    return hashlib.sha256(body).hexdigest()


def error(call: Any, *arguments: Any, **options: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as raised:
        call(*arguments, **options)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def bad(call: Any, *arguments: Any, **options: Any) -> str:
    code, status, message = error(call, *arguments, **options)
    assert (code, status) == ("BadRequestException", 400)
    return message


def internal(call: Any, *arguments: Any, **options: Any) -> str:
    code, status, message = error(call, *arguments, **options)
    assert (code, status) == ("InternalServerErrorException", 400)
    return message


def held(aws: control.Aws, identity: str) -> dict[str, Any]:
    (found,) = aws.loaded(id=identity)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_from_creation_to_tombstone(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    identity = lists.create(Tags={"owner": "secops"})
    got = lists.get(identity)
    assert {name: got[name] for name in ("Name", "Format", "Location", "Status", "Tags")} == {
        "Name": "acme",
        "Format": "TXT",
        "Location": LOCATION,
        "Status": "ACTIVE",
        "Tags": {"owner": "secops"},
    }
    assert ("CreatedAt" in got, "UpdatedAt" in got) == (kind in ENTITY_KINDS,) * 2
    assert lists.ids() == [identity]
    assert aws.loaded_bytes(held(aws, identity)["sha256"]) == ENTRIES
    lists.update(identity, Name="renamed")
    assert lists.get(identity)["Name"] == "renamed"
    lists.update(identity, Activate=False)
    assert (lists.get(identity)["Status"], held(aws, identity)["sha256"]) == ("INACTIVE", None)
    lists.delete(identity)
    assert lists.ids() == []
    tombstone = lists.get(identity)
    assert (tombstone["Status"], tombstone["Tags"]) == ("DELETED", {})
    assert bad(lists.delete, identity) == NO_SUCH
    aws.settings(tombstones=False)
    assert bad(lists.get, identity) == NO_SUCH
    assert bad(lists.update, identity, Activate=True) == NO_SUCH


@pytest.mark.parametrize("kind", KINDS)
def test_the_object_is_read_only_at_activation(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    first = hashlib.sha256(ENTRIES).hexdigest()
    identity = lists.create(Activate=False)
    assert (lists.get(identity)["Status"], held(aws, identity)["loads"]) == ("INACTIVE", 0)
    lists.update(identity, Activate=True)
    second = put(aws, b"203.0.113.7\n")
    assert held(aws, identity)["sha256"] == first
    lists.update(identity, Name="other")
    assert held(aws, identity)["loads"] == 1
    lists.update(identity, Activate=True)
    assert (held(aws, identity)["sha256"], held(aws, identity)["loads"]) == (second, 2)
    assert aws.loaded_bytes(first) == ENTRIES


@pytest.mark.parametrize("kind", KINDS)
def test_tags(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    arn = lists.arn(lists.create())
    lists.client.tag_resource(ResourceArn=arn, Tags={"threatlists:sha256": "0" * 64, "owner": "a"})
    lists.client.untag_resource(ResourceArn=arn, TagKeys=["owner"])
    assert lists.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"threatlists:sha256": "0" * 64}
    bad(lists.client.tag_resource, ResourceArn=arn, Tags={"with space": "x"})
    bad(lists.client.tag_resource, ResourceArn=arn, Tags={"key": "x" * 257})
    assert bad(lists.client.tag_resource, ResourceArn=arn + "0", Tags={"a": "b"}) == NO_SUCH


def test_entity_sets_may_refuse_tags(aws: control.Aws) -> None:
    aws.settings(entity_tags=False)
    for kind in ENTITY_KINDS:
        lists = Lists(aws, kind)
        bad(lists.client.tag_resource, ResourceArn=lists.arn(lists.create()), Tags={"a": "b"})
    lists = Lists(aws, "IPSet")
    lists.client.tag_resource(ResourceArn=lists.arn(lists.create()), Tags={"a": "b"})


@pytest.mark.parametrize("kind", KINDS)
def test_pending_states_take_their_time_and_allow_nothing_else(aws: control.Aws, kind: str) -> None:
    aws.settings(activation_delay=0.2, deactivation_delay=0.2, deletion_delay=0.2)
    lists = Lists(aws, kind)
    identity = lists.create()
    assert lists.get(identity)["Status"] == "ACTIVATING"
    bad(lists.update, identity, Activate=True)
    bad(lists.delete, identity)
    wait_for(lists, identity, "ACTIVE")
    lists.update(identity, Activate=False)
    assert lists.get(identity)["Status"] == "DEACTIVATING"
    wait_for(lists, identity, "INACTIVE")
    lists.delete(identity)
    assert lists.get(identity)["Status"] == "DELETE_PENDING"
    assert lists.ids() == [identity]
    wait_for(lists, identity, "DELETED")
    assert lists.ids() == []


def wait_for(lists: Lists, identity: str, status: str) -> None:
    while (seen := lists.get(identity)["Status"]) != status:
        assert seen.endswith(("ING", "PENDING"))


@pytest.mark.parametrize("kind", IP_KINDS)
def test_an_ip_list_that_cannot_be_read_raises_and_persists(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    identity = lists.create()
    elsewhere = f"s3://{BUCKET}/missing.txt"
    assert internal(lists.update, identity, Location=elsewhere, Activate=True) == UNREADABLE
    got = lists.get(identity)
    assert (got["Status"], got["Location"], held(aws, identity)["sha256"]) == ("ERROR", elsewhere, None)
    lists.update(identity, Location=LOCATION, Activate=True)
    assert lists.get(identity)["Status"] == "ACTIVE"
    lists.delete(identity)
    assert internal(lists.create, "fails", Location=elsewhere) == UNREADABLE
    assert [lists.get(one)["Status"] for one in lists.ids()] == ["ERROR"]


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_an_entity_list_that_cannot_be_read_fails_later(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    identity = lists.create(Location=f"s3://{BUCKET}/missing.txt")
    got = lists.get(identity)
    assert (got["Status"], bool(got["ErrorDetails"])) == ("ERROR", True)
    lists.update(identity, Location=LOCATION, Activate=True)
    got = lists.get(identity)
    assert (got["Status"], "ErrorDetails" in got) == ("ACTIVE", False)


def unreadable(aws: control.Aws, why: str) -> None:
    s3 = client(aws, "s3", ADMIN)
    match why:
        case "kms":
            aws.deny_reading(BUCKET, "list.txt", "kms")
        case "bucket":
            aws.deny_bucket(BUCKET)
        case "no bucket":
            s3.delete_object(Bucket=BUCKET, Key="list.txt")
            s3.delete_bucket(Bucket=BUCKET)
        case "customer key":
            key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"1" * 32}
            s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"x", **key)
        case "role":
            aws.account(ADMIN, put_role_policy=False)
        case "large":
            aws.settings(max_size=10)
        case "entries":
            aws.settings(max_entries={"threatintelset": 1, "ipset": 1, "threatentityset": 1, "trustedentityset": 1})


@pytest.mark.parametrize("why", ["kms", "customer key", "bucket", "no bucket", "large", "entries"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_keeps_guardduty_from_reading(aws: control.Aws, kind: str, why: str) -> None:
    unreadable(aws, why)
    lists = Lists(aws, kind)
    if kind in IP_KINDS:
        code, status, message = error(lists.create)
        assert status == 400
        assert (code, message) == ("InternalServerErrorException", UNREADABLE) or why in {"large", "entries"}
    else:
        assert lists.get(lists.create())["ErrorDetails"]
    (found,) = aws.loaded()
    assert (found["status"], found["sha256"]) == ("ERROR", None)


@pytest.mark.parametrize("kind", KINDS)
def test_only_ip_lists_need_the_service_linked_role(aws: control.Aws, kind: str) -> None:
    unreadable(aws, "role")
    lists = Lists(aws, kind)
    if kind in IP_KINDS:
        assert internal(lists.create) == UNREADABLE
    else:
        assert lists.get(lists.create())["Status"] == "ACTIVE"


def test_the_service_role_takes_a_limited_number_of_locations(aws: control.Aws) -> None:
    aws.settings(max_locations=1)
    Lists(aws, "IPSet").create()
    put(aws, ENTRIES, "other.txt")
    lists = Lists(aws, "ThreatIntelSet", region="us-east-1")
    assert internal(lists.create, Location=f"s3://{BUCKET}/other.txt") == UNREADABLE
    lists.create("same")


@pytest.mark.parametrize("kind", KINDS)
def test_the_owner_of_the_bucket(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    assert bad(lists.create, ExpectedBucketOwner="12345678901x") == (
        "The request failed because the 'accountId' was formatted incorrectly."
    )
    inactive = lists.create("inactive", Activate=False, ExpectedBucketOwner=OTHER)
    assert lists.get(inactive)["ExpectedBucketOwner"] == OTHER
    if kind in IP_KINDS:
        assert bad(lists.update, inactive, Activate=True) == OWNER
    else:
        lists.update(inactive, Activate=True)
        assert lists.get(inactive)["ErrorDetails"] == OWNER
    lists.update(inactive, Activate=True, ExpectedBucketOwner=ADMIN)
    assert lists.get(inactive)["Status"] == "ACTIVE"


@pytest.mark.parametrize(("kind", "needs_owner"), [("ThreatIntelSet", False), ("ThreatEntitySet", True)])
def test_a_bucket_of_another_account(aws: control.Aws, kind: str, needs_owner: bool) -> None:
    lists = Lists(aws, kind, OTHER)
    options = {"ExpectedBucketOwner": ADMIN} if needs_owner else {}
    if needs_owner:
        assert lists.get(lists.create("unsent"))["ErrorDetails"] == OWNER
        assert lists.get(lists.create("unallowed", **options))["Status"] == "ERROR"
    else:
        assert internal(lists.create, "unallowed") == UNREADABLE
    allow = (
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "%s"}, "Action": "s3:GetObject", "Resource": "*"}]}'
    )
    client(aws, "s3", ADMIN).put_bucket_policy(Bucket=BUCKET, Policy=allow % OTHER)
    assert lists.get(lists.create("allowed", **options))["Status"] == "ACTIVE"


@pytest.mark.parametrize(
    "spelling",
    [
        f"https://s3.amazonaws.com/{BUCKET}/list.txt",
        f"https://s3-eu-west-1.amazonaws.com/{BUCKET}/list.txt",
        f"http://{BUCKET}.s3.amazonaws.com/list.txt",
        f"https://{BUCKET}.s3.eu-west-1.amazonaws.com/list.txt",
    ],
)
def test_a_location_is_kept_as_written(aws: control.Aws, spelling: str) -> None:
    lists = Lists(aws, "ThreatIntelSet")
    identity = lists.create(Location=spelling)
    assert (lists.get(identity)["Location"], held(aws, identity)["loads"]) == (spelling, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_quotas_count_inactive_lists_but_not_deleted_ones(aws: control.Aws, kind: str) -> None:
    lists = Lists(aws, kind)
    quota = 6 if kind.startswith("Threat") else 1
    identities = [lists.create(f"list-{number}", Activate=False) for number in range(quota)]
    assert internal(lists.create, "more") == LIMIT
    lists.delete(identities[0])
    lists.create("more")


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_replay_by_name_even_a_deleted_list(aws: control.Aws, kind: str) -> None:
    aws.settings(quotas={kind.lower(): 9})
    lists = Lists(aws, kind)
    first = lists.create("one", ClientToken="t")
    assert lists.create("one", ClientToken="t") == first
    assert lists.create("two", ClientToken="t") != first
    assert lists.create("three") != first
    lists.delete(first)
    assert lists.create("one", ClientToken="t") == first
    assert lists.get(first)["Status"] == "DELETED"
    assert lists.create("one", ClientToken="u") != first
    aws.settings(replay_deleted=False)
    assert "one" in {lists.get(one)["Name"] for one in lists.ids()}


def test_pages_of_fifty(aws: control.Aws) -> None:
    aws.settings(quotas={"threatintelset": 60})
    lists = Lists(aws, "ThreatIntelSet")
    made = [lists.create(f"list-{number}", Activate=False) for number in range(52)]
    first = lists.list()
    assert len(first["ThreatIntelSetIds"]) == 50
    second = lists.list(NextToken=first["NextToken"])
    assert first["ThreatIntelSetIds"] + second["ThreatIntelSetIds"] == made
    assert not second.get("NextToken")
    assert len(lists.list(MaxResults=7)["ThreatIntelSetIds"]) == 7
    out = "The request is rejected because the parameter maxResults is out-of-bounds."
    assert bad(lists.list, MaxResults=51) == out
    assert internal(lists.list, NextToken="x") == VALUE


@pytest.mark.parametrize(("kind", "parameter"), [("ThreatIntelSet", "threatIntelSetName"), ("IPSet", "ipSetName")])
def test_bad_parameters(aws: control.Aws, kind: str, parameter: str) -> None:
    lists = Lists(aws, kind)
    value = "The request is rejected because the parameter {} has an invalid value."
    for name in ("with space", "a.b", "x" * 301):
        assert bad(lists.create, name) == value.format(parameter)
    for location in ("list.txt", f"s3://{BUCKET}", f"s3://{BUCKET}/{'x' * 300}", "https://example.com/list.txt"):
        assert bad(lists.create, Location=location) == value.format("ipSetLocation")
    assert bad(lists.create, Format="CSV") == "The request is rejected because the JSON could not be processed."
    identity = lists.create()
    assert internal(lists.update, identity, Name="with space") == VALUE
    bad(lists.create)
    assert bad(lists.get, "0" * 32) == NO_SUCH


def test_detectors(aws: control.Aws) -> None:
    client = aws.client("guardduty", ADMIN)
    (mine,) = client.list_detectors()["DetectorIds"]
    assert client.get_detector(DetectorId=mine)["Status"] == "ENABLED"
    exists = "The request is rejected because a detector already exists for the current account."
    assert bad(client.create_detector, Enable=True) == exists
    (others,) = aws.client("guardduty", OTHER).list_detectors()["DetectorIds"]
    foreign = "The request is rejected because the input detectorId is not owned by the current account."
    assert bad(client.list_ip_sets, DetectorId=others) == foreign
    suspended = aws.client("guardduty", ADMIN, "us-west-1")
    (detector,) = suspended.list_detectors()["DetectorIds"]
    assert suspended.get_detector(DetectorId=detector)["Status"] == "DISABLED"
    suspended.update_detector(DetectorId=detector, Enable=True)
    assert suspended.get_detector(DetectorId=detector)["Status"] == "ENABLED"
    without = aws.client("guardduty", ADMIN, "us-west-2")
    assert without.list_detectors()["DetectorIds"] == []
    made = without.create_detector(Enable=True)["DetectorId"]
    assert without.list_detectors()["DetectorIds"] == [made]
    without.delete_detector(DetectorId=made)
    assert without.list_detectors()["DetectorIds"] == []


def test_members_see_their_administrators_lists_and_write_none(aws: control.Aws) -> None:
    admin, member = Lists(aws, "ThreatIntelSet"), Lists(aws, "ThreatIntelSet", MEMBER)
    identity = admin.create(Tags={"threatlists:account": ADMIN})
    assert member.ids() == [identity]
    assert member.get(identity)["Tags"] == {"threatlists:account": ADMIN}
    administrator = member.client.get_administrator_account(DetectorId=member.detector)["Administrator"]
    assert administrator["AccountId"] == ADMIN
    assert "Administrator" not in admin.client.get_administrator_account(DetectorId=admin.detector)
    bad(member.create, "mine")
    bad(member.update, identity, Name="mine")
    bad(member.delete, identity)
    (listed,) = admin.client.list_members(DetectorId=admin.detector)["Members"]
    assert (listed["AccountId"], listed["RelationshipStatus"]) == (MEMBER, "Enabled")
    elsewhere = Lists(aws, "ThreatIntelSet", MEMBER, "us-east-1")
    assert "Administrator" not in elsewhere.client.get_administrator_account(DetectorId=elsewhere.detector)
    elsewhere.create("mine", Activate=False)


def test_a_region_that_is_not_enabled_looks_like_a_dead_key(aws: control.Aws) -> None:
    disabled = aws.client("guardduty", ADMIN, "eu-south-1")
    dead = aws.client("guardduty", ADMIN, aws_access_key_id="AKIANOBODY")
    invalid = ("UnrecognizedClientException", 403, "The security token included in the request is invalid.")
    assert error(disabled.list_detectors) == error(dead.list_detectors) == invalid
    assert aws.client("guardduty", OTHER, "eu-south-1").list_detectors()["DetectorIds"]


def test_others_can_tamper(aws: control.Aws) -> None:
    lists = Lists(aws, "IPSet")
    identity = lists.create()
    aws.tamper(identity, status="ERROR", tags={"threatlists:name": "acme"}, location="s3://other-bucket/x")
    got = lists.get(identity)
    assert (got["Status"], got["Location"], got["Tags"]) == (
        "ERROR",
        "s3://other-bucket/x",
        {"threatlists:name": "acme"},
    )
    aws.tamper(identity, status="ACTIVATING")
    bad(lists.update, identity, Activate=True)
    assert lists.get(identity)["Status"] == "ACTIVATING"


STIX = b"""<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:AddressObj="urn:a">
<AddressObj:Address_Value condition="Equals">192.0.2.1##comma##192.0.2.2</AddressObj:Address_Value>
<AddressObj:Address_Value>192.0.2.3</AddressObj:Address_Value></stix:STIX_Package>"""


@pytest.mark.parametrize(("limit", "status"), [(3, "ACTIVE"), (2, "ERROR")])
def test_entries_of_a_stix_document_are_its_values(aws: control.Aws, limit: int, status: str) -> None:
    put(aws, STIX)
    aws.settings(max_entries={"threatentityset": limit})
    lists = Lists(aws, "ThreatEntitySet")
    assert lists.get(lists.create(Format="STIX"))["Status"] == status


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"0.0.0.0/0\n"])
def test_garbage_is_activated(aws: control.Aws, body: bytes) -> None:
    put(aws, body)
    lists = Lists(aws, "ThreatIntelSet")
    assert lists.get(lists.create(Format="STIX"))["Status"] == "ACTIVE"
