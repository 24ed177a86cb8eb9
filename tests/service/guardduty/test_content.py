# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nobody should load is refused where it would be loaded, whoever put it into the bucket."""

from __future__ import annotations

import gzip

import pytest
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    ONE,
    REGION,
    SECOND,
    TWO,
    after,
    calls,
    converge,
    digest_of,
    loaded,
    lst,
    publish,
)
from threatlists_emulators.control import Aws

PAGE = b"<!DOCTYPE html>\n<html><body>Please log in to 198.51.100.1</body></html>\n"
REFUSED = {
    "empty": (lst(), b"", "Empty"),
    "page": (lst(), PAGE, "NotWellFormed"),
    "page as STIX": (lst(format="STIX"), PAGE, "NotWellFormed"),
    "everything": (lst(kind="ipset"), b"0.0.0.0/0\n", "WholeInternet"),
    "domains": (lst(), b"example.com\n", "WrongEntries"),
    "compressed": (lst(), gzip.compress(ONE), "WrongFormat"),
    "everything in two": (lst(kind="ipset"), b"0.0.0.0/1\n128.0.0.0/1\n", "WholeInternet"),
    "more lines than entries": (lst(kind="ipset"), ONE * 2001, "TooManyEntries"),
    "a range": (lst(), b"198.51.100.1-198.51.100.9\n", "WrongEntries"),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("what", REFUSED)
def test_what_nobody_should_load_is_refused_over_a_good_list(aws: Aws, what: str, check: bool) -> None:
    declared, content, code = REFUSED[what]
    assert converge(aws, {**declared, "trust_content": True}).actions == ["created"]
    publish(aws, content)
    result = converge(aws, declared, check=check)
    assert result.actions == ["failed"]
    assert result.only["error"]["code"] == code
    assert "nothing was loaded" in result.only["error"]["message"]
    assert result.only["error"]["remedy"]
    assert calls(aws, write=True) == []


def test_an_empty_object_is_refused_whatever_is_trusted(aws: Aws) -> None:
    publish(aws, b"")
    assert converge(aws, lst(trust_content=True)).only["error"]["code"] == "Empty"


def test_trusted_content_is_loaded_and_that_is_said_once(aws: Aws) -> None:
    publish(aws, PAGE)
    result = converge(aws, lst(trust_content=True), regions=[REGION, SECOND])
    assert result.actions == ["created", "created"]
    (warning,) = result.warnings
    assert "trust_content" in warning
    assert "GetObject" not in calls(aws)


def test_an_object_is_read_once_for_all_regions_and_not_at_all_where_its_publisher_noted_it(aws: Aws) -> None:
    converge(aws, lst(), regions=[REGION, SECOND])
    assert calls(aws).count("GetObject") == 1
    publish(aws, TWO, Metadata={"entries": "2", "sha256": digest_of(TWO)}, ContentType="text/plain; charset=utf-8")
    assert converge(aws, lst()).actions == ["reloaded"]
    assert "GetObject" not in calls(aws)
    publish(aws, ONE, Metadata={"entries": "2", "sha256": digest_of(TWO)})
    assert converge(aws, lst()).actions == ["reloaded"]
    assert "GetObject" in calls(aws)


def test_a_list_published_for_another_kind_is_judged_anew(aws: Aws) -> None:
    content = b"example.com\n"
    metadata = {"entries": "1", "sha256": digest_of(content), "kind": "threatentityset"}
    publish(aws, content, Metadata=metadata, ContentType="text/plain; charset=utf-8")
    assert converge(aws, lst(kind="threatentityset")).actions == ["created"]
    assert "GetObject" not in calls(aws)
    assert converge(aws, lst()).only["error"]["code"] == "WrongEntries"


def test_a_list_published_in_another_format_is_judged_anew(aws: Aws) -> None:
    content = b"<x:a xmlns:x='u'><x:Address_Value>198.51.100.1</x:Address_Value></x:a>"
    metadata = {"entries": "1", "sha256": digest_of(content), "kind": "threatintelset"}
    publish(aws, content, Metadata=metadata, ContentType="application/xml")
    assert converge(aws, lst()).only["error"]["code"] == "WrongFormat"


def test_a_digest_that_only_metadata_tell_is_not_what_the_entries_are_believed_by(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    metadata = {"entries": "1", "sha256": digest_of(TWO), "kind": "threatintelset"}
    aws.client("s3", ACCOUNT).put_object(
        Bucket=BUCKET, Key="threats.txt", Body=ONE, Metadata=metadata, ContentType="text/plain; charset=utf-8"
    )
    result = converge(aws, lst())
    assert result.only["error"]["code"] == "ContentMismatch"
    assert calls(aws, write=True) == []


def test_a_number_of_entries_that_was_noted_of_another_content_is_not_believed(aws: Aws) -> None:
    publish(aws, TWO, Metadata={"entries": "99999", "sha256": digest_of(ONE)})
    assert converge(aws, lst(kind="ipset")).actions == ["created"]


@pytest.mark.parametrize("trusted", [True, False])
def test_what_is_too_big_for_guardduty_is_not_downloaded(aws: Aws, trusted: bool) -> None:
    publish(aws, b"198.51.100.1\n" * 2_700_000)
    result = converge(aws, lst(trust_content=trusted))
    assert result.only["error"]["code"] == "QuotaExceeded"
    assert "GetObject" not in calls(aws)


@pytest.mark.parametrize(
    ("code", "status", "said", "retryable"),
    [("SlowDown", 503, "SlowDown", True), ("ExpiredToken", 400, "InvalidCredentials", False)],
)
def test_an_object_that_cannot_be_read_is_not_taken_for_a_bad_one(
    aws: Aws, code: str, status: int, said: str, retryable: bool
) -> None:
    aws.fault(service="s3", operation="GetObject", code=code, status=status, times=None)
    error = converge(aws, lst()).only["error"]
    assert (error["code"], error["retryable"]) == (said, retryable)
    assert "trust_content" not in error["remedy"]


@pytest.mark.parametrize("noted", [True, False])
def test_fewer_entries_than_declared_are_refused(aws: Aws, noted: bool) -> None:
    publish(aws, TWO, Metadata={"entries": "2", "sha256": digest_of(TWO)} if noted else {})
    result = converge(aws, lst(min_entries=3))
    assert result.only["error"]["code"] == "TooFewEntries"
    assert calls(aws, write=True) == []
    assert converge(aws, lst(min_entries=2)).actions == ["created"]


def test_a_format_that_is_not_read_is_loaded_and_that_is_said(aws: Aws) -> None:
    result = converge(aws, lst(format="OTX_CSV"))
    assert result.actions == ["created"]
    assert "OTX_CSV" in result.warnings[0]


def test_what_comes_during_the_load_is_judged_too(aws: Aws) -> None:
    aws.settings(activation_delay=3)
    thread = after(aws, "CreateThreatIntelSet", PAGE)
    result = converge(aws, lst())
    thread.join()
    assert result.actions == ["failed"]
    assert loaded(aws)[0]["tags"]["threatlists:sha256"] == "pending"
    assert calls(aws).count("UpdateThreatIntelSet") == 0
    assert "nothing was loaded" not in result.only["error"]["message"]
    assert "may be in effect" in result.only["error"]["message"]
