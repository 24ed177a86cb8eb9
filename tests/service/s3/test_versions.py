# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restoring and removing an object, and what s3_threatlist_info tells of its versions."""

from __future__ import annotations

import hashlib

import botocore.config
import botocore.exceptions
import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import info, objects
from support import s3_helpers
from support.s3_helpers import BUCKET, KEY, OWNER, body, refused, txt, versions


def test_restored_brings_the_last_other_content_back_once(publish, s3):
    first = publish(txt(0, 10))
    publish(txt(0, 1000))
    restored = publish(state="restored", diff=True)
    assert restored["changed"] and restored["restored_from"] == first["version_id"]
    assert body(s3) == txt(0, 10) and restored["removed"] == 990
    again = publish(state="restored")
    assert not again["changed"] and again["restored_from"] == first["version_id"]
    assert len(versions(s3)) == 3


def test_restored_brings_a_named_version_back_and_after_deletion_too(publish, s3):
    first = publish(txt(0, 10))
    publish(txt(1, 10))
    newest = publish(txt(2, 10))
    assert publish(state="restored", version_id=first["version_id"], check_mode=True)["changed"]
    assert publish(state="restored", version_id=first["version_id"])["changed"]
    assert not publish(state="restored", version_id=first["version_id"])["changed"]
    publish(state="absent")
    result = publish(state="restored", version_id=newest["version_id"])
    assert result["changed"] and body(s3) == txt(2, 10)


def test_restored_needs_an_earlier_version(publish, s3):
    publish()
    refused("NoSuchVersion", lambda: publish(state="restored"))
    refused("NoSuchVersion", lambda: publish(state="restored", version_id="3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"))


def test_absent_leaves_a_marker_and_the_versions(publish, s3, aws):
    first = publish()
    assert publish(state="absent", check_mode=True)["changed"] and body(s3) == txt(0, 10)
    gone = publish(state="absent", diff=True)
    assert gone["changed"] and gone["version_id"] and gone["previous_version_id"] == first["version_id"]
    assert not publish(state="absent")["changed"]
    assert versions(s3) == [first["version_id"]]


def test_absent_from_a_bucket_that_is_gone_is_no_change(publish, s3):
    s3.delete_bucket(Bucket=BUCKET)
    assert not publish(state="absent")["changed"]


def test_info_tells_digest_and_versions(publish, s3):
    first, second = publish(txt(0, 10)), publish(txt(1, 10))
    module = s3_helpers.module(list_versions=True)
    found = info.object_info(module, s3_helpers.place(s3))
    assert (found["sha256"], found["entry_count"]) == (second["sha256"], 10)
    assert [version["version_id"] for version in found["versions"]] == [second["version_id"], first["version_id"]]
    assert [version["latest"] for version in found["versions"]] == [True, False]
    assert [version["entry_count"] for version in found["versions"]] == [10, 10]
    missing = info.object_info(s3_helpers.module(list_versions=False), s3_helpers.place(s3, key="nothing"))
    assert missing["sha256"] is None


def test_a_composite_checksum_is_none_and_the_content_is_read_once(s3, aws):
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=KEY, ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part(
        Bucket=BUCKET, Key=KEY, UploadId=upload, PartNumber=1, Body=txt(0, 10), ChecksumAlgorithm="SHA256"
    )
    parts = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]
    s3.complete_multipart_upload(Bucket=BUCKET, Key=KEY, UploadId=upload, MultipartUpload={"Parts": parts})
    aws.clear_calls()
    states = [objects.observe(s3, BUCKET, KEY) for _time in range(2)]
    assert {state.sha256 for state in states if state} == {hashlib.sha256(txt(0, 10)).hexdigest()}
    assert [call["operation"] for call in aws.calls(service="s3")] == ["HeadObject", "GetObject", "HeadObject"]


@pytest.mark.parametrize("checksums", ["when_required", "when_supported"])
def test_our_note_of_the_digest_is_believed_only_where_s3_has_no_checksum_at_all(s3, aws, checksums):
    noted = "ab" * 32
    client = aws.client("s3", OWNER, config=botocore.config.Config(request_checksum_calculation=checksums))
    client.put_object(Bucket=BUCKET, Key=KEY, Body=b"20.0.0.1\n", Metadata={"sha256": noted, "entries": "1"})
    state = objects.observe(s3, BUCKET, KEY)
    expected = {"when_required": (noted, 1), "when_supported": (hashlib.sha256(b"20.0.0.1\n").hexdigest(), None)}
    assert state is not None and (state.sha256, state.entry_count) == expected[checksums]
