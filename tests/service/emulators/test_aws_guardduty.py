# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's GuardDuty against docs/dev/guardduty.md, through boto3."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.emulator_lists import (
    ADMIN,
    BUCKET,
    ENTITY_KINDS,
    ENTRIES,
    KINDS,
    LIMIT,
    LOCATION,
    MEMBER,
    NO_SUCH,
    OTHER,
    VALUE,
    Lists,
    bad,
    error,
    held,
    internal,
    prepare,
)
from threatlists_emulators import control


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    prepare(emulator)
    return emulator


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_from_creation_to_tombstone(aws: control.Aws, kind: str) -> None:
    aws.settings(entity_tags=True)
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
def test_tags(aws: control.Aws, kind: str) -> None:
    aws.settings(entity_tags=True)
    lists = Lists(aws, kind)
    arn = lists.arn(lists.create())
    lists.client.tag_resource(ResourceArn=arn, Tags={"threatlists:sha256": "0" * 64, "owner": "a"})
    lists.client.untag_resource(ResourceArn=arn, TagKeys=["owner"])
    assert lists.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"threatlists:sha256": "0" * 64}
    bad(lists.client.tag_resource, ResourceArn=arn, Tags={"with space": "x"})
    bad(lists.client.tag_resource, ResourceArn=arn, Tags={"key": "x" * 257})
    assert bad(lists.client.tag_resource, ResourceArn=arn + "0", Tags={"a": "b"}) == NO_SUCH


def test_entity_sets_refuse_tags(aws: control.Aws) -> None:
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
    for name in ("with/slash", "a.b", "x" * 301):
        assert bad(lists.create, name) == value.format(parameter)
    for location in ("list.txt", f"s3://{BUCKET}", f"s3://{BUCKET}/{'x' * 300}", "https://example.com/list.txt"):
        assert bad(lists.create, Location=location) == value.format("ipSetLocation")
    assert bad(lists.create, Format="CSV") == "The request is rejected because the JSON could not be processed."
    identity = lists.create()
    assert internal(lists.update, identity, Name="a.b") == VALUE
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
