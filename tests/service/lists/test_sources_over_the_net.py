# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs and TAXII collections as sources of a list, as the module threatlist_file merges them."""

from __future__ import annotations

import gzip
import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    GuardError,
    SourceError,
)
from support import feeds, list_cases
from support.paths import FIXTURES

FEEDS = FIXTURES / "feeds"


@pytest.fixture
def server():
    with feeds.files() as running:
        running.files = {f"/{path.name}": path.read_bytes() for path in FEEDS.iterdir()}
        yield running


@pytest.fixture(scope="module")
def taxii():
    with feeds.taxii([feeds.indicator(1, "[ipv4-addr:value = '45.66.0.1']", confidence=80)]) as running:
        yield running


def merge(tmp_path, *sources, **params):
    return list_cases.merge(sources=list(sources), dest=tmp_path / "list.txt", **params)


def entries(tmp_path):
    return (tmp_path / "list.txt").read_text().split()


def test_a_list_by_url_in_any_format_and_compressed(server, tmp_path):
    server.files["/feodo.csv.gz"] = gzip.compress(server.files["/feodo.csv"])
    result = merge(tmp_path, {"url": f"{server.url}/feodo.csv.gz?key=secret"}, {"url": f"{server.url}/ipsum.txt"})
    assert entries(tmp_path) == ["45.61.0.30", "45.61.0.31", "45.61.1.7", "45.61.5.1", "45.61.5.2", "45.61.5.3"]
    assert [source["name"] for source in result["sources"]] == ["127.0.0.1/feodo.csv.gz", "127.0.0.1/ipsum.txt"]
    assert "secret" not in json.dumps(result)


def test_what_has_not_changed_is_not_fetched_again_and_changes_nothing(server, tmp_path):
    source = {"url": f"{server.url}/feodo.csv", "cache": tmp_path / "cache"}
    assert [merge(tmp_path, source)["changed"] for _run in range(2)] == [True, False]
    assert "If-None-Match" in server.asked[1][1]


def test_check_mode_writes_no_cache(server, tmp_path):
    result = merge(tmp_path, {"url": f"{server.url}/feodo.csv", "cache": tmp_path / "cache"}, check_mode=True)
    assert result["changed"]
    assert not (tmp_path / "cache").exists()


def test_headers(server, tmp_path, monkeypatch):
    monkeypatch.setenv("FEED_KEY", "from-env")
    headers = {"headers": {"X-One": "1"}, "headers_from_env": {"X-Two": "FEED_KEY"}}
    result = merge(tmp_path, {"url": f"{server.url}/feodo.csv", **headers})
    assert (server.asked[0][1]["X-One"], server.asked[0][1]["X-Two"]) == ("1", "from-env")
    assert "from-env" not in json.dumps(result)
    monkeypatch.delenv("FEED_KEY")
    with pytest.raises(CredentialsError, match="the environment variable FEED_KEY for X-Two is not set"):
        merge(tmp_path, {"url": f"{server.url}/feodo.csv", **headers})


def test_a_server_that_is_gone_fails_the_list_unless_the_source_is_optional(server, tmp_path):
    sources = [{"entries": ["45.0.0.1"]}, {"url": f"{server.url}/gone"}]
    with pytest.raises(SourceError, match=r"sources: item 2: .*/gone: answered 404"):
        merge(tmp_path, *sources)
    assert not (tmp_path / "list.txt").exists()
    sources[1]["optional"] = True
    result = merge(tmp_path, *sources)
    assert result["sources"][1]["error"]["code"] == "NotFound"
    assert entries(tmp_path) == ["45.0.0.1"]


def test_how_much_is_read_can_be_set(server, tmp_path):
    small = {"url": f"{server.url}/feodo.csv", "max_size": 5}
    with pytest.raises(SourceError, match="more than 5 bytes") as error:
        merge(tmp_path, small)
    assert error.value.code == "TooLarge"
    (tmp_path / "file").write_bytes(gzip.compress(b"45.0.0.1\n" * 100))
    with pytest.raises(SourceError, match="unpacks to more than 200 bytes"):
        merge(tmp_path, {"file": tmp_path / "file", "max_size": 200})
    assert merge(tmp_path, {"file": tmp_path / "file", "max_size": 900})["entry_count"] == 1
    with pytest.raises(ArgumentError, match="max_size: 0 is below 1"):
        merge(tmp_path, {"file": tmp_path / "file", "max_size": 0})


def test_a_feed_of_urls_alone_is_not_usable(server, tmp_path):
    with pytest.raises(GuardError, match=r"item 1: .*/urlhaus.csv: nothing usable") as error:
        merge(tmp_path, {"url": f"{server.url}/urlhaus.csv"})
    assert error.value.code == "SourceUnusable"


@pytest.mark.parametrize("url", ["http://feed.example.com/", "https://u:secret@feed.example.com/", "https://[x"])
def test_a_url_that_is_not_used(tmp_path, url):
    with pytest.raises(ArgumentError, match="sources: item 1: ") as error:
        merge(tmp_path, {"url": url})
    assert "secret" not in str(error.value)


def test_a_collection(taxii, tmp_path, monkeypatch):
    monkeypatch.setenv("TAXII_USERNAME", taxii.username)
    monkeypatch.setenv("TAXII_PASSWORD", taxii.password)
    result = merge(tmp_path, {"taxii": {"url": taxii.url, "collection": taxii.collection}})
    assert entries(tmp_path) == ["45.66.0.1"]
    assert result["sources"][0]["name"] == f"127.0.0.1 collection {taxii.collection}"
    assert taxii.password not in json.dumps(result)


def test_a_credential_that_is_refused_fails_the_list_though_the_source_is_optional(taxii, tmp_path):
    options = {"url": taxii.url, "collection": taxii.collection, "username": "analyst", "password": "wrong"}
    with pytest.raises(CredentialsError, match="access was refused"):
        merge(tmp_path, {"entries": ["45.0.0.1"]}, {"taxii": options, "optional": True})
