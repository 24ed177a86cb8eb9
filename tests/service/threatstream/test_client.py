# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client against the emulator, over real sockets."""

from __future__ import annotations

import logging
import socket

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    SourceError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import (
    ATTEMPTS,
    ThreatStream,
)
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection
from threatlists_emulators.control import threatstream

KEY = "emulator-key"


@pytest.fixture(scope="module")
def emulator():
    with threatstream() as running:
        yield running


@pytest.fixture
def feed(emulator):
    """25 addresses, ten a page."""
    emulator.world({"objects": [{"value": f"192.0.2.{number}"} for number in range(25)]})
    emulator.settings(max_limit=10)
    return emulator


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(feed, waits):
    return ThreatStream(feed.url, "analyst", KEY, timeout=5, sleep=waits.append)


def values(client, **options):
    return [indicator.value for indicator in client.indicators(Selection.from_params(options))]


EVERY = [f"192.0.2.{number}" for number in range(25)]


@pytest.mark.parametrize("cursor", ["update_id", "search_after", "from_update_id"])
def test_every_page_is_followed(feed, client, cursor):
    feed.settings(cursor=cursor)
    assert values(client) == EVERY
    assert [call["query"]["limit"] for call in feed.calls()] == ["1000"] * 3
    assert {call["query"]["order_by"] for call in feed.calls()} == {"update_id"}


def test_the_credential_travels_in_the_header_only_and_on_one_connection(feed, client, caplog):
    caplog.set_level(logging.DEBUG)
    values(client)
    calls = feed.calls()
    assert all(call["header_auth"] and "api_key" not in call["query"] for call in calls)
    assert len({call["connection"] for call in calls}) == 1
    assert KEY not in caplog.text
    assert KEY not in repr(client)


def test_netrc_does_not_replace_the_credential(client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert values(client) == EVERY


def test_a_credential_echoed_into_next_is_not_sent_back(feed, client):
    following = "/api/v2/intelligence/?type=ip&username=analyst&api_key=emulator-key&update_id__gt=100000010&limit=1000"
    feed.fault(kind="next", next=following, times=1)
    assert values(client) == EVERY
    assert all("api_key" not in call["query"] for call in feed.calls())


@pytest.mark.parametrize(
    ("path", "used"),
    [
        ("", "/api/v2/intelligence/"),
        ("/", "/api/v2/intelligence/"),
        ("/api/v2", "/api/v2/intelligence/"),
        ("/api/v2/intelligence", "/api/v2/intelligence/"),
        ("/api/v1/intelligence/", "/api/v1/intelligence/"),
    ],
)
def test_the_url_may_name_the_search(feed, client, path, used):
    assert values(ThreatStream(feed.url + path, "analyst", KEY)) == EVERY
    assert {call["path"] for call in feed.calls()} == {used}


def test_v1_objects(emulator):
    v1 = {"id": 1, "update_id": "5", "srcip": "192.0.2.9", "state": "active", "itype": "mal_ip", "confidence": 5}
    emulator.world({"objects": [v1 | {"type": "ip", "status": "active"}]})
    assert values(ThreatStream(emulator.url, "analyst", KEY)) == ["192.0.2.9"]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"itype": ["c2_ip", "apt_ip"]}, 2),
        ({"confidence_min": 95}, 2),
        ({"status": "inactive"}, 1),
        ({"source": ["A"]}, 1),
        ({"source": ["A", "B"]}, 2),
        ({"feed_id": [5, 6]}, 2),
        ({"asn": ["AS64496"]}, 1),
        ({"country": ["DE"]}, 1),
        ({"tags": ["x"]}, 1),
        ({"tags": ["x", "y"]}, 2),
        ({"severity": ["low"]}, 1),
        ({"severity": ["low", "medium"]}, 2),
        ({"tlp": ["green"]}, 1),
        ({"tlp": ["green", "red"]}, 2),
        ({"trusted_circle_ids": [7]}, 1),
        ({"trusted_circle_ids": [7, 8]}, 2),
        ({"created_since": "2026-02-01"}, 1),
        ({"modified_since": "2026-02-01"}, 1),
        ({"query": 'confidence>=95 AND NOT source="A"'}, 1),
        ({"query": 'source="A" OR source="B"', "confidence_min": 95, "tlp": ["red"]}, 1),
        ({"search_filter": "12"}, 1),
        ({"contents": "entities"}, 3),
        ({}, 2),
    ],
)
def test_each_option_selects(emulator, options, count):
    old = {"created_ts": "2026-01-01T00:00:00.000Z", "modified_ts": "2026-01-01T00:00:00.000Z"}
    first = {"value": "192.0.2.1", "source": "A", "feed_id": 5, "tlp": "green", "itype": "c2_ip", "country": "DE"}
    second = {"value": "192.0.2.2", "source": "B", "feed_id": 6, "tlp": "red", "itype": "apt_ip", "country": "FR"}
    first |= {"asn": "64496", "tags": [{"name": "x"}], "trusted_circle_ids": [7], "meta": {"severity": "low"}}
    second |= {"tags": [{"name": "y"}], "trusted_circle_ids": [8], "meta": {"severity": "medium"}, **old}
    withdrawn = first | {"value": "192.0.2.3", "status": "inactive"} | old
    domain = {"value": "bad.example", "type": "domain", "source": "C", "itype": "mal_domain", **old}
    domain |= {"meta": {"severity": "high"}}
    objects = [first, second, withdrawn, domain]
    emulator.world({"objects": objects, "search_filters": {"12": 'type="domain" AND status="active"'}})
    assert len(values(ThreatStream(emulator.url, "analyst", KEY), **options)) == count


@pytest.mark.parametrize(
    ("fault", "complaint", "code"),
    [
        ({"kind": "html"}, "url: 127.0.0.1 answered with text/html", "NotThreatStream"),
        ({"kind": "error_body"}, "search backend unavailable", "SourceFailed"),
        ({"kind": "cut"}, f"cut or refused the connection .*{ATTEMPTS} times", "Unavailable"),
        ({"kind": "truncated"}, "JSON that is cut off", "Unavailable"),
        ({"kind": "status", "status": 503}, "answered 503", "Unavailable"),
        ({"kind": "status", "status": 429, "retry_after": 1}, "answered 429", "Unavailable"),
        (
            {"kind": "status", "status": 400, "message": "bad itype"},
            "selection .*bad itype",
            "SelectionRefused",
        ),
        ({"kind": "status", "status": 401}, "username and api_key", "InvalidCredentials"),
        ({"kind": "status", "status": 403}, "403", "AccessDenied"),
        ({"kind": "status", "status": 404}, "url: 127.0.0.1 has no ThreatStream", "NotThreatStream"),
        ({"kind": "status", "status": 418}, "answered 418", "SourceFailed"),
        ({"kind": "status", "status": 304}, "answered 304", "SourceFailed"),
        ({"kind": "redirect", "location": "http://localhost:1/"}, r"another origin \(localhost\)", "Redirected"),
        ({"kind": "redirect", "location": "https://127.0.0.1/"}, "another origin", "Redirected"),
        ({"kind": "redirect", "location": "/api/v2/intelligence/"}, "redirects without end", "Redirected"),
        ({"kind": "endless"}, "already seen|repeats", "IncompleteDownload"),
        ({"kind": "invented"}, "does not end", "IncompleteDownload"),
        ({"kind": "meta", "meta": {"total_count": None}}, "total_count", "IncompleteDownload"),
    ],
)
def test_faults_end_in_one_clear_error(feed, client, fault, complaint, code):
    for after in range(3):
        feed.clear_faults()
        feed.fault(**fault, after=after)
        with pytest.raises(ThreatlistsError, match=complaint) as caught:
            values(client)
        assert caught.value.code == code
        assert KEY not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"kind": "lost"}, "truncated"),
        ({"kind": "empty"}, "truncated"),
        ({"kind": "repeat"}, "repeats|already seen"),
        ({"kind": "next", "next": "https://evil.example/api/v2/intelligence/"}, "points away"),
        ({"kind": "next", "next": "//evil.example/api/v2/intelligence/"}, "points away"),
        ({"kind": "next", "next": "http://127.0.0.1:1/api/v2/intelligence/"}, "points away"),
        ({"kind": "next", "next": "http://[broken/"}, "points away"),
        ({"kind": "next", "next": 7}, "points away"),
    ],
)
@pytest.mark.parametrize("after", [0, 1])
def test_a_download_that_cannot_be_whole_is_refused(feed, client, fault, complaint, after):
    feed.fault(**fault, after=after)
    with pytest.raises(SourceError, match=complaint):
        values(client)


def test_nothing_is_sent_to_a_foreign_host(feed, client):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/api/v2/intelligence/"
        for fault in ({"kind": "redirect", "location": url}, {"kind": "next", "next": url}):
            feed.clear_faults()
            feed.fault(**fault)
            with pytest.raises(SourceError):
                values(client)
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@pytest.mark.parametrize(
    "location",
    [
        "/api/v2/intelligence?type=ip&limit=1000",
        "?type=ip",
        "/api/v2/intelligence?username=analyst&api_key=emulator-key&type=ip&limit=1000",
    ],
)
def test_a_redirect_on_the_same_origin_is_followed(feed, client, location):
    feed.settings(max_limit=1000)
    feed.fault(kind="redirect", location=location, times=1)
    assert len(values(client)) >= 20
    assert all(call["header_auth"] for call in feed.calls())
    assert all("api_key" not in call["query"] for call in feed.calls())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502},
        {"kind": "status", "status": 503},
        {"kind": "cut"},
        {"kind": "truncated"},
    ],
)
def test_what_passes_is_tried_again(feed, client, waits, fault):
    feed.fault(**fault, after=1, times=ATTEMPTS - 1)
    assert values(client) == EVERY
    assert len(waits) == ATTEMPTS - 1
    assert all(2**number / 2 <= wait <= 2**number for number, wait in enumerate(waits))


@pytest.mark.parametrize(
    ("retry_after", "bounds"),
    [
        (3, (3, 3.2)),
        (-5, (0, 0.2)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", (0, 0.2)),
        ("soon", (0.5, 1)),
        ("nan", (0.5, 1)),
        ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", (0.5, 1)),
    ],
)
def test_retry_after_is_honoured_within_bounds(feed, client, waits, retry_after, bounds):
    feed.fault(kind="status", status=429, retry_after=retry_after, times=1)
    assert values(client) == EVERY
    assert len(waits) == 1
    assert bounds[0] <= waits[0] <= bounds[1]


def test_a_server_that_hangs(feed, waits):
    feed.fault(kind="hang", seconds=0.5)
    client = ThreatStream(feed.url, "analyst", KEY, timeout=0.05, sleep=waits.append)
    with pytest.raises(SourceError, match=r"within 0.05 seconds \(timeout\)"):
        values(client)


def test_a_server_that_is_not_there(waits):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SourceError, match="cut or refused the connection"):
        values(ThreatStream(f"http://127.0.0.1:{port}", "analyst", KEY, sleep=waits.append))


def test_a_timeout_is_above_0():
    with pytest.raises(ArgumentError, match="timeout: 0 "):
        ThreatStream("https://127.0.0.1", "analyst", KEY, timeout=0)


def test_a_ca_path_that_is_not_there(feed):
    with pytest.raises(ArgumentError, match="ca_path: /nowhere"):
        ThreatStream("https://127.0.0.1", "analyst", KEY, ca_path="/nowhere/ca.pem")


@pytest.mark.parametrize(
    ("url", "username", "api_key", "error", "complaint"),
    [
        ("https://x", "", KEY, CredentialsError, "username is missing"),
        ("https://x", "a", "", CredentialsError, "api_key is missing"),
        ("https://x", "a", "two\nlines", ArgumentError, "api_key holds"),
        ("ftp://x", "a", KEY, ArgumentError, "url: 'ftp://x'"),
        ("threatstream", "a", KEY, ArgumentError, "url: 'threatstream'"),
        ("x/?api_key=secret", "a", KEY, ArgumentError, "url: 'x/'"),
        ("https://user:secret@x", "a", KEY, ArgumentError, "url: not a URL that can be used .holds credentials"),
        ("https://x:port", "a", KEY, ArgumentError, "url: "),
    ],
)
def test_bad_connection_options_are_named(url, username, api_key, error, complaint):
    with pytest.raises(error, match=complaint) as caught:
        ThreatStream(url, username, api_key)
    assert "secret" not in str(caught.value)


def test_dead_credentials(feed):
    with pytest.raises(CredentialsError, match="401") as caught:
        values(ThreatStream(feed.url, "analyst", "wrong"))
    assert "THREATSTREAM_API_KEY" in caught.value.remedy


def test_a_user_without_permission(emulator):
    emulator.world({"forbidden": ["analyst"]})
    with pytest.raises(CredentialsError, match="do not have permission") as caught:
        values(ThreatStream(emulator.url, "analyst", KEY))
    assert caught.value.code == "AccessDenied"


def test_an_error_that_quotes_the_key_is_redacted(feed, client):
    feed.fault(kind="error_body", message=f"no such user apikey analyst:{KEY}")
    with pytest.raises(SourceError, match="no such user") as caught:
        values(client)
    assert KEY not in str(caught.value)


def test_a_consumer_that_stops_early_leaves_nothing_behind(feed, client):
    stream = client.indicators(Selection())
    next(stream)
    stream.close()
    assert values(client) == EVERY
