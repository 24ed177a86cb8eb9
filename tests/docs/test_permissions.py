# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented policies against recorded calls: every call is allowed, and every action that is allowed was needed.

Who made a call is told by its account: the controller's credentials belong to one, and assumed roles to another.
"""

from __future__ import annotations

import fnmatch
import json
import pathlib
import typing as t

import pytest
import yaml
from support import examples
from support.signing import create_key
from threatlists_emulators import control

POLICIES = examples.ROOT / "docs/permissions"
CONTROLLER, TARGET = "111111111111", "222222222222"
BUCKET = "acme-threatlists"
IP = {"threatintelset": "trusted.txt", "ipset": "trusted.txt"}
ENTITY = {"threatentityset": "domains.txt", "trustedentityset": "domains.txt"}
READ = {"regions": ["all"], "assume_role_arn": f"arn:aws:iam::{TARGET}:role/threatlists"}
EVERYWHERE = {**READ, "on_unavailable": "skip"}
SERVICE_ROLE = (
    "arn:aws:iam::111111111111:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
)
# Operations of S3 whose action has another name: https://docs.aws.amazon.com/service-authorization (Amazon S3).
S3_ACTIONS = {
    "HeadObject": "GetObject",
    "CopyObject": "PutObject",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
}
# What S3 asks of KMS is no call of ours; an account that is moved while it is listed is no matter of this test.
UNSEEN = ("kms:Decrypt", "organizations:ListParents")
Need = tuple[str, str]
DETECTOR = "arn:aws:guardduty:eu-west-1:111111111111:detector/12abc34d567e8fa901bc2d34e56789f0"


def needs(call: dict[str, t.Any]) -> set[Need]:
    """C((action, resource)) of what a call asks for, with what AWS asks for beside the call's own action."""
    service, operation, parameters = call["service"], call["operation"], call["parameters"]
    if service == "s3":
        return _s3_needs(operation, parameters, missing=call["status"] == 404)
    if service == "sts":
        return {("sts:AssumeRole", parameters["RoleArn"])} if operation == "AssumeRole" else set()
    # Neither of the two is about a detector; nor has any other service resources here.
    if service == "kms":
        return {(f"kms:{operation}", parameters["KeyId"])}
    about = DETECTOR if service == "guardduty" and operation != "ListDetectors" else "*"
    found = {(f"{service}:{operation}", about)}
    if operation in ("CreateThreatIntelSet", "UpdateThreatIntelSet", "CreateIPSet", "UpdateIPSet"):
        found.add(("iam:PutRolePolicy", SERVICE_ROLE))
    if operation in ("DeleteThreatIntelSet", "DeleteIPSet"):
        found.add(("iam:DeleteRolePolicy", SERVICE_ROLE))
    if operation.startswith("Create"):
        found.add(("guardduty:TagResource", DETECTOR))
    if operation in ("CreateThreatEntitySet", "CreateTrustedEntitySet", "UpdateThreatEntitySet"):
        found.add(("s3:GetObject", f"arn:aws:s3:::{BUCKET}/list"))
    return found


def _s3_needs(operation: str, parameters: dict[str, t.Any], missing: bool) -> set[Need]:
    bucket = f"arn:aws:s3:::{parameters['bucket']}"
    resource = f"{bucket}/{parameters['key']}" if parameters.get("key") else bucket
    found = {(f"s3:{S3_ACTIONS.get(operation, operation)}", resource)}
    if parameters.get("versionId") and operation in ("HeadObject", "GetObject"):
        found = {("s3:GetObjectVersion", resource)}
    if parameters.get("versionId") and operation == "GetObjectTagging":
        found = {("s3:GetObjectVersionTagging", resource)}
    if operation == "CopyObject":
        found |= {("s3:GetObjectVersion", resource), ("s3:GetObjectTagging", resource)}
    if missing and operation == "HeadObject":
        found.add(("s3:ListBucket", bucket))
    return found


def granted(*names: str) -> list[tuple[str, str]]:
    """Every C((action, resource pattern)) that the named policies allow."""
    found = []
    for name in names:
        for statement in json.loads((POLICIES / f"{name}.json").read_text())["Statement"]:
            resources = statement["Resource"]
            for resource in [resources] if isinstance(resources, str) else resources:
                found += [(action, resource) for action in statement["Action"]]
    return found


def hold_against(calls: list[dict[str, t.Any]], *policies: str, beyond: tuple[str, ...] = ()) -> None:
    """C(policies) allow each call, and no more than the calls need; what C(beyond) allows needs no proof here."""
    wanted = {need for call in calls for need in needs(call)}
    allowed = granted(*policies)
    both = allowed + granted(*beyond)
    refused = {need for need in wanted if not any(need[0] == a and fnmatch.fnmatchcase(need[1], r) for a, r in both)}
    assert refused == set()
    idle = {(a, r) for a, r in allowed if not any(need[0] == a and fnmatch.fnmatchcase(need[1], r) for need in wanted)}
    assert {(action, resource) for action, resource in idle if action not in UNSEEN} == set()


@pytest.fixture(scope="module")
def emulators() -> t.Iterator[tuple[t.Any, t.Any]]:
    with control.aws() as aws, control.threatstream() as threatstream:
        yield aws, threatstream


@pytest.fixture
def kitchen(emulators: tuple[t.Any, t.Any], tmp_path: pathlib.Path) -> examples.Kitchen:
    kitchen = examples.Kitchen(tmp_path, *emulators)
    emulators[0].clear_calls()
    return kitchen


def calls_of(kitchen: examples.Kitchen, account: str, *services: str) -> list[dict[str, t.Any]]:
    return [call for call in kitchen.aws.calls() if call["account"] == account and call["service"] in services]


def publish(**options: t.Any) -> dict[str, t.Any]:
    where = {"bucket": BUCKET, "key": "threatstream-indicators.xml", "format": "STIX"}
    return {"name": "Publish", "threatlists.aws.s3_threatlist": where | options}


def test_publisher(kitchen: examples.Kitchen) -> None:
    source = str(kitchen.store / "threatstream-indicators.xml")
    look = {"bucket": BUCKET, "key": "threatstream-indicators.xml", "bucket_policy": True}
    kitchen.play(
        [
            {"name": "Who may read?", "threatlists.aws.s3_threatlist_info": look},
            publish(src=source, tags={"owner": "secops"}),
            publish(src=source, tags={"owner": "soc"}),
            publish(state="restored"),
            publish(src=source, key="new.xml"),
            publish(state="absent"),
            publish(state="restored"),
        ]
    )
    hold_against(calls_of(kitchen, CONTROLLER, "s3"), "publisher")


def test_publisher_that_makes_buckets(kitchen: examples.Kitchen) -> None:
    kitchen.aws.world(examples.WORLD)
    kitchen.aws.clear_calls()
    declared = {"name": "own", "kind": "ipset", "format": "TXT", "bucket": BUCKET, "key": "own.txt"}
    role = {"name": "threatlists.aws.threatlists", "tasks_from": "publish"}
    variables = {"threatlists_declared": [{**declared, "sources": [{"entries": ["45.0.0.0/24"]}]}]}
    write_inventory(kitchen)
    play = {"hosts": "all", "gather_facts": False, "vars": variables, "tasks": [{"ansible.builtin.include_role": role}]}
    (kitchen.folder / "play.yml").write_text(yaml.safe_dump([play]))
    kitchen.command("ansible-playbook", "-i", "hosts.yml", "play.yml")
    hold_against(calls_of(kitchen, CONTROLLER, "s3"), "publisher-buckets", beyond=("publisher",))


def write_inventory(kitchen: examples.Kitchen) -> None:
    hosts = {
        "target": {"account_id": TARGET, "assume_role_arn": f"arn:aws:iam::{TARGET}:role/threatlists"},
        "security": {"account_id": CONTROLLER},
    }
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "threatlists_regions": ["eu-west-1"],
    }
    (kitchen.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": variables}}))


def test_reader(kitchen: examples.Kitchen) -> None:
    look = [
        {"name": "Look", "threatlists.aws.s3_threatlist_info": {"bucket": BUCKET, "key": key, "list_versions": True}}
        for key in ("threatstream-indicators.xml", "missing.xml")
    ]
    kitchen.play(look)
    hold_against(calls_of(kitchen, CONTROLLER, "s3"), "reader")


def converge(keys: dict[str, str], **options: t.Any) -> dict[str, t.Any]:
    """One list of each kind in C(keys), in every Region of the target, under its role."""
    given = {"name": "list", "format": "TXT", "expected_bucket_owner": CONTROLLER} | options
    lists = [{"kind": kind, "location": f"s3://{BUCKET}/{key}"} | given for kind, key in keys.items()]
    return {"name": "Converge", "threatlists.aws.guardduty_lists": {"lists": lists, **EVERYWHERE}}


def together(*tasks: dict[str, t.Any]) -> dict[str, t.Any]:
    """The lists of several tasks in one: what an account has and a task does not name is warned of."""
    module = "threatlists.aws.guardduty_lists"
    return {**tasks[0], module: {**tasks[0][module], "lists": [one for task in tasks for one in task[module]["lists"]]}}


@pytest.mark.parametrize(("policy", "keys"), [("converger-ip-lists", IP), ("converger-entity-lists", ENTITY)])
def test_converger(kitchen: examples.Kitchen, policy: str, keys: dict[str, str]) -> None:
    # Entity sets refuse tags of ours, with a warning; their proof in the detector's tags needs the same permissions.
    tags = [{"tags": {"owner": "secops"}}, {"tags": {}, "purge_tags": True}] if keys == IP else [{}, {}]
    kitchen.play(
        [
            *(converge(keys, **changes) for changes in tags),
            converge(keys, activate=False),
            converge(keys, state="absent"),
        ]
    )
    hold_against(calls_of(kitchen, TARGET, "guardduty", "account", "iam", "s3"), policy)
    hold_against(calls_of(kitchen, CONTROLLER, "sts"), "controller")
    hold_against(calls_of(kitchen, CONTROLLER, "s3"), beyond=("reader",))


def test_verifier(kitchen: examples.Kitchen) -> None:
    threats = {kind: key for kind, key in (IP | ENTITY).items() if kind.startswith("threat")}
    both = together(converge(IP | ENTITY), converge(threats, name="missing"))
    look = [{**task, "check_mode": True} for task in (converge(IP | ENTITY), both)]
    kitchen.play(look)
    calls = kitchen.aws.calls()
    kitchen.play([converge(IP | ENTITY)])
    kitchen.aws.clear_calls()
    kitchen.play([*look, {"name": "Read", "threatlists.aws.guardduty_lists_info": READ}])
    calls += kitchen.aws.calls()
    hold_against([call for call in calls if call["account"] == TARGET], "verifier")


def test_signing(kitchen: examples.Kitchen) -> None:
    key = create_key(kitchen.aws, CONTROLLER)
    source = str(kitchen.store / "threatstream-indicators.xml")
    signed = publish(src=source, key="signed.xml", list_name="list", signing_key_id=key)
    kitchen.aws.clear_calls()
    kitchen.play([signed, signed])
    hold_against(calls_of(kitchen, CONTROLLER, "kms"), "signer")
    kitchen.aws.clear_calls()
    look = converge({"threatintelset": "signed.xml"}, format="STIX")
    look["threatlists.aws.guardduty_lists"]["verify_key_id"] = [key]
    kitchen.play([look])
    hold_against(calls_of(kitchen, CONTROLLER, "kms"), "signature-verifier")
    assert calls_of(kitchen, TARGET, "kms") == []


def test_inventory(kitchen: examples.Kitchen) -> None:
    kitchen.aws.world({**examples.WORLD, "organization": {"management": CONTROLLER}})
    kitchen.aws.clear_calls()
    plugin = {"plugin": "threatlists.aws.organization", "guardduty_only": "administrators", "regions": ["eu-west-1"]}
    (kitchen.folder / "acme.organization.yml").write_text(yaml.safe_dump(plugin))
    kitchen.command("ansible-inventory", "-i", "acme.organization.yml", "--list")
    hold_against(calls_of(kitchen, CONTROLLER, "organizations", "guardduty"), "inventory")


def test_alert_rules(kitchen: examples.Kitchen) -> None:
    target = {"id": "oncall", "arn": "arn:aws:sqs:{region}:{account_id}:oncall"}
    rule = {"name": "oncall", "lists": ["list"], "targets": [target], "tags": {"owner": "secops"}, **READ}
    changes: list[dict[str, t.Any]] = [{}, {"tags": {}}, {"targets": [{**target, "id": "other"}]}, {"state": "absent"}]
    module = "threatlists.aws.guardduty_alert_rule"
    tasks: list[dict[str, t.Any]] = [{"name": "Declare", module: rule | change} for change in changes]
    kitchen.play([*tasks, {"name": "Remove", module: {"state": "absent", "all_except": [], **READ}}])
    hold_against(calls_of(kitchen, TARGET, "events", "account"), "alerts")
    hold_against(calls_of(kitchen, CONTROLLER, "sts"), "controller")


def test_analyst(kitchen: examples.Kitchen) -> None:
    read = {"name": "Read", "threatlists.aws.guardduty_findings_info": READ}
    kitchen.play([read])
    calls = kitchen.aws.calls()
    kitchen.play([converge({"threatintelset": "trusted.txt", "threatentityset": "domains.txt"})])
    for remote in ("203.0.114.7", "bad.example.org"):
        assert kitchen.aws.traffic(TARGET, "eu-west-1", remote) is not None
    kitchen.aws.clear_calls()
    archive = {"lists": ["list"], "archived": True, "feedback": "USEFUL"}
    tasks: list[dict[str, t.Any]] = [
        read,
        {"name": "Archive", "threatlists.aws.guardduty_findings": READ | archive},
        {"name": "Take up again", "threatlists.aws.guardduty_findings": READ | {"lists": ["list"], "archived": False}},
    ]
    kitchen.play(tasks)
    calls += kitchen.aws.calls()
    hold_against([call for call in calls if call["account"] == TARGET], "findings")


def test_who_keeps_what_was_found(kitchen: examples.Kitchen) -> None:
    place = {"name": "list", "location": f"s3://{BUCKET}/threatstream-indicators.xml"}
    kitchen.play([{"name": "Keep", "threatlists.aws.threatlist_hits": {"lists": [place], "findings": []}}])
    hold_against(calls_of(kitchen, CONTROLLER, "s3"), "ledger", beyond=("reader",))


def test_policies_are_well_formed_and_documented() -> None:
    guides = [path for path in examples.GUIDES if path.stem in ("guide_permissions", "guide_alerts")]
    shown = {block.name for guide in guides for block in examples.blocks(guide) if block.language == "json"}
    assert shown == {path.name for path in POLICIES.glob("*.json")}
    for path in POLICIES.glob("*.json"):
        policy = json.loads(path.read_text())
        assert policy["Version"] == "2012-10-17"
        assert all({"Sid", "Effect", "Action"} <= set(statement) for statement in policy["Statement"])
        assert path.read_text() == json.dumps(policy, indent=2) + "\n"
