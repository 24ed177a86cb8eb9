# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings in the shape that GetFindings has on the wire (docs/dev/findings.md#8), and in that of EventBridge.

Types are those of docs/dev/findings.md#13, and where the address stands is of docs/dev/findings.md#12.
"""

from __future__ import annotations

import copy
import datetime
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

ADDRESS_TYPE = "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"
DOMAIN_TYPE = "Impact:EC2/MaliciousDomainRequest.Custom"
SAMPLE_LIST = "GeneratedFindingThreatListName"
TYPES = {
    ADDRESS_TYPE: 5.0,
    DOMAIN_TYPE: 5.0,
    "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom": 5.0,
    "UnauthorizedAccess:S3/MaliciousIPCaller.Custom": 8.0,
    "UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom": 5.0,
    "Recon:IAMUser/MaliciousIPCaller.Custom": 5.0,
    "Discovery:S3/MaliciousIPCaller.Custom": 8.0,
    "CredentialAccess:Kubernetes/MaliciousIPCaller.Custom": 8.0,
    "DefenseEvasion:Kubernetes/MaliciousIPCaller.Custom": 8.0,
    "Discovery:Kubernetes/MaliciousIPCaller.Custom": 5.0,
    "Impact:Kubernetes/MaliciousIPCaller.Custom": 8.0,
    "Persistence:Kubernetes/MaliciousIPCaller.Custom": 5.0,
}
NAME_PLACES = ("both", "evidence", "additional_info")
Finding = dict[str, Any]


@dataclass
class Traffic:
    """What was observed: C(remote) is an address or a domain name, C(resource) the instance, bucket, user and so on."""

    account: str
    region: str
    detector_id: str
    remote: str
    type: str
    inbound: bool = True
    resource: str = ""
    resource_tags: dict[str, str] = field(default_factory=dict)
    severity: float | None = None
    names_in: str = "both"


def build(traffic: Traffic, list_name: str, *, sample: bool = False) -> Finding:
    """Return a new finding that the list C(list_name) raised."""
    identity, moment = uuid.uuid4().hex, now()
    prefix = "[SAMPLE] " if sample else ""
    detector = f"arn:aws:guardduty:{traffic.region}:{traffic.account}:detector/{traffic.detector_id}"
    service: dict[str, Any] = {
        "serviceName": "guardduty",
        "detectorId": traffic.detector_id,
        "resourceRole": "TARGET" if traffic.inbound else "ACTOR",
        "archived": False,
        "count": 1,
        "eventFirstSeen": _seconds(moment),
        "eventLastSeen": _seconds(moment),
        "action": action(traffic),
    }
    if traffic.names_in != "additional_info":
        details = {"threatListName": list_name, "threatNames": ["Customer Threat Intel"]}
        service["evidence"] = {"threatIntelligenceDetails": [details]}
    info: dict[str, Any] = {} if traffic.names_in == "evidence" else {"threatListName": list_name}
    if sample:
        info["sample"] = True
    service["additionalInfo"] = {"type": "default", "value": json.dumps(info)}
    return {
        "schemaVersion": "2.0",
        "accountId": traffic.account,
        "region": traffic.region,
        "partition": "aws",
        "id": identity,
        "arn": f"{detector}/finding/{identity}",
        "type": traffic.type,
        "severity": TYPES.get(traffic.type, 5.0) if traffic.severity is None else traffic.severity,
        "createdAt": moment,
        "updatedAt": moment,
        "title": f"{prefix}{_title(traffic)}",
        "description": f"{traffic.remote} is on the custom threat list {list_name}.",
        "resource": resource(traffic),
        "service": service,
    }


def recur(finding: Finding, traffic: Traffic) -> None:
    """Let the finding's traffic happen again, which replaces details by the latest (docs/dev/findings.md#6)."""
    moment = now()
    service = finding["service"]
    service.update(count=service["count"] + 1, eventLastSeen=_seconds(moment), action=action(traffic))
    finding.update(updatedAt=moment, title=_title(traffic), resource=resource(traffic))


def as_event(finding: Finding) -> Finding:
    """Return the C(detail) of the event: the finding, with the additional information unpacked.

    See docs/dev/findings.md#19.
    """
    detail = copy.deepcopy(finding)
    info = detail["service"]["additionalInfo"]
    detail["service"]["additionalInfo"] = {**json.loads(info["value"]), **info}
    return detail


def action(traffic: Traffic) -> dict[str, Any]:
    """Return C(service.action), by what the type of the finding is about."""
    if traffic.type == DOMAIN_TYPE:
        request = {"domain": traffic.remote, "domainWithSuffix": traffic.remote, "protocol": "UDP", "blocked": False}
        return {"actionType": "DNS_REQUEST", "dnsRequestAction": request}
    remote = {"remoteIpDetails": {_family(traffic.remote): traffic.remote}}
    if ":Kubernetes/" in traffic.type:
        call = {"requestUri": "/api/v1/secrets", "verb": "list", "sourceIPs": [traffic.remote], **remote}
        return {"actionType": "KUBERNETES_API_CALL", "kubernetesApiCallAction": call}
    if ":S3/" in traffic.type or ":IAMUser/" in traffic.type:
        call = {"api": "ListObjects", "serviceName": "s3.amazonaws.com", "callerType": "Remote IP", **remote}
        return {"actionType": "AWS_API_CALL", "awsApiCallAction": {**call, "affectedResources": {}}}
    connection = {
        "connectionDirection": "INBOUND" if traffic.inbound else "OUTBOUND",
        "protocol": "TCP",
        "blocked": False,
        "remotePortDetails": {"port": 443, "portName": "HTTPS"},
        **remote,
    }
    return {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": connection}


def resource(traffic: Traffic) -> dict[str, Any]:
    """Return C(resource), by what the type of the finding is about."""
    tags = [{"key": key, "value": value} for key, value in sorted(traffic.resource_tags.items())]
    if ":S3/" in traffic.type:
        name = traffic.resource or "acme-data"
        bucket = {"name": name, "arn": f"arn:aws:s3:::{name}", "type": "Destination", "tags": tags}
        return {"resourceType": "S3Bucket", "accessKeyDetails": _access_key("analyst"), "s3BucketDetails": [bucket]}
    if ":IAMUser/" in traffic.type:
        return {"resourceType": "AccessKey", "accessKeyDetails": _access_key(traffic.resource or "analyst")}
    if ":Lambda/" in traffic.type:
        name = traffic.resource or "job"
        arn = f"arn:aws:lambda:{traffic.region}:{traffic.account}:function:{name}"
        return {"resourceType": "Lambda", "lambdaDetails": {"functionName": name, "functionArn": arn, "tags": tags}}
    if ":Kubernetes/" in traffic.type:
        name = traffic.resource or "cluster"
        arn = f"arn:aws:eks:{traffic.region}:{traffic.account}:cluster/{name}"
        return {"resourceType": "EKSCluster", "eksClusterDetails": {"name": name, "arn": arn, "tags": tags}}
    return {"resourceType": "Instance", "instanceDetails": {"instanceId": _instance(traffic), "tags": tags}}


def _instance(traffic: Traffic) -> str:
    return traffic.resource or "i-0123456789abcdef0"


def now() -> str:
    """Return the time as findings have it."""
    moment = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(moment: str) -> str:
    return f"{moment[:-5]}.000Z"


def _access_key(user: str) -> dict[str, str]:
    return {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "principalId": "1", "userType": "IAMUser", "userName": user}


def _family(address: str) -> str:
    return "ipAddressV6" if ":" in address else "ipAddressV4"


def _title(traffic: Traffic) -> str:
    if traffic.type == DOMAIN_TYPE:
        return f"{_instance(traffic)} queried the domain {traffic.remote} on a custom threat list."
    return f"Traffic with {traffic.remote}, an IP address on a custom threat list."
