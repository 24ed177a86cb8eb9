# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a signature covers, and that it is good for nothing else."""

from __future__ import annotations

import datetime
import hashlib
import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _kinds
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, SignatureError
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import objects, signature, signing
from hypothesis import given
from hypothesis import strategies as st
from support.signing import LocalKms

TIMES = st.datetimes(min_value=datetime.datetime(2000, 1, 1), max_value=datetime.datetime(9999, 12, 31)).map(
    signature.text_of
)
CLAIMS = st.builds(
    signature.Claim,
    list=st.from_regex(r"[A-Za-z0-9_ -]{1,300}", fullmatch=True),
    kind=st.sampled_from(sorted(_kinds.KINDS)),
    key=st.text(min_size=1, max_size=60),
    sha256=st.binary(max_size=8).map(lambda content: hashlib.sha256(content).hexdigest()),
    published=TIMES,
)
CLAIM = signature.Claim("threats", "threatintelset", "threats.txt", "a" * 64, "2026-11-24T02:00:14.007Z")


def state(claim: signature.Claim, metadata: dict[str, str], **changes: str) -> objects.ObjectState:
    """An object that holds what the claim says."""
    return objects.ObjectState(
        bucket="bucket",
        key=changes.get("key", claim.key),
        sha256=changes.get("sha256", claim.sha256),
        size=1,
        etag="etag",
        version_id=None,
        last_modified=datetime.datetime.now(datetime.UTC),
        entry_count=None,
        metadata={"kind": claim.kind, **metadata},
        kms_key_id=None,
        content_type=None,
    )


def signed(claim: signature.Claim, key_id: str = "one", **changes: str) -> objects.ObjectState:
    return state(claim, {**signature.sign(LocalKms(), key_id, claim)}, **changes)


def refusal(verifier: signature.Verifier, found: objects.ObjectState, name: str = "threats") -> SignatureError:
    with pytest.raises(SignatureError) as caught:
        verifier.published(found, name, "threatintelset")
    return caught.value


def test_the_serialisation_is_what_it_was() -> None:
    """Whoever changes it makes every signature that was given void."""
    assert CLAIM.message() == (
        b'threatlists.aws signature 1\n{"key":"threats.txt","kind":"threatintelset","list":"threats","published":'
        b'"2026-11-24T02:00:14.007Z","sha256":"' + b"a" * 64 + b'"}'
    )


@given(CLAIMS)
def test_a_serialisation_is_ascii_and_says_all_of_its_claim(claim: signature.Claim) -> None:
    message = claim.message()
    assert message.isascii()
    assert message.startswith(signature.PREFIX)
    assert signature.Claim(**json.loads(message.removeprefix(signature.PREFIX))) == claim


@given(CLAIMS, CLAIMS)
def test_no_two_claims_share_a_serialisation(one: signature.Claim, other: signature.Claim) -> None:
    assert (one.message() == other.message()) is (one == other)


@given(CLAIMS, CLAIMS)
def test_a_signature_for_one_never_passes_as_another(one: signature.Claim, other: signature.Claim) -> None:
    """Whatever somebody copies of a signed object into another, only the same content of the same list verifies."""
    found = state(other, signature.sign(LocalKms(), "one", one))
    verifier = signature.Verifier(LocalKms(), ["one"])
    if one._replace(published="") == other._replace(published=""):
        assert verifier.published(found, other.list, other.kind) == one.published
    else:
        with pytest.raises(SignatureError, match="does not verify"):
            verifier.published(found, other.list, other.kind)


@given(CLAIMS, TIMES)
def test_the_time_of_a_signature_cannot_be_changed(claim: signature.Claim, other: str) -> None:
    metadata = {**signature.sign(LocalKms(), "one", claim), signature.PUBLISHED: other}
    verifier = signature.Verifier(LocalKms(), ["one"])
    if other == claim.published:
        assert verifier.published(state(claim, metadata), claim.list, claim.kind) == other
    else:
        with pytest.raises(SignatureError):
            verifier.published(state(claim, metadata), claim.list, claim.kind)


@given(TIMES)
def test_what_is_signed_after_another_is_later(before: str) -> None:
    if before < "9999-12-30":
        assert signature.after(before) > before
        assert signature.after(before) >= signature.now()[:4]


@pytest.mark.parametrize(
    "metadata",
    [
        {"signature": "not base64"},
        {"signature": "AAAA"},
        {"published": "yesterday"},
        {"published": "2026-02-30T00:00:00.000Z"},
    ],
)
def test_what_is_no_signature_is_none_that_verifies(metadata: dict[str, str]) -> None:
    found = state(CLAIM, {**signature.sign(LocalKms(), "one", CLAIM), **metadata})
    assert refusal(signature.Verifier(LocalKms(), ["one"]), found).code == "SignatureMismatch"


def test_an_object_without_a_signature_is_unsigned() -> None:
    error = refusal(signature.Verifier(LocalKms(), ["one"]), state(CLAIM, {}))
    assert (error.code, error.retryable) == ("Unsigned", False)
    assert "signing_key_id" in error.remedy


def test_a_mismatch_names_the_list_that_the_object_says_it_is_for() -> None:
    other = CLAIM._replace(list="phishing")
    assert "'phishing'" in str(refusal(signature.Verifier(LocalKms(), ["one"]), signed(other)))


def test_each_of_several_keys_is_accepted_and_the_noted_one_asked_first() -> None:
    kms = LocalKms()
    verifier = signature.Verifier(kms, ["new", "old"])
    verifier.published(signed(CLAIM._replace(key="rotated"), "old"), "threats", "threatintelset")
    assert kms.calls == ["old"]
    assert refusal(verifier, signed(CLAIM, "foreign")).code == "SignatureMismatch"


def test_a_claim_costs_one_call_in_a_process_and_a_refusal_one_in_a_run() -> None:
    claim = CLAIM._replace(key="once")
    for _run in range(2):
        kms = LocalKms()
        verifier = signature.Verifier(kms, ["one"])
        for _region in range(3):
            verifier.published(signed(claim), "threats", "threatintelset")
            refusal(verifier, signed(claim, sha256="b" * 64))
    assert kms.calls == ["one"]


def test_what_one_key_verified_is_not_accepted_for_another() -> None:
    claim = CLAIM._replace(key="keys")
    signature.Verifier(LocalKms(), ["one"]).published(signed(claim), "threats", "threatintelset")
    assert refusal(signature.Verifier(LocalKms(), ["two"]), signed(claim)).code == "SignatureMismatch"


def test_a_key_that_gives_no_verdict_verifies_nothing_and_stops_no_other() -> None:
    broken = LocalKms(one=SignatureError("disabled", code="KeyDisabled"))
    claim = CLAIM._replace(key="broken")
    assert signature.Verifier(broken, ["one", "two"]).published(signed(claim, "two"), "threats", "threatintelset")
    assert refusal(signature.Verifier(broken, ["one"]), signed(claim)).code == "KeyDisabled"
    assert refusal(signature.Verifier(broken, ["one", "two"]), signed(claim)).code == "KeyDisabled"


def test_an_empty_list_of_keys_is_no_way_to_verify_nothing() -> None:
    with pytest.raises(ArgumentError, match="empty"):
        signing.verify_keys({"verify_key_id": []})
    with pytest.raises(ArgumentError, match="neither the ARN"):
        signing.verify_keys({"verify_key_id": ["not a key"]})
    assert signing.verify_keys({"verify_key_id": None}) == []
