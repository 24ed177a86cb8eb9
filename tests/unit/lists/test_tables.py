# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever stands beside the indicators in a table, each of them is read, once, in order."""

from __future__ import annotations

import csv
import io
import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, json_stream
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = st.integers(0, 2**16 - 1).map(lambda number: f"45.0.{number >> 8}.{number & 255}")
BESIDE = st.text(alphabet="ab ,;|\t\"'#\n/é", max_size=8)
ROWS = st.lists(st.tuples(BESIDE, ADDRESS, BESIDE), min_size=1, max_size=30)


def values(content, **options):
    return [each.value for each in formats.read(io.BytesIO(content), "list", reading=Reading(**options))]


@given(ROWS, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_table_that_is_well_quoted(rows, quoting, newline):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=quoting, lineterminator=newline)
    writer.writerow(["name", "ip", "comment"])
    # A line that begins like a comment is one, whatever the quotes say.
    writer.writerows([f"x{before}", address, after] for before, address, after in rows)
    content = stream.getvalue()
    if "\n#" in content or "\n/" in content:
        return
    assert values(content.encode(), column="ip") == [address for _before, address, _after in rows]


@given(ROWS, st.sampled_from([None, 2]), st.booleans())
def test_objects_in_json(rows, indent, in_array):
    items = [{"name": before, "ip": address, "more": [{"x": after}]} for before, address, after in rows]
    content = json.dumps(items, indent=indent) if in_array else "\n".join(json.dumps(item) for item in items)
    assert values(content.encode(), column="ip") == [address for _before, address, _after in rows]


@pytest.mark.parametrize("shift", range(1, 60, 7))
def test_json_that_is_read_in_many_pieces(shift):
    expected = [f"45.0.{number >> 8}.{number & 255}" for number in range(5_000)]
    padding = " " * (json_stream.READ_SIZE - shift)
    assert values(f"[{padding}{json.dumps(expected)[1:]}".encode()) == expected
    lines = "".join(f'{{"n": {number}, "ip": "{value}"}}\n' for number, value in enumerate(expected))
    assert values((padding + lines).encode()) == expected


def test_a_value_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(json_stream, "LONGEST_VALUE", 1 << 18)
    with pytest.raises(ParseError, match="line 1: not well-formed JSON"):
        values(b'["' + b"x" * (1 << 20))


@given(ROWS, st.data())
def test_a_table_that_is_cut_gives_no_address_that_was_not_there(rows, data):
    text = "name,ip,comment\n" + "".join(f"x,{address},y\n" for _before, address, _after in rows)
    cut = data.draw(st.integers(0, len(text)))
    addresses = [address for _before, address, _after in rows]
    try:
        found = values(text[:cut].encode(), column="ip")
    except ParseError:
        return
    assert found[:-1] == addresses[: len(found[:-1])]


@given(st.lists(st.lists(st.one_of(ADDRESS, BESIDE), max_size=4), max_size=30), st.sampled_from(",\t;|"), st.data())
def test_rows_of_any_length_are_read_or_refused(rows, delimiter, data):
    regular = data.draw(st.integers(0, 30)) * ["45.0.0.1", "x"]
    lines = [delimiter.join(row) for row in rows] + [
        delimiter.join(regular[at : at + 2]) for at in range(0, len(regular), 2)
    ]
    for column in ("", "1", "2"):
        try:
            values("\n".join(lines).encode(), column=column)
        except ParseError as error:
            assert str(error).startswith("list: ")


def test_a_short_row_in_a_table_without_header():
    assert values(b"45.0.0.1,a\n" * 19 + b"45.0.0.2\n")[-2:] == ["45.0.0.1", "45.0.0.2"]


@pytest.mark.parametrize("mask", ["24", "255.255.255.0", "/24"])
@pytest.mark.parametrize("header", ["network,prefix", "ip,netmask"])
def test_a_mask_in_a_column_of_its_own_is_not_lost_in_silence(header, mask):
    with pytest.raises(ParseError, match="stand in a column of their own"):
        values(f"{header}\n45.1.2.0,{mask}\n45.1.3.1,32\n".encode())


@pytest.mark.parametrize("row", ["45.1.2.1,32", "45.1.2.1,", "45.1.2.1,blue", "45.1.2.0/24,24"])
def test_a_mask_that_takes_nothing_away_is_let_be(row):
    assert values(f"ip,prefix\n{row}\n".encode()) == [row.split(",")[0]]


def test_two_slashes_behind_a_defanged_colon_are_no_comment():
    assert values(b"hxxps[:]//bad[.]example[.]net/p // seen\n", host_of_url=True) == ["bad.example.net"]
