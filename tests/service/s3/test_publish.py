# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What s3_threatlist does to an object, on a real socket."""

from __future__ import annotations

import hashlib
import socket
import typing as t

import boto3
import botocore.config
import botocore.exceptions
import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _errors
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import errors, info, objects
from support import s3_helpers
from support.s3_helpers import BUCKET, KEY, OWNER, body, refused, txt, versions
from threatlists_emulators import control


def writes(aws: control.Aws) -> list[str]:
    return [call["operation"] for call in aws.calls(service="s3", write=True)]


def test_publishes_in_one_request_with_s3s_own_digest(publish, s3, aws):
    aws.clear_calls()
    result = publish()
    assert result["changed"] and result["entry_count"] == 10 and result["previous_version_id"] is None
    assert result["sha256"] == hashlib.sha256(txt(0, 10)).hexdigest()
    assert writes(aws) == ["PutObject"]
    head = s3.head_object(Bucket=BUCKET, Key=KEY, ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == objects.base64_digest(result["sha256"])
    assert head["ContentType"] == "text/plain; charset=utf-8"
    assert {name.lower(): value for name, value in head["Metadata"].items()} == {
        "sha256": result["sha256"],
        "collection-version": objects.COLLECTION_VERSION,
        **dict(zip(("entries", "kind", "source"), ("10", "threatintelset", "list.txt"), strict=True)),
    }


def test_the_same_content_is_read_once_and_not_written(publish, aws):
    first = publish()
    aws.clear_calls()
    second = publish()
    assert not second["changed"] and second["version_id"] == first["version_id"]
    assert [call["operation"] for call in aws.calls(service="s3")] == ["HeadObject"]


def test_the_same_bytes_of_somebody_else_are_written_with_what_is_noted(publish, s3):
    first = publish()
    place = {"Bucket": first["bucket"], "Key": first["key"]}
    s3.put_object(Body=s3.get_object(**place)["Body"].read(), **place)
    mended = publish()
    assert mended["changed"] and (mended["added"], mended["removed"]) == (0, 0)
    assert s3.head_object(**place)["Metadata"]["entries"] == "10"
    assert not publish()["changed"]


def test_a_change_gives_old_and_new_version(publish, s3):
    first = publish()
    second = publish(txt(1, 10))
    assert (second["previous_version_id"], second["added"], second["removed"]) == (first["version_id"], 1, 1)
    assert set(versions(s3)) == {first["version_id"], second["version_id"]}


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (b"", {}, "Empty"),
        (b"# nothing\n", {}, "TooFewEntries"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", {}, "NotWellFormed"),
        (b"<stix/>", {}, "WrongFormat"),
        (b"20.0.0.1\nhello world\n", {}, "WrongEntries"),
        (b"20.0.0.1\nevil.example\n", {}, "WrongEntries"),
        (b"0.0.0.0/0\n", {}, "WholeInternet"),
        (txt(0, 2001), {"kind": "ipset"}, "TooManyEntries"),
        (txt(0, 3), {"min_entries": 4}, "TooFewEntries"),
        (b"#" * 35_000_001, {}, "TooLarge"),
    ],
)
def test_what_guardduty_would_take_and_should_not_is_refused(publish, s3, content, options, code):
    publish()
    refused(code, lambda: publish(content, max_shrink_percent=100, **options))
    assert body(s3) == txt(0, 10)


def test_shrinking_is_measured_against_what_is_published(publish, s3):
    publish(txt(0, 10))
    error = refused("ShrankTooMuch", lambda: publish(txt(0, 4)))
    assert "max_shrink_percent: 100" in error.remedy
    assert body(s3) == txt(0, 10)
    assert publish(txt(0, 4), max_shrink_percent=100)["removed"] == 6


def test_what_was_published_by_others_is_measured_too(publish, s3):
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=txt(0, 100))
    refused("ShrankTooMuch", publish)


@pytest.mark.parametrize("garbage", [b"<html>", b"403 Forbidden\n"])
def test_what_cannot_be_compared_is_replaced_only_where_that_is_said(publish, s3, garbage):
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=garbage)
    refused("NotComparable", lambda: publish(check_mode=True))
    assert "max_shrink_percent: 100" in refused("NotComparable", publish).remedy
    assert body(s3) == garbage
    assert publish(max_shrink_percent=100)["added"] == 10


def test_an_empty_object_loses_nothing(publish, s3):
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"")
    assert publish()["added"] == 10


def test_check_mode_predicts_and_writes_nothing(publish, s3, aws):
    aws.settings(refuse_writes=True)
    predicted = publish(check_mode=True, diff=True)
    aws.settings(refuse_writes=False)
    happened = publish(diff=True)
    assert predicted["changed"] and predicted["version_id"] is None
    assert {**predicted, "version_id": None} == {**happened, "version_id": None}
    assert predicted["diff"]["after"].startswith("20.0.0.0\n")
    refused("ShrankTooMuch", lambda: publish(txt(0, 1), check_mode=True))


def test_check_mode_counts_a_missing_bucket_as_one_to_be_made(publish, s3):
    s3.delete_bucket(Bucket=BUCKET)
    result = publish(check_mode=True)
    assert result["changed"] and result["bucket_missing"]
    error = refused("NoSuchBucket", publish)
    assert BUCKET in str(error) and "(threatlists_buckets)" in error.remedy


def tags(s3: t.Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"]}


def test_tags_are_kept_with_and_without_an_upload(publish, s3):
    publish(tags={"owner": "sec ops+co = 1"})
    assert tags(s3) == {"owner": "sec ops+co = 1"}
    assert not publish(tags={"owner": "sec ops+co = 1"})["changed"]
    assert publish(tags={"owner": "x"}, check_mode=True)["changed"] and tags(s3) == {"owner": "sec ops+co = 1"}
    assert publish(tags={"owner": "x"})["changed"] and tags(s3) == {"owner": "x"}
    assert not publish()["changed"]
    assert len(versions(s3)) == 1


def test_tags_that_are_no_text_are_text_from_the_start(publish, s3):
    publish(tags={"tier": 1, "critical": True})
    assert tags(s3) == {"tier": "1", "critical": "True"}
    assert not publish(tags={"tier": 1, "critical": True})["changed"]
    assert publish(tags={"tier": 2})["changed"] and tags(s3) == {"tier": "2"}


def test_tags_that_nobody_declares_outlive_uploads_and_restoring(publish, s3, aws):
    def versions_asked() -> list[bool]:
        return [bool(call["parameters"].get("versionId")) for call in aws.calls(operation="GetObjectTagging")]

    publish(tags={"owner": "x"})
    publish(txt(1, 10))
    assert tags(s3) == {"owner": "x"}
    publish(state="restored")
    assert tags(s3) == {"owner": "x"}
    publish(state="absent")
    assert not any(versions_asked()), "that takes s3:GetObjectVersionTagging"
    publish(state="restored")
    assert any(versions_asked())
    assert tags(s3) == {"owner": "x"}
    publish(txt(2, 10), tags={})
    assert tags(s3) == {}


def test_tags_that_may_not_be_read_are_lost_with_a_warning(publish, s3, aws):
    publish(tags={"owner": "x"})
    aws.fault(service="s3", operation="GetObjectTagging", action="error", code="AccessDenied", status=403, times=None)
    assert publish(txt(1, 10))["changed"]
    assert len(publish.warnings) == 1 and "s3:" in publish.warnings[0] and "tags" in publish.warnings[0]
    publish(txt(2, 10), tags={})
    assert not publish.warnings


def test_a_store_without_tags_has_none_to_lose(publish, s3, aws):
    publish()
    aws.fault(service="s3", operation="GetObjectTagging", action="error", code="NotImplemented", status=501, times=None)
    assert publish(txt(1, 10))["changed"] and not publish.warnings


def test_restored_keeps_content_type_and_key_of_the_version(publish, s3):
    key = "arn:aws:kms:eu-west-1:111111111111:key/1234"
    publish(kms_key_id=key)
    publish(txt(1, 10))
    publish(state="restored", format=None)
    state = objects.observe(s3, BUCKET, KEY)
    assert state is not None and (state.content_type, state.kms_key_id) == ("text/plain; charset=utf-8", key)


@pytest.mark.parametrize("version_id", [None, "null"])
def test_a_version_from_before_versioning_can_be_restored(aws, publish, s3, version_id):
    s3.delete_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert publish()["version_id"] is None
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    second = publish(txt(1, 10))
    assert second["version_id"] and second["previous_version_id"] is None
    listed = info.object_info(s3_helpers.module(list_versions=True), s3_helpers.place(s3))["versions"]
    assert [(each["version_id"], each["entry_count"]) for each in listed] == [(second["version_id"], 10), (None, 10)]
    restored = publish(state="restored", version_id=version_id)
    assert restored["changed"] and restored["restored_from"] == "null" and body(s3) == txt(0, 10)
    assert not publish(state="restored", version_id=version_id)["changed"]


def test_the_key_encrypts_the_upload(publish, s3):
    publish(kms_key_id="arn:aws:kms:eu-west-1:111111111111:key/1234")
    state = objects.observe(s3, BUCKET, KEY)
    assert state is not None and state.kms_key_id.endswith("key/1234")
    assert not publish(kms_key_id="arn:aws:kms:eu-west-1:111111111111:key/1234")["changed"]


def test_two_publishers_do_not_overwrite_each_other_unseen(publish, s3, aws):
    publish()

    class Interloper:
        """Another publisher who writes between this one's look and its upload."""

        def __getattr__(self, name: str) -> t.Any:
            return getattr(s3, name)

        def put_object(self, **request: t.Any) -> t.Any:
            s3.put_object(Bucket=BUCKET, Key=KEY, Body=txt(50, 10), Metadata={"entries": "10"})
            return s3.put_object(**request)

    error = refused("PublishConflict", lambda: publish(txt(1, 10), client=Interloper()))
    assert error.retryable and hashlib.sha256(txt(50, 10)).hexdigest() in str(error)
    assert body(s3) == txt(50, 10)


def test_a_lost_answer_is_no_failure_when_the_content_is_there(publish, s3, aws):
    publish()
    aws.fault(service="s3", operation="PutObject", when="after", action="drop", times=1)
    client = aws.client("s3", OWNER, config=botocore.config.Config(retries={"total_max_attempts": 3}))
    assert publish(txt(1, 10), client=client)["changed"]
    assert body(s3) == txt(1, 10)
    aws.fault(service="s3", operation="PutObject", when="after", action="drop", times=1)
    assert publish(txt(2, 10))["changed"]
    assert len(versions(s3)) == 3


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            {"action": "error", "code": "AccessDenied", "status": 403, "message": "Access Denied"},
            ("AccessDenied", False),
        ),
        ({"action": "error", "code": "SlowDown", "status": 503, "message": "Reduce your rate"}, ("SlowDown", True)),
        ({"action": "drop"}, ("Unreachable", True)),
    ],
)
def test_a_failed_upload_leaves_the_old_object(publish, s3, aws, fault, expected):
    publish()
    aws.fault(service="s3", operation="PutObject", when="before", times=None, **fault)
    code, retryable = expected
    assert refused(code, lambda: publish(txt(1, 10))).retryable is retryable
    assert body(s3) == txt(0, 10)


def test_a_hanging_upload_ends(publish, s3, aws):
    publish()
    aws.fault(service="s3", operation="PutObject", when="before", action="hang", seconds=5, times=None)
    config = botocore.config.Config(read_timeout=0.5, retries={"total_max_attempts": 1})
    error = refused("TimedOut", lambda: publish(txt(1, 10), client=aws.client("s3", OWNER, config=config)))
    assert error.retryable and body(s3) == txt(0, 10)


def test_who_may_not_is_told_why(publish, s3, aws):
    publish()
    aws.deny_bucket(BUCKET)
    error = refused("AccessDenied", lambda: publish(txt(1, 10)))
    assert "s3:ListBucket" in error.remedy


def test_a_bucket_of_somebody_else_is_refused(publish, s3, aws):
    def publish_to_another() -> object:
        return publish(expected_bucket_owner="222222222222")

    error = refused("WrongOwner", publish_to_another)
    assert "222222222222" in str(error) and "expected_bucket_owner" in error.remedy
    assert publish(expected_bucket_owner=OWNER)["changed"]
    assert refused("WrongOwner", publish_to_another).remedy == error.remedy, "with an object or without"
    aws.deny_bucket(BUCKET)
    assert "expected_bucket_owner" in refused("AccessDenied", publish_to_another).remedy, "it may be something else"


def test_a_bucket_of_another_region_is_followed_by_botocore_or_named(publish, s3, aws):
    assert publish(client=aws.client("s3", OWNER, region="us-east-1"))["changed"]
    headers = {"HTTPStatusCode": 400, "HTTPHeaders": {"x-amz-bucket-region": "eu-west-1"}}
    answer = {"Error": {"Code": "AuthorizationHeaderMalformed", "Message": "wrong"}, "ResponseMetadata": headers}
    error = errors.failure(botocore.exceptions.ClientError(answer, "PutObject"), {"Bucket": BUCKET, "Key": KEY})
    assert error.code == "WrongRegion" and "eu-west-1" in str(error)


def test_dead_credentials_are_said_to_be_dead(publish, aws, s3):
    dead = aws.client("s3", OWNER, aws_access_key_id="AKIADEADDEADDEADDEAD")
    with pytest.raises(_errors.CredentialsError):
        publish(client=dead)


def test_nothing_listens(publish):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    keys = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "x", "region_name": "eu-west-1"}
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    client = boto3.client("s3", endpoint_url=url, config=config, **keys)
    assert refused("Unreachable", lambda: publish(client=client)).retryable
