# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entity sets take no tags: what they hold is proven by a tag of their detector."""

from __future__ import annotations

from typing import Any

import pytest
from support.guardduty_cases import ACCOUNT, KINDS, TWO, calls, client, converge, info, loaded, lst, publish
from threatlists_emulators.control import Aws

ENTITY_KINDS = KINDS[2:]


def at_detector(aws: Aws) -> dict[str, str]:
    guardduty = client(aws, "guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    return dict(guardduty.get_detector(DetectorId=detector)["Tags"])


def detector_arn(aws: Aws) -> str:
    return str(aws.loaded()[0]["arn"]).rpartition("/")[0].rpartition("/")[0]


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_the_proof_stands_at_the_detector_and_goes_with_the_list(aws: Aws, kind: str) -> None:
    result = converge(aws, lst(kind=kind))
    assert (result.only["proof"], result.warnings) == ("sha256", [])
    (one,) = aws.loaded()
    held = at_detector(aws)[f"threatlists:{one['id']}"]
    assert held.startswith(f"{one['sha256']}/")
    assert held.endswith("/threats")
    assert one["tags"] == {}
    seen = info(aws).result["lists"][0]
    assert (seen["current"], seen["managed"]) == (True, True)
    assert converge(aws, lst(kind=kind, state="absent")).actions == ["deleted"]
    assert at_detector(aws) == {}


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_an_activation_by_somebody_else_shows(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    (one,) = aws.loaded()
    update: Any = getattr(client(aws, "guardduty"), f"update_{kind.removesuffix('entityset')}_entity_set")
    parameter = {"threatentityset": "ThreatEntitySetId", "trustedentityset": "TrustedEntitySetId"}[kind]
    update(DetectorId=detector_arn(aws).rpartition("/")[2], Activate=True, **{parameter: one["id"]})
    assert info(aws).result["lists"][0]["current"] is False
    result = converge(aws, lst(kind=kind))
    assert (result.actions, result.only["cause"]) == (
        ["reloaded"],
        "somebody else changed or activated it since it was loaded",
    )
    assert converge(aws, lst(kind=kind)).actions == ["none"]


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_before_a_load_the_proof_is_pending(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    publish(aws, TWO)
    aws.deny_reading("acme-threatlists")
    assert converge(aws, lst(kind=kind, trust_content=True)).actions == ["failed"]
    (held,) = at_detector(aws).values()
    assert held.startswith("pending/")


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_a_set_renamed_elsewhere_is_named_back_and_the_next_run_writes_nothing(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    (one,) = aws.loaded()
    aws.tamper(one["id"], name="another")
    result = converge(aws, lst(kind=kind))
    assert (result.actions, result.only["id"]) == (["updated"], one["id"])
    assert converge(aws, lst(kind=kind)).result["changed"] is False


def test_a_detector_whose_tags_are_full_leaves_the_weak_proof_and_says_so(aws: Aws) -> None:
    converge(aws, lst(kind="threatentityset", activate=False))
    arn = detector_arn(aws)
    client(aws, "guardduty").tag_resource(ResourceArn=arn, Tags={f"theirs{number}": "x" for number in range(49)})
    result = converge(aws, lst(kind="trustedentityset"))
    assert result.actions == ["created"]
    assert result.only["proof"] != "sha256"
    assert "50 tags" in result.warnings[0]
    assert "weak" in result.warnings[0]


@pytest.mark.parametrize("taken", [True, False])
def test_declared_tags_are_taken_or_their_refusal_is_noted_and_not_tried_again(aws: Aws, taken: bool) -> None:
    aws.settings(entity_tags=taken)
    declared = lst(kind="threatentityset", tags={"owner": "secops"})
    first = converge(aws, declared)
    assert (first.actions, first.only["proof"]) == (["created"], "sha256")
    assert aws.loaded()[0]["tags"] == ({"owner": "secops"} if taken else {})
    assert any("refused" in warning for warning in first.warnings) is not taken
    second = converge(aws, declared)
    assert (second.actions, calls(aws, write=True)) == (["none"], [])
    assert any("left out" in warning for warning in second.warnings) is not taken


def test_sets_beside_each_other_keep_their_own_proof(aws: Aws) -> None:
    lists = [lst(f"l{number}", kind="threatentityset") for number in range(3)] + [lst(kind="trustedentityset")]
    assert converge(aws, *lists).actions == ["created"] * 4
    assert [one["tags"]["threatlists:sha256"] for one in loaded(aws)] == [one["sha256"] for one in loaded(aws)]
    assert converge(aws, *lists).actions == ["none"] * 4


def test_a_set_is_deleted_though_its_proof_may_not_be_removed(aws: Aws) -> None:
    converge(aws, lst(kind="threatentityset"))
    aws.account(ACCOUNT, actions_denied=["guardduty:UntagResource"])
    result = converge(aws, lst(kind="threatentityset", state="absent"))
    assert (result.actions, result.result["failed"], loaded(aws)) == (["deleted"], False, [])
    assert "guardduty:UntagResource" in result.warnings[0]


def test_a_full_detector_that_may_not_be_cleared_leaves_the_weak_proof(aws: Aws) -> None:
    converge(aws, lst(kind="threatentityset"))
    aws.account(ACCOUNT, actions_denied=["guardduty:UntagResource"])
    arn = detector_arn(aws)
    converge(aws, lst(kind="threatentityset", state="absent"))
    client(aws, "guardduty").tag_resource(ResourceArn=arn, Tags={f"theirs{number}": "x" for number in range(49)})
    result = converge(aws, lst(kind="trustedentityset"))
    assert (result.actions, result.result["failed"]) == (["created"], False)
    assert any("weak" in warning for warning in result.warnings)


@pytest.mark.parametrize("kind", ENTITY_KINDS)
def test_who_took_the_detectors_tags_is_said(aws: Aws, kind: str) -> None:
    converge(aws, lst(kind=kind))
    client(aws, "guardduty").untag_resource(ResourceArn=detector_arn(aws), TagKeys=list(at_detector(aws)))
    result = converge(aws, lst(kind=kind))
    assert result.actions == ["reloaded"]
    assert "Terraform" in result.only["cause"]
    assert "detector" in result.only["cause"]
