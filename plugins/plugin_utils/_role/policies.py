# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may read the lists: the policies of a bucket and of its key. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import bucket_policy
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import ENTITY_KINDS
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared

KEPT = (".index.jsonl.gz", ".hits.jsonl")

PolicyDocument = dict[str, t.Any]


def buckets(
    declared: t.Sequence[_declared.Declared],
    objects: t.Iterable[t.Mapping[str, t.Any]],
    hosts: t.Iterable[_declared.Host],
    partition: str = "aws",
    organization_id: str | None = None,
) -> list[dict[str, t.Any]]:
    """Return each bucket of the objects of present lists, once.

    Each is C({name, region, probe, expected_bucket_owner, lists, principals, organization_id, policy, key_policy,
    problem}). probe: the key of some object in it. lists: C({name, kind}) of those that need it. principals: ARNs of
    those who may read. policy: lets the accounts' GuardDuty read the objects, for entity lists the roles that load them
    too, and refuses whoever does not use TLS. key_policy: statements for the policy of a KMS key. problem: why there
    are no policies, for more accounts than fit without organization_id, or hosts without account_id; else empty.
    hosts: those that may read, whether the run reaches them or not.
    """
    accounts = list({host.name: host for host in hosts}.values())
    found: dict[str, dict[str, t.Any]] = {}
    for entry in objects:
        if entry["present"]:
            bucket = found.setdefault(
                entry["bucket"],
                {
                    "name": entry["bucket"],
                    "region": entry["region"],
                    "probe": entry["key"],
                    "expected_bucket_owner": entry["expected_bucket_owner"],
                    "lists": [],
                },
            )
            concerned = {"name": entry["name"], "kind": entry["kind"]}
            if concerned not in bucket["lists"]:
                bucket["lists"].append(concerned)
    return [
        {**bucket, **_policies_of(bucket, declared, accounts, partition, organization_id)} for bucket in found.values()
    ]


def _policies_of(
    bucket: t.Mapping[str, t.Any],
    declared: t.Sequence[_declared.Declared],
    hosts: t.Sequence[_declared.Host],
    partition: str,
    organization_id: str | None,
) -> dict[str, t.Any]:
    principals: list[str] = []
    try:
        principals = sorted(
            {
                principal
                for item in declared
                if _declared.present(item)
                for host in hosts
                if _declared.wanted_by(item, host.groups)
                if any(place[0] == bucket["name"] for place in _declared.expansions(item, host))
                for principal in _principals(host, item["kind"], partition)
            }
        )
        return {
            **_whose(principals, organization_id),
            "policy": _bucket_policy(bucket, principals, partition, organization_id),
            "key_policy": bucket_policy.allow("LetGuardDutyDecrypt", ["kms:Decrypt"], "*", principals, organization_id),
            "problem": "",
        }
    except ValueError as error:
        return {**_whose(principals, organization_id), "policy": {}, "key_policy": [], "problem": str(error)}


def _whose(principals: list[str], organization_id: str | None) -> dict[str, t.Any]:
    return {"principals": principals, "organization_id": organization_id or None}


def _principals(host: _declared.Host, kind: str, partition: str) -> set[str]:
    if not host.account_id:
        raise ValueError(f"host {host.name} has no variable account_id, so no policy can name its account.")
    principals = {arns.guardduty_role(partition, host.account_id)}
    if kind in ENTITY_KINDS:
        principals.add(host.assume_role_arn or arns.iam(partition, host.account_id, "root"))
    return principals


def _bucket_policy(
    described: t.Mapping[str, t.Any], principals: list[str], partition: str, organization_id: str | None
) -> PolicyDocument:
    bucket = arns.s3(partition, described["name"])
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTLS",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [bucket, f"{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            *bucket_policy.allow("LetGuardDutyRead", ["s3:GetObject"], f"{bucket}/*", principals, organization_id),
            *_index_stays(partition, [f"{bucket}/*{suffix}" for suffix in KEPT], described["expected_bucket_owner"]),
        ],
    }


def _index_stays(partition: str, kept: list[str], owner: str | None) -> list[PolicyDocument]:
    """Return statements that keep GuardDuty, and other accounts, from the index of a list and from its ledger.

    The index says what the sources said, the ledger what accounts talked to. owner: the bucket's account; None where
    nothing tells it, and then whoever may read lists from elsewhere may read these too.
    """
    statement: PolicyDocument = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject*", "Resource": kept}
    role = {"ArnLike": {"aws:PrincipalArn": arns.guardduty_role(partition, "*")}}
    outside = {"StringNotEquals": {"aws:PrincipalAccount": owner}}
    return [
        {"Sid": "KeepTheIndexFromGuardDuty", **statement, "Condition": role},
        *([{"Sid": "KeepTheIndexInTheAccount", **statement, "Condition": outside}] if owner else []),
    ]
