# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the emulator's GuardDuty does when a list is activated: reading, and each reason not to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from support.emulator_lists import (
    ADMIN,
    BUCKET,
    ENTITY_KINDS,
    ENTRIES,
    IP_KINDS,
    KINDS,
    LOCATION,
    OTHER,
    OWNER,
    UNREADABLE,
    Lists,
    bad,
    client,
    error,
    held,
    internal,
    prepare,
    put,
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
