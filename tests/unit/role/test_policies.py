# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is let in by the policies of buckets and keys."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import fleet
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import hosts as _hosts

ONE, TWO = "111111111111", "222222222222"


def declared(name: str = "malware", **changes: t.Any) -> dict[str, t.Any]:
    item = {"name": name, "kind": "threatintelset", "format": "TXT", "bucket": "acme", "key": f"{name}.txt"}
    return {**item, "sources": [{"entries": ["20.0.0.0/24"]}], **changes}


def hosts(count: int = 2, **changes: t.Any) -> list[dict[str, t.Any]]:
    hostvars = {
        f"host{number}": {"account_id": f"{number:012}", "group_names": ["production"], **changes}
        for number in range(1, count + 1)
    }
    return _hosts.accounts(hostvars, hostvars, ["eu-west-1", "us-east-1"])


def plan(*lists: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    options.setdefault("hosts", hosts())
    options.setdefault("groups", ["all", "production"])
    return fleet.plan(list(lists), **options)


def test_buckets_let_the_accounts_read_and_refuse_who_does_not_use_tls():
    lists = [
        declared(expected_bucket_owner="000000000001"),
        declared("entities", kind="threatentityset", bucket="entities"),
    ]
    arn = f"arn:aws:iam::{TWO}:role/threatlists"
    found = plan(
        *lists, hosts=hosts(1), readers=[{**hosts(1, account_id=TWO, assume_role_arn=arn)[0], "name": "other"}]
    )
    acme, entities = found["buckets"]
    deny, allow, service, outside = acme["policy"]["Statement"]
    assert (
        outside["Resource"]
        == service["Resource"]
        == ["arn:aws:s3:::acme/*.index.jsonl.gz", "arn:aws:s3:::acme/*.hits.jsonl"]
    )
    assert outside["Condition"] == {"StringNotEquals": {"aws:PrincipalAccount": "000000000001"}}
    assert len(entities["policy"]["Statement"]) == len(acme["policy"]["Statement"]), "nobody says whose it is"
    assert deny["Effect"] == "Deny" and deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert allow["Action"] == ["s3:GetObject"] and allow["Resource"] == "arn:aws:s3:::acme/*"
    assert allow["Principal"] == {"AWS": [f"arn:aws:iam::{account}:root" for account in ("000000000001", TWO)]}
    assert [one.rpartition("/")[2] for one in allow["Condition"]["ArnLike"]["aws:PrincipalArn"]] == [
        "AWSServiceRoleForAmazonGuardDuty"
    ]
    roles, whole = entities["policy"]["Statement"][1:3]
    assert "arn:aws:iam::*:role/threatlists" in roles["Condition"]["ArnLike"]["aws:PrincipalArn"]
    assert whole["Principal"] == {"AWS": ["arn:aws:iam::000000000001:root"]} and "Condition" not in whole
    assert entities["key_policy"][0]["Action"] == ["kms:Decrypt"]
    assert acme["lists"] == [{"name": "malware", "kind": "threatintelset"}]
    assert json.dumps(acme["policy"])


def test_many_accounts_are_allowed_by_their_organization():
    many = hosts(450)
    found = plan(declared(), hosts=many, readers=[], partition="aws-us-gov")
    assert "threatlists_organization_id" in found["buckets"][0]["problem"]
    found = plan(declared(), hosts=many, readers=[], partition="aws-us-gov", organization_id="o-abc")
    allow = found["buckets"][0]["policy"]["Statement"][1]
    assert allow["Principal"] == {"AWS": "*"}
    assert allow["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-abc"},
        "ArnLike": {
            "aws:PrincipalArn": [
                "arn:aws-us-gov:iam::*:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
            ]
        },
    }
    assert len(json.dumps(found["buckets"][0]["policy"])) < 20_000


def test_the_organization_that_all_accounts_are_in_is_the_default():
    def conditions(**changes):
        first, second = hosts(2, organization_id="o-abcdefgh")
        made = plan(declared(), hosts=[first, {**second, **changes}], readers=[])
        return made["buckets"][0]["policy"]["Statement"][1]["Condition"]

    assert conditions()["StringEquals"] == {"aws:PrincipalOrgID": "o-abcdefgh"}
    for changes in ({"organization_id": "o-zzzzzzzz"}, {"organization_id": ""}):
        assert "StringEquals" not in conditions(**changes), "an account that is elsewhere would not be let in"


def test_a_host_without_a_role_is_let_in_by_its_account_within_the_organization():
    found = plan(declared(kind="threatentityset"), hosts=hosts(1), readers=[], organization_id="o-abc")
    roles, whole = found["buckets"][0]["policy"]["Statement"][1:3]
    assert "ArnLike" in roles["Condition"]
    assert whole["Principal"] == {"AWS": "*"}
    assert whole["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-abc", "aws:PrincipalAccount": ["000000000001"]}
    }


def test_three_hundred_accounts_fit_into_the_policies_of_bucket_and_key():
    bucket = plan(declared(kind="threatentityset"), hosts=hosts(300), readers=[])["buckets"][0]
    assert len(json.dumps(plan(declared(), hosts=hosts(400), readers=[])["buckets"][0]["policy"])) < 20 * 1024
    assert len(json.dumps(bucket["key_policy"])) < 32 * 1024


def test_a_host_without_account_cannot_be_in_a_policy():
    assert "account_id" in plan(declared(), hosts=hosts(account_id=""), readers=[])["buckets"][0]["problem"]
