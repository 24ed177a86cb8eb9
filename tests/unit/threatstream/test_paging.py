# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a download is whole, judged as docs/dev/threatstream.md#10 says."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.paging import Completeness
from hypothesis import given
from hypothesis import strategies as st


def download(*pages):
    """Each page: its size and its total_count."""
    completeness, identity = Completeness(), 0
    for size, total in pages:
        objects = [{"id": identity + number} for number in range(size)]
        identity += size
        completeness.page(objects, {"total_count": total, "next": f"?{identity}"})
    completeness.end()


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_whole_downloads_of_both_kinds_are_accepted(sizes):
    total = sum(sizes)
    download(*((size, total) for size in sizes))
    download(*((size, total - sum(sizes[:number])) for number, size in enumerate(sizes)))


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.integers(1, 1000))
def test_a_lost_end_is_never_accepted(sizes, lost):
    total = sum(sizes) + lost
    with pytest.raises(SourceError, match="truncated"):
        download(*((size, total - sum(sizes[:number])) for number, size in enumerate(sizes)))
    if lost * 100 > total:
        with pytest.raises(SourceError, match="truncated"):
            download(*((size, total) for size in sizes))


@pytest.mark.parametrize(
    "pages",
    [
        [(3, 9), (3, 6), (3, 3)],
        [(3, 9), (3, 6), (3, 3), (0, 0)],
        [(0, 0)],
        [(1000, 1990), (990, 1990)],
        [(1000, 2000), (985, 1985)],
        [(1000, 2000), (1000, 1000), (5, 5)],
    ],
)
def test_accepted(pages):
    download(*pages)


@pytest.mark.parametrize(
    "pages",
    [
        [(3, 4)],
        [(0, 1)],
        [(3, 9), (3, 6)],
        [(3, 9), (3, 6), (2, 3)],
        [(3, 9), (0, 6)],
        [(3, 9), (0, 9)],
        [(1000, 2000), (979, 2000)],
        [(1000, 2000), (900, 900)],
    ],
)
def test_refused(pages):
    with pytest.raises(SourceError, match="truncated") as caught:
        download(*pages)
    assert (caught.value.code, caught.value.retryable) == ("IncompleteDownload", True)


def test_a_page_of_known_objects_is_an_endless_loop():
    completeness = Completeness()
    completeness.page([{"id": 1}, {"id": 2}], {"total_count": 9, "next": "?a"})
    with pytest.raises(SourceError, match="already seen"):
        completeness.page([{"id": 2}, {"id": 1}], {"total_count": 7, "next": "?b"})


def test_a_cursor_that_repeats_is_an_endless_loop():
    completeness = Completeness()
    completeness.page([{"id": 1}], {"total_count": 9, "next": "?a"})
    with pytest.raises(SourceError, match="repeats"):
        completeness.page([{"id": 2}], {"total_count": 8, "next": "?a"})


def test_objects_without_end_are_an_endless_loop():
    with pytest.raises(SourceError, match="does not end"):
        download(*((1000, 500) for _turn in range(20)))


@pytest.mark.parametrize("total", [None, "9", -1, True, 1.5])
def test_without_a_total_nothing_is_known_to_be_whole(total):
    with pytest.raises(SourceError, match="total_count"):
        Completeness().page([{"id": 1}], {"total_count": total})


@pytest.mark.parametrize("objects", [[{}], [None], [{"id": []}]])
def test_objects_need_an_id(objects):
    with pytest.raises(SourceError, match="without an id"):
        Completeness().page(objects, {"total_count": 1})


@pytest.mark.parametrize("cursor", [{"a": 1}, ["?a"]])
def test_a_next_that_is_no_text_is_left_to_the_client_to_refuse(cursor):
    Completeness().page([{"id": 1}], {"total_count": 9, "next": cursor})
