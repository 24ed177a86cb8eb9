# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's findings against docs/dev/findings.md, through boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support import event_queues
from support.emulator_lists import ADMIN, BUCKET, MEMBER, OTHER, Lists, bad, client, prepare, put
from threatlists_emulators import control

REGION = "eu-west-1"
ADDRESS = "198.51.100.7"
LISTED_IN_INFO = "service.additionalInfo.threatListName"


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    prepare(emulator)
    return emulator


class Findings:
    """The findings that one account sees in a Region."""

    def __init__(self, aws: control.Aws, account: str = ADMIN, region: str = REGION) -> None:
        self.client = client(aws, "guardduty", account, region)
        self.detector = self.client.list_detectors()["DetectorIds"][0]

    def call(self, operation: str, **options: Any) -> Any:
        return getattr(self.client, operation)(DetectorId=self.detector, **options)

    def ids(self, **criterion: Any) -> list[str]:
        options = {"FindingCriteria": {"Criterion": {**criterion}}} if criterion else {}
        return self.call("list_findings", **options)["FindingIds"]

    def by(self, field: str, **condition: Any) -> list[str]:
        return self.ids(**{field: condition})

    def get(self, *ids: str) -> list[dict[str, Any]]:
        return self.call("get_findings", FindingIds=list(ids))["Findings"]


def test_traffic_with_a_listed_address_raises_a_finding(aws: control.Aws) -> None:
    Lists(aws, "ThreatIntelSet").create()
    raised = aws.traffic(ADMIN, REGION, ADDRESS, resource="i-1", resource_tags={"app": "shop"})
    findings = Findings(aws)
    (identity,) = findings.ids()
    (found,) = findings.get(identity)
    assert raised is not None
    assert raised["id"] == identity
    assert found["Type"] == "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"
    assert found["Arn"] == f"arn:aws:guardduty:{REGION}:{ADMIN}:detector/{findings.detector}/finding/{identity}"
    assert found["Resource"]["InstanceDetails"] == {"InstanceId": "i-1", "Tags": [{"Key": "app", "Value": "shop"}]}
    service = found["Service"]
    remote = service["Action"]["NetworkConnectionAction"]["RemoteIpDetails"]
    assert (service["Count"], service["Archived"], remote) == (1, False, {"IpAddressV4": ADDRESS})
    assert service["Evidence"]["ThreatIntelligenceDetails"][0]["ThreatListName"] == "acme"
    assert json.loads(service["AdditionalInfo"]["Value"]) == {"threatListName": "acme"}


@pytest.mark.parametrize(("names_in", "is_asked_for"), [("both", 1), ("evidence", 0), ("additional_info", 1)])
def test_a_list_is_named_in_two_places_and_asked_for_by_one(aws: control.Aws, names_in: str, is_asked_for: int) -> None:
    Lists(aws, "ThreatIntelSet").create()
    aws.traffic(ADMIN, REGION, ADDRESS, names_in=names_in)
    findings = Findings(aws)
    (found,) = findings.get(*findings.ids())
    assert ("Evidence" in found["Service"]) is (names_in != "additional_info")
    assert len(findings.by(LISTED_IN_INFO, Equals=["acme"])) == is_asked_for


def test_what_no_loaded_list_covers_raises_nothing(aws: control.Aws) -> None:
    lists = Lists(aws, "ThreatIntelSet")
    assert aws.traffic(ADMIN, REGION, ADDRESS) is None
    identity = lists.create(Activate=False)
    assert aws.traffic(ADMIN, REGION, ADDRESS) is None
    lists.update(identity, Activate=True)
    assert aws.traffic(ADMIN, REGION, "203.0.113.1") is None
    assert aws.traffic(ADMIN, "us-east-1", ADDRESS) is None
    assert aws.traffic(ADMIN, "us-west-2", ADDRESS) is None
    assert aws.traffic(ADMIN, REGION, ADDRESS) is not None


@pytest.mark.parametrize("kind", ["IPSet", "TrustedEntitySet"])
def test_a_trusted_list_silences(aws: control.Aws, kind: str) -> None:
    Lists(aws, "ThreatIntelSet").create()
    put(aws, b"198.51.100.7\n", key="trusted.txt")
    trusted = Lists(aws, kind)
    identity = trusted.create(Location=f"s3://{BUCKET}/trusted.txt")
    assert aws.traffic(ADMIN, REGION, ADDRESS) is None
    assert aws.traffic(ADMIN, REGION, "198.51.100.8") is not None
    trusted.update(identity, Activate=False)
    assert aws.traffic(ADMIN, REGION, ADDRESS) is not None


@pytest.mark.parametrize(
    ("name", "is_covered"),
    [
        ("bad.example.org", True),
        ("x.bad.example.org", False),
        ("a.wild.example.net", True),
        ("wild.example.net", False),
    ],
)
def test_domains(aws: control.Aws, name: str, is_covered: bool) -> None:
    put(aws, b"bad.example.org\n*.wild.example.net\n")
    Lists(aws, "ThreatEntitySet").create()
    found = aws.traffic(ADMIN, REGION, name)
    assert (found is not None) is is_covered
    if found:
        assert found["type"] == "Impact:EC2/MaliciousDomainRequest.Custom"
        assert found["service"]["action"]["dnsRequestAction"]["domain"] == name


def test_a_stix_list_raises_too(aws: control.Aws) -> None:
    put(aws, b"<x><Address_Value>192.0.2.1##comma##192.0.2.9</Address_Value></x>")
    Lists(aws, "ThreatIntelSet").create(Format="STIX")
    assert aws.traffic(ADMIN, REGION, "192.0.2.9") is not None
    assert aws.traffic(ADMIN, REGION, "192.0.2.2") is None


def test_a_recurrence_replaces_the_details(aws: control.Aws) -> None:
    Lists(aws, "ThreatIntelSet").create()
    aws.traffic(ADMIN, REGION, ADDRESS)
    first = Findings(aws).get(*Findings(aws).ids())[0]
    aws.traffic(ADMIN, REGION, "198.51.100.8")
    (second,) = Findings(aws).get(*Findings(aws).ids())
    remote = second["Service"]["Action"]["NetworkConnectionAction"]["RemoteIpDetails"]
    assert (second["Id"], second["Service"]["Count"], remote) == (first["Id"], 2, {"IpAddressV4": "198.51.100.8"})
    assert second["CreatedAt"] == first["CreatedAt"]
    assert second["UpdatedAt"] >= first["UpdatedAt"]


def test_criteria(aws: control.Aws) -> None:
    Lists(aws, "ThreatIntelSet").create()
    weak = aws.traffic(ADMIN, REGION, ADDRESS)
    strong = aws.traffic(ADMIN, REGION, ADDRESS, type="UnauthorizedAccess:S3/MaliciousIPCaller.Custom")
    assert weak is not None
    assert strong is not None
    findings, both = Findings(aws), [weak["id"], strong["id"]]
    findings.call("archive_findings", FindingIds=[weak["id"]])
    assert findings.ids() == both
    assert findings.by("service.archived", Equals=["false"]) == [strong["id"]]
    assert findings.by("service.archived", Eq=["true"]) == [weak["id"]]
    assert findings.by("severity", GreaterThanOrEqual=7) == [strong["id"]]
    assert findings.by("severity", Equals=["5"]) == [weak["id"]]
    assert findings.by("type", NotEquals=[weak["type"]]) == [strong["id"]]
    assert findings.by("updatedAt", GreaterThan=1_700_000_000_000) == both
    assert findings.by("updatedAt", LessThan=1_700_000_000_000) == []
    assert findings.by("service.action.awsApiCallAction.remoteIpDetails.ipAddressV4", Equals=[ADDRESS]) == both[1:]
    assert findings.ids(severity={"Gte": 5, "Lt": 8}, type={"Equals": [weak["type"]]}) == [weak["id"]]


@pytest.mark.parametrize(
    ("field", "condition"),
    [
        ("service.count", {"Gte": 1}),
        ("service.evidence.threatIntelligenceDetails.threatListName", {"Equals": ["acme"]}),
        ("type", {"Equals": [str(number) for number in range(51)]}),
        ("type", {"Matches": ["*.Custom"]}),
    ],
)
def test_criteria_that_the_service_does_not_take(aws: control.Aws, field: str, condition: dict[str, Any]) -> None:
    assert "findingCriteria" in bad(Findings(aws).by, field, **condition)


def test_pages_of_fifty(aws: control.Aws) -> None:
    Lists(aws, "ThreatIntelSet").create()
    aws.traffic(ADMIN, REGION, ADDRESS, count=120)
    findings = Findings(aws)
    pages = list(findings.client.get_paginator("list_findings").paginate(DetectorId=findings.detector))
    assert [len(page["FindingIds"]) for page in pages] == [50, 50, 20]
    assert len({identity for page in pages for identity in page["FindingIds"]}) == 120
    assert len(findings.call("list_findings", MaxResults=7)["FindingIds"]) == 7
    assert "findingIds" in bad(findings.get, *["0" * 32] * 51)
    newest = findings.call("list_findings", SortCriteria={"AttributeName": "id", "OrderBy": "DESC"})["FindingIds"]
    assert newest == sorted(newest, reverse=True)


def test_archive_feedback_and_unknown_ids(aws: control.Aws) -> None:
    Lists(aws, "ThreatIntelSet").create()
    aws.traffic(ADMIN, REGION, ADDRESS)
    findings = Findings(aws)
    (identity,) = findings.ids()
    assert findings.get(identity, "0" * 32)[0]["Id"] == identity
    findings.call("archive_findings", FindingIds=[identity])
    findings.call("update_findings_feedback", FindingIds=[identity], Feedback="NOT_USEFUL")
    service = findings.get(identity)[0]["Service"]
    assert (service["Archived"], service["UserFeedback"]) == (True, "NOT_USEFUL")
    findings.call("unarchive_findings", FindingIds=[identity])
    assert findings.get(identity)[0]["Service"]["Archived"] is False
    assert "feedback" in bad(findings.call, "update_findings_feedback", FindingIds=[identity], Feedback="GREAT")
    aws.change_finding(identity, expired=True)
    assert findings.get(identity) == []


def test_an_administrator_sees_its_members_findings_and_they_may_not_archive(aws: control.Aws) -> None:
    Lists(aws, "ThreatIntelSet").create()
    assert aws.traffic(OTHER, REGION, ADDRESS) is None
    raised = aws.traffic(MEMBER, REGION, ADDRESS)
    assert raised is not None
    for account in (ADMIN, MEMBER):
        (found,) = Findings(aws, account).get(raised["id"])
        assert found["AccountId"] == MEMBER
    assert Findings(aws, ADMIN, "us-east-1").ids() == []
    assert Findings(aws, OTHER).ids() == []
    assert "member account" in bad(Findings(aws, MEMBER).call, "archive_findings", FindingIds=[raised["id"]])


def test_sample_findings(aws: control.Aws) -> None:
    findings = Findings(aws)
    findings.call("create_sample_findings", FindingTypes=["Impact:EC2/MaliciousDomainRequest.Custom"])
    (sample,) = findings.get(*findings.ids())
    assert sample["Title"].startswith("[SAMPLE] ")
    info = json.loads(sample["Service"]["AdditionalInfo"]["Value"])
    assert info == {"threatListName": "GeneratedFindingThreatListName", "sample": True}
    findings.call("create_sample_findings")
    assert len(findings.ids()) == 13


def test_a_finding_is_an_event_with_the_additional_information_unpacked(aws: control.Aws) -> None:
    queue = event_queues.make(aws)
    events = aws.client("events")
    events.put_rule(Name="rule", EventPattern=json.dumps({"detail-type": ["GuardDuty Finding"]}))
    events.put_targets(Rule="rule", Targets=[{"Id": "queue", "Arn": queue.arn}])
    Lists(aws, "ThreatIntelSet").create()
    aws.traffic(MEMBER, REGION, ADDRESS)
    (event,) = queue.take()
    assert (event["source"], event["region"], event["detail"]["accountId"]) == ("aws.guardduty", REGION, MEMBER)
    assert event["detail"]["service"]["additionalInfo"]["threatListName"] == "acme"


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("Discovery:Kubernetes/MaliciousIPCaller.Custom", "KubernetesApiCallAction"),
        ("Recon:IAMUser/MaliciousIPCaller.Custom", "AwsApiCallAction"),
        ("UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom", "NetworkConnectionAction"),
    ],
)
def test_where_the_address_stands_depends_on_the_type(aws: control.Aws, kind: str, action: str) -> None:
    Lists(aws, "ThreatIntelSet").create()
    aws.traffic(ADMIN, REGION, ADDRESS, type=kind, inbound=False)
    (found,) = Findings(aws).get(*Findings(aws).ids())
    assert found["Service"]["Action"][action]["RemoteIpDetails"] == {"IpAddressV4": ADDRESS}
    assert found["Service"]["ResourceRole"] == "ACTOR"


def test_traffic_with_an_unknown_key_is_refused(aws: control.Aws) -> None:
    with pytest.raises(control.ControlError, match="adress"):
        aws.traffic(ADMIN, REGION, ADDRESS, adress="1")
