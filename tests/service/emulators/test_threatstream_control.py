# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a test can order of the emulated ThreatStream, and that nothing else is taken for it."""

from __future__ import annotations

import json
import pathlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from threatlists_emulators import control


@pytest.fixture(scope="module")
def emulator() -> Iterator[control.ThreatStream]:
    with control.threatstream() as threatstream:
        yield threatstream


@pytest.fixture
def feed(emulator: control.ThreatStream) -> control.ThreatStream:
    emulator.world({"objects": [{"id": 7, "value": "45.12.7.9"}]})
    return emulator


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("world", [], "no JSON object"),
        ("world", {"object": []}, "unknown .*object.*known are .*objects"),
        ("world", {"objects": {}}, "objects"),
        ("world", {"objects": [7]}, "no JSON object"),
        ("objects", {"id": 1}, "no list"),
        ("objects", ["45.12.7.9"], "no JSON object"),
        ("change", {"confidence": 5}, "id.* is needed"),
        ("change", {"id": 8, "confidence": 5}, "no object 8"),
        ("generate", {}, "count.* is needed"),
        ("generate", {"count": 5, "sead": 1}, "unknown .*sead"),
        ("generate", {"count": "five"}, "count"),
        ("settings", {"max_limits": 5}, "unknown .*max_limits.*known are .*max_limit"),
        ("settings", {"cursor": "id"}, "cursor is one of .*search_after"),
        ("faults", {}, "kind.* is needed"),
        ("faults", {"kind": "explode"}, "kind is one of .*status"),
        ("faults", {"kind": "status"}, "status.* is needed"),
        ("faults", {"kind": "cut", "seconds": 1}, "unknown .*seconds"),
        ("faults", {"kind": "html", "skip": 1}, "unknown .*skip.*known are .*after"),
        ("faults", [], "no JSON object"),
    ],
)
def test_what_means_nothing_is_refused(feed: control.ThreatStream, path: str, body: Any, words: str) -> None:
    with pytest.raises(control.ControlError, match=f"(?s): 400 .*{words}"):
        feed.request("POST", path, body)
    assert [held["id"] for held in feed.objects()] == [7]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "nothing"), ("GET", "faults"), ("DELETE", "world"), ("DELETE", "x"), ("POST", "x")]
)
def test_an_unknown_request_answers_which_there_are(feed: control.ThreatStream, method: str, path: str) -> None:
    with pytest.raises(control.ControlError, match=r"404 .*GET objects"):
        feed.request(method, path)
    assert feed.world() == {"objects": [{"id": 7, "value": "45.12.7.9"}]}
    assert [held["id"] for held in feed.objects()] == [7]


def test_a_body_that_is_no_json_is_refused(feed: control.ThreatStream) -> None:
    request = urllib.request.Request(f"{feed.url}/_emulator/settings", b"max_limit: 5", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)


def test_reset_keeps_the_world_and_nothing_else(feed: control.ThreatStream) -> None:
    feed.settings(max_limit=5)
    feed.generate(3)
    feed.fault(kind="status", status=500)
    feed.reset()
    assert feed.settings()["max_limit"] == 1000
    assert [held["id"] for held in feed.objects()] == [7]
    assert feed.calls() == []


def test_a_world_can_be_given_as_a_file(tmp_path: pathlib.Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"objects": [{"id": 9, "value": "45.12.7.10"}]}))
    with control.threatstream("--world", str(world)) as feed:
        assert [held["id"] for held in feed.objects()] == [9]
        feed.reset()
        assert [held["id"] for held in feed.objects()] == [9]
