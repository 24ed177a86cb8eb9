# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be published, and what of that which is published can be compared."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardError, ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import validate

STIX = b"""<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" version="1.2"></stix:STIX_Package>"""


def judge(content: bytes, **params: t.Any) -> validate.ListSummary:
    return validate.judge(content, {"format": "TXT", "kind": "threatintelset", "min_entries": 1, **params}, "list.txt")


def test_a_list_is_told_by_its_entries() -> None:
    assert judge(b"198.51.100.1\n198.51.100.0/24\n").entry_count == 2
    assert judge(b"example.com\n198.51.100.1\n", kind="threatentityset").entry_count == 2


@pytest.mark.parametrize(
    ("content", "params", "code"),
    [
        (b"", {}, "Empty"),
        (b"1" * 35_000_001, {}, "TooLarge"),
        (b"example.com\n", {}, "WrongEntries"),
        (b"198.51.100.1\n0.0.0.0/0\n", {}, "WholeInternet"),
        (
            b"198.51.100.1\n" + b"".join(b"20.0.%d.%d\n" % divmod(i, 256) for i in range(2000)),
            {"kind": "ipset"},
            "TooManyEntries",
        ),
        (b"198.51.100.1\n", {"min_entries": 2}, "TooFewEntries"),
        (b"\n\n", {"min_entries": 0}, "TooFewEntries"),
    ],
)
def test_what_guardduty_would_take_and_should_not(content: bytes, params: dict[str, t.Any], code: str) -> None:
    with pytest.raises(GuardError) as caught:
        judge(content, **params)
    assert caught.value.code == code
    assert "list.txt" in str(caught.value)


@pytest.mark.parametrize(("content", "format"), [(STIX[:-10], "STIX"), (b"<html><body>Sign in</body></html>", "TXT")])
def test_a_broken_document_is_no_list(content: bytes, format: str) -> None:
    with pytest.raises(ParseError):
        judge(content, format=format)


@pytest.mark.parametrize("nothing", [None, b""])
def test_nothing_published_can_be_compared(nothing: bytes | None) -> None:
    assert validate.published(nothing, "list.txt") is validate.NOTHING


@pytest.mark.parametrize("garbage", [b"<html>", STIX[:-10], b"what?\n"])
def test_what_cannot_be_read_cannot_be_compared(garbage: bytes) -> None:
    assert validate.published(garbage, "list.txt") is None


def test_what_is_published_is_read_whatever_its_format() -> None:
    found = validate.published(b"198.51.100.1\nwhat?\n", "list.txt")
    assert found
    assert found.entry_count == 1


def test_a_header_carries_ascii() -> None:
    assert validate.header_text("bösartig.txt\n") == "b\\xf6sartig.txt\n"
