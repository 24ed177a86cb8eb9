# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The index says of each entry which indicators it comes from, whatever was merged, split, cut or covered."""

from __future__ import annotations

import gzip
import io
import json
import pathlib
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    GuardError,
    ListFileError,
    ParseError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import index, jsonl, networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry, ordered
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, parents
from hypothesis import given
from hypothesis import strategies as st
from support.list_cases import merge, merge_module, module


def made(tmp_path: pathlib.Path, indicators: list[Indicator], kept: list[str], **options: Any) -> bytes:
    """The index of a list that holds C(kept), of what these indicators become."""
    collector = index.Collector(str(tmp_path), **options)
    for one in indicators:
        collector.note(one, networks.parse(one.value) or [one.value])
    entries: list[Entry] = [entry for text in kept for entry in (networks.parse(text) or [text])]
    content = b"".join(collector.chunks(*ordered(entries)))
    collector.close()
    return content


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(content).splitlines()]


def hits(content: bytes, *asked: str) -> dict[str, list[tuple[str, str, list[str]]]]:
    found = index.look_up(io.BytesIO(content), asked, "index").hits
    return {
        value: [(hit.entry, hit.relation, [one.get("source", "") for one in hit.indicators]) for hit in some]
        for value, some in found.items()
    }


PHISHME = Indicator("45.1.2.3", confidence=95, source="PhishMe", itype="mal_ip", tlp="amber")
OTHER = Indicator("45.1.2.3", confidence=60, source="Other")
WIDE = Indicator("45.1.2.0/24", source="Wide")
CUT = Indicator("45.9.9.9", source="Cut")
NAME = Indicator("bad.example.org", type="domain", source="Names")
WILD = Indicator("*.example.org", type="domain", source="Wild")


def test_an_entry_and_the_indicators_that_it_comes_from(tmp_path: pathlib.Path) -> None:
    content = made(tmp_path, [OTHER, PHISHME, CUT, PHISHME], ["45.1.2.3"])
    assert lines(content) == [
        {
            "value": "45.1.2.3",
            "entries": [
                {"value": "45.1.2.3", "confidence": 60, "source": "Other"},
                {"value": "45.1.2.3", "confidence": 95, "itype": "mal_ip", "source": "PhishMe", "tlp": "amber"},
            ],
        }
    ]


def test_a_wider_entry_says_what_it_took_in(tmp_path: pathlib.Path) -> None:
    content = made(tmp_path, [PHISHME, WIDE, NAME, WILD], ["45.1.2.0/24", "*.example.org"])
    assert [(line["value"], line["covers"]) for line in lines(content)] == [
        ("45.1.2.0/24", ["45.1.2.3"]),
        ("*.example.org", ["bad.example.org"]),
    ]
    assert hits(content, "45.1.2.3", "45.1.2.4", "bad.example.org", "x.example.org", "example.org") == {
        "45.1.2.3": [("45.1.2.0/24", "covers", ["Wide", "PhishMe"])],
        "45.1.2.4": [("45.1.2.0/24", "covers", ["Wide"])],
        "bad.example.org": [("*.example.org", "covers", ["Wild", "Names"])],
        "x.example.org": [("*.example.org", "covers", ["Wild"])],
        "example.org": [],
    }


def test_a_network_is_told_what_lies_inside(tmp_path: pathlib.Path) -> None:
    content = made(tmp_path, [PHISHME, CUT], ["45.1.2.3", "45.9.9.9"])
    found = hits(content, "45.1.0.0/16", "45.1.2.0/255.255.255.0", "45.1.2.3-45.1.2.3", "0.0.0.0/0")
    assert found["45.1.0.0/16"] == [("45.1.2.3", "inside", ["PhishMe"])] == found["45.1.2.0/255.255.255.0"]
    assert found["45.1.2.3-45.1.2.3"] == [("45.1.2.3", "exact", ["PhishMe"])]
    assert len(found["0.0.0.0/0"]) == 2


def test_of_what_lies_inside_the_first_are_told_and_all_are_counted(tmp_path: pathlib.Path) -> None:
    values = [f"45.{number // 250}.{number % 250}.1" for number in range(index.MOST_INSIDE + 50)]
    content = made(tmp_path, [Indicator(value) for value in values], values)
    found = index.look_up(io.BytesIO(content), ["0.0.0.0/1", "45.0.0.0/24", "128.0.0.0/1", values[-1]], "index")
    assert [hit.entry for hit in found.hits["0.0.0.0/1"]] == values[: index.MOST_INSIDE]
    assert found.more == {"0.0.0.0/1": 50}
    assert [len(found.hits[value]) for value in ("45.0.0.0/24", "128.0.0.0/1", values[-1])] == [1, 0, 1]


def test_a_wider_entry_is_told_after_any_number_inside(tmp_path: pathlib.Path) -> None:
    values = [f"45.0.{number // 250}.{number % 250}" for number in range(index.MOST_INSIDE + 1)]
    content = made(tmp_path, [Indicator(value) for value in values], [*values, "45.128.0.0/9"])
    found = index.look_up(io.BytesIO(content), ["45.0.0.0-45.128.0.7"], "index")
    assert (found.hits["45.0.0.0-45.128.0.7"][-1].entry, found.more) == ("45.128.0.0/9", {"45.0.0.0-45.128.0.7": 1})


def test_a_field_can_be_left_out(tmp_path: pathlib.Path) -> None:
    (line,) = lines(made(tmp_path, [PHISHME], ["45.1.2.3"], without=["tlp", "source"]))
    assert line["entries"] == [{"value": "45.1.2.3", "confidence": 95, "itype": "mal_ip"}]


def test_more_than_fits_into_memory_is_the_same(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indicators = [Indicator(f"45.{number % 7}.{number % 250}.1", source=str(number)) for number in range(1000)]
    kept = sorted({one.value for one in indicators})
    whole = made(tmp_path, indicators, kept)
    monkeypatch.setattr(index, "RUN", 10)
    assert made(tmp_path, list(reversed(indicators)), kept) == whole
    assert list(tmp_path.iterdir()) == []


def test_a_thousand_names_are_asked_without_a_comparison_with_each(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = made(tmp_path, [NAME, WILD], ["*.example.org"])
    asked = ["bad.example.org", "x.example.org", *(f"host{number}.example.net" for number in range(1000))]
    told: list[str] = []
    monkeypatch.setattr(index, "parents", lambda name: told.append(name) or list(parents(name)))
    found = hits(content, *asked)
    assert [value for value in asked if found[value]] == asked[:2]
    # Once for each that is asked, and for each entry; that of the hits is what they speak of.
    assert len(told) < 1.1 * len(asked)


@pytest.mark.parametrize(
    "content", [b"no gzip", gzip.compress(b"45.1.2.3\n", mtime=0), gzip.compress(b'{"value":"x', mtime=0)]
)
def test_what_is_no_index_is_said(content: bytes) -> None:
    with pytest.raises(ParseError, match="the index is no index"):
        index.look_up(io.BytesIO(content), ["45.1.2.3"], "the index")


def test_what_cannot_be_asked_is_said(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ArgumentError, match="http"):
        hits(made(tmp_path, [PHISHME], ["45.1.2.3"]), "http://bad")


ADDRESSES = st.integers(0, 2**32 - 1).map(lambda number: networks.text(networks.pack(number & 0x0F0F0F0F, 32)))
NETWORKS = st.tuples(ADDRESSES, st.integers(8, 32)).map(lambda pair: f"{pair[0]}/{pair[1]}")


@given(values=st.lists(ADDRESSES | NETWORKS, max_size=30), asked=st.lists(ADDRESSES | NETWORKS, min_size=1, max_size=5))
def test_what_is_found_is_what_the_list_holds(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], asked: list[str]
) -> None:
    """By the policy's own merging, and by comparing each entry with each value asked for."""
    folder = tmp_path_factory.getbasetemp()
    parsed = [entry for value in values for entry in networks.parse(value)]
    kept = [e for e in sorted(set(parsed)) if not any(o != e and covers(o, e) for o in parsed)]
    content = made(folder, [Indicator(value, source=value) for value in values], [networks.text(e) for e in kept])
    assert [line["value"] for line in lines(content)] == [networks.text(entry) for entry in kept]
    sources = {source["source"] for line in lines(content) for source in line["entries"]}
    assert sources == set(values)
    found = hits(content, *asked)
    for value in asked:
        (wanted,) = networks.parse(value)
        meant = {networks.text(entry) for entry in kept if covers(entry, wanted) or covers(wanted, entry)}
        assert {entry for entry, _relation, _sources in found[value]} == meant


def covers(wider: int, entry: int) -> bool:
    return networks.first(wider) <= networks.first(entry) and networks.last(entry) <= networks.last(wider)


def index_of(tmp_path: pathlib.Path, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """threatlist_file with an index: its result, and the index's lines."""
    path = tmp_path / "list.txt.index.jsonl.gz"
    result = merge(dest=tmp_path / "list.txt", index=path, **options)
    *found, end = lines(path.read_bytes())
    assert list(end) == ["dropped"]
    return result, found


def test_threatlist_file_writes_the_index_of_what_it_lists(tmp_path: pathlib.Path) -> None:
    feed = tmp_path / "feed.jsonl"
    given = [
        '"45.1.2.3","source":"PhishMe","id":"7","tags":["c2","apt"]',
        '"45.1.3.0/24","source":"Wide"',
        '"10.0.0.1"',
        '"45.1.3.9"',
    ]
    feed.write_text("".join(f'{{"value":{text}}}\n' for text in given))
    options: dict[str, Any] = {"src": [feed], "entries": ["45.1.2.3"], "exclude": ["45.1.3.0/25"]}
    first, found = index_of(tmp_path, **options)
    assert [(line["value"], [(one["source"], one.get("id")) for one in line["entries"]]) for line in found] == [
        ("45.1.2.3", [("inline entries", None), ("PhishMe", "7")]),
        ("45.1.3.128/25", [("Wide", None)]),
    ]
    assert found[0]["entries"][1]["tags"] == ["apt", "c2"]
    assert (tmp_path / "list.txt").read_text() == "45.1.2.3\n45.1.3.128/25\n"
    again, _found = index_of(tmp_path, **options)
    assert (first["changed"], again["changed"], again["sha256"]) == (True, False, first["sha256"])
    only_index, found = index_of(tmp_path, **options, index_without=["id", "tags"])
    assert (only_index["changed"], found[0]["entries"][1]) == (True, {"value": "45.1.2.3", "source": "PhishMe"})


def test_an_index_ends_with_what_was_dropped_and_the_list_does_not_change_with_it(tmp_path: pathlib.Path) -> None:
    feed, path, dest = tmp_path / "feed.txt", tmp_path / "list.index", tmp_path / "list.txt"
    feed.write_text("45.1.2.3\n\n10.0.0.1\nhttp://10.1.0.9/x\n45.9.0.0/10\n45.1.2.3\n")
    options: dict[str, Any] = {"src": [feed], "entries": ["46.0.0.1", "46.0.0.3"], "max_entries": 2, "index": path}
    first = merge(dest=dest, **options)
    asked = ["10.0.0.1", "45.0.0.1", "45.1.2.3", "46.0.0.3"]
    found = index.look_up(io.BytesIO(path.read_bytes()), asked, "index")
    assert found.drops is not None
    assert [(drop.source, drop.reason, drop.count) for drop in found.drops] == [
        ("feed.txt", "excluded_bogons", 1),
        ("feed.txt", "too_wide", 1),
        ("feed.txt", "unsupported_type", 1),
        (None, "over_max_entries", 1),
    ]
    told = index.samples(found.drops, asked)
    assert {value: [(drop.reason, *sample) for drop, sample in some] for value, some in told.items()} == {
        "10.0.0.1": [("excluded_bogons", "10.0.0.1", 3)],
        "45.0.0.1": [("too_wide", "45.9.0.0/10", 5)],
        "45.1.2.3": [("too_wide", "45.9.0.0/10", 5)],
        "46.0.0.3": [],
    }
    with feed.open("a") as stream:
        stream.write("10.0.0.2\n")
    more = merge(dest=dest, **options, index_without=["source"])
    assert (more["changed"], more["sha256"]) == (True, first["sha256"])
    found = index.look_up(io.BytesIO(path.read_bytes()), ["10.0.0.2"], "index")
    assert found.drops is not None
    assert (found.drops[0].source, found.drops[0].count) == (None, 2)


def test_what_the_caps_cut_is_not_in_the_index(tmp_path: pathlib.Path) -> None:
    _result, found = index_of(tmp_path, entries=["45.1.2.3", "45.1.2.9", "45.1.2.5"], max_entries=2)
    assert [line["value"] for line in found] == (tmp_path / "list.txt").read_text().split()


def test_a_refused_list_has_no_index_and_check_mode_writes_none(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "list.index"
    options = {"entries": ["45.1.2.3"], "dest": tmp_path / "list.txt", "index": path}
    with pytest.raises(GuardError):
        merge(**options, min_entries=5)
    assert merge_module(module(check_mode=True, **options))["index"] is None
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ListFileError, match="index"):
        merge(**options | {"index": tmp_path / "none" / "list.index"})
    with pytest.raises(ArgumentError, match="JSONL"):
        merge(**options, format="JSONL")


TEXTS = st.text(max_size=5)
TAGS = st.sets(TEXTS).map(sorted).map(tuple)
INDICATORS = st.builds(Indicator, TEXTS, TEXTS, st.integers(-1, 100), *[TEXTS] * (len(Indicator._fields) - 4), TAGS)


@given(indicators=st.lists(INDICATORS, max_size=4))
def test_an_indicator_is_written_as_in_jsonl(indicators: list[Indicator]) -> None:
    collector = index.Collector("/")
    for one in indicators:
        collector.note(one, ["bad.example.org"])
    (line,) = lines(b"".join(collector.chunks([], ["bad.example.org"])))
    assert line["entries"] == [json.loads(text) for text in sorted({jsonl.line(one) for one in indicators})]
