# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each source of a list has an account of its own, and a dead one beside good ones is no silence."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    GuardError,
    ListFileError,
    ParseError,
)
from support import list_cases

HASH = "d41d8cd98f00b204e9800998ecf8427e"
OF_HASHES = f"{HASH}\n" * 501


@pytest.fixture
def dest(tmp_path):
    return tmp_path / "list"


def merge(dest, *sources, **params):
    return list_cases.merge(sources=list(sources), dest=dest, **params)


def test_the_shape_of_the_role_is_taken_as_it_is(tmp_path, dest):
    (tmp_path / "feed.txt").write_text("# a feed\n45.0.0.1\n\n10.0.0.1\n45.0.0.1\n")
    result = merge(dest, {"file": "feed.txt", "name": "feed"}, {"entries": ["45.1.0.0/24"]}, source_dir=tmp_path)
    assert dest.read_text() == "45.0.0.1\n45.1.0.0/24\n"
    assert result["sources"] == [
        {
            "name": "feed",
            "total": 3,
            "usable": 2,
            "dropped": {"duplicate": 1, "excluded_bogons": 1},
            "rewritten": {},
            "optional": False,
            "error": None,
        },
        {
            "name": "inline entries",
            "total": 1,
            "usable": 1,
            "dropped": {},
            "rewritten": {},
            "optional": False,
            "error": None,
        },
    ]
    assert result["samples"] == [{"source": "feed", "value": "10.0.0.1", "line": 4, "reason": "excluded_bogons"}]


def test_a_dead_source_beside_a_good_one_fails_the_list(tmp_path, dest):
    dest.write_text("45.0.0.1\n")
    (tmp_path / "dead.txt").write_text(OF_HASHES)
    sources = [{"entries": ["45.0.0.1", "45.0.0.3"]}, {"file": tmp_path / "dead.txt"}]
    with pytest.raises(GuardError, match=r"item 2: dead.txt: nothing usable of 501 .*501 unsupported_type") as error:
        merge(dest, *sources)
    assert error.value.code == "SourceUnusable"
    assert dest.read_text() == "45.0.0.1\n"
    assert [source["usable"] for source in error.value.result["sources"]] == [2, 0]
    assert error.value.result["samples"][0] == {
        "source": "dead.txt",
        "value": HASH,
        "line": 1,
        "reason": "unsupported_type",
    }
    assert len(error.value.result["samples"]) == 10
    sources[1]["optional"] = True
    module = list_cases.module(sources=sources, dest=dest)
    assert list_cases.merge_module(module)["entry_count"] == 2
    assert "dead.txt: nothing usable" in module.warnings[0]


def test_an_error_page_is_refused_as_what_it_is(tmp_path, dest):
    (tmp_path / "dead.txt").write_text("Too many requests\n" * 501)
    with pytest.raises(ParseError, match=r"item 2: .*is text in which no line is .*it begins with 'Too many requests'"):
        merge(dest, {"entries": ["45.0.0.1"]}, {"file": tmp_path / "dead.txt"})
    assert not dest.exists()


def test_a_source_that_is_not_there_fails_the_list_unless_it_is_optional(tmp_path, dest):
    sources = [{"entries": ["45.0.0.1"]}, {"file": tmp_path / "missing.txt"}]
    with pytest.raises(ListFileError, match=r"^sources: item 2: .*missing.txt cannot be read: No such file"):
        merge(dest, *sources)
    assert not dest.exists()
    with pytest.raises(ListFileError) as missing:
        merge(dest, {"file": "missing.txt"})
    assert missing.value.remedy == f"It was looked for at {pathlib.Path('missing.txt').absolute()}."
    sources[1]["optional"] = True
    result = merge(dest, *sources)
    assert result["sources"][1]["error"]["code"] == "FileFailed"


def test_of_an_optional_source_that_breaks_off_nothing_is_taken(tmp_path, dest):
    (tmp_path / "cut.jsonl").write_text('{"value":"45.0.0.2"}\n{"value":')
    result = merge(dest, {"entries": ["45.0.0.1"]}, {"file": tmp_path / "cut.jsonl", "optional": True})
    assert dest.read_text() == "45.0.0.1\n"
    assert (result["total_count"], result["sources"][1]["error"]["code"]) == (1, "NotWellFormed")


def test_each_source_has_its_own_guards(dest):
    few = {"entries": ["45.0.0.1", "45.0.0.3"], "name": "few", "min_entries": 3}
    with pytest.raises(GuardError, match=r"few: 2 usable of 2 .* fewer than its min_entries \(3\)") as error:
        merge(dest, few)
    assert error.value.code == "TooFewEntries"
    shrunk = {"entries": ["45.0.0.1", "45.0.0.3"], "name": "few", "max_shrink_percent": 50}
    with pytest.raises(GuardError, match=r"3 fewer than in the earlier run \(5\)") as error:
        merge(dest, shrunk, earlier_sources=[{"name": "few", "usable": 5}])
    assert error.value.code == "ShrankTooMuch"
    assert merge(dest, shrunk, earlier_sources=[{"name": "few", "usable": 4}])["entry_count"] == 2
    assert not merge(dest, shrunk)["changed"]
    with pytest.raises(ArgumentError, match="min_entries: -1"):
        merge(dest, {"entries": [], "min_entries": -1})
    for percent in (-1, 101):
        with pytest.raises(ArgumentError, match=f"max_shrink_percent: {percent} is not between 0 and 100"):
            merge(dest, few | {"max_shrink_percent": percent})


def test_what_an_earlier_run_counted_may_have_become_text(dest):
    shrunk = {"entries": ["45.0.0.1"], "name": "few", "max_shrink_percent": 50}
    with pytest.raises(GuardError, match=r"4 fewer than in the earlier run \(5\)"):
        merge(dest, shrunk, earlier_sources=[{"name": "few", "usable": "5"}])
    with pytest.raises(ArgumentError, match="earlier_sources: usable: 'many' is not a number"):
        merge(dest, shrunk, earlier_sources=[{"name": "few", "usable": "many"}])
    assert merge(dest, shrunk, earlier_sources=[{"name": "few", "usable": None}])["entry_count"] == 1


def test_inline_entries_are_read_as_those_of_a_file(dest):
    result = merge(dest, {"entries": ["45.0.0[.]1:80", "45.1.2.8-9", "45.0.0.3, 45.0.0.5", "hxxp://example.com/x"]})
    assert dest.read_text() == "45.0.0.1\n45.0.0.3\n45.0.0.5\n45.1.2.8/31\n"
    assert result["sources"][0]["rewritten"] == {"port_stripped": 1, "range_completed": 1, "refanged": 2}
    assert result["dropped"] == {"unsupported_type": 1}


def test_an_empty_source_may_be_meant(dest):
    result = merge(dest, {"entries": ["45.0.0.1"]}, {"entries": [], "min_entries": 0, "name": "none"})
    assert [source["total"] for source in result["sources"]] == [1, 0]


def test_sources_of_one_name_are_told_apart(dest):
    result = merge(dest, {"entries": ["45.0.0.1"]}, {"entries": ["45.0.0.3"]}, entries=["45.0.0.5"])
    names = [source["name"] for source in result["sources"]]
    assert names == ["inline entries", "inline entries (2)", "inline entries (3)"]


def test_samples_are_bounded_and_show_no_credential(dest):
    values = ["45.0.0.1", "x" * 300, "https://user:hunter2@example.com/?api_key=hunter2&page=1"]
    samples = merge(dest, {"entries": [*values, *(f"bad {number}" for number in range(20))]})["samples"]
    assert [sample["reason"] for sample in samples] == ["invalid"] * 10 + ["unsupported_type"]
    assert len(samples[0]["value"]) == 100
    assert samples[10]["value"] == "https://********@example.com/?********&page=1"


def test_explain_tells_source_and_line(tmp_path, dest):
    (tmp_path / "feed.txt").write_text("45.0.0.1\n10.0.0.1\n")
    explained = merge(dest, {"file": tmp_path / "feed.txt"}, explain="10.0.0.1")["explained"]
    assert [(seen["read_from"], seen["line"], seen["outcome"]) for seen in explained["seen"]] == [
        ("feed.txt", 2, "excluded_bogons")
    ]


def test_a_column_and_the_hosts_of_urls(tmp_path, dest):
    (tmp_path / "urls.csv").write_text("id,seen_at,url\n1,https://x.example.org/1,http://45.0.0.1/a\n")
    result = merge(dest, {"file": "urls.csv", "column": "url", "host_of_url": True}, source_dir=tmp_path)
    assert dest.read_text() == "45.0.0.1\n"
    assert result["sources"][0]["rewritten"] == {"host_of_url": 1}


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"entries": ["45.0.0.1"], "column": "ip"}, "column does not go with entries, but with url, file"),
        ({"file": "list", "cache": "x"}, "cache does not go with file, but with url"),
    ],
)
def test_an_option_that_goes_with_another_kind_of_source(dest, item, message):
    with pytest.raises(ArgumentError, match=f"sources: item 1: {message}"):
        merge(dest, item)


def test_a_network_written_with_host_bits_is_counted_for_its_source(dest):
    result = merge(dest, {"entries": ["45.0.0.1/24", "45.0.1.0/24"]}, {"entries": ["45.0.2.0/24"]})
    assert [source["rewritten"] for source in result["sources"]] == [{"host_bits": 1}, {}]
