# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutated documents end in values or in one error, never in a crash, a hang or a silent loss."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import list_cases, stix_files
from support.stix_files import outcome
from support.stix_mutations import MUTATIONS

CORPUS = [stix_files.content(path) for path in stix_files.OWN + stix_files.PUBLISHED]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CORPUS), MUTATIONS)
def test_a_mutated_document_is_read_whole_or_refused(original, mutations):
    stix_files.check_read_whole_or_refused(stix_files.mutate(original, mutations))


@pytest.mark.parametrize("content", CORPUS)
def test_where_the_chunks_end_makes_no_difference(content, monkeypatch):
    stix_files.check_chunks_make_no_difference(content, monkeypatch)


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
