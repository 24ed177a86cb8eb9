# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues of the emulated SQS that events come to."""

from __future__ import annotations

import json
import typing as t

from threatlists_emulators import control


class Queue(t.NamedTuple):
    arn: str
    url: str
    client: t.Any

    def take(self) -> list[dict[str, t.Any]]:
        """Take what is in the queue."""
        answer = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", ())]


def make(aws: control.Aws, name: str = "events", region: str = "eu-west-1", *, is_open: bool = True) -> Queue:
    """Make a queue; is_open: whether its policy lets EventBridge send to it."""
    client = aws.client("sqs", region=region)
    url = client.create_queue(QueueName=name)["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    if is_open:
        principal = {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    return Queue(arn, url, client)
