# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutated documents end in values or in one error, never in a crash, a hang or a silent loss."""

from __future__ import annotations

import io

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, stix_read
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support import list_cases, paths

CORPUS = [
    path.read_bytes()
    for folder in (paths.FIXTURES / "stix", paths.SHARED / "fixtures" / "stix")
    for path in sorted(folder.glob("*"))
    if path.stat().st_size < 50_000
]
PIECES = [b"<", b">", b"&", b"&x;", b"&amp;", b'"', b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"\0"]
PIECES += [b"\xff", b"Address_Value", b"idref=", b"##comma##", b",", b"Observable", b"<stix:Indicator>", b"1.2.3.4"]
MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["delete", "insert", "repeat", "cut"]), st.sampled_from(PIECES)),
    min_size=1,
    max_size=4,
)


def mutate(content, mutations):
    for place, action, piece in mutations:
        at = int(place * len(content))
        if action == "insert":
            content = content[:at] + piece + content[at:]
        elif action == "delete":
            content = content[:at] + content[at + len(piece) :]
        elif action == "repeat":
            content = content[:at] + content[at : at + 400] + content[at:]
        else:
            content = content[: max(at, 1)]
    return content


def outcome(content, recovered):
    try:
        return list(formats.read(io.BytesIO(content), "list", recovered=recovered))
    except SourceError as error:
        assert str(error).startswith("list: ")
        return None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CORPUS), MUTATIONS)
def test_a_mutated_document_is_read_whole_or_refused(original, mutations):
    content = mutate(original, mutations)
    strict = outcome(content, None)
    recovered = []
    lenient = outcome(content, recovered)
    if strict is not None:
        assert lenient == strict
        assert recovered == []
    elif lenient is not None and content.lstrip()[:1] == b"<":
        assert len(recovered) == 1
    try:
        tree = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return
    if strict is not None and content.lstrip()[:1] == b"<":
        elements = sum(1 for _element in tree.iter("{*}Address_Value"))
        assert len([indicator for indicator in strict if indicator.type not in {"unresolved", "url"}]) >= elements


@pytest.mark.parametrize("content", CORPUS)
def test_where_the_chunks_end_makes_no_difference(content, monkeypatch):
    whole = outcome(content, [])
    for size in (101, 997, 4_099):
        monkeypatch.setattr(stix_read, "CHUNK", size)
        assert outcome(content, []) == whole


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from([b"", b"<", b"{", b"1.2.3.4\n"])
)
def test_any_bytes_are_read_or_refused(content, head):
    for recovered in (None, []):
        outcome(head + content, recovered)


VALUES = st.from_regex(r"[ \n]?([0-9./:a-z,#|;-]|##comma##|&amp;|<!---->){0,30}", fullmatch=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, max_size=5), st.sampled_from(["Equals", "InclusiveBetween", "StartsWith"]))
def test_no_address_value_is_lost(values, condition):
    content = list_cases.PACKAGE.format("".join(list_cases.observable(v, condition=condition) for v in values))
    read = outcome(content.encode(), None)
    assert len(read) >= len(values)


def test_depth_and_size_do_not_end_in_a_crash():
    assert outcome(b"<a>" * 10_000, None) is None
    assert outcome(list_cases.PACKAGE.format("<cybox:Observable>" * 5_000).encode(), None) is None
    assert len(outcome(list_cases.stix("1.2.3.4##comma##" * 20_000), None)) == 20_000
    assert len(outcome(list_cases.stix("9" * 2_000_000), None)) == 1
    assert len(outcome(list_cases.stix("1.2.3.4", **{f"a{number}": "x" for number in range(2_000)}), None)) == 1
