# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One file from many sources: merged, judged, guarded, compared, explained."""

from __future__ import annotations

import hashlib
import pathlib

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    GuardError,
    ListFileError,
    ParseError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import produce
from ansible_collections.threatlists.aws.plugins.module_utils._lists import summary as _summary
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.sources import Source
from support import list_cases, paths

FIXTURES = paths.FIXTURES
SOURCES = [
    str(FIXTURES / name)
    for name in ("stix/shapes.xml", "stix/poll_response.xml", "txt/hand_kept.bin", "jsonl/export.jsonl")
]


def source(indicators):
    return Source("test", "test", lambda _reading: indicators)


def summary(*texts):
    return _summary.inspect("\n".join(texts).encode(), "list")


def test_sources_of_every_format_become_one_list(tmp_path):
    dest = tmp_path / "list.txt"
    result = list_cases.merge(src=SOURCES, entries=["45.6.0.0/31"], dest=dest)
    assert dest.read_text() == (
        "45.0.0.1\n45.0.0.2\n45.0.0.3\n45.0.1.1\n45.0.1.2\n45.0.2.0/24\n45.0.4.1\n45.0.4.2\n45.0.5.0/24\n"
        "45.0.6.1\n45.2.0.1\n45.4.0.1\n45.4.1.0/24\n45.4.2.0/30\n45.4.3.0/24\n45.5.0.1\n45.6.0.0/31\n"
    )
    sources = result.pop("sources")
    assert [(source["name"], source["total"], source["usable"]) for source in sources] == [
        ("shapes.xml", 21, 10),
        ("poll_response.xml", 1, 1),
        ("hand_kept.bin", 7, 4),
        ("export.jsonl", 5, 2),
        ("inline entries", 1, 1),
    ]
    assert sum(source["total"] for source in sources) == 35
    assert {sample["reason"] for sample in result.pop("samples")} == result["dropped"].keys() - {"duplicate"}
    assert result == {
        "changed": True,
        "dest": str(dest),
        "sha256": hashlib.sha256(dest.read_bytes()).hexdigest(),
        "size": dest.stat().st_size,
        "entry_count": 17,
        "total_count": 35,
        "dropped": {
            "allow_listed": 1,
            "domain": 3,
            "duplicate": 1,
            "expired": 1,
            "invalid": 1,
            "ipv6": 2,
            "negated": 2,
            "pattern": 1,
            "unresolved": 1,
            "unsupported_type": 5,
        },
        "cut": [],
        "added": 17,
        "removed": 0,
        "tlp": "amber",
        "address_count": 1041,
        "growth_percent": 0.0,
    }
    assert result["total_count"] == result["entry_count"] + sum(result["dropped"].values())


def test_an_entity_list_keeps_domains(tmp_path):
    dest = tmp_path / "list.txt"
    result = list_cases.merge(src=SOURCES, entries=["*.example.net"], dest=dest, kind="threatentityset")
    assert dest.read_text().splitlines()[-3:] == ["*.example.net", "bad.example.com", "evil.example.com"]
    assert result["dropped"]["covered"] == 1
    assert "domain" not in result["dropped"]


@pytest.mark.parametrize("format", ["TXT", "STIX", "JSONL"])
def test_a_second_run_changes_nothing_and_check_mode_foretells_the_first(format, tmp_path):
    options = {"src": SOURCES, "dest": tmp_path / "list", "format": format}
    foretold = list_cases.merge(check_mode=True, **options)
    assert not (tmp_path / "list").exists()
    scratch = pathlib.Path(foretold.pop("scratch"))
    first = list_cases.merge(**options)
    assert foretold == first
    assert scratch.read_bytes() == (tmp_path / "list").read_bytes()
    scratch.unlink()
    before = (tmp_path / "list").stat()
    second = list_cases.merge(**options)
    assert second == first | {"changed": False, "added": 0}
    assert (tmp_path / "list").stat() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "list"]


def test_several_jsonl_files_make_the_list_that_their_sources_make(tmp_path):
    for number, source in enumerate(SOURCES[:2]):
        list_cases.merge(src=[source], dest=tmp_path / f"{number}.jsonl", format="JSONL")
    list_cases.merge(src=[str(tmp_path / f"{number}.jsonl") for number in range(2)], dest=tmp_path / "merged")
    list_cases.merge(src=SOURCES[:2], dest=tmp_path / "direct")
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "direct").read_bytes()


def test_a_single_jsonl_source_is_neither_judged_nor_guarded(tmp_path):
    dest = tmp_path / "feed.jsonl"
    module = list_cases.module(entries=["10.0.0.1", "x"] * 2, dest=dest, format="JSONL", exclude=["10.0.0.0/8"])
    result = list_cases.merge_module(module)
    assert (result["entry_count"], result["dropped"]) == (2, {"duplicate": 2})
    assert module.warnings == ["exclude: JSONL keeps every indicator as it is; set it where the files are merged."]
    (tmp_path / "empty.txt").touch()
    result = list_cases.merge(src=[tmp_path / "empty.txt"], dest=dest, format="JSONL")
    assert (result["entry_count"], result["removed"]) == (0, 2)


def test_hand_kept_entries_rank_before_a_feed_and_an_unknown_confidence_after_it(tmp_path):
    feed = tmp_path / "feed.jsonl"
    list_cases.merge(src=[str(FIXTURES / "jsonl/export.jsonl")], dest=feed, format="JSONL")
    with feed.open("a") as stream:
        stream.write('{"value":"45.9.0.1"}\n')
    result = list_cases.merge(src=[feed], entries=["45.9.0.2"], dest=tmp_path / "list", max_entries=2)
    assert (tmp_path / "list").read_text() == "45.5.0.1\n45.9.0.2\n"
    assert result["cut"] == [{"option": "max_entries", "count": 1, "confidence": -1}]
    assert result["dropped"]["over_max_entries"] == 1


@pytest.mark.parametrize("format", ["TXT", "STIX"])
@pytest.mark.parametrize("kind", ["threatintelset", "threatentityset"])
def test_max_size_holds_and_says_what_was_cut(format, kind, tmp_path):
    module = list_cases.module(
        dest=tmp_path / "list", format=format, kind=kind, max_size=1_000 if format == "TXT" else 20_000
    )
    indicators = [Indicator(f"45.0.{number // 256}.{number % 256}", confidence=number % 100) for number in range(900)]
    result = produce.produce(module, [source(indicators)])
    (cut,) = result["cut"]
    size = module.params["max_size"]
    assert size - 400 < result["size"] <= size
    assert result["entry_count"] + cut["count"] == 900
    assert cut["confidence"] < 100
    assert module.warnings == [
        f"max_size left out {cut['count']} entries, those of confidence {cut['confidence']} and below."
    ]


def test_guards_keep_the_old_list_and_say_how_to_accept(tmp_path):
    dest = tmp_path / "list"
    entries = [f"45.0.0.{number}" for number in range(0, 20, 2)]
    list_cases.merge(entries=entries, dest=dest)
    old = dest.read_bytes()
    with pytest.raises(GuardError, match="fewer than min_entries") as error:
        list_cases.merge(entries=["10.0.0.1", "45.0.0.1"], dest=dest, min_entries=2, max_shrink_percent=100)
    assert (error.value.code, error.value.result["dropped"]) == ("TooFewEntries", {"excluded_bogons": 1})
    for check_mode in (False, True):
        with pytest.raises(GuardError, match=r"lost 6 entries .* \(60.0 %\)") as error:
            list_cases.merge(entries=entries[:4], dest=dest, check_mode=check_mode)
    assert error.value.code == "ShrankTooMuch"
    assert "max_shrink_percent: 100" in error.value.remedy
    assert dest.read_bytes() == old
    assert list_cases.merge(entries=["45.0.0.0/24"], dest=dest)["removed"] == 10
    assert list_cases.merge(entries=["46.0.0.0"], dest=dest, max_shrink_percent=100)["changed"]


def test_a_list_that_covers_or_gains_too_much_is_refused(tmp_path):
    dest = tmp_path / "list"
    wide = [f"45.{number}.0.0/16" for number in range(257)][:3]
    with pytest.raises(GuardError, match="covers 196608 addresses, more than max_addresses") as error:
        list_cases.merge(entries=wide, dest=dest, max_addresses=1 << 17)
    assert error.value.code == "TooManyAddresses"
    assert list_cases.merge(entries=wide[:2], dest=dest, max_addresses=1 << 17)["address_count"] == 1 << 17
    more = [*wide[:2], "46.0.0.1", "46.0.0.3"]
    with pytest.raises(GuardError, match=r"2 entries .* \(100.0 %\), more than max_growth_percent") as error:
        list_cases.merge(entries=more, dest=dest, max_growth_percent=99)
    assert (error.value.code, error.value.result["growth_percent"]) == ("GrewTooMuch", 100.0)
    assert list_cases.merge(entries=more, dest=dest, max_growth_percent=100)["changed"]


def test_guards_hold_over_a_change_of_format(tmp_path):
    dest = tmp_path / "list"
    list_cases.merge(entries=["45.0.0.1", "45.1.0.0/16", "45.2.0.1"], dest=dest, format="STIX")
    with pytest.raises(GuardError, match="lost 2 entries"):
        list_cases.merge(entries=["45.0.0.1"], dest=dest)
    result = list_cases.merge(entries=["45.0.0.1", "45.1.0.0/16"], dest=dest)
    assert (result["changed"], result["added"], result["removed"]) == (True, 0, 1)


def test_what_stands_there_and_is_no_list_is_replaced_with_a_warning(tmp_path):
    dest = tmp_path / "list"
    dest.write_bytes(b"\0\0")
    module = list_cases.module(dest=dest)
    result = produce.produce(module, [source([Indicator("45.0.0.1")])])
    assert (result["changed"], result["added"]) == (True, 1)
    assert "not compared" in module.warnings[0]


def test_diff_is_bounded_and_counts(tmp_path):
    dest = tmp_path / "list"
    list_cases.merge(entries=["45.1.0.1", "45.1.0.3"], dest=dest)
    many = [f"45.0.{number}.1" for number in range(150)]
    diff = list_cases.merge(entries=[*many, "45.1.0.3"], dest=dest, diff=True, check_mode=True)["diff"]
    assert diff["before"] == "45.1.0.1\n"
    assert diff["after"].splitlines()[0] == "45.0.0.1"
    assert diff["after"].splitlines()[100:] == ["(50 more added)"]


@pytest.mark.parametrize(
    ("content", "message"), [("<a", "line 1, column"), ("\0", "binary"), ('{"value"', "line 1"), ("<html>", "HTML")]
)
def test_a_bad_source_is_named_and_leaves_the_old_list(content, message, tmp_path):
    dest, bad = tmp_path / "list", tmp_path / "bad"
    dest.write_text("45.0.0.1\n")
    bad.write_text(content)
    with pytest.raises(ParseError, match=message) as error:
        list_cases.merge(entries=["45.0.0.2"], src=[bad], dest=dest)
    assert str(error.value).startswith(f"src: {bad}")
    assert dest.read_text() == "45.0.0.1\n"


def test_recovering_says_how_much_and_warns(tmp_path):
    module = list_cases.module(src=[str(FIXTURES / "stix/not_well_formed.xml")], recover=True, dest=tmp_path / "list")
    result = list_cases.merge_module(module)
    assert result["entry_count"] == 2
    assert "2 of 2 Address_Value elements" in result["recovered"][0]
    assert module.warnings == result["recovered"]
    assert module.warnings[0].startswith("src: ")


def test_a_trusted_threat_is_said(tmp_path):
    module = list_cases.module(src=[FIXTURES / "jsonl/export.jsonl"], kind="ipset", dest=tmp_path / "list")
    list_cases.merge_module(module)
    assert "2 of its indicators have an itype of a threat" in module.warnings[0]


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_source_that_cannot_be_read_is_named(name, tmp_path):
    with pytest.raises(ListFileError, match=r"^src: .* cannot be read"):
        list_cases.merge(src=[tmp_path / name], dest=tmp_path / "list")


def test_nothing_to_read_is_an_argument_error(tmp_path):
    with pytest.raises(ArgumentError, match="sources, entries, src"):
        list_cases.merge(dest=tmp_path / "list")
