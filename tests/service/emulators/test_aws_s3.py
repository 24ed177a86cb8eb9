# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's S3, where moto alone would differ from the service."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from threatlists_emulators import control

OWNER, READER = "111111111111", "222222222222"
BUCKET = "acme-threatlists"
WORLD = {"accounts": {OWNER: {}, READER: {}}}


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world(WORLD)
    return emulator


@pytest.fixture
def s3(aws: control.Aws) -> Any:
    client = aws.client("s3", OWNER)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def code(call: Any, *arguments: Any, **options: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as raised:
        call(*arguments, **options)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def policy(s3: Any, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(document))


def statement(effect: str, principal: Any, actions: Any, **more: Any) -> dict[str, Any]:
    resources = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    return {"Effect": effect, "Principal": principal, "Action": actions, "Resource": resources, **more}


def test_a_tls_only_policy_refuses_nobody_on_loopback(s3: Any) -> None:
    policy(s3, statement("Deny", "*", "s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}}))
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"192.0.2.1\n")
    assert s3.get_object(Bucket=BUCKET, Key="list.txt")["Body"].read() == b"192.0.2.1\n"


def test_a_deny_holds_for_the_owner_too(s3: Any) -> None:
    policy(s3, statement("Deny", "*", "s3:PutObject"))
    assert code(s3.put_object, Bucket=BUCKET, Key="list.txt", Body=b"") == ("AccessDenied", 403)


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-emulated"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-other"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/emul*"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": [OWNER, READER]}, "Bool": {"aws:SecureTransport": True}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": READER}}, False),
        ({"Unheard": {"aws:PrincipalAccount": READER}}, False),
    ],
)
def test_another_account_reads_only_what_the_policy_allows(
    aws: control.Aws, s3: Any, condition: dict[str, Any], allowed: bool
) -> None:
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"192.0.2.1\n")
    reader = aws.client("s3", READER)
    assert code(reader.get_object, Bucket=BUCKET, Key="list.txt") == ("AccessDenied", 403)
    policy(s3, statement("Allow", {"AWS": f"arn:aws:iam::{READER}:root"}, "s3:GetObject", Condition=condition))
    if allowed:
        assert reader.get_object(Bucket=BUCKET, Key="list.txt")["ContentLength"] == 10
    else:
        assert code(reader.get_object, Bucket=BUCKET, Key="list.txt") == ("AccessDenied", 403)


def test_policies_name_a_role_with_its_path(aws: control.Aws, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"192.0.2.1\n")
    role = f"arn:aws:iam::{READER}:role/automation/threatlists"
    session = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    reader = aws.client(
        "s3",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    assert code(reader.get_object, Bucket=BUCKET, Key="list.txt") == ("AccessDenied", 403)
    policy(s3, statement("Allow", {"AWS": role}, "s3:GetObject", Condition={"ArnEquals": {"aws:PrincipalArn": role}}))
    assert reader.get_object(Bucket=BUCKET, Key="list.txt")["ContentLength"] == 10


def test_a_missing_object_is_forbidden_to_who_may_not_list(aws: control.Aws, s3: Any) -> None:
    reader = aws.client("s3", READER)
    policy(s3, statement("Allow", {"AWS": READER}, "s3:GetObject"))
    assert code(reader.head_object, Bucket=BUCKET, Key="none") == ("403", 403)
    policy(s3, statement("Allow", {"AWS": READER}, ["s3:GetObject", "s3:ListBucket"]))
    assert code(reader.head_object, Bucket=BUCKET, Key="none") == ("404", 404)


def test_policies_are_json_of_at_most_20_kilobytes(s3: Any) -> None:
    assert code(s3.put_bucket_policy, Bucket=BUCKET, Policy="{") == ("MalformedPolicy", 400)
    large = json.dumps({"Statement": [statement("Allow", {"AWS": "1" * 21_000}, "s3:GetObject")]})
    assert code(s3.put_bucket_policy, Bucket=BUCKET, Policy=large) == ("MalformedPolicy", 400)


def test_the_expected_owner_is_checked(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"", ExpectedBucketOwner=OWNER)
    assert code(s3.put_object, Bucket=BUCKET, Key="a", Body=b"", ExpectedBucketOwner=READER) == ("AccessDenied", 403)
    assert code(s3.head_object, Bucket=BUCKET, Key="list.txt", ExpectedBucketOwner=READER) == ("403", 403)
    source = {"Bucket": BUCKET, "Key": "list.txt"}
    copy = {"Bucket": BUCKET, "Key": "copy", "CopySource": source}
    assert code(s3.copy_object, **copy, ExpectedSourceBucketOwner=READER) == ("AccessDenied", 403)


@pytest.mark.parametrize(
    ("region", "expected"), [("us-east-1", "AuthorizationHeaderMalformed"), ("eu-west-2", "PermanentRedirect")]
)
def test_the_wrong_region_is_told_the_right_one(aws: control.Aws, s3: Any, region: str, expected: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"x")
    elsewhere = aws.client("s3", OWNER, region)
    aws.clear_calls()
    assert elsewhere.get_object(Bucket=BUCKET, Key="list.txt")["Body"].read() == b"x"
    assert [(call["region"], call["code"]) for call in aws.calls()] == [(region, expected), ("eu-west-1", None)]
    assert elsewhere.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == "eu-west-1"


def test_buckets_belong_to_the_account_of_the_key(aws: control.Aws, s3: Any) -> None:
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [BUCKET]
    reader = aws.client("s3", READER)
    assert reader.list_buckets()["Buckets"] == []
    location = {"LocationConstraint": "eu-west-1"}
    assert code(reader.create_bucket, Bucket=BUCKET, CreateBucketConfiguration=location)[1] == 409
    assert code(reader.head_bucket, Bucket=BUCKET) == ("403", 403)


def test_conditional_writes(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"one", IfNoneMatch="*")
    again = {"Bucket": BUCKET, "Key": "list.txt", "Body": b"two"}
    assert code(s3.put_object, **again, IfNoneMatch="*") == ("PreconditionFailed", 412)
    etag = s3.head_object(Bucket=BUCKET, Key="list.txt")["ETag"]
    s3.put_object(**again, IfMatch=etag)
    assert code(s3.put_object, **again, IfMatch=etag) == ("PreconditionFailed", 412)


def test_conditional_copies(s3: Any) -> None:
    first = s3.put_object(Bucket=BUCKET, Key="first", Body=b"one")["ETag"]
    second = s3.put_object(Bucket=BUCKET, Key="second", Body=b"two")["ETag"]
    copy = {"Bucket": BUCKET, "Key": "second", "CopySource": {"Bucket": BUCKET, "Key": "first"}}
    assert code(s3.copy_object, **copy, IfMatch=first) == ("PreconditionFailed", 412)
    assert code(s3.copy_object, **copy, CopySourceIfMatch=second) == ("PreconditionFailed", 412)
    assert code(s3.copy_object, **copy, IfNoneMatch="*") == ("PreconditionFailed", 412)
    s3.copy_object(**copy, IfMatch=second, CopySourceIfMatch=first)
    assert s3.get_object(Bucket=BUCKET, Key="second")["Body"].read() == b"one"
    assert code(s3.copy_object, **{**copy, "Key": "third"}, IfMatch=first) == ("NoSuchKey", 404)


def test_versions_and_a_restored_one(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"one", Metadata={"sha256": "1"})["VersionId"]
    second = s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"two")["VersionId"]
    source = {"Bucket": BUCKET, "Key": "list.txt", "VersionId": first}
    etag = s3.head_object(Bucket=BUCKET, Key="list.txt")["ETag"]
    third = s3.copy_object(Bucket=BUCKET, Key="list.txt", CopySource=source, IfMatch=etag)["VersionId"]
    assert s3.head_object(Bucket=BUCKET, Key="list.txt")["Metadata"] == {"sha256": "1"}
    versions = s3.list_object_versions(Bucket=BUCKET, Prefix="list.txt")["Versions"]
    assert {one["VersionId"] for one in versions} == {first, second, third}
    s3.delete_object(Bucket=BUCKET, Key="list.txt")
    assert code(s3.head_object, Bucket=BUCKET, Key="list.txt") == ("404", 404)
    assert s3.get_object(Bucket=BUCKET, Key="list.txt", VersionId=second)["Body"].read() == b"two"


def test_a_full_object_digest_is_kept_and_a_wrong_one_refused(s3: Any) -> None:
    body = b"192.0.2.1\n"
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=body, ChecksumSHA256=digest)
    head = s3.head_object(Bucket=BUCKET, Key="list.txt", ChecksumMode="ENABLED")
    assert (head["ChecksumSHA256"], head["ChecksumType"]) == (digest, "FULL_OBJECT")
    assert "ChecksumSHA256" not in s3.head_object(Bucket=BUCKET, Key="list.txt")
    assert code(s3.put_object, Bucket=BUCKET, Key="list.txt", Body=b"else", ChecksumSHA256=digest) == ("BadDigest", 400)
    s3.put_object(Bucket=BUCKET, Key="other.txt", Body=body, ChecksumAlgorithm="SHA256")
    other = s3.head_object(Bucket=BUCKET, Key="other.txt", ChecksumMode="ENABLED")
    assert other["ChecksumSHA256"] == digest


def test_a_digest_over_parts_is_marked(s3: Any) -> None:
    part = b"x" * 5 * 1024 * 1024
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big", ChecksumAlgorithm="SHA256")["UploadId"]
    where = {"Bucket": BUCKET, "Key": "big", "UploadId": upload}
    parts = []
    for number in (1, 2):
        done = s3.upload_part(**where, PartNumber=number, Body=part, ChecksumAlgorithm="SHA256")
        parts.append({"PartNumber": number, "ETag": done["ETag"], "ChecksumSHA256": done["ChecksumSHA256"]})
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    for read in (s3.head_object, s3.get_object):
        answer = read(Bucket=BUCKET, Key="big", ChecksumMode="ENABLED")
        assert answer["ChecksumSHA256"].endswith("-2")
        assert answer["ChecksumType"] == "COMPOSITE"


def test_under_kms_the_etag_is_no_md5(s3: Any) -> None:
    put = s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId="k-1")
    head = s3.head_object(Bucket=BUCKET, Key="list.txt")
    assert put["ETag"] == head["ETag"] != f'"{hashlib.md5(b"x").hexdigest()}"'
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "k-1")


def test_default_encryption_of_the_bucket_counts(s3: Any) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k-1"}}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    put = s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"x")
    head = s3.head_object(Bucket=BUCKET, Key="list.txt")
    assert head["ServerSideEncryption"] == "aws:kms"
    assert put["ETag"] == head["ETag"] != f'"{hashlib.md5(b"x").hexdigest()}"'


def test_an_object_under_a_customers_key_needs_it(s3: Any) -> None:
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"1" * 32}
    s3.put_object(Bucket=BUCKET, Key="list.txt", Body=b"x", **key)
    assert code(s3.head_object, Bucket=BUCKET, Key="list.txt") == ("400", 400)
    assert code(s3.get_object, Bucket=BUCKET, Key="list.txt") == ("InvalidRequest", 400)
    other = {**key, "SSECustomerKey": b"2" * 32}
    assert code(s3.get_object, Bucket=BUCKET, Key="list.txt", **other) == ("AccessDenied", 403)
    assert s3.get_object(Bucket=BUCKET, Key="list.txt", **key)["Body"].read() == b"x"


def test_a_denied_bucket_answers_nothing(aws: control.Aws, s3: Any) -> None:
    aws.deny_bucket(BUCKET)
    assert code(s3.put_object, Bucket=BUCKET, Key="list.txt", Body=b"") == ("AccessDenied", 403)
    assert code(s3.head_bucket, Bucket=BUCKET) == ("403", 403)


def test_dead_and_expired_credentials_in_s3s_words(aws: control.Aws, s3: Any) -> None:
    dead = aws.client("s3", OWNER, aws_access_key_id="AKIANOBODY", config=Config(retries={"total_max_attempts": 1}))
    assert code(dead.list_buckets) == ("InvalidAccessKeyId", 403)


def test_a_large_object_is_one_put(s3: Any, tmp_path: Any) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"x" * 20_000_000)
    with path.open("rb") as body:
        s3.put_object(Bucket=BUCKET, Key="list.txt", Body=body)
    assert s3.head_object(Bucket=BUCKET, Key="list.txt")["ContentLength"] == 20_000_000


def test_deleting_many_and_listing(s3: Any) -> None:
    for number in range(3):
        s3.put_object(Bucket=BUCKET, Key=f"lists/{number}.txt", Body=b"x")
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="lists/")["KeyCount"] == 3
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": f"lists/{number}.txt"} for number in range(3)]})
    s3.delete_bucket(Bucket=BUCKET)
    assert s3.list_buckets()["Buckets"] == []
