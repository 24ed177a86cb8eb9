# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One session, one client for all Regions, roles in every partition, and errors told apart."""

from __future__ import annotations

import contextlib
import pathlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws import session
from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import SECOND_READ_TIMEOUT, Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.shared import Shared
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, CredentialsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.converge import converge
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import LISTS_SPEC
from botocore import exceptions as boto
from support.guardduty_cases import ACCOUNT, MEMBER, OTHER, REGION, ROLE, SECOND, edge, lst, world
from threatlists_emulators import control
from threatlists_emulators.control import Aws


@pytest.fixture(scope="module")
def emulator() -> Iterator[Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: Aws) -> Aws:
    emulator.world(world())
    return emulator


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")


def connection(aws: Aws, *regions: str, **options: Any) -> session.Connection:
    return session.Connection(edge(aws, session.ARGUMENT_SPEC, **options), regions, 4)


def test_one_client_serves_every_region(aws: Aws) -> None:
    account = Account(connection(aws, REGION))
    regions = [REGION, SECOND, "ap-east-1"] * 3
    in_threads(lambda region: account.call("guardduty", region, "list_detectors"), regions, 4)
    assert sorted(call["region"] for call in aws.calls(service="guardduty")) == sorted(regions)
    assert account.id == ACCOUNT


def test_one_client_serves_accounts_at_work_at_the_same_time(aws: Aws) -> None:
    sibling = f"arn:aws:iam::{MEMBER}:role/threatlists"
    aws.world({**world(), "roles": {role: {"assumable": True} for role in (ROLE, sibling)}})
    shared = Shared(accounts=3)
    connections = [
        session.Connection(edge(aws, session.ARGUMENT_SPEC, assume_role_arn=role), [REGION], 4, shared)
        for role in (None, ROLE, sibling)
    ]
    accounts = in_threads(Account, connections, 3)
    in_threads(lambda account: account.call("guardduty", REGION, "list_detectors"), accounts * 4, 4)
    assert [account.id for account in accounts] == [ACCOUNT, OTHER, MEMBER]
    assert sorted(call["account"] for call in aws.calls(service="guardduty")) == sorted([ACCOUNT, OTHER, MEMBER] * 4)
    assert accounts[1]._client("guardduty") is accounts[2]._client("guardduty")


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "guardduty.eu-west-1.amazonaws.com"),
        ("cn-north-1", "guardduty.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "guardduty.us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_endpoint_is_that_of_the_region_asked(aws: Aws, region: str, host: str) -> None:
    aws.world({**world(), "regions": [region, "us-east-1"]})
    options = {"region": "us-east-1", "aws_config": {"retries": {"total_max_attempts": 1}}}
    account = Account(connection(aws, region, **options))
    account.connection._endpoint_url = None
    seen = []

    class StopError(Exception):
        pass

    def stop(request: Any, **_event: Any) -> None:
        seen.append((request.url, request.headers["Authorization"].decode()))
        raise StopError

    account._client("guardduty").meta.events.register("before-send.guardduty", stop)
    with pytest.raises(StopError):
        account.call("guardduty", region, "list_detectors")
    (url, signature) = seen[0]
    assert url == f"https://{host}/detector"
    assert f"/{region}/guardduty/aws4_request" in signature


def test_the_role_is_assumed_once_at_the_home_region(aws: Aws) -> None:
    account = Account(connection(aws, REGION, assume_role_arn=ROLE, external_id="ab", role_duration=900))
    account.call("guardduty", SECOND, "list_detectors")
    account.call("guardduty", REGION, "list_detectors")
    (assumed,) = aws.calls(service="sts")
    assert (assumed["operation"], assumed["region"], account.id) == ("AssumeRole", REGION, OTHER)
    assert {call["account"] for call in aws.calls(service="guardduty")} == {OTHER}


@pytest.mark.parametrize(
    ("arn", "regions", "home", "partition"),
    [
        ("arn:aws-cn:iam::222222222222:role/x", [], "cn-north-1", "aws-cn"),
        ("arn:aws-us-gov:iam::222222222222:role/x", ["us-gov-east-1"], "us-gov-east-1", "aws-us-gov"),
        ("arn:aws:iam::222222222222:role/path/x", ["sa-east-1"], "sa-east-1", "aws"),
        (None, ["cn-northwest-1"], "cn-northwest-1", "aws-cn"),
        (None, ["af-south-1"], "us-east-1", "aws"),
        (None, ["af-south-1", "eu-west-1"], "eu-west-1", "aws"),
        ("arn:aws:iam::222222222222:role/x", ["ap-east-1"], "us-east-1", "aws"),
        (None, ["eusc-de-east-1"], "eusc-de-east-1", "aws-eusc"),
        ("arn:aws-iso-b:iam::222222222222:role/x", [], "us-isob-east-1", "aws-iso-b"),
    ],
)
def test_partitions(aws: Aws, arn: str | None, regions: list[str], home: str, partition: str) -> None:
    made = connection(aws, *regions, region=None, assume_role_arn=arn)
    assert (made.region, made.partition) == (home, partition)


def test_the_regions_say_in_which_partition_the_work_is_and_there_is_but_one(aws: Aws) -> None:
    made = connection(aws, "cn-north-1", region="us-east-1")
    assert (made.region, made.partition) == ("cn-north-1", "aws-cn")
    with pytest.raises(ArgumentError, match="one partition"):
        connection(aws, REGION, "cn-north-1")


def test_a_role_of_another_partition_than_the_regions_is_refused(aws: Aws) -> None:
    with pytest.raises(ArgumentError, match="partition aws-cn"):
        connection(aws, REGION, assume_role_arn="arn:aws-cn:iam::222222222222:role/x")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"assume_role_arn": "role"}, "assume_role_arn"),
        ({"assume_role_arn": ROLE, "external_id": "x"}, "external_id"),
        ({"external_id": "xyz"}, "external_id"),
        ({"assume_role_arn": ROLE, "role_session_name": "a b"}, "role_session_name"),
        ({"assume_role_arn": ROLE, "role_duration": 60}, "role_duration"),
        ({"region": "nowhere"}, "nowhere"),
    ],
)
def test_options_that_cannot_be_meant(aws: Aws, options: dict[str, Any], named: str) -> None:
    with pytest.raises(ArgumentError, match=named):
        connection(aws, **options)
    assert aws.calls() == []


def test_an_unknown_region_is_named(aws: Aws) -> None:
    with pytest.raises(ArgumentError, match="'marsh-1'"):
        connection(aws, "marsh-1")


def test_missing_and_dead_credentials(aws: Aws) -> None:
    for options in ({"access_key": "AKIADEAD"}, {"access_key": None, "secret_key": None}):
        with pytest.raises(CredentialsError):
            Account(connection(aws, REGION, **options))
    with pytest.raises(CredentialsError, match="profile"):
        connection(aws, REGION, access_key=None, secret_key=None, profile="none")


def test_an_opt_in_region_that_only_the_fleet_has_is_never_asked_for_the_role(aws: Aws) -> None:
    aws.world({**world(a111111111111={"regions_not_enabled": ["af-south-1"]}), "regions": [REGION, "af-south-1"]})
    account = Account(connection(aws, "af-south-1", REGION, region=None, assume_role_arn=ROLE))
    account.call("guardduty", "af-south-1", "list_detectors")
    assert [call["region"] for call in aws.calls()] == [REGION, "af-south-1"]


@pytest.mark.parametrize("role", [None, ROLE])
def test_a_configured_region_that_is_not_enabled_is_named_beside_dead_credentials(aws: Aws, role: str | None) -> None:
    aws.world({**world(a111111111111={"regions_not_enabled": ["af-south-1"]}), "regions": [REGION, "af-south-1"]})
    with pytest.raises(CredentialsError) as caught:
        Account(connection(aws, REGION, region="af-south-1", assume_role_arn=role))
    assert "af-south-1" in caught.value.remedy
    assert "AWS_REGION" in caught.value.remedy
    with pytest.raises(CredentialsError) as caught:
        Account(connection(aws, REGION, access_key="AKIADEAD", assume_role_arn=role))
    assert caught.value.remedy == "Renew the credentials."


def test_a_region_in_which_sts_is_not_active_is_named_with_what_helps(aws: Aws) -> None:
    aws.fault(service="sts", operation="AssumeRole", code="RegionDisabledException", status=403)
    with pytest.raises(CredentialsError) as caught:
        Account(connection(aws, REGION, assume_role_arn=ROLE))
    assert caught.value.remedy.startswith(f"Activate STS in {REGION}")


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("AWS_ENDPOINT_URL", "localhost:4566", "https://"),
        ("AWS_ENDPOINT_URL_STS", "foo bar", "AWS_ENDPOINT_URL_STS"),
        ("AWS_DEFAULTS_MODE", "marsh", "AWS_DEFAULTS_MODE"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "marsh", "environment"),
    ],
)
def test_an_environment_that_cannot_be_meant_is_named(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ArgumentError, match="cannot be made") as caught:
        Account(connection(aws, REGION, endpoint_url=None))
    assert caught.value.code == "InvalidConfiguration"
    assert named in caught.value.remedy


def test_a_configuration_file_that_cannot_be_read_is_no_matter_of_credentials(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "config").write_text("[default\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with pytest.raises(ArgumentError, match="parse config file"):
        connection(aws, REGION)


def test_the_number_of_attempts_is_our_own(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "abc")
    assert Account(connection(aws, REGION)).id == ACCOUNT


def test_a_region_in_trouble_uses_up_no_tries_of_another(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's budget of one client is spent by 35 to 100 tries, whichever Region they were for."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_arguments: 0)
    account = Account(connection(aws, REGION))
    aws.fault(service="guardduty", region=SECOND, action="error", times=1000)
    for _turn in range(40):
        with pytest.raises(boto.ClientError):
            account.call("guardduty", SECOND, "list_detectors")
    aws.fault(service="guardduty", region=REGION, action="error", times=2)
    assert account.call("guardduty", REGION, "list_detectors")["DetectorIds"]


def test_the_client_of_a_region_in_trouble_goes_with_its_account(aws: Aws) -> None:
    """Those of hundreds of accounts would take more memory than all else."""
    shared = Shared()
    account = Account(session.Connection(edge(aws, session.ARGUMENT_SPEC), [REGION], 4, shared))
    for region in (REGION, SECOND):
        aws.fault(service="guardduty", region=region, action="throttle", times=1)
        account.call("guardduty", region, "list_detectors")
    assert len(account._apart) == len((REGION, SECOND))
    given = edge(aws, LISTS_SPEC, lists=[lst(state="absent")], regions=[REGION, SECOND])
    aws.fault(service="guardduty", action="throttle", times=1)
    assert not converge(given, shared=shared)["changed"]
    assert {key[2] for key in shared._made if key[:2] == ("account client", "guardduty")} == {""}
    account.close()
    assert not account._apart


def test_a_call_that_fails_once_is_made_again_and_no_try_is_made_where_none_is_wanted(aws: Aws) -> None:
    aws.fault(service="guardduty", action="throttle", times=1)
    account = Account(connection(aws, REGION))
    assert account.call("guardduty", REGION, "list_detectors")["DetectorIds"]
    aws.fault(service="guardduty", action="drop", times=1)
    once = Account(connection(aws, REGION, aws_config={"retries": {"total_max_attempts": 1, "mode": "standard"}}))
    with pytest.raises(boto.ConnectionClosedError):
        once.call("guardduty", REGION, "list_detectors")


def tries_of(account: Account) -> list[str]:
    """Note every request to GuardDuty, by whichever of the account's clients it goes."""
    tries: list[str] = []
    for apart in ("", REGION):
        events = account._client("guardduty", apart).meta.events
        events.register("before-send.guardduty", lambda request, **_event: tries.append(request.url))
    return tries


def test_a_region_that_is_down_costs_one_try(aws: Aws) -> None:
    """A socket whose backlog is full answers nobody."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as down, contextlib.ExitStack() as waiting:
        address = down.getsockname()
        clients = [waiting.enter_context(socket.socket()) for _turn in range(4)]
        for client in clients:
            client.setblocking(False)
            client.connect_ex(address)
        account = Account(connection(aws, REGION))
        account.connection._endpoint_url = f"http://127.0.0.1:{address[1]}"
        tries = tries_of(account)
        with pytest.raises(boto.ConnectTimeoutError):
            account.call("guardduty", REGION, "list_detectors")
        assert len(tries) == 1


@pytest.mark.parametrize(
    "fault", [{"action": "hang", "seconds": 2}, {"action": "drop"}, {"action": "drop", "times": 2}]
)
def test_a_lost_answer_to_the_first_call_is_asked_for_again(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    monkeypatch.setattr(session, "READ_TIMEOUT", 1)
    aws.fault(service="guardduty", operation="ListDetectors", **fault)
    assert Account(connection(aws, REGION)).call("guardduty", REGION, "list_detectors")["DetectorIds"]


def connections_to(silent: socket.socket) -> int:
    """Return how often somebody connected since the last time."""
    silent.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            count += 1
    return count


def test_a_region_that_is_silent_costs_its_first_call_one_timeout_and_a_short_one(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "READ_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        account = Account(connection(aws, REGION))
        account.connection._endpoint_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(boto.ReadTimeoutError):
            account.call("guardduty", REGION, "list_detectors")
        assert connections_to(silent) == 2
        with pytest.raises(boto.ReadTimeoutError):
            account.call("guardduty", REGION, "get_detector", DetectorId="a" * 32)
        assert connections_to(silent) == account.connection.attempts, "a Region that answered before is asked again"


@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, SECOND_READ_TIMEOUT), ({"read_timeout": 1}, 1), ({"read_timeout": None}, SECOND_READ_TIMEOUT)],
)
def test_the_second_try_of_the_first_call_is_short(aws: Aws, given: dict[str, Any], kept: float) -> None:
    account = Account(connection(aws, REGION, aws_config=given))
    assert account._client("guardduty", REGION, read_timeout=SECOND_READ_TIMEOUT).meta.config.read_timeout == kept
    assert account._client("guardduty").meta.config.read_timeout == given.get("read_timeout", session.READ_TIMEOUT)


def test_a_session_kept_for_a_fork_is_used_once_and_reads_the_environment_only_then(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    session.keep_unused_session()
    (kept,) = session._unused_sessions
    (tmp_path / "config").write_text("[profile far]\nregion = sa-east-1\n[profile near]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "far")
    keys = {"access_key": None, "secret_key": None, "region": None}
    first = connection(aws, **keys, profile="near")
    assert first._session._session is kept
    assert first._session.region_name == "eu-west-1"
    second = connection(aws, **keys)
    assert second._session._session is not kept
    assert second._session.region_name == "sa-east-1"
