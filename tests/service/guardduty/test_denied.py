# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the organization, or nobody, allows: Regions denied by a control policy, and tags."""

from __future__ import annotations

import pytest
from support.guardduty_cases import ACCOUNT, KINDS, REGION, SECOND, TWO, converge, info, lst, publish, world
from threatlists_emulators.control import Aws

THIRD = "ap-east-1"


@pytest.fixture
def aws(emulator: Aws) -> Aws:
    emulator.world(world(a111111111111={"regions_denied": [SECOND]}))
    publish(emulator)
    return emulator


def test_a_denied_region_that_is_declared_fails_and_says_who_denies(aws: Aws) -> None:
    done = converge(aws, lst(), regions=[REGION, SECOND])
    assert done.actions == ["created", "failed"]
    error = done.result["results"][1]["error"]
    assert (error["code"], error["retryable"]) == ("RegionDenied", False)
    assert "service control policy" in error["message"]


def test_a_detector_that_may_not_be_read_fails_entity_sets_alone(aws: Aws) -> None:
    lists = [lst(), lst(kind="threatentityset")]
    converge(aws, *lists)
    aws.fault(operation="GetDetector", code="AccessDeniedException", status=403, times=None)
    done = converge(aws, *lists)
    assert done.actions == ["none", "failed"]
    assert done.result["results"][1]["error"]["code"] == "AccessDenied"
    assert converge(aws, lists[1]).actions == ["failed"]
    publish(aws, TWO)
    assert converge(aws, *lists).actions == ["reloaded", "failed"]
    assert converge(aws, lst("old", "ipset"), lists[0]).actions == ["created", "none"]
    purged = converge(aws, lists[0], purge_lists=True)
    assert sorted(purged.actions) == ["deleted", "none"], "of what can be looked at"
    assert "entity sets were not looked for" in purged.warnings[0]
    read = info(aws).result
    assert [one["kind"] for one in read["lists"]] == ["threatintelset"]
    assert read["regions"][0]["error"]["code"] == "AccessDenied"


SAID = "User: arn:aws:iam::111111111111:user/x is not authorized to perform: guardduty:ListDetectors on resource: * "


@pytest.mark.parametrize(
    ("why", "code", "remedy"),
    [
        (
            "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p",
            "RegionDenied",
            "skip",
        ),
        ("because no service control policy allows the guardduty:ListDetectors action", "RegionDenied", "skip"),
        ("with an explicit deny in a resource control policy", "RegionDenied", "skip"),
        (
            "with an explicit deny in a permissions boundary",
            "AccessDenied",
            "Except guardduty:ListDetectors from the permissions boundary that denies it.",
        ),
        (
            "because no permissions boundary allows the guardduty:ListDetectors action",
            "AccessDenied",
            "Allow guardduty:ListDetectors in the permissions boundary.",
        ),
        (
            "with an explicit deny in a session policy",
            "AccessDenied",
            "Except guardduty:ListDetectors from the session policy that denies it.",
        ),
        (
            "with an explicit deny in an identity-based policy",
            "AccessDenied",
            "Except guardduty:ListDetectors from the identity-based policy that denies it.",
        ),
        (
            "because no identity-based policy allows the guardduty:ListDetectors action",
            "AccessDenied",
            "Allow guardduty:ListDetectors to the caller.",
        ),
    ],
)
def test_the_policy_that_aws_names_is_the_one_to_change(aws: Aws, why: str, code: str, remedy: str) -> None:
    aws.fault(
        service="guardduty",
        operation="ListDetectors",
        region=REGION,
        code="AccessDeniedException",
        status=403,
        message=SAID + why,
        times=None,
    )
    error = converge(aws, lst()).only["error"]
    assert error["code"] == code
    assert error["remedy"] == remedy or (remedy == "skip" and "on_unavailable to skip" in error["remedy"])


def test_a_denied_region_can_be_skipped(aws: Aws) -> None:
    done = converge(aws, lst(), regions=[REGION, SECOND], on_unavailable="skip")
    assert done.actions == ["created", "skipped"]
    assert not done.result["failed"]
    assert "control policy" in done.result["results"][1]["cause"]


def test_all_regions_of_a_landing_zone_are_green_and_name_what_is_denied(aws: Aws) -> None:
    done = converge(aws, lst(), regions=["all"])
    assert not done.result["failed"]
    assert {one["region"]: one["action"] for one in done.result["results"]} == {
        REGION: "created",
        SECOND: "skipped",
        THIRD: "created",
    }
    assert converge(aws, lst(), regions=["all"]).result["changed"] is False


def test_where_every_region_is_denied_nothing_was_done_and_that_is_a_failure(aws: Aws) -> None:
    aws.account(ACCOUNT, regions_denied=[REGION, SECOND, THIRD])
    aws.fault(service="s3", operation="HeadObject", action="error", times=0)
    done = converge(aws, lst(sha256="a" * 64), regions=["all"])
    assert done.result["failed"]
    assert set(done.actions) == {"failed"}


def test_the_lookup_names_denied_regions(aws: Aws) -> None:
    found = info(aws, regions=["all"]).result
    assert {one["region"]: one["error"] and one["error"]["code"] for one in found["regions"]} == {
        REGION: None,
        SECOND: "RegionDenied",
        THIRD: None,
    }


@pytest.mark.parametrize("kind", KINDS[:2])
def test_tags_that_are_denied_are_named(aws: Aws, kind: str) -> None:
    aws.account(ACCOUNT, actions_denied=["guardduty:TagResource"])
    done = converge(aws, lst(kind=kind))
    assert done.only["error"]["code"] == "AccessDenied"
    assert done.only["error"]["remedy"] == "Allow guardduty:TagResource to the caller."
    assert done.result["changed"] is False


@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_check_says_of_a_list_in_error_what_the_run_said(aws: Aws, kind: str) -> None:
    aws.account(ACCOUNT, put_role_policy=False)
    failed = converge(aws, lst(kind=kind)).only
    looked = converge(aws, lst(kind=kind), check=True).only
    assert (failed["status"], looked["action"]) == ("ERROR", "reloaded")
    diagnoses = [one["error"]["message"].partition(" GuardDuty: ")[0] for one in (failed, looked)]
    assert looked["error"] == {**failed["error"], "message": looked["error"]["message"]}
    assert diagnoses[0] == diagnoses[1] != ""
