# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge: moto's rules and targets, with the service's own delivery.

moto delivers for disabled rules, leaves the account out of the event, matches no object in an array, asks no queue's
policy, knows no dead-letter queue, and fails the whole call on a topic.
"""

from __future__ import annotations

import datetime
import importlib
import json
import re
import uuid
from collections.abc import Iterable
from typing import Any

from . import event_pattern, policy
from .errors import Answer, AwsError, json_answer
from .moto_bridge import Moto
from .request import Request

EVENTS = "events.amazonaws.com"
PLACEHOLDER = re.compile(r"<([\w.-]+)>")
SQS_ACTION = "sqs:SendMessage"
SNS_ACTION = "sns:Publish"
MOST_TARGETS = 5


class EventBridge:
    """Events of the world's accounts, from their source to the queue, topic or bus that a rule names."""

    def __init__(self, moto: Moto) -> None:
        self.moto = moto
        self.reset()

    def reset(self) -> None:
        """Forget which events were not delivered; moto forgets the rules."""
        self.has_rules = False
        self.undelivered: list[dict[str, Any]] = []

    def handle(self, request: Request) -> Answer:
        """Answer a request, by moto where it does as the service does."""
        match request.operation:
            case "TestEventPattern":
                pattern, event = json.loads(request.json["EventPattern"]), json.loads(request.json["Event"])
                return json_answer({"Result": event_pattern.matches(pattern, event)})
            case "PutEvents":
                return json_answer(
                    {"FailedEntryCount": 0, "Entries": [self._entry(request, one) for one in _entries(request)]}
                )
            case "PutRule":
                self.has_rules = True
                self._keep_tags_of_a_standing_rule(request)
            case "PutTargets":
                if refused := self._too_many(request):
                    return json_answer({"FailedEntryCount": len(refused), "FailedEntries": refused})
        return self.moto.handle(request, request.account)

    def publish(self, account: str, region: str, source: str, detail_type: str, detail: dict[str, Any]) -> None:
        """Send an event of an AWS service to the default bus of an account's Region."""
        if self.has_rules:
            self._deliver(account, region, "default", _event(account, region, source, detail_type, detail))

    def _entry(self, request: Request, entry: dict[str, Any]) -> dict[str, str]:
        event = _event(
            request.account, request.region, entry["Source"], entry["DetailType"], json.loads(entry["Detail"])
        )
        event["resources"] = entry.get("Resources", [])
        self._deliver(request.account, request.region, _bus_name(entry.get("EventBusName")), event)
        return {"EventId": event["id"]}

    def _deliver(self, account: str, region: str, bus: str, event: dict[str, Any]) -> None:
        for rule in self._rules(account, region, bus):
            pattern = rule.event_pattern.get_pattern()
            if rule.state == "DISABLED" or not pattern or not event_pattern.matches(pattern, event):
                continue
            for target in list(rule.targets):
                self._send(rule, target, event)

    def _rules(self, account: str, region: str, bus: str) -> Iterable[Any]:
        backend = _backend("events", account, region)
        found = backend.event_buses.get(bus)
        return list(found.rules.values()) if found else []

    def _send(self, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
        arn = target["Arn"]
        service = arn.split(":")[2]
        if service == "events":
            region, account, bus = arn.split(":")[3:]
            self._deliver(account, region, _bus_name(bus), event)
            return
        body = _transformed(target, event)
        try:
            _put(arn, body, rule.arn, target)
        except UndeliveredError as error:
            self.undelivered.append({"rule": rule.arn, "target": arn, "reason": str(error)})
            if letter := target.get("DeadLetterConfig", {}).get("Arn"):
                _put(letter, json.dumps(event), rule.arn, {})

    def _keep_tags_of_a_standing_rule(self, request: Request) -> None:
        """Drop the Tags of a PutRule on a rule that stands: the service ignores them."""
        given = request.json
        bus = _bus_name(given.get("EventBusName"))
        standing = {rule.name for rule in self._rules(request.account, request.region, bus)}
        if given["Name"] in standing:
            request.rewrite(json.dumps({name: value for name, value in given.items() if name != "Tags"}).encode())

    def _too_many(self, request: Request) -> list[dict[str, str]]:
        given = request.json
        rules = self._rules(request.account, request.region, _bus_name(given.get("EventBusName")))
        held = {target["Id"] for rule in rules if rule.name == given["Rule"] for target in rule.targets}
        wanted = [target["Id"] for target in given["Targets"]]
        if len(held | set(wanted)) <= MOST_TARGETS:
            return []
        message = "The requested resource exceeds the maximum number allowed."
        return [{"TargetId": name, "ErrorCode": "LimitExceededException", "ErrorMessage": message} for name in wanted]


class UndeliveredError(Exception):
    """A target that did not take an event."""


def _backend(service: str, account: str, region: str) -> Any:
    return getattr(importlib.import_module(f"moto.{service}.models"), f"{service}_backends")[account][region]


def _entries(request: Request) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = request.json["Entries"]
    if any(not all(entry.get(name) for name in ("Source", "DetailType", "Detail")) for entry in given):
        raise AwsError("ValidationException", "Source, DetailType and Detail are required.")
    return given


def _bus_name(given: str | None) -> str:
    return (given or "default").rpartition("/")[2]


def _event(account: str, region: str, source: str, detail_type: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [],
        "detail": detail,
    }


def _transformed(target: dict[str, Any], event: dict[str, Any]) -> str:
    """Return what a target gets: the event, or what its C(InputTransformer) makes of it."""
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    template, paths = transformer["InputTemplate"], transformer.get("InputPathsMap", {})

    def filled(found: re.Match[str]) -> str:
        value = _at(paths[found[1]], event) if found[1] in paths else found[0]
        text = json.dumps(value)
        in_quotes = template[: found.start()].replace('\\"', "").count('"') % 2
        return json.dumps(value if isinstance(value, str) else text)[1:-1] if in_quotes else text

    return PLACEHOLDER.sub(filled, template)


def _at(path: str, event: Any) -> Any:
    """Return the value at a JSON path of plain names, C($.detail.id); None where there is none."""
    for name in path.removeprefix("$").lstrip(".").split("."):
        event = event.get(name) if isinstance(event, dict) and name else event
    return event


def _put(arn: str, body: str, rule: str, target: dict[str, Any]) -> None:
    """Put a message into a queue or topic; raises UndeliveredError where it is not there or its policy says no."""
    service, region, account, name = arn.split(":", 5)[2:]
    if service == "sqs":
        queue = _backend("sqs", account, region).queues.get(name)
        _check_policy(queue, arn, rule, SQS_ACTION)
        group = target.get("SqsParameters", {}).get("MessageGroupId")
        _backend("sqs", account, region).send_message(queue_name=name, message_body=body, group_id=group)
    elif service == "sns":
        topic = _backend("sns", account, region).topics.get(arn)
        _check_policy(topic, arn, rule, SNS_ACTION)
        topic.publish(body)
    else:
        raise UndeliveredError(f"{service} is not emulated as a target")


def _check_policy(resource: Any, arn: str, rule: str, action: str) -> None:
    """Raise UndeliveredError unless the policy of the queue or topic lets EventBridge (docs/dev/findings.md#25)."""
    if resource is None:
        raise UndeliveredError(f"{arn} does not exist")
    document = resource.policy or "{}"
    document = json.loads(document) if isinstance(document, str) else document
    context = {"aws:SourceArn": rule, "aws:SourceAccount": rule.split(":")[4]}
    if not policy.decide(document, EVENTS, action, arn, context):
        raise UndeliveredError(f"the policy of {arn} does not let {EVENTS} {action}")
