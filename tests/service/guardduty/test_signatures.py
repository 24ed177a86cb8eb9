# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With keys to verify by nothing is loaded that was not signed for the very list, whatever KMS answers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import signature
from botocore.config import Config
from support.guardduty_cases import (
    ACCOUNT,
    ONE,
    OTHER,
    REGION,
    ROLE,
    SECOND,
    TWO,
    Edge,
    after,
    calls,
    converge,
    digest_of,
    info,
    loaded,
    lst,
    publish,
)
from support.signing import create_key, signed_metadata
from threatlists_emulators.control import Aws

EARLIER, NOON, LATER = "2026-11-24T11:00:00.001Z", "2026-11-24T12:00:00.250Z", "2026-11-24T13:00:00.999Z"


@pytest.fixture
def key(aws: Aws) -> str:
    return create_key(aws, ACCOUNT)


def publish_signed(aws: Aws, key_id: str, content: bytes = ONE, **changes: Any) -> None:
    """Publish as s3_threatlist signs it, for C(threats) unless changed."""
    given = {"list": "threats", "kind": "threatintelset", "key": "threats.txt", "published": NOON}
    claim = signature.Claim(**{**given, "sha256": digest_of(content), **changes})
    publish(aws, content, Metadata=signed_metadata(aws, ACCOUNT, key_id, claim))


def verified(aws: Aws, key: str, *lists: dict[str, Any], **options: Any) -> Edge:
    return converge(aws, *(lists or (lst(),)), **{"verify_key_id": [key], **options})


def code(result: Edge) -> str:
    """The code of the one failure, which says what to do and wrote nothing."""
    assert result.actions == ["failed"]
    assert result.only["error"]["remedy"]
    assert "nothing was loaded" in result.only["error"]["message"]
    return str(result.only["error"]["code"])


def test_what_is_signed_is_loaded_and_verified_by_one_call_for_all_regions_and_accounts(aws: Aws, key: str) -> None:
    publish_signed(aws, key)
    regions = [REGION, SECOND]
    assert verified(aws, key, regions=regions).actions == ["created", "created"]
    assert calls(aws, service="kms") == ["VerifyMac"]
    (call,) = aws.calls(service="kms")
    assert (call["account"], call["parameters"]["KeyId"]) == (ACCOUNT, key)
    assert {one["tags"]["threatlists:published"] for one in loaded(aws)} == {NOON}
    assert verified(aws, key, regions=regions).actions == ["none", "none"]
    assert calls(aws, write=True) == []
    assert verified(aws, key, regions=regions, assume_role_arn=ROLE).actions == ["created", "created"]
    assert calls(aws, service="kms", account=OTHER) == []


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("declared", [True, False])
def test_what_is_not_signed_is_refused_the_old_list_stays_and_others_carry_on(
    aws: Aws, key: str, declared: bool, check: bool
) -> None:
    publish_signed(aws, key)
    other = lst("partner", "ipset", location="s3://acme-threatlists/partner.txt")
    metadata = signed_metadata(
        aws, ACCOUNT, key, signature.Claim("partner", "ipset", "partner.txt", digest_of(ONE), NOON)
    )
    assert verified(aws, key).actions == ["created"]
    publish(aws, ONE, key="partner.txt", Metadata=metadata)
    publish(aws, TWO)
    threats = lst(sha256=digest_of(TWO) if declared else None)
    result = verified(aws, key, threats, other, check=check)
    assert result.actions == ["failed", "created"]
    error = result.result["results"][0]["error"]
    assert (error["code"], error["retryable"]) == ("Unsigned", False)
    assert "signing_key_id" in error["remedy"]
    assert "UpdateThreatIntelSet" not in calls(aws)
    (kept,) = loaded(aws, kind="threatintelset")
    assert (kept["sha256"], kept["status"]) == (digest_of(ONE), "ACTIVE")
    (item,) = info(aws, kinds=["threatintelset"], verify_key_id=[key]).result["lists"]
    assert item["current"] is False


@pytest.mark.parametrize(
    "changes",
    [{"list": "phishing"}, {"kind": "ipset"}, {"key": "staging/threats.txt"}, {"sha256": digest_of(TWO)}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_signature_for_something_else_is_refused(aws: Aws, key: str, changes: dict[str, str]) -> None:
    publish_signed(aws, key, **changes)
    assert code(verified(aws, key)) == "SignatureMismatch"
    assert calls(aws, write=True) == []


def test_a_digest_that_stands_in_metadata_alone_is_not_believed(aws: Aws, key: str) -> None:
    """Where a store shows no checksum, whoever overwrites an object could keep the metadata of a signed one."""
    claim = signature.Claim("threats", "threatintelset", "threats.txt", digest_of(ONE), NOON)
    metadata = {**signed_metadata(aws, ACCOUNT, key, claim), "sha256": digest_of(ONE), "entries": "1"}
    s3 = aws.client("s3", ACCOUNT, config=Config(request_checksum_calculation="when_required"))
    s3.put_object(Bucket="acme-threatlists", Key="threats.txt", Body=TWO, Metadata=metadata)
    assert code(verified(aws, key)) == "SignatureMismatch"


def test_an_unsigned_object_with_the_content_that_is_loaded_is_drift_and_loads_nothing(aws: Aws, key: str) -> None:
    assert converge(aws, lst()).actions == ["created"]
    assert code(verified(aws, key, check=True)) == "Unsigned"
    (item,) = info(aws, verify_key_id=[key]).result["lists"]
    assert (item["current"], "is not signed" in item["cause"]) == (False, True)
    (item,) = info(aws).result["lists"]
    assert item["current"] is True
    publish_signed(aws, key)
    assert verified(aws, key).actions == ["updated"]
    assert "UpdateThreatIntelSet" not in calls(aws)
    assert info(aws, verify_key_id=[key]).result["lists"][0]["current"] is True
    assert verified(aws, key).actions == ["none"]


@pytest.mark.parametrize("kind", ["threatintelset", "threatentityset"])
def test_an_older_object_is_refused_where_that_is_asked_for_and_else_loaded(aws: Aws, key: str, kind: str) -> None:
    declared = lst(kind=kind)
    publish_signed(aws, key, TWO, kind=kind, published=NOON)
    assert verified(aws, key, declared).actions == ["created"]
    publish_signed(aws, key, ONE, kind=kind, published=EARLIER)
    assert code(verified(aws, key, declared, forbid_rollback=True)) == "Rollback"
    assert calls(aws, write=True) == []
    publish_signed(aws, key, ONE, kind=kind, published=LATER)
    assert verified(aws, key, declared, forbid_rollback=True).actions == ["reloaded"]
    assert loaded(aws)[0]["sha256"] == digest_of(ONE)
    publish_signed(aws, key, TWO, kind=kind, published=EARLIER)
    assert verified(aws, key, declared).actions == ["reloaded"]
    assert verified(aws, key, declared, forbid_rollback=True).actions == ["none"]
    publish_signed(aws, key, TWO, kind=kind, published=LATER)
    assert verified(aws, key, declared).actions == ["updated"]
    assert verified(aws, key, declared).actions == ["none"]
    publish_signed(aws, key, ONE, kind=kind, published=NOON)
    assert code(verified(aws, key, declared, forbid_rollback=True)) == "Rollback"


def test_each_of_several_keys_is_accepted(aws: Aws, key: str) -> None:
    publish_signed(aws, key)
    new = create_key(aws, ACCOUNT)
    assert code(verified(aws, new)) == "SignatureMismatch"
    assert verified(aws, new, verify_key_id=[new, key]).actions == ["created"]


FAULTS = {
    "denied": ({"code": "AccessDeniedException", "status": 400}, "AccessDenied", False, "kms:VerifyMac"),
    "disabled": ({"code": "DisabledException", "status": 400}, "KeyDisabled", False, "Enable it"),
    "pending": ({"code": "KMSInvalidStateException", "status": 400}, "KeyUnusable", False, "deletion"),
    "usage": ({"code": "InvalidKeyUsageException", "status": 400}, "WrongKey", False, "HMAC_256"),
    "throttled": ({"action": "throttle", "times": 9}, "ThrottlingException", True, "Run again"),
    "broken": ({"code": "KMSInternalException", "status": 500, "times": 9}, "KMSInternalException", True, "Run again"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_of_kms_never_counts_as_verified(aws: Aws, key: str, what: str) -> None:
    fault, expected, retryable, remedy = FAULTS[what]
    publish_signed(aws, key)
    aws.fault(service="kms", operation="VerifyMac", **fault)
    result = verified(aws, key, regions=[REGION, SECOND])
    errors = [one["error"] for one in result.result["results"]]
    assert {(error["code"], error["retryable"]) for error in errors} == {(expected, retryable)}
    assert all(remedy in error["remedy"] for error in errors)
    assert calls(aws, write=True) == []
    aws.clear_faults()
    assert verified(aws, key).actions == ["created"]


def test_a_key_that_is_not_there_is_told_from_one_of_another_account(aws: Aws, key: str) -> None:
    publish_signed(aws, key)
    missing = key[:-12] + "0" * 12
    assert code(verified(aws, missing)) == "KeyNotFound"
    foreign = create_key(aws, OTHER)
    aws.fault(service="kms", operation="VerifyMac", code="AccessDeniedException", status=400)
    result = verified(aws, foreign)
    assert code(result) == "AccessDenied"
    assert f"account {OTHER}, to which the key belongs" in result.only["error"]["remedy"]


def test_an_object_that_may_not_be_looked_at_is_not_loaded_on_trust(aws: Aws, key: str) -> None:
    publish_signed(aws, key)
    aws.fault(service="s3", operation="HeadObject", code="AccessDenied", status=403, times=9)
    aws.fault(service="s3", operation="GetObject", code="AccessDenied", status=403, times=9)
    declared = lst(sha256=digest_of(ONE))
    assert code(verified(aws, key, declared)) == "AccessDenied"
    assert calls(aws, write=True) == []


def test_an_object_that_has_yet_to_be_published_is_not_judged_in_check_mode(aws: Aws, key: str) -> None:
    to_come = lst(sha256=digest_of(TWO))
    assert verified(aws, key, to_come, check=True).actions == ["created"]


def test_what_comes_unsigned_during_the_load_is_refused_and_never_proven(aws: Aws, key: str) -> None:
    publish_signed(aws, key)
    aws.settings(activation_delay=3)
    thread = after(aws, "CreateThreatIntelSet", TWO)
    result = verified(aws, key)
    thread.join()
    assert result.only["error"]["code"] == "Unsigned"
    assert "may be in effect" in result.only["error"]["message"]
    assert loaded(aws)[0]["tags"]["threatlists:sha256"] == "pending"
    assert "UpdateThreatIntelSet" not in calls(aws)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"verify_key_id": []}, "empty"),
        ({"verify_key_id": ["no key!"]}, "neither the ARN"),
        ({"forbid_rollback": True, "verify_key_id": None}, "set verify_key_id"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_anything_is_asked(
    aws: Aws, options: dict[str, Any], message: str
) -> None:
    result = converge(aws, lst(), **options)
    assert message in result.result["msg"]
    assert calls(aws) == []
