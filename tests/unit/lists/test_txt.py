# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text and JSONL lists, read and written."""

from __future__ import annotations

import io
import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, jsonl, txt
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from hypothesis import given
from hypothesis import strategies as st
from support import paths


def values(content):
    return [indicator.value for indicator in formats.read(io.BytesIO(content), "list")]


def test_a_hand_kept_file():
    assert values((paths.FIXTURES / "txt/hand_kept.bin").read_bytes()) == [
        "45.4.0.1",
        "45.4.1.0/24",
        "45.4.2.0-45.4.2.3",
        "45.4.3.0/255.255.255.0",
        "Bad.Example.net.",
        "2001:db8::/32",
        "nonsense here",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encodings(newline, encoding):
    text = newline.join(["# eins", "", "192.0.2.1", "   ", "192.0.2.2\t# zwei", ""])
    assert values(text.encode(encoding)) == ["192.0.2.1", "192.0.2.2"]


def test_files_put_together_with_their_byte_order_marks():
    assert values("\ufeff192.0.2.1\n\ufeff192.0.2.2\n".encode()) == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"192.0.2.1\n" + b"x" * 70_000, "line 2: longer than"),
        (b"192.0.2.1\n" * 1_000 + b"\0\n", "line 1001: holds NUL"),
        (b"\0\1\2", "binary"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "ZIP"),
        (b"%PDF-1.4", "PDF"),
        (b"  <!DOCTYPE html><html>", "HTML"),
        (b"<HTML><body>log in</body></HTML>", "HTML"),
        (b'{"type": "bundle", "spec_version": "2.0"}', "STIX 2"),
        (b"[1]", "element 1: neither a text nor an object"),
        (b"<rss/>", "no STIX package"),
    ],
)
def test_what_is_no_list_says_what_it_is(content, message):
    with pytest.raises(ParseError, match=message) as error:
        values(content)
    assert str(error.value).startswith("list: ")


def test_size_is_bounded(tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as stream:
        stream.truncate(formats.MAX_SOURCE_SIZE + 1)
    with path.open("rb") as stream, pytest.raises(SourceError, match="are not read"):
        list(formats.read(stream, "list"))


def test_only_the_expected_format_is_taken():
    with pytest.raises(ParseError, match="is TXT, not STIX") as error:
        formats.read(io.BytesIO(b"192.0.2.1"), "list", expected="STIX")
    assert error.value.code == "WrongFormat"


NETWORKS = st.lists(st.integers(0, 2**32 - 1).map(lambda number: _networks.pack(number, 32)), unique=True).map(sorted)
DOMAINS = st.lists(st.from_regex(r"(\*\.)?[a-z]{1,5}\.(com|org)", fullmatch=True), unique=True).map(sorted)


@given(NETWORKS, DOMAINS)
def test_what_is_written_is_read_and_has_the_size_that_was_foretold(networks, domains):
    content = b"".join(txt.chunks(networks, domains))
    assert values(content) == [*map(_networks.text, networks), *domains]
    assert len(content) == sum(map(txt.size, [*networks, *domains]))


TEXT = st.text(max_size=20)
TIME = st.sampled_from(["", "2026-01-02T03:04:05.678Z"])
INDICATORS = st.builds(
    Indicator,
    value=TEXT.map(str.strip),
    type=TEXT,
    confidence=st.integers(-1, 100),
    itype=TEXT,
    status=TEXT,
    source=TEXT,
    severity=TEXT,
    tlp=TEXT,
    created=TIME,
    modified=TIME,
    expires=TIME,
    valid_from=TIME,
    id=TEXT,
    tags=st.sets(TEXT).map(sorted).map(tuple),
)


@given(st.lists(INDICATORS))
def test_jsonl_keeps_all_that_the_source_said(indicators):
    content = b"".join(jsonl.chunks(map(jsonl.line, indicators)))
    read = list(jsonl.read(io.BytesIO(content), "list"))
    assert sorted(read) == sorted(indicators)
    assert content == b"".join(jsonl.chunks(map(jsonl.line, reversed(indicators))))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "1",
        "{}",
        '{"value": 1}',
        '{"value": "x", "confidence": "90"}',
        '{"value": "x", "confidence": true}',
        '{"value": "x", "confidence": 101}',
        '{"value": "x", "srcip": "y"}',
        '{"value": "x"} {"value": "y"}',
        '{"value": ' + "[" * 100_000,
    ],
)
def test_a_line_that_is_no_indicator_is_named(line):
    content = f"{json.dumps({'value': '192.0.2.1'})}\n{line}\n".encode()
    with pytest.raises(ParseError, match="list: line 2: "):
        list(formats.read(io.BytesIO(content), "list"))
