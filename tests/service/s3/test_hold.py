# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A restored list stays until somebody says otherwise, and an object tells what its publisher knew of it."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import info
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import publish as _publish
from support import s3_helpers
from support.s3_helpers import BUCKET, KEY, OWNER, txt
from threatlists_emulators import control

SOURCES = [{"name": "PhishMe", "total": 12, "usable": 10, "dropped": {"expired": 2}, "optional": False, "error": None}]


@pytest.fixture
def s3(emulator: control.Aws) -> t.Any:
    emulator.world({"accounts": {OWNER: {}}, "regions": ["eu-west-1"]})
    client = emulator.client("s3", OWNER)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def publish(s3: t.Any, tmp_path: pathlib.Path) -> t.Callable[..., dict[str, t.Any]]:
    def run(content: bytes = txt(0, 10), check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
        src = tmp_path / "list.txt"
        src.write_bytes(content)
        module = s3_helpers.module(src=str(src), check_mode=check_mode, **options)
        return _publish.converge(module, s3_helpers.place(s3))

    return run


def looked_up(s3: t.Any) -> dict[str, t.Any]:
    return info.object_info(s3_helpers.module(), s3_helpers.place(s3))


def body(s3: t.Any) -> bytes:
    content: bytes = s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()
    return content


def test_a_held_object_is_published_again_only_after_its_release(publish, s3):
    good = publish(txt(0, 10))["version_id"]
    publish(txt(5, 10))
    assert publish(state="restored", version_id=good, hold=True, check_mode=True)["changed"]
    held = publish(state="restored", version_id=good, hold=True)
    assert held["changed"] and held["held"] and looked_up(s3)["held"]
    assert not publish(state="restored", version_id=good, hold=True)["changed"]
    assert not publish(state="restored", version_id=good)["changed"], "a hold is not lifted by the way"

    left = publish(txt(5, 10))
    assert (left["changed"], left["held"], left["sha256"]) == (False, True, held["sha256"])
    assert (left["version_id"], left["entry_count"], left["added"]) == (held["version_id"], 10, 0)

    released = publish(state="restored", hold=False)
    assert released["changed"] and not released["held"] and body(s3) == txt(0, 10)
    assert not publish(state="restored", hold=False)["changed"], "nothing is brought back"
    assert publish(txt(5, 10))["changed"] and body(s3) == txt(5, 10)
    assert not publish(state="restored", hold=False)["changed"]


def test_what_stands_already_is_held_too(publish, s3):
    now = publish(txt(0, 10))["version_id"]
    held = publish(state="restored", version_id=now, hold=True)
    assert held["changed"] and held["held"] and looked_up(s3)["held"]
    assert not publish(txt(1, 10))["changed"]


def test_what_the_publisher_knew_is_told_and_restored(publish, s3):
    first = publish(provenance={"dropped": {"expired": 2}, "sources": SOURCES})
    told = looked_up(s3)
    assert (told["dropped"], told["sources"]) == ({"expired": 2}, SOURCES)
    publish(txt(1, 10))
    assert (looked_up(s3)["dropped"], looked_up(s3)["sources"]) == ({}, [])
    publish(state="restored", version_id=first["version_id"])
    assert looked_up(s3)["dropped"] == {"expired": 2} and looked_up(s3)["sources"] == SOURCES


def test_more_than_an_object_can_carry_is_left_out(publish, s3):
    many = [{**SOURCES[0], "name": f"feed-{number}-{'ä' * 40}"} for number in range(60)]
    publish(provenance={"dropped": {"expired": 2}, "sources": many})
    told = looked_up(s3)
    assert told["dropped"] == {"expired": 2} and 0 < len(told["sources"]) < len(many)
    assert told["sources"] == many[: len(told["sources"])]


def test_the_policy_of_the_bucket_where_it_may_be_seen(s3, emulator):
    def seen(**options: t.Any) -> tuple[t.Any, t.Any]:
        module = s3_helpers.module(bucket_policy=True)
        found = info.object_info(module, s3_helpers.place(s3, **options))
        return found["bucket_policy"], found["bucket_owner"]

    assert seen(owner=OWNER) == ({}, OWNER)
    reading = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    policy = {"Version": "2012-10-17", "Statement": [reading]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    assert seen() == (policy, None)
    denied = {"code": "MethodNotAllowed", "status": 405, "times": None}
    emulator.fault(service="s3", operation="GetBucketPolicy", action="error", **denied)
    assert seen(owner=OWNER) == (None, None)
    emulator.clear_faults()
