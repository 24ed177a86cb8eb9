# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The alert rule against the emulated EventBridge: converged, idempotent, predicted, healed, and findings travel."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._alerts import converge, options
from support import event_queues
from support.guardduty_cases import ACCOUNT, REGION, SECOND, Edge, edge, world
from threatlists_emulators import control

TARGET = {"id": "queue", "arn": "arn:aws:sqs:{region}:{account_id}:events"}
WRITES = {"PutRule", "PutTargets", "RemoveTargets", "DeleteRule", "TagResource", "UntagResource"}


@pytest.fixture(scope="module")
def running() -> t.Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(running: control.Aws) -> control.Aws:
    running.world(world())
    running.reset()
    return running


def run(aws: control.Aws, *, check: bool = False, **given: t.Any) -> Edge:
    defaults = {"name": "threatlists-oncall", "lists": ["ours"], "targets": [TARGET], "regions": [REGION, SECOND]}
    given = {key: value for key, value in {**defaults, **given}.items() if value is not None}
    module = edge(aws, options.ARGUMENT_SPEC, check=check, diff=True, **given)
    aws.clear_calls()
    _module.run(module, converge.converge)
    return module


def writes(aws: control.Aws) -> list[str]:
    return [call["operation"] for call in aws.calls() if call["operation"] in WRITES]


def test_created_once_and_then_left_alone(aws: control.Aws) -> None:
    predicted = run(aws, check=True)
    assert writes(aws) == []
    made = run(aws)
    assert predicted.actions == made.actions == ["created", "created"]
    assert predicted.result["diff"] == made.result["diff"]
    again = run(aws)
    assert again.actions == ["none", "none"]
    assert again.result["changed"] is False
    assert writes(aws) == []


@pytest.mark.parametrize(
    "change",
    [
        {"lists": ["ours", "more"]},
        {"severity_min": 7},
        {"enabled": False},
        {"description": "another"},
        {"tags": {"owner": "secops"}},
        {"targets": [{**TARGET, "maximum_retry_attempts": 3}]},
        {"targets": [{"id": "other", "arn": TARGET["arn"]}]},
    ],
)
def test_a_change_is_predicted_made_and_then_nothing(aws: control.Aws, change: dict[str, t.Any]) -> None:
    run(aws)
    predicted = run(aws, check=True, **change)
    assert writes(aws) == []
    assert predicted.actions == run(aws, **change).actions == ["updated", "updated"]
    assert run(aws, **change).actions == ["none", "none"]


def test_what_others_added_goes(aws: control.Aws) -> None:
    run(aws)
    events = aws.client("events")
    events.put_targets(
        Rule="threatlists-oncall", Targets=[{"Id": "stray", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:stray"}]
    )
    assert run(aws).actions == ["updated", "none"]
    assert [target["Id"] for target in events.list_targets_by_rule(Rule="threatlists-oncall")["Targets"]] == ["queue"]


def test_a_rule_of_somebody_else_stays_unless_adopted(aws: control.Aws) -> None:
    aws.client("events").put_rule(Name="threatlists-oncall", EventPattern=json.dumps({"source": ["theirs"]}))
    failed = run(aws)
    assert failed.actions == ["failed", "created"]
    assert failed.result["error"]["code"] == "ForeignRule"
    assert run(aws, adopt=True).actions == ["updated", "none"]


def test_absent_and_all_except(aws: control.Aws) -> None:
    for name in ("one", "two", "three"):
        run(aws, name=name)
    aws.client("events").put_rule(Name="theirs", EventPattern=json.dumps({"source": ["theirs"]}))
    assert run(aws, name="one", state="absent", targets=None, lists=None).actions == ["deleted", "deleted"]
    gone = run(aws, name=None, all_except=["two"], state="absent", targets=None, lists=None)
    assert [(one["region"], one["name"]) for one in gone.result["results"]] == [(REGION, "three"), (SECOND, "three")]
    assert {rule["Name"] for rule in aws.client("events").list_rules()["Rules"]} == {"two", "theirs"}
    home = [{"name": "two", "regions": [REGION]}]
    moved = run(aws, name=None, all_except=home, state="absent", targets=None, lists=None, regions=["all"])
    assert [(one["region"], one["name"]) for one in moved.result["results"]] == [(SECOND, "two")]


@pytest.mark.parametrize("operation", ["PutRule", "PutTargets", "TagResource", "RemoveTargets"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_the_next_run_finishes(aws: control.Aws, operation: str, when: str) -> None:
    run(aws, targets=[TARGET, {**TARGET, "id": "old"}])
    wanted = {"lists": ["other"], "tags": {"owner": "x"}, "targets": [TARGET, {**TARGET, "id": "new"}]}
    aws.fault(service="events", operation=operation, region=REGION, when=when, action="error", status=400, times=1)
    assert run(aws, **wanted).actions == ["failed", "updated"]
    assert run(aws, **wanted).actions[0] in ("updated", "none")
    assert run(aws, **wanted).actions == ["none", "none"]


def test_a_refused_permission_names_it(aws: control.Aws) -> None:
    aws.fault(service="events", operation="PutRule", action="error", code="AccessDeniedException", status=400, times=2)
    failed = run(aws)
    assert "events:PutRule" in failed.result["msg"]
    assert ACCOUNT in failed.result["msg"]


@pytest.mark.parametrize(
    "where",
    [
        {"evidence": {"threatIntelligenceDetails": [{"threatListName": "ours", "threatNames": ["x"]}]}},
        {"additionalInfo": {"threatListName": "ours"}},
    ],
)
def test_a_finding_travels_to_the_queue_whichever_way_it_names_the_list(
    aws: control.Aws, where: dict[str, t.Any]
) -> None:
    queue = event_queues.make(aws)
    run(aws, severity_min=4, regions=[REGION])
    events = aws.client("events")

    def put(detail: dict[str, t.Any]) -> None:
        entry = {"Source": "aws.guardduty", "DetailType": "GuardDuty Finding", "Detail": json.dumps(detail)}
        events.put_events(Entries=[entry])

    put({"severity": 5, "service": where})
    put({"severity": 3, "service": where})
    put({"severity": 8, "service": {"additionalInfo": {"threatListName": "another's"}}})
    assert [event["detail"]["service"] for event in queue.take()] == [where]


@pytest.mark.parametrize("name", ["triage", "triage:live"])
def test_a_function_is_a_target_in_its_own_region_and_takes_no_role(aws: control.Aws, name: str) -> None:
    function = {"id": "triage", "arn": f"arn:{{partition}}:lambda:{{region}}:{{account_id}}:function:{name}"}
    target = {**function, "dead_letter_arn": TARGET["arn"], "maximum_retry_attempts": 2}
    assert run(aws, targets=[target]).actions == ["created", "created"]
    for region in (REGION, SECOND):
        events = aws.client("events", ACCOUNT, region)
        (made,) = events.list_targets_by_rule(Rule="threatlists-oncall")["Targets"]
        assert made["Arn"] == f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"
        assert made["DeadLetterConfig"]["Arn"] == f"arn:aws:sqs:{region}:{ACCOUNT}:events"
        assert "RoleArn" not in made
    assert run(aws, targets=[target]).actions == ["none", "none"]
    assert run(aws, targets=[function]).actions == ["updated", "updated"]
    elsewhere = run(aws, targets=[{**function, "arn": f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:triage"}])
    assert "another Region" in elsewhere.result["msg"]
    assert writes(aws) == []


def test_changes_travel_unless_our_own_role_made_them(aws: control.Aws) -> None:
    ours = f"arn:aws:iam::{ACCOUNT}:role/threatlists"
    aws.world({**world(), "roles": {ours: {"assumable": True}}})
    queue = event_queues.make(aws)
    run(aws, sends="changes", lists=None, except_roles=[ours], regions=[REGION])
    key = aws.client("sts").assume_role(RoleArn=ours, RoleSessionName="tests")["Credentials"]
    session = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
        "aws_session_token": key["SessionToken"],
    }
    detector = aws.client("guardduty").list_detectors()["DetectorIds"][0]
    location = "s3://acme/list.txt"
    for name, client in (("ours", aws.client("guardduty", **session)), ("theirs", aws.client("guardduty"))):
        client.create_threat_intel_set(DetectorId=detector, Name=name, Format="TXT", Location=location, Activate=False)
    assert [event["detail"]["requestParameters"]["name"] for event in queue.take()] == ["theirs"]


def test_what_is_written_over_a_list_travels_to_the_queue(aws: control.Aws) -> None:
    queue, s3 = event_queues.make(aws), aws.client("s3")
    s3.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_notification_configuration(Bucket="lists", NotificationConfiguration={"EventBridgeConfiguration": {}})
    refused = run(aws, sends="objects", regions=[REGION])
    assert "locations of rule" in refused.result["msg"]
    assert run(aws, sends="objects", locations=["s3://lists/ours.txt"], regions=[REGION]).actions == ["created"]
    for key in ("theirs.txt", "ours.txt"):
        s3.put_object(Bucket="lists", Key=key, Body=b"45.1.2.3\n")
    (event,) = queue.take()
    assert (event["detail-type"], event["detail"]["bucket"]["name"]) == ("Object Created", "lists")
    assert event["detail"]["object"]["key"] == "ours.txt"
