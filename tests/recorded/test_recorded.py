# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The readers over files that others published and recorded: a stage of its own, where those files are there.

Whatever one of them shows that tests/fixtures do not gets a fixture of our own.
"""

from __future__ import annotations

import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import stix_files, threatstream_pages
from support.paths import RECORDED
from support.stix_mutations import MUTATIONS

ANSWERS = sorted((RECORDED / "threatstream").glob("*.json"))
DOCUMENTS = sorted((RECORDED / "stix").glob("*"))
SMALL = [path.read_bytes() for path in DOCUMENTS if path.stat().st_size < stix_files.SMALL]


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.name)
def test_every_object_is_read(path: pathlib.Path) -> None:
    threatstream_pages.check_every_object_is_read(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_address_is_read(path: pathlib.Path) -> None:
    stix_files.check_every_address_is_read(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_stix_library_finds_no_more(path: pathlib.Path) -> None:
    stix_files.check_the_library_finds_no_more(path)


@pytest.mark.parametrize("content", SMALL)
def test_where_the_chunks_end_makes_no_difference(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    stix_files.check_chunks_make_no_difference(content, monkeypatch)


@settings(max_examples=150)
@given(st.sampled_from(SMALL), MUTATIONS)
def test_a_mutated_document_is_read_whole_or_refused(
    original: bytes, mutations: list[tuple[float, str, bytes]]
) -> None:
    stix_files.check_read_whole_or_refused(stix_files.mutate(original, mutations))
