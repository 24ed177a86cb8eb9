# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A selection of ThreatStream as one source of threatlist_file among others."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    GuardError,
    SourceError,
)
from support import list_cases
from threatlists_emulators import control


@pytest.fixture(scope="module")
def emulator():
    with control.threatstream() as running:
        yield running


@pytest.fixture
def feed(emulator, monkeypatch):
    objects = [{"value": f"45.0.0.{number}", "confidence": 60 + number} for number in range(0, 30, 2)]
    emulator.world({"objects": [*objects, {"value": "evil.example.com", "type": "domain"}]})
    emulator.clear_faults()
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("THREATSTREAM_API_KEY", "emulator-key")
    return emulator


def merge(tmp_path, *sources, **params):
    return list_cases.merge(sources=list(sources), dest=tmp_path / "list", **params)


def test_credentials_come_from_the_environment_and_the_kind_decides_what_is_asked_for(feed, tmp_path):
    result = merge(tmp_path, {"threatstream": {"confidence_min": 80}}, {"entries": ["45.0.0.0/31"]})
    assert [(source["name"], source["usable"]) for source in result["sources"]] == [
        ("ThreatStream at 127.0.0.1", 5),
        ("inline entries", 1),
    ]
    assert not merge(tmp_path, {"threatstream": {"confidence_min": 80}}, {"entries": ["45.0.0.0/31"]})["changed"]
    entities = merge(tmp_path, {"threatstream": {}}, kind="threatentityset")
    assert "evil.example.com" in (tmp_path / "list").read_text()
    assert entities["sources"][0]["total"] == 16


def test_a_state_file_serves_a_source_too(feed, tmp_path):
    source = {"threatstream": {"state_file": tmp_path / "state"}}
    assert merge(tmp_path, source)["entry_count"] == 15
    feed.add({"value": "45.0.1.1"})
    assert merge(tmp_path, source)["added"] == 1


def test_a_selection_that_gives_nothing_fails_the_list_and_is_named(feed, tmp_path):
    none = {"threatstream": {"confidence_min": 100}, "name": "confident"}
    with pytest.raises(GuardError, match="confident: nothing usable of 0") as error:
        merge(tmp_path, {"entries": ["45.0.0.1"]}, none)
    assert error.value.code == "SourceUnusable"
    assert merge(tmp_path, {"entries": ["45.0.0.1"]}, {**none, "optional": True})["entry_count"] == 1


def test_a_failed_download_fails_the_list_unless_it_is_optional_but_dead_credentials_always_do(feed, tmp_path):
    feed.fault(kind="html")
    with pytest.raises(SourceError, match=r"^sources: item 2: the feed: url: 127\.0\.0\.1 answered"):
        merge(tmp_path, {"entries": ["45.0.0.1"]}, {"threatstream": {}, "name": "the feed"})
    result = merge(tmp_path, {"entries": ["45.0.0.1"]}, {"threatstream": {}, "optional": True})
    assert result["sources"][1]["error"]["code"] == "NotThreatStream"
    feed.clear_faults()
    feed.fault(kind="status", status=401)
    with pytest.raises(CredentialsError):
        merge(tmp_path, {"entries": ["45.0.0.1"]}, {"threatstream": {}, "optional": True})


def test_a_selection_that_can_match_nothing_is_refused_before_anything_is_asked(feed, tmp_path):
    feed.clear_calls()
    with pytest.raises(ArgumentError, match=r"^sources: item 1: the domains: itype: mal_domain can match nothing"):
        merge(tmp_path, {"threatstream": {"itype": ["mal_domain"]}, "name": "the domains"})
    assert feed.calls() == []
