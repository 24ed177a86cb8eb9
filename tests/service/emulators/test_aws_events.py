# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's EventBridge: from an event to the queue that a rule names."""

from __future__ import annotations

import json
import typing as t

import pytest
from support import event_queues
from threatlists_emulators import control

FINDING = {
    "severity": 5.0,
    "service": {"evidence": {"threatIntelligenceDetails": [{"threatListName": "other"}, {"threatListName": "ours"}]}},
}
IN_ARRAY = {"service": {"evidence": {"threatIntelligenceDetails": {"threatListName": ["ours"]}}}}


@pytest.fixture(scope="module")
def aws() -> t.Iterator[control.Aws]:
    with control.aws() as running:
        yield running


@pytest.fixture(autouse=True)
def empty(aws: control.Aws) -> None:
    aws.reset()


def rule(aws: control.Aws, queue: event_queues.Queue, pattern: dict[str, t.Any], **options: t.Any) -> None:
    events = aws.client("events")
    events.put_rule(Name="rule", EventPattern=json.dumps(pattern), **options)
    events.put_targets(Rule="rule", Targets=[{"Id": "queue", "Arn": queue.arn}])


def put(aws: control.Aws, detail: dict[str, t.Any]) -> None:
    entry = {"Source": "test", "DetailType": "GuardDuty Finding", "Detail": json.dumps(detail)}
    aws.client("events").put_events(Entries=[entry])


@pytest.mark.parametrize(
    ("detail", "comes"),
    [
        (IN_ARRAY, True),
        ({"severity": [{"numeric": [">=", 5]}]}, True),
        ({"severity": [{"numeric": [">=", 7]}]}, False),
        ({"service": {"evidence": {"threatIntelligenceDetails": {"threatListName": ["absent"]}}}}, False),
        ({"$or": [{"service": {"additionalInfo": {"threatListName": ["ours"]}}}, IN_ARRAY]}, True),
        ({"service": {"archived": [{"exists": False}]}}, True),
    ],
)
def test_a_pattern_decides_what_comes(aws: control.Aws, detail: dict[str, t.Any], comes: bool) -> None:
    queue = event_queues.make(aws)
    rule(aws, queue, {"source": ["test"], "detail": detail})
    put(aws, FINDING)
    (event,) = queue.take() or (None,)
    assert (event is not None) is comes
    if event:
        assert event["account"] == "111111111111"
        assert event["detail"] == FINDING


def test_a_disabled_rule_delivers_nothing(aws: control.Aws) -> None:
    queue = event_queues.make(aws)
    rule(aws, queue, {"source": ["test"]}, State="DISABLED")
    put(aws, FINDING)
    assert queue.take() == []


def test_a_queue_whose_policy_says_nothing_takes_nothing_and_the_dead_letter_queue_does(aws: control.Aws) -> None:
    closed, letters = event_queues.make(aws, "closed", is_open=False), event_queues.make(aws, "letters")
    events = aws.client("events")
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["test"]}))
    target = {"Id": "queue", "Arn": closed.arn, "DeadLetterConfig": {"Arn": letters.arn}}
    events.put_targets(Rule="rule", Targets=[target])
    put(aws, FINDING)
    assert closed.take() == []
    assert [event["detail"] for event in letters.take()] == [FINDING]


def test_a_bus_of_another_region_and_a_transformer(aws: control.Aws) -> None:
    queue = event_queues.make(aws)
    rule(aws, queue, {"source": ["test"]})
    transformer = {
        "InputPathsMap": {"severity": "$.detail.severity", "type": "$.detail-type"},
        "InputTemplate": '{"severity": <severity>, "text": "a <type>"}',
    }
    aws.client("events").put_targets(
        Rule="rule", Targets=[{"Id": "queue", "Arn": queue.arn, "InputTransformer": transformer}]
    )
    there = aws.client("events", region="us-east-1")
    there.put_rule(Name="home", EventPattern=json.dumps({"source": ["test"]}))
    there.put_targets(
        Rule="home", Targets=[{"Id": "home", "Arn": "arn:aws:events:eu-west-1:111111111111:event-bus/default"}]
    )
    entry = {"Source": "test", "DetailType": "GuardDuty Finding", "Detail": json.dumps(FINDING)}
    there.put_events(Entries=[entry])
    assert queue.take() == [{"severity": 5.0, "text": "a GuardDuty Finding"}]


def test_a_topic_passes_it_on(aws: control.Aws) -> None:
    queue, sns = event_queues.make(aws), aws.client("sns")
    topic = sns.create_topic(Name="oncall")["TopicArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": topic}]}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(document))
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"})
    events = aws.client("events")
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["test"]}))
    events.put_targets(Rule="rule", Targets=[{"Id": "topic", "Arn": topic}])
    put(aws, FINDING)
    assert [event["detail"] for event in queue.take()] == [FINDING]


def test_a_pattern_can_be_tried(aws: control.Aws) -> None:
    event = {"id": "1", "account": "1", "source": "test", "time": "", "region": "", "resources": [], "detail": FINDING}
    event["detail-type"] = "GuardDuty Finding"
    answer = aws.client("events").test_event_pattern(
        EventPattern=json.dumps({"detail": IN_ARRAY}), Event=json.dumps(event)
    )
    assert answer["Result"] is True


def test_the_sixth_target_is_refused(aws: control.Aws) -> None:
    queue = event_queues.make(aws)
    rule(aws, queue, {"source": ["test"]})
    targets = [{"Id": str(number), "Arn": queue.arn} for number in range(5)]
    answer = aws.client("events").put_targets(Rule="rule", Targets=targets)
    assert answer["FailedEntryCount"] == 5


def test_a_write_to_guardduty_comes_as_cloudtrail_tells_it(aws: control.Aws) -> None:
    queue = event_queues.make(aws)
    rule(aws, queue, {"source": ["aws.guardduty"], "detail": {"eventName": ["CreateThreatIntelSet"]}})
    guardduty = aws.client("guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    location = "s3://acme/list.txt"
    guardduty.create_threat_intel_set(DetectorId=detector, Name="ours", Format="TXT", Location=location, Activate=False)
    (event,) = queue.take()
    detail = event["detail"]
    assert event["detail-type"] == "AWS API Call via CloudTrail"
    assert detail["userIdentity"]["arn"] == "arn:aws:iam::111111111111:user/emulated"
    assert detail["requestParameters"]["detectorId"] == detector
    assert detail["requestParameters"]["location"] == location
    assert "errorCode" not in detail
