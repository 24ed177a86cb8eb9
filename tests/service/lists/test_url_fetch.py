# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list by its URL, from a real server over real sockets."""

from __future__ import annotations

import contextlib
import gzip
import socket

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    SourceError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.url_fetch import Download, is_same_server
from support import feeds

LIST = b"45.0.0.1\n45.0.0.2\n"


@pytest.fixture
def server():
    with feeds.files() as running:
        running.files["/list"] = LIST
        yield running


def fetched(server, path="/list", *, keep=True, **options):
    with Download(f"{server.url}{path}", "item 1", **options).opened(keep) as stream:
        return stream.read()


def test_it_is_fetched(server):
    assert fetched(server) == LIST


def test_what_has_not_changed_comes_from_the_cache(server, tmp_path):
    cache = str(tmp_path / "cache")
    assert [fetched(server, cache=cache) for _run in range(2)] == [LIST, LIST]
    first, second = (headers for _path, headers in server.asked)
    assert "If-None-Match" not in first
    assert {"If-None-Match", "If-Modified-Since"} <= second.keys()
    server.files["/list"] = b"45.0.0.3\n"
    assert [fetched(server, cache=cache) for _run in range(2)] == [b"45.0.0.3\n"] * 2


@pytest.mark.parametrize("spoil", ["list", "json", "url"])
def test_a_cache_that_is_not_what_was_fetched_is_not_used(server, tmp_path, spoil):
    cache = tmp_path / "cache"
    fetched(server, cache=str(cache))
    if spoil == "list":
        cache.write_bytes(b"45.0.0.9\n")
    elif spoil == "json":
        (tmp_path / "cache.json").write_text("{")
    path = "/list?other" if spoil == "url" else "/list"
    assert fetched(server, path, cache=str(cache)) == LIST
    assert "If-None-Match" not in server.asked[-1][1]


def test_a_cache_that_vanishes_meanwhile_is_fetched_again(server, tmp_path):
    cache = tmp_path / "cache"
    fetched(server, cache=str(cache))
    server.before = cache.unlink
    assert fetched(server, cache=str(cache)) == LIST
    assert [bool("If-None-Match" in headers) for _path, headers in server.asked] == [False, True, False]
    assert cache.read_bytes() == LIST


def test_what_could_not_be_read_is_not_remembered(server, tmp_path):
    download = Download(f"{server.url}/list", "item 1", cache=str(tmp_path / "cache"))
    with pytest.raises(ValueError, match="a login page"), download.opened():
        raise ValueError("a login page")
    assert not list(tmp_path.iterdir())


def test_another_version_of_the_same_list_is_remembered(server, tmp_path):
    cache = str(tmp_path / "cache")
    for tag in ('"1"', '"2"'):
        server.tag = tag
        assert fetched(server, cache=cache) == LIST
    fetched(server, cache=cache)
    assert server.asked[-1][1]["If-None-Match"] == '"2"'


def test_a_cache_is_not_written_where_it_is_not_to_be_kept(server, tmp_path):
    assert fetched(server, cache=str(tmp_path / "cache"), keep=False) == LIST
    assert not list(tmp_path.iterdir())


def test_a_server_without_validators_is_asked_again(server, tmp_path):
    server.plain = True
    assert [fetched(server, cache=str(tmp_path / "cache")) for _run in range(2)] == [LIST, LIST]
    assert not any(name.startswith("If-") for _path, headers in server.asked for name in headers)


def test_the_url_is_not_in_the_cache(server, tmp_path):
    fetched(server, "/list?key=secret", cache=str(tmp_path / "cache"))
    assert "secret" not in (tmp_path / "cache.json").read_text()


def test_headers_go_to_the_host_itself(server):
    fetched(server, headers={"Auth-Key": "secret"})
    assert server.asked[0][1]["Auth-Key"] == "secret"


def test_a_redirect_on_the_same_host_is_followed(server):
    server.redirects["/old"] = "/list"
    assert fetched(server, "/old", headers={"Auth-Key": "secret"}) == LIST
    assert server.asked[-1][1]["Auth-Key"] == "secret"


def test_a_redirect_to_another_host_is_refused_unless_allowed(server):
    server.redirects["/old"] = server.url.replace("127.0.0.1", "localhost") + "/list"
    with pytest.raises(SourceError, match="item 1: redirects to another host") as error:
        fetched(server, "/old")
    assert error.value.code == "Redirected"
    assert fetched(server, "/old", hosts=["localhost"], headers={"Auth-Key": "secret"}) == LIST
    assert "Auth-Key" not in server.asked[-1][1]


@pytest.mark.parametrize("target", ["http://feed.example.com/list", "ftp://127.0.0.1/list", "https://u:p@127.0.0.1/"])
def test_a_redirect_to_what_is_not_used_is_refused(server, target):
    server.redirects["/old"] = target
    with pytest.raises(SourceError, match="redirects to what is not followed"):
        fetched(server, "/old", hosts=["feed.example.com"])


def test_redirects_end(server):
    server.redirects["/loop"] = "/loop"
    with pytest.raises(SourceError, match="without end"):
        fetched(server, "/loop")


@pytest.mark.parametrize(
    ("url", "target", "same"),
    [
        ("http://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("http://a.example/x", "https://b.example/x", False),
    ],
)
def test_headers_stay_with_the_server(url, target, same):
    assert is_same_server(url, target) == same


def test_what_is_compressed_on_its_way_is_bounded_too(server):
    server.encoding = "gzip"
    server.files["/list"] = gzip.compress(bytes(3_000_000))
    with pytest.raises(SourceError, match="more than 1000000 bytes"):
        fetched(server, limit=1_000_000)
    server.files["/list"] = gzip.compress(LIST)
    assert fetched(server) == LIST
    server.encoding = "gzip, gzip"
    with pytest.raises(SourceError, match="compressed more than once"):
        fetched(server)


def test_size_is_bounded(server, tmp_path):
    with pytest.raises(SourceError, match="more than 10 bytes") as error:
        fetched(server, limit=10, cache=str(tmp_path / "cache"))
    assert error.value.code == "TooLarge"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again(server, status):
    waits = []
    server.faults = [status, status]
    assert fetched(server, sleep=waits.append) == LIST
    assert waits == ([7.0, 7.0] if status == 429 else [1.0, 1.0])


def test_a_wait_that_is_longer_than_timeout_is_named(server):
    server.faults = [429]
    with pytest.raises(SourceError, match="answered 429 and asks to wait 7 seconds, longer than timeout") as error:
        fetched(server, timeout=5)
    assert error.value.retryable


def test_what_does_not_pass_is_said(server):
    server.faults = [503, 503, 503]
    with pytest.raises(SourceError, match="item 1: answered 503, 3 times in a row") as error:
        fetched(server, sleep=lambda _seconds: None)
    assert error.value.retryable


def test_an_answer_that_is_cut_is_not_taken(server):
    server.cut = True
    with pytest.raises(SourceError, match="3 times in a row"):
        fetched(server, sleep=lambda _seconds: None)


@pytest.mark.parametrize(
    ("status", "kind", "code"), [(401, CredentialsError, "InvalidCredentials"), (403, CredentialsError, None)]
)
def test_a_refusal_is_about_the_credential(server, status, kind, code):
    server.faults = [status]
    with pytest.raises(kind) as error:
        fetched(server)
    assert code is None or error.value.code == code


def test_what_is_not_there_is_not_tried_again(server):
    with pytest.raises(SourceError, match="item 1: answered 404") as error:
        fetched(server, "/other")
    assert error.value.code == "NotFound"
    assert len(server.asked) == 1


def test_nobody_there():
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with (
        pytest.raises(SourceError, match="cut or refused the connection") as error,
        Download(f"http://127.0.0.1:{port}/", "item 1", sleep=lambda _seconds: None).opened(),
    ):
        pass
    assert error.value.retryable


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://feed.example.com/list", "is http"),
        ("ftp://feed.example.com/list", "is not an https URL"),
        ("feeds/list.txt", "is not an https URL"),
        ("https://user:secret@feed.example.com/", "holds a credential"),
        ("https://[broken/", "is not a URL"),
    ],
)
def test_a_url_that_is_not_used(url, message):
    with pytest.raises(ArgumentError, match=f"item 1: {message}") as error:
        Download(url, "item 1")
    assert "secret" not in str(error.value)


def test_http_is_taken_where_it_is_asked_for():
    assert Download("http://feed.example.com/list", "item 1", insecure=True)


def test_a_header_that_cannot_be_sent():
    with pytest.raises(ArgumentError, match="the header 'X'"):
        Download("https://feed.example.com/", "item 1", headers={"X": "a\nb"})
