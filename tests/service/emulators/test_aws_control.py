# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a test can order of the emulator: worlds, faults, settings, the log, and its end."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from threatlists_emulators import control

ONE, TWO = "111111111111", "222222222222"
BUCKET = "acme-threatlists"


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world({"accounts": {ONE: {}, TWO: {}}})
    return emulator


def outcome(call: Any, *arguments: Any, **options: Any) -> str:
    try:
        call(*arguments, **options)
    except ClientError as error:
        return f"{error.response['Error']['Code']} {error.response['ResponseMetadata']['HTTPStatusCode']}"
    except (ConnectionClosedError, ReadTimeoutError) as error:
        return type(error).__name__
    return "ok"


def test_a_fault_fits_service_operation_account_and_region(aws: control.Aws) -> None:
    here = {"service": "guardduty", "operation": "ListDetectors", "account": TWO, "region": "eu-west-1"}
    aws.fault(**here, code="Nonsense", status=418, message="short and stout")
    assert outcome(aws.client("guardduty", ONE).list_detectors) == "ok"
    assert outcome(aws.client("guardduty", TWO, "us-east-1").list_detectors) == "ok"
    two = aws.client("guardduty", TWO)
    assert outcome(two.list_detectors) == "Nonsense 418"
    assert outcome(two.list_detectors) == "ok"
    assert [(call["status"], call["code"]) for call in aws.calls(account=TWO, region="eu-west-1")] == [
        (418, "Nonsense"),
        (200, None),
    ]


def test_times_skip_and_forever(aws: control.Aws) -> None:
    client = aws.client("guardduty")
    aws.fault(operation="ListDetectors", action="throttle", skip=1, times=2)
    seen = [outcome(client.list_detectors) for _turn in range(4)]
    assert seen == ["ok", "TooManyRequestsException 429", "TooManyRequestsException 429", "ok"]
    aws.fault(operation="ListDetectors", times=None)
    assert {outcome(client.list_detectors) for _turn in range(5)} == {"InternalServerErrorException 500"}
    aws.clear_faults()
    assert outcome(client.list_detectors) == "ok"


def test_a_seed_makes_chance_repeatable(aws: control.Aws) -> None:
    client = aws.client("guardduty")

    def seen() -> list[str]:
        aws.clear_faults()
        aws.fault(times=None, probability=0.5, seed=7)
        return [outcome(client.list_detectors) for _turn in range(20)]

    first = seen()
    assert len(set(first)) == 2
    assert seen() == first


@pytest.mark.parametrize(("when", "effect"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("action", ["error", "drop", "die", "throttle"])
def test_before_and_after_the_effect(aws: control.Aws, action: str, when: str, effect: int) -> None:
    s3 = aws.client("s3")
    aws.fault(service="s3", operation="CreateBucket", action=action, when=when)
    given = {"Bucket": BUCKET, "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    assert outcome(s3.create_bucket, **given) != "ok"
    if action == "die":
        assert outcome(s3.list_buckets) == "ConnectionClosedError"
        assert [call["operation"] for call in aws.calls()] == ["CreateBucket"]
        aws.revive()
    assert len(s3.list_buckets()["Buckets"]) == effect


def test_a_hang_outlasts_the_client(aws: control.Aws) -> None:
    config = Config(read_timeout=0.2, retries={"total_max_attempts": 1})
    aws.fault(operation="ListDetectors", action="hang", seconds=0.5)
    assert outcome(aws.client("guardduty", config=config).list_detectors) == "ReadTimeoutError"
    assert outcome(aws.client("guardduty").list_detectors) == "ok"


def test_a_fault_can_ask_for_parameters(aws: control.Aws) -> None:
    s3 = aws.client("s3")
    aws.fault(service="s3", where={"bucket": BUCKET}, code="AccessDenied", status=403, times=None)
    assert outcome(s3.head_bucket, Bucket=BUCKET) == "403 403"
    assert outcome(s3.list_buckets) == "ok"


def test_botocore_retries_what_it_should(aws: control.Aws) -> None:
    config = Config(retries={"total_max_attempts": 3, "mode": "standard"})
    client = aws.client("guardduty", config=config)
    aws.fault(operation="ListDetectors", action="throttle")
    assert outcome(client.list_detectors) == "ok"
    aws.clear_calls()
    aws.fault(operation="ListDetectors", code="InternalServerErrorException", status=400, message="permanent")
    assert outcome(client.list_detectors) == "InternalServerErrorException 400"
    assert len(aws.calls()) == 1


def test_refused_writes_are_logged_and_have_no_effect(aws: control.Aws) -> None:
    aws.settings(refuse_writes=True)
    s3, guardduty = aws.client("s3"), aws.client("guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    given = {"Bucket": BUCKET, "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    assert outcome(s3.create_bucket, **given) == "EmulatorRefusesWrites 403"
    assert outcome(guardduty.update_detector, DetectorId=detector) == "EmulatorRefusesWrites 403"
    assert s3.list_buckets()["Buckets"] == []
    assert [(call["operation"], call["status"]) for call in aws.calls(write=True)] == [
        ("CreateBucket", 403),
        ("UpdateDetector", 403),
    ]


def test_the_log_knows_parameters_but_no_secrets(aws: control.Aws) -> None:
    sts = aws.client("sts")
    role = f"arn:aws:iam::{TWO}:role/threatlists"
    session = sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    s3 = aws.client("s3", aws_access_key_id=session["AccessKeyId"], aws_session_token=session["SessionToken"])
    s3.list_buckets()
    assert s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a"})
    assume, listing = aws.calls()
    assert assume["parameters"]["RoleArn"] == role
    assert (listing["service"], listing["account"], listing["write"]) == ("s3", TWO, False)
    assert session["SessionToken"] not in str(aws.calls())
    aws.clear_calls()
    assert aws.calls() == []


def test_latency_is_added_to_every_call(aws: control.Aws) -> None:
    client = aws.client("guardduty")
    aws.settings(latency=0.1)
    before = time.monotonic()
    client.list_detectors()
    assert time.monotonic() - before >= 0.1


def test_reset_keeps_the_world_and_nothing_else(aws: control.Aws) -> None:
    s3 = aws.client("s3", TWO)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    aws.settings(latency=0.01)
    aws.fault(times=None)
    aws.reset()
    assert aws.settings()["latency"] == 0
    assert s3.list_buckets()["Buckets"] == []
    assert set(aws.world()["accounts"]) == {ONE, TWO}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("world", {"acounts": {}}),
        ("world", {"accounts": {"1": {}}}),
        ("world", {"accounts": {ONE: {"colour": "red"}}}),
        ("settings", {"latenzy": 1}),
        ("faults", {"action": "explode"}),
        ("faults", {"whence": "before"}),
        ("faults", []),
        ("world", {"organization": {"managment": ONE}}),
        ("account", {"colour": "red"}),
        ("account", {"account_id": ONE, "colour": "red"}),
        ("traffic", {"account": ONE, "region": "eu-west-1"}),
        ("traffic", {"account": ONE, "region": "eu-west-1", "remote": "45.12.7.9", "colour": "red"}),
        ("tamper", {"id": "x", "sha256": ""}),
        ("tamper", {"status": "ERROR"}),
        ("change-finding", {"id": "x", "arn": ""}),
        ("deny-reading", {"key": "threats.txt"}),
        ("deny-reading", {"bucket": BUCKET, "keys": "threats.txt"}),
        ("deny-reading", {"bucket": BUCKET, "reason": "mood"}),
        ("deny-bucket", {}),
        ("deny-bucket", {"bucket": BUCKET, "key": "threats.txt"}),
        ("nowhere", {}),
    ],
)
def test_what_means_nothing_is_refused(aws: control.Aws, path: str, body: dict[str, Any]) -> None:
    with pytest.raises(control.ControlError):
        aws.request("POST", path, body)


def test_other_services_are_motos(aws: control.Aws) -> None:
    iam = aws.client("iam", TWO)
    iam.create_user(UserName="reader")
    assert iam.get_user(UserName="reader")["User"]["Arn"] == f"arn:aws:iam::{TWO}:user/reader"
    key = aws.client("kms", TWO).create_key()["KeyMetadata"]
    assert key["AWSAccountId"] == TWO
    assert [call["write"] for call in aws.calls()] == [True, False, True]


def test_it_ends_with_its_standard_input() -> None:
    command = [sys.executable, "-m", "threatlists_emulators.aws"]
    process = subprocess.Popen(command, cwd=control.SOURCES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout and process.stdin
        url = process.stdout.readline().split('"')[3]
        with urllib.request.urlopen(f"{url}/_emulator/world") as answer:
            assert answer.status == 200
        process.stdin.close()
        assert process.wait(10) == 0
