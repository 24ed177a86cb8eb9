# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks, run by ansible-rulebook.

heal: what somebody changes is brought back, our own calls set off nothing. findings: each is told of, and kept.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import time
import typing as t

import pytest
from support import event_queues, fleet
from support.paths import ROOT
from support.plays import Player
from support.signing import create_key
from threatlists_emulators import control

pytestmark = pytest.mark.timeout(400)
REGION = fleet.REGIONS[0]
ENVIRONMENT = ROOT / ".cache/venv/eda"
QUEUE = "threatlists-heal"
ALERT = {
    "name": "threatlists-changes",
    "sends": "changes",
    "except_roles": ["arn:aws:iam::{account_id}:role/threatlists"],
    "regions": [REGION],
    "targets": [{"id": "heal", "arn": f"arn:aws:sqs:{REGION}:{{account_id}}:{QUEUE}"}],
}
OBJECTS = {**ALERT, "name": "threatlists-objects", "sends": "objects"}
OWN = fleet.DECLARED[2]
PARTNERS = {
    **OWN,
    "name": "partners",
    "kind": "threatintelset",
    "key": "partners.txt",
    "sources": [{"entries": ["45.155.205.0/24"]}],
}
PLAYS = ("PLAY [Find the accounts]", "PLAY [Judge what was written]")
PATIENCE = 180
NOT_TO_BE_HAD = 3


@pytest.fixture(scope="module")
def java() -> str:
    done = subprocess.run([ROOT / "tests/eda/setup.sh"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == NOT_TO_BE_HAD:
        pytest.skip("no Java 17, or no Python that ansible-rulebook has wheels for")
    assert done.returncode == 0
    return done.stdout.strip()


@pytest.fixture
def aws() -> t.Iterator[control.Aws]:
    with control.aws() as running:
        running.world({**fleet.WORLD, "accounts": {fleet.PUBLISHER: fleet.WORLD["accounts"][fleet.PUBLISHER]}})
        yield running


class Rulebook:
    """The rulebook of the collection, running."""

    def __init__(self, folder: pathlib.Path, env: dict[str, str], inventory: pathlib.Path, name: str = "heal"):
        variables = {
            "threatlists_queue": QUEUE,
            "threatlists_queue_region": REGION,
            "threatlists_role_name": "threatlists",
        }
        (folder / "vars.yml").write_text(json.dumps(variables))
        self.log = folder / "rulebook.log"
        words = [
            "ansible-rulebook",
            "-r",
            f"threatlists.aws.{name}",
            "-i",
            str(inventory),
            "-e",
            str(folder / "vars.yml"),
        ]
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*words, "--persistence-id", name, "-v"],
                env=env,
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> str:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return self.log.read_text()


def until(condition: t.Callable[[], bool], rulebook: Rulebook) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, rulebook.stop()
        assert rulebook.process.poll() is None, rulebook.log.read_text()
        time.sleep(0.5)


def states(aws: control.Aws) -> set[tuple[str, str]]:
    return {(one["region"], one["status"]) for one in aws.loaded() if one["status"] != "DELETED"}


def ended(log: str) -> bool:
    """Whether each of the playbooks ran to its end; what one printed that failed is shown twice."""
    return all(play in log for play in PLAYS) and log.count("PLAY RECAP") >= 2 * len(PLAYS)


def test_heal(tmp_path: pathlib.Path, aws: control.Aws, java: str) -> None:
    queue = event_queues.make(aws, QUEUE, REGION)
    inventory = fleet.write_inventory(
        tmp_path / "inventory.json",
        threatlists_declared=[OWN, PARTNERS],
        threatlists_alerts=[ALERT, OBJECTS],
        threatlists_signing_key_id=create_key(aws, fleet.PUBLISHER),
    )
    hosts = json.loads(inventory.read_text())
    hosts["aws_accounts"]["hosts"] = {"security": hosts["aws_accounts"]["hosts"]["security"]}
    inventory.write_text(json.dumps(hosts))
    collections = ROOT / ".cache/collections/current"
    player = Player(tmp_path, collections, inventory, aws.environment(fleet.PUBLISHER))
    player.run("threatlists.aws.site").succeeded()
    player.run("threatlists.aws.alerts").succeeded()
    assert states(aws) == {(region, "ACTIVE") for region in fleet.REGIONS}
    s3 = aws.client("s3", fleet.PUBLISHER, REGION)
    s3.put_bucket_notification_configuration(
        Bucket=fleet.BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    # Publish writes one object, and somebody else the other.
    player.run(
        "threatlists.aws.publish",
        threatlists_declared=[{**OWN, "sources": [{"entries": ["9.9.9.0/24", "9.9.7.0/24"]}]}],
    ).succeeded()
    s3.put_object(Bucket=fleet.BUCKET, Key=PARTNERS["key"], Body=b"203.0.113.9\n")

    path = f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}"
    rulebook = Rulebook(tmp_path, {**os.environ, **player.env, "JAVA_HOME": java, "PATH": path}, inventory)
    try:
        theirs = next(one for one in aws.loaded() if (one["region"], one["name"]) == (REGION, OWN["name"]))
        client = aws.client("guardduty", fleet.PUBLISHER, REGION)
        (detector,) = client.list_detectors()["DetectorIds"]
        aws.clear_calls()
        client.update_ip_set(DetectorId=detector, IpSetId=theirs["id"], Activate=False)
        until(lambda: states(aws) == {(region, "ACTIVE") for region in fleet.REGIONS}, rulebook)
        until(lambda: ended(rulebook.log.read_text()), rulebook)
    finally:
        log = rulebook.stop()
    policy = json.loads((ROOT / "docs/permissions/rulebook.json").read_text())
    asked = {f"sqs:{call['operation']}".removesuffix("Batch") for call in aws.calls(service="sqs")}
    assert asked == set(policy["Statement"][0]["Action"])
    written = {call["region"] for call in aws.calls() if call["service"] == "guardduty" and call["write"]}
    assert written == {REGION}, log
    # What the converging role itself did came to nobody.
    assert queue.take() == []
    assert log.count("PLAY RECAP") == 2 * len(PLAYS), log
    # What publish wrote set off nothing, and of what it did not sign people are told.
    assert "Unsigned" in log and "partners.txt" in log, log


def test_findings(tmp_path: pathlib.Path, aws: control.Aws, java: str) -> None:
    """Two findings that come together are both told of, with what an event of EventBridge says."""
    queue = event_queues.make(aws, QUEUE, REGION)
    for number in (1, 2):
        finding = {
            "id": f"{number:032x}",
            "accountId": fleet.PUBLISHER,
            "region": REGION,
            "severity": 5,
            "updatedAt": "2026-11-24T03:00:05Z",
            "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": f"i-{number}"}},
            "service": {
                "count": 1,
                "additionalInfo": {"threatListName": "threatstream-malware"},
                "action": {
                    "actionType": "NETWORK_CONNECTION",
                    "networkConnectionAction": {"remoteIpDetails": {"ipAddressV4": f"185.220.101.{number}"}},
                },
            },
        }
        event = {"id": str(number), "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": finding}
        queue.client.send_message(QueueUrl=queue.url, MessageBody=json.dumps(event))
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("all: {hosts: {localhost: {}}}\n")
    player = Player(tmp_path, ROOT / ".cache/collections/current", inventory, aws.environment(fleet.PUBLISHER))
    path = f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}"
    env = {**os.environ, **player.env, "JAVA_HOME": java, "PATH": path}
    rulebook = Rulebook(tmp_path, {**env, "AWS_REGION": REGION}, inventory, "findings")
    try:
        until(lambda: all(f"185.220.101.{number}" in rulebook.log.read_text() for number in (1, 2)), rulebook)
        until(lambda: "PLAY RECAP" in rulebook.log.read_text(), rulebook)
    finally:
        log = rulebook.stop()
    assert "Instance i-1" in log and "Instance i-2" in log, log
    assert queue.take() == []
