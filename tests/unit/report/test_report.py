# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report says what the record says: all of it, in order of need, and as text only."""

from __future__ import annotations

import base64
import collections
import hashlib
import html.parser
import re
import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.filter import report_html, report_table
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import guide, model
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import html as _html
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record
from hypothesis import given, settings
from hypothesis import strategies as st
from support import report_records

TITLE = "Threat lists in GuardDuty"
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}{% raw %}\x1b[31m"
MANY = 130  # accounts: everything that happens in a fleet happens in these


class Page(html.parser.HTMLParser):
    """The elements and the visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: collections.Counter[str] = collections.Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._raw: dict[str, str] = {}
        self._inside = ""
        self.feed(page)
        self.text = " ".join(" ".join(self.words).split())
        self.raw = self._raw

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self._raw[self._inside] = data
        else:
            self.words.append(data)


def one(mode: str = "run", **changes: object) -> dict[str, t.Any]:
    """A record of one list in one place."""
    return report_records.record([report_records.result(1, "eu-west-1", "partners", **changes)], mode=mode)


@pytest.mark.parametrize(
    ("mode", "changes", "state"),
    [
        ("run", {"action": "none"}, model.IN_STEP),
        ("run", {"action": "reloaded"}, model.CHANGED),
        ("run", {"action": "deleted", "status": "DELETED"}, model.CHANGED),
        ("verify", {"action": "reloaded"}, model.STALE),
        ("check", {"action": "created"}, model.STALE),
        ("verify", {"action": "none"}, model.IN_STEP),
        ("run", {"action": "skipped"}, model.SKIPPED),
        ("run", {"action": "failed"}, model.FAILED),
        ("verify", {"action": "none", "status": "ERROR"}, model.FAILED),
        ("run", {"action": "none", "error": {"code": "X", "message": "y"}}, model.FAILED),
    ],
)
def test_state(mode: str, changes: dict[str, object], state: model.State) -> None:
    record = one(**changes)
    assert model.state_of(record["results"][0], mode) is state


def test_every_result_is_in_the_picture() -> None:
    record = report_records.fleet(MANY, 17)
    report = model.build(record)
    for view in report.lists:
        seen = collections.Counter()
        for row in view.rows:
            for state in row.cells:
                seen[state.key] += len(row.accounts)
        assert dict(seen) == {key: count for key, count in view.counts.items() if count}
    assert report.total == MANY * 17 * 4
    assert sum(news.group.count for news in report.failures) == report.counts["failed"]


def test_failures_are_told_once_with_every_place() -> None:
    report = model.build(report_records.fleet(200, 17))
    assert [news.group.code for news in report.failures] == ["AssumeRoleFailed", "ActivationFailed"]
    unreached = report.failures[0].group
    assert unreached.lists == tuple(sorted(report_records.KINDS))
    assert [place.accounts for place in unreached.places] == [("100000000005", "100000000102", "100000000199")]
    assert unreached.places[0].regions == tuple(sorted(report_records.REGIONS))


def test_worst_rows_come_first() -> None:
    report = model.build(report_records.fleet(200, 17))
    first = report.lists[0].rows[0]
    assert set(first.cells) == {model.FAILED}


def test_page_shows_everything_of_the_record() -> None:
    record = report_records.fleet(6, 3)
    page = Page(report_html.report_html(record))
    for item in record["lists"]:
        for key in ("name", "kind", "location", "sha256", "version_id"):
            assert item[key] in page.text
        assert f"{item['entry_count']:,}" in page.text
    for result in record["results"]:
        assert result["account_id"] in page.text
        assert result["account_name"] in page.text
        assert result["cause"] in page.text
        if result["error"]:
            assert result["error"]["remedy"] in page.text
    for words in (
        "2026-11-24 03:00:00 UTC",
        "expired",
        "10,412",
        "excluded bogons",
        "512 entries were added",
        "owner=secops",
    ):
        assert words in page.text
    assert page.tags["svg"] == 4 * (5 + 1), "bars and a line for each list"


def test_page_is_self_contained_and_locked() -> None:
    text = report_html.report_html(report_records.fleet())
    page = Page(text)
    assert not {"link", "img", "iframe", "object", "base"} & set(page.tags)
    targets = [value for _tag, name, value in page.attributes if name in ("src", "href", "action", "xlink:href")]
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    guides = [link for link in links if link.startswith(f"{guide.GUIDE}#")]
    assert guides
    assert all(target.startswith("#") for target in targets if target not in guides)
    assert not re.search(r"https?://|url\(|@import", text.replace(guide.GUIDE, ""))
    assert not [name for _tag, name, _value in page.attributes if name.startswith("on") or name == "style"]
    policy = next(value for tag, name, value in page.attributes if (tag, name) == ("meta", "content"))
    assert "default-src 'none'" in policy
    for content in page.raw.values():
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_page_of_a_fleet_is_bounded() -> None:
    page = report_html.report_html(report_records.fleet(500, 17))
    assert len(page) < 400_000
    assert sum(Page(page).tags.values()) < 10_000


def test_page_of_a_fleet_without_two_equal_accounts_is_bounded() -> None:
    actions = ("none", "reloaded", "skipped", "updated")
    results = [
        report_records.result(account, region, "partners", action=actions[(account >> (position % 9)) & 3])
        for account in range(500)
        for position, region in enumerate(report_records.REGIONS)
    ]
    record = {**report_records.fleet(0, 0), "results": results}
    assert len(report_html.report_html(record)) < 1_500_000


def hostile_record() -> dict[str, object]:
    record = report_records.fleet(2, 2)
    record |= {"run_id": HOSTILE, "started": HOSTILE, "mode": HOSTILE, "collection_version": HOSTILE}
    keys = ("name", "kind", "format", "location", "sha256", "version_id", "published", "sources", "tags", "dropped")
    hostile_list = dict.fromkeys(keys, HOSTILE)
    barren = {"name": HOSTILE, "total": HOSTILE, "usable": 0, "dropped": {HOSTILE: 1}, "error": {"message": HOSTILE}}
    samples = [{"source": HOSTILE, "value": HOSTILE, "line": HOSTILE, "reason": HOSTILE}]
    hostile_list |= {
        "sources": [barren],
        "samples": samples,
        "tags": {HOSTILE: HOSTILE},
        "dropped": {HOSTILE: 3},
        "added": [HOSTILE],
    }
    hostile_list |= {"overlaps": [HOSTILE], "hold": True, "error": {"message": HOSTILE}}
    hostile_list["versions"] = [{"version_id": HOSTILE, "time": HOSTILE, "entry_count": count} for count in (1, 2)]
    record["lists"].append(hostile_list)
    record["results"] += [
        dict.fromkeys(("account_id", "account_name", "region", "kind", "name", "action", "status", "cause"), HOSTILE),
        report_records.result(9, HOSTILE, "partners", error={"code": HOSTILE, "message": HOSTILE, "remedy": HOSTILE}),
    ]
    return record


def test_hostile_strings_stay_text() -> None:
    text = report_html.report_html(hostile_record(), HOSTILE)
    page = Page(text)
    assert page.tags["script"] == 1
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert "{{" not in text
    assert "{%" not in text


def test_table_steers_no_terminal() -> None:
    table = report_table.report_table(hostile_record())
    assert "\x1b" not in table
    assert "<script>" in table


@settings(deadline=None)
@given(
    words=st.lists(st.text(max_size=12), min_size=8, max_size=8),
    action=st.sampled_from(["none", "failed", "skipped", "reloaded", "<b>"]),
)
def test_any_text_is_shown_and_adds_no_element(words: list[str], action: str) -> None:
    def record(texts: list[str]) -> dict[str, object]:
        name, kind, region, account, cause, message, remedy, run_id = texts
        error = {"code": "C", "message": message or "m", "remedy": remedy or "r"} if action == "failed" else None
        result = {"account_id": account or "a", "region": region or "r", "kind": kind or "k", "name": name or "n"}
        result |= {"action": action, "status": "", "cause": cause or "c", "error": error}
        return {"run_id": run_id, "lists": [], "results": [result]}

    plain = Page(report_html.report_html(record(["n", "k", "r", "a", "c", "m", "r", "i"])))
    page = Page(report_html.report_html(record(words)))
    assert page.tags == plain.tags
    assert "{{" not in report_html.report_html(record(words))
    table = report_table.report_table(record(words))
    assert all(character.isprintable() for character in table.replace("\n", ""))


def test_table_of_a_small_run() -> None:
    table = report_table.report_table(one(action="created", cause="was missing")).splitlines()
    assert table[0].split() == ["LIST", "KIND", "ENTRIES", "CHANGE", "DROPPED", "PLACES"]
    assert table[1].split() == ["↻", "partners", "ipset", "1", "reloaded", "or", "changed"]
    assert table[3] == "↻ partners created in 100000000001 (workload-001) eu-west-1: was missing"
    assert table[-1] == "1 account, 1 Region, 1 list: 1 reloaded or changed."


@pytest.mark.parametrize("width", [60, 79, 120, 200])
@pytest.mark.parametrize("record", [report_records.fleet(), report_records.fleet(MANY, 17)], ids=["small", "fleet"])
def test_no_line_is_wider_than_wanted(record: dict[str, t.Any], width: int) -> None:
    lines = report_table.report_table(record, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) < 100


def test_table_of_a_fleet_counts_beyond_the_first_accounts() -> None:
    record = report_records.fleet(500, 17)
    table = report_table.report_table(record)
    assert len(table.splitlines()) < 100
    assert "    and 1 more\n" in report_table.report_table(record, rows=5)
    failed = {result["account_id"] for result in record["results"] if result["action"] == "failed"}
    assert all(account in table for account in failed)
    assert table.count("Remedy: ") == len({"AssumeRoleFailed", "ActivationFailed"})


@pytest.mark.parametrize("record", [{}, {"results": []}, {"lists": [{"name": "n", "kind": "ipset"}]}])
def test_sparse_records(record: dict[str, object]) -> None:
    assert "No failures" in report_html.report_html(record)
    assert report_table.report_table(record).endswith("no account was looked at.")


@pytest.mark.parametrize("record", ["text", [1], {"schema_version": 2}, {"results": "x"}, {"lists": ["x"]}, None])
def test_what_is_no_record_is_refused(record: object) -> None:
    for name, face in (("report_html", report_html.report_html), ("report_table", report_table.report_table)):
        with pytest.raises(AnsibleFilterError, match=name):
            face(record)


def test_a_prediction_is_not_called_stale_or_done() -> None:
    record = one("check", action="created", status=None)
    table = report_table.report_table(record)
    assert table.endswith("1 would change.") and "partners would create in" in table
    assert "would change" in Page(report_html.report_html(record)).text
    found = report_table.report_table({**record, "mode": "verify"})
    assert found.endswith("1 stale.") and "would create" in found
    failed = report_table.report_table(one("check", action="failed", error=error("No way.")))
    assert failed.endswith("1 would fail.") and "would create" not in failed


def error(message: str, remedy: str = "Mend it.", code: str = "Broken") -> dict[str, t.Any]:
    return {"code": code, "message": message, "retryable": False, "remedy": remedy}


def noted() -> dict[str, t.Any]:
    """A record with a list that was refused, and one with something to know of."""
    names = ["threatstream-malware", "partners"]
    lists = [report_records.declared(names[0]), report_records.declared(names[1], hold=True)]
    barren = report_records.source("a.txt", total=2, usable=0, dropped={"invalid": 2})
    samples = [{"source": "a.txt", "value": "<html>", "line": 1, "reason": "invalid"}]
    merged = report_records.merged(sources=[barren], samples=samples)
    published = [_record.noted(report_records.uploaded("partners", 1), merged)]
    refused = [{"name": names[0], "kind": "threatintelset", "message": "x", "error": error("Too short.", "Look.")}]
    overlaps = [{"lists": [{"name": "partners", "kind": "ipset"}], "message": "20.0.0.7 is both."}]
    publish = {"published": published, "refused": refused, "overlaps": overlaps}
    return report_records.record([report_records.result(1, "eu-west-1", "partners")], lists, publish)


def test_a_refused_list_is_a_failure() -> None:
    table = report_table.report_table(noted()).splitlines()
    where = table.index("✕ threatstream-malware refused, not published Broken")
    assert table[where + 1 : where + 3] == ["    Cause: Too short.", "    Remedy: Look."]
    assert table[-1] == "1 account, 1 Region, 2 lists: 1 failed, 1 in step."
    page = Page(report_html.report_html(noted()))
    assert "No failures" not in page.text
    assert "Remedy: Look." in page.text
    assert "refused, not published" in page.text


def test_what_to_know_of_a_list_is_said() -> None:
    notes = (
        f"partners is on hold: {model.STAYS}",
        "20.0.0.7 is both.",
        "partners: source a.txt gave nothing (2 indicators read, dropped 2 invalid, such as '<html>' (line 1)).",
    )
    table = " ".join(report_table.report_table(noted()).split())
    assert all(note in table for note in notes)
    assert "Dropped from partners: 10,412 expired, 6,230 duplicate, 801 covered" in table
    page = Page(report_html.report_html(noted()))
    assert all(note in page.text for note in notes)


def test_a_refusal_that_the_accounts_tell_is_told_once() -> None:
    record = noted()
    refusal = record["lists"][0]["error"]
    record["results"].append({**record["results"][0], "kind": "threatintelset", "name": "threatstream-malware"})
    record["results"][-1] |= {"action": "failed", "region": "", "cause": refusal["message"], "error": refusal}
    assert report_table.report_table(record).count("Too short.") == 1


def test_same_record_same_page() -> None:
    record = report_records.fleet()
    assert _html.render(record, TITLE) == _html.render(record, TITLE)


def test_what_becomes_of_buckets_is_said_by_table_and_page() -> None:
    def bucket(action: str, *changes: str, **readers: list[str]) -> dict[str, t.Any]:
        empty: dict[str, list[str]] = {"now_read": [], "no_longer_read": [], "unread": []}
        return {"name": HOSTILE, "action": action, "changes": [*changes], **empty, **readers}

    named = {"now_read": ["100000000001"], "no_longer_read": ["999999999999"]}
    many = [f"{number:012}" for number in range(1200)]
    buckets = [
        bucket("none"),
        bucket("created", "policy", now_read=many),
        bucket("updated", "policy", **named),
        bucket("updated", "settings"),
    ]
    for mode, create, change in (("check", "would create", "would change"), ("run", "created", "changed")):
        record = report_records.fleet(buckets=buckets, mode=mode)
        name = "".join(letter if letter.isprintable() else "?" for letter in HOSTILE)
        lines = [line for line in report_table.report_table(record, width=10_000).splitlines() if "bucket" in line]
        glyph = "▲" if mode == "check" else "↻"
        assert lines == [
            f"{glyph} {create} bucket {name}: lets 1,200 accounts read",
            f"{glyph} {change} the policy of bucket {name}: lets 100000000001 (workload-001) read, "
            "no longer lets 999999999999 read",
            f"{glyph} {change} the settings of bucket {name}",
        ]
        page = Page(report_html.report_html(record, TITLE))
        assert f"{create} bucket" in page.text and "no longer lets 999999999999 read" in page.text
        assert page.tags["script"] == 1


def test_what_is_declared_nowhere_is_told_once_for_all_its_places() -> None:
    left = [
        {
            "account_id": f"{account:012}",
            "account_name": "",
            "region": region,
            "kind": "ipset",
            "name": "old",
            "id": "1",
            "status": "ACTIVE",
            "location": "s3://acme/old.txt",
            "foreign": False,
        }
        for account in (1, 2)
        for region in ("eu-west-1", "us-east-1")
    ]
    clean = report_records.fleet()
    made = {**clean, "undeclared": left}
    words = "old (ipset) in 2 accounts eu-west-1, us-east-1 is managed by this collection and declared nowhere"
    assert words in " ".join(report_table.report_table(made, width=200).split())
    assert words in report_html.report_html(made) and "Declared nowhere" not in report_html.report_html(clean)
    theirs = {**clean, "undeclared": [{**one, "foreign": True} for one in left]}
    assert "set threatlists_purge" in report_html.report_html(made)
    assert "set threatlists_purge" not in report_html.report_html(theirs)
    assert "declare it absent with adopt" in report_html.report_html(theirs)


def test_a_list_in_error_that_a_run_mends_would_change() -> None:
    mended = report_records.result(1, "eu-west-1", "partners", action="reloaded", status="ERROR")
    states = {mode: model.state_of(mended, mode) for mode in ("check", "verify", "run")}
    assert states == {"check": model.STALE, "verify": model.FAILED, "run": model.FAILED}
