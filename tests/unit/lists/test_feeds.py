# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of feed that people have, in the shape in which it is published."""

from __future__ import annotations

import io
import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, json_rows, networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from hypothesis import given
from hypothesis import strategies as st
from support import paths

FEEDS = paths.FIXTURES / "feeds"


def feed(name, **options):
    """What a feed gives: format, (value, type) of each indicator, and the rewritings."""
    reading = Reading(**options)
    with (FEEDS / name).open("rb") as stream:
        found = formats.identify(stream, name)
        indicators = list(formats.read(stream, name, reading=reading))
    return found, [(each.value, each.type) for each in indicators], dict(reading.rewritten)


def values(content, **options):
    return [each.value for each in formats.read(io.BytesIO(content), "list", reading=Reading(**options))]


@pytest.mark.parametrize(
    ("name", "expected", "found"),
    [
        ("feodo.csv", "CSV", ["45.61.0.30", "45.61.0.31", "45.61.1.7"]),
        ("ipsum.txt", "CSV", ["45.61.5.1", "45.61.5.2", "45.61.5.3"]),
        ("dshield.txt", "CSV", ["45.61.6.0-45.61.6.255", "45.61.7.0-45.61.7.255"]),
        ("ip_date.csv", "CSV", ["45.61.8.1", "45.61.8.2", "2001:db8::7"]),
        ("dshield_plain.txt", "CSV", [f"45.61.{number}.0-45.61.{number}.255" for number in (31, 32, 33)]),
        ("drop.txt", "TXT", ["45.62.1.0/24", "45.62.2.0/23", "45.62.128.0/17"]),
        ("headed.txt", "TXT", ["45.61.34.1", "45.61.34.2", "45.61.34.3"]),
        ("feodo.json", "JSON", ["45.61.0.30", "45.61.0.31"]),
        ("abuseipdb.json", "JSON", ["45.61.30.1", "45.61.30.2", "2001:db8::30"]),
        ("aws_ip_ranges.json", "JSON", ["45.61.24.0/22", "45.61.28.0/24"]),
        ("spamhaus_drop.json", "JSON", ["45.62.0.0/20", "45.62.64.0/18", "45.63.0.0/19"]),
    ],
)
def test_addresses_are_found_by_looking(name, expected, found):
    assert feed(name) == (expected, [(value, "ipv6" if ":" in value else "ip") for value in found], {})


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("urlhaus.csv", ["45.61.2.1", "bad.example.net", "45.61.2.2"]),
        ("urlhaus.json", ["45.61.21.1", "files.example.org"]),
    ],
)
def test_urls_give_their_host_only_where_asked_for(name, hosts):
    assert {kind for _value, kind in feed(name)[1]} == {"url"}
    _format, found, rewritten = feed(name, host_of_url=True)
    assert found == [(host, "ip") for host in hosts]
    assert rewritten == {"host_of_url": len(hosts)}


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("threatfox.csv", "", ["45.61.3.1", "c2.example.net", "sha256_hash"]),
        ("threatfox.json", "", ["45.61.20.1", "c2.example.net", "md5_hash"]),
        ("threatfox.json", "ioc_value", ["45.61.20.1", "c2.example.net", "md5_hash"]),
    ],
)
def test_a_column_of_several_kinds(name, column, expected):
    found = feed(name, column=column)
    assert [value if kind == "ip" else kind for value, kind in found[1]] == expected
    assert found[2] == {"port_stripped": 1}


def statuses(name):
    with (FEEDS / name).open("rb") as stream:
        return {each.value: each.status for each in formats.read(stream, name)}


def test_a_misp_event_in_json_gives_its_attributes_and_those_of_its_objects():
    assert statuses("misp_event.json") == {
        "45.61.22.1": "active",
        "45.61.22.2": "inactive",
        "drop.example.org": "active",
        "c2.example.net": "active",
        "two.example.net": "active",
        "45.61.22.3": "active",
        "invoice.zip|9e107d9d372bb6826bd81d3542a419d6": "active",
        "45.61.22.4": "active",
        "443": "active",
    }
    assert dict(feed("misp_event.json")[1])["443"] == "port"


def test_what_misp_does_not_mean_for_detection_is_inactive():
    assert statuses("misp.csv") == {
        "45.61.4.1": "active",
        "drop.example.org": "active",
        "9e107d9d372bb6826bd81d3542a419d6": "active",
        "45.61.4.4": "inactive",
        "45.61.4.5": "active",
        "invoice.zip|9e107d9d372bb6826bd81d3542a419d6": "active",
    }


def test_a_file_name_is_not_taken_for_a_domain():
    """Where the feed says what each value is."""
    assert feed("misp.csv")[1][-1] == ("invoice.zip|9e107d9d372bb6826bd81d3542a419d6", "filename|md5")
    content = b'[{"type": "domain", "value": "a.example.org"}, {"type": "filename", "value": "b.zip"}]'
    assert [each.type for each in formats.read(io.BytesIO(content), "list")] == ["ip", "filename"]
    assert values(b"type,value\nbotnet,45.0.0.1\n") == ["45.0.0.1"]


def test_a_hosts_file():
    found, read, rewritten = feed("hosts")
    assert (found, rewritten) == ("HOSTS", {})
    assert read == [
        ("10.1.2.3 intranet.example.com", "host_entry"),
        ("ads.example.net", "ip"),
        ("track.example.org", "ip"),
        ("one.example.com", "ip"),
        ("two.example.com", "ip"),
        ("old-style.example.net", "ip"),
        ("malware.example.org", "ip"),
    ]


def test_filters_of_an_ad_blocker():
    found, read, _rewritten = feed("adblock.txt")
    assert found == "ADBLOCK"
    assert read[:3] == [("malware.example.net", "ip"), ("phish.example.org", "ip"), ("45.61.9.1", "ip")]
    assert [kind for _value, kind in read[3:]] == ["pattern", "pattern", "negated", "pattern"]


def test_values_as_people_write_them():
    found, read, rewritten = feed("defanged.txt", host_of_url=True)
    assert found == "TXT"
    assert read == [
        ("45.61.10.1", "ip"),
        ("45.61.10.2", "ip"),
        ("evil.example.net", "ip"),
        ("45.61.10.3", "ip"),
        ("evil.example.org", "ip"),
        ("45.61.10.4", "ip"),
        ("45.61.10.5", "ip"),
        ("45.61.10.6", "ip"),
        ("45.61.10.30-45.61.10.40", "ip"),
        ("45.61.10.50 - 45.61.10.59", "ip"),
        ("45.61.10.60", "ip"),
        ("2001:db8::1", "ipv6"),
        ("analyst@example.com", "email"),
        ("d41d8cd98f00b204e9800998ecf8427e", "hash"),
        ("not an address at all", "ip"),
    ]
    assert rewritten == {"refanged": 6, "port_stripped": 2, "range_completed": 1, "host_of_url": 1}


def test_an_array_of_texts():
    assert feed("array.json")[1:] == (
        [(value, "ip") for value in ("45.61.11.1", "45.61.11.0/24", "bad.example.net", "45.61.11.2", "45.61.11.3")],
        {"refanged": 1, "port_stripped": 1},
    )


@pytest.mark.parametrize("column", ["victim", "VICTIM", "2"])
def test_a_column_that_is_named(column):
    table = b"attacker,victim\n45.0.0.1,45.0.0.2\n"
    assert values(table, column=column) == ["45.0.0.2"]
    assert values(b'[{"attacker": "45.0.0.1", "victim": "45.0.0.2"}]', column=column) == ["45.0.0.2"]


def test_a_column_of_an_array_inside_an_object():
    content = b'{"meta": {"n": 1}, "data": [{"ipAddress": "45.0.0.1", "score": 100}], "end": null}'
    for column in ("data.ipAddress", "ipAddress", ""):
        assert values(content, column=column) == ["45.0.0.1"]
    assert values(b'{"data": []}', column="data.ipAddress") == []
    with pytest.raises(ParseError, match="has no member 'other', but 'meta', 'data', 'end'"):
        values(content, column="other.ip")
    with pytest.raises(ParseError, match="data: there is no column 'ip'; the columns are 'ipAddress', 'score'"):
        values(content, column="data.ip")
    with pytest.raises(ParseError, match="the columns are 'meta', 'data'") as error:
        values(b'{"meta": {"n": 1}, "data": [{"score": 100}]}')
    assert "data.ip" in error.value.remedy


def test_two_tables_inside_an_object_are_not_both_taken():
    both = b'{"block": [{"ip": "45.0.0.1"}], "allow": [{"ip": "45.0.0.2"}], "more": {"page": [{"ip": "45.0.0.3"}]}}'
    with pytest.raises(ParseError, match="'block', 'allow', 'page' may all hold the indicators") as error:
        values(both)
    assert "block.ip" in error.value.remedy
    assert values(both, column="allow.ip") == ["45.0.0.2"]
    inside = b'{"data": [{"ip": "45.0.0.1", "seen_by": [{"ip": "45.0.0.2"}]}, {"host": "x", "geo": {"cc": "NL"}}]}'
    assert values(inside)[0] == "45.0.0.1"
    assert len(values(inside)) == 2


def test_objects_by_their_ids():
    rows = {"45": {"ip": "45.0.0.1"}, "9e107d9d-372b-b682-6bd8-1d3542a419d6": [{"ip": "45.0.0.2"}, {"ip": "45.0.0.3"}]}
    for document in (rows, {"query_status": "ok", "data": rows}, {"data": rows, "pad": "x" * (1 << 19)}):
        assert values(json.dumps(document).encode()) == ["45.0.0.1", "45.0.0.2", "45.0.0.3"]


@pytest.mark.parametrize("before", [0, json_rows.SHORT])
def test_a_long_object_is_read_as_a_short_one(before):
    rows = [{"ip": f"45.0.{number >> 8}.{number & 255}"} for number in range(2_000)]
    expected = [row["ip"] for row in rows]
    pad = "x" * before
    assert values(json.dumps({"pad": pad, "more": {"data": rows}, "end": 1}).encode()) == expected
    assert values(json.dumps({"pad": pad, "ips": expected, "ip6": []}).encode(), column="ips") == expected
    assert values(json.dumps({"ip": "45.0.0.1", "pad": pad}).encode()) == ["45.0.0.1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"src_ip,dst_ip\n45.0.0.1,45.0.0.2\n45.0.0.3,45.0.0.4\n", "'src_ip', 'dst_ip' may all hold the indicators"),
        (b"45.0.0.1,x,45.0.0.2\n45.0.0.3,y,45.0.0.4\n", "columns 1, 3 may all hold"),
        (b'[{"src": "45.0.0.1", "dst": "45.0.0.2"}]', "'src', 'dst' may all hold"),
        (b'{"id": 7, "name": "x"}\n', "no column holds addresses or domains; the columns are 'id', 'name'"),
        (b"ip,date\nn/a,today\nunknown,today\n", "no column holds addresses"),
    ],
)
def test_no_column_is_guessed(content, message):
    with pytest.raises(ParseError, match=message):
        values(content)


@pytest.mark.parametrize(
    ("content", "column", "message"),
    [
        (b"a,b\n45.0.0.1,x\n", "c", "there is no column 'c'; the columns are 'a', 'b'"),
        (b"45.0.0.1,x\n45.0.0.2,y\n", "3", "there is no column '3'; the columns are 1, 2"),
        (b"45.0.0.1\n45.0.0.2\n", "ip", "has no columns, so none is 'ip'"),
    ],
)
def test_a_column_that_is_not_there(content, column, message):
    with pytest.raises(ParseError, match=message):
        values(content, column=column)


@pytest.mark.parametrize(
    "content",
    [
        b"45.0.0.1,45.0.0.2\n45.0.0.3,45.0.0.4\n",
        b"45.0.0.1,\n45.0.0.2,\n",
        b"45.0.0.1 ; SBL1\n45.0.0.2 ; SBL2\n",
        b"45.0.0.1 # x, y\n45.0.0.2 # z\n",
    ],
)
def test_lines_of_nothing_but_values_are_no_table(content):
    assert formats.identify(io.BytesIO(content), "list") == "TXT"
    assert values(content)[0] == "45.0.0.1"


def test_a_table_without_rows_is_an_empty_one():
    assert values(b'# nothing today\n"first_seen_utc","dst_ip","dst_port"\n') == []


@pytest.mark.parametrize("at", ['45.0.0.2,"evil\n', '"45.0.0.2,evil\n'])
def test_a_quote_that_is_not_closed_is_no_silent_loss(at):
    content = f"ip,name\n45.0.0.1,good\n{at}45.0.0.3,x\n45.0.0.4,y\n"
    with pytest.raises(ParseError, match="list: line 3: a quote is opened that is not closed"):
        values(content.encode())


def test_a_row_that_is_too_short_is_said():
    assert values(b"name,ip\nx,45.0.0.1\ny\nz,45.0.0.2\n") == ["45.0.0.1", "y", "45.0.0.2"]


def test_a_large_table_is_read_by_line():
    reading = Reading()
    content = b"name,ip\n" + b"".join(b"x,45.0.%d.%d\n" % divmod(n, 256) for n in range(2_000)) + b"\n# end\ny,bad.x\n"
    lines = {each.value: reading.line for each in formats.read(io.BytesIO(content), "list", reading=reading)}
    assert len(lines) == 2_001
    assert (lines["45.0.0.0"], lines["45.0.7.207"], lines["bad.x"]) == (2, 2_001, 2_004)


def test_a_feed_that_says_how_long_it_is_must_be_whole():
    content = (FEEDS / "spamhaus_drop.json").read_bytes()
    short = b"\n".join(content.splitlines()[1:])
    with pytest.raises(ParseError, match="says that it has 3 records, and has 2") as error:
        values(short)
    assert error.value.code == "NotWhole"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Too many requests, please retry later.\n", "is text in which no line is an address or a domain; it begins"),
        (b"<!doctype html><p>error", "HTML page"),
        (b'{"type":"grouping","spec_version":"2.1","id":"grouping--1"}', "this is a STIX 2.1 grouping without indic"),
        (b'{"type":"bundle","id":"bundle--1","objects":[{"type":"malware"}]}', r"2.1 bundle \(1 malware\) without"),
        (b'{"objects":[{"type":"indicator","id":"indicator--1"}]}', "indicator--1: has no pattern"),
        (b"Too many requests.\nTry again later.\n", "is text in which no line is an address or a domain"),
        (b'{"error": "unauthorized"}', "no list, but an error that the service answered: 'unauthorized'"),
        (b'{"errors": [{"detail": "Daily limit"}]}', "an error that the service answered: 'Daily limit'"),
        (b'{"message": {"text": "key abcdef0123456789 is wrong"}}', r"answered: 'key \*\*\*\*\*\*\*\* is wrong'"),
        (b'{"detail": "' + b"x" * 200 + b'"}', "answered: '" + "x" * 100 + "'"),
        (b'{"data": ' * 900 + b"1" + b"}" * 900, "nested too deeply|no column holds"),
        (b"<head><title>403</title></head><body>no</body>", "HTML page"),
        (b"\n<center><h1>502 Bad Gateway</h1></center>", "HTML page"),
        ("45.0.0.1\n45.0.0.2\n".encode("utf-16-le"), "is UTF-16 without a byte order mark"),
        ('[{"ip": "45.0.0.1"}]'.encode("utf-16-be"), "is UTF-16 without a byte order mark"),
        (b'["45.0.0.1", "45.0.0.2"', "line 1: not well-formed JSON: it ends too early"),
        (b'["45.0.0.1" "45.0.0.2"]', "not well-formed JSON: ',' or ']' is expected, '\"' stands there"),
        (b'["45.0.0.1"]x', "something follows the end"),
        (b'{"ip": "45.0.0.1"}\n{"ip": "45', "line 2: not well-formed JSON"),
        (b'{"value": "45.0.0.1", "expires": "soon"}\n', "line 1: not an indicator in JSON: 'expires' is no time"),
    ],
)
def test_what_is_no_list_says_what_it_is(content, message):
    with pytest.raises(ParseError, match=message) as error:
        values(content)
    assert str(error.value).startswith("list: ")


WORDS = "45.0.0.1 45[.]0[.]0[.]2 evil.example.net hxxp:// :80 - 40 /8 , ; # // | || ^ @@ { } [ ] : < (dot) [at]"
ODD = ("\n", "\r\n", "\t", " ", '"', "0.0.0.0 ", '"ip"', "null", "1e999", "\ufeff", "\0", "ip,name\n")
PIECES = st.sampled_from([*WORDS.split(), *ODD, '{"ip": "45.0.0.3"}', '{"type": "bundle", "objects": ['])


@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join), st.booleans())
def test_whatever_is_read_is_read_or_refused(text, host_of_url):
    """And no address is invented: its numbers stand in the text, one after another."""
    reading = Reading(host_of_url=host_of_url)
    try:
        found = list(formats.read(io.BytesIO(text.encode()), "list", reading=reading))
    except SourceError as error:
        assert str(error).startswith("list: ")
        return
    for mark in ("[.]", "[.", ".]", "(dot)"):
        text = text.replace(mark, ".")
    for indicator in found:
        for number in networks.parse(indicator.value) and indicator.value.replace("-", " ").split():
            head, _dot, last = number.rpartition(".")
            assert head in text
            assert last.partition("/")[0] in text
