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

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.filter import report_html, report_table
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import html as _html
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import model
from hypothesis import given, settings
from hypothesis import strategies as st
from support import report_records

TITLE = "Threat lists in GuardDuty"
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}{% raw %}\x1b[31m"


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


def one(**changes: object) -> dict[str, object]:
    """A record of one list in one place."""
    result = report_records.result(1, "eu-west-1", "partners", **changes)
    return {"schema_version": 1, "run_id": "r", "started": "", "finished": "", "lists": [], "results": [result]}


@pytest.mark.parametrize(
    ("mode", "changes", "state"),
    [
        ("run", {"action": "none"}, model.IN_STEP),
        ("run", {"action": "reloaded"}, model.CHANGED),
        ("run", {"action": "deleted", "status": "DELETED"}, model.CHANGED),
        ("verify", {"action": "reloaded"}, model.STALE),
        ("check", {"action": "created"}, model.STALE),
        ("verify", {"action": "none", "current": False}, model.STALE),
        ("verify", {"action": "none", "current": None}, model.IN_STEP),
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
    record = report_records.fleet(500, 17)
    report = model.build(record)
    for view in report.lists:
        seen = collections.Counter()
        for row in view.rows:
            for state in row.cells:
                seen[state.key] += len(row.accounts)
        assert dict(seen) == {key: count for key, count in view.counts.items() if count}
    assert report.total == 500 * 17 * 4
    assert sum(group.count for group in report.failures) == report.counts["failed"]


def test_failures_are_told_once_with_every_place() -> None:
    report = model.build(report_records.fleet(200, 17))
    assert [group.code for group in report.failures] == ["AssumeRoleFailed", "ActivationFailed"]
    unreached = report.failures[0]
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
        "not routable",
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
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert not re.search(r"https?://|url\(|@import", text)
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
    hostile_list |= {"sources": [HOSTILE], "tags": {HOSTILE: HOSTILE}, "dropped": {HOSTILE: 3}, "added": [HOSTILE]}
    hostile_list |= {"overlaps": [HOSTILE], "warnings": [HOSTILE], "hold": True, "error": {"message": HOSTILE}}
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


@settings(max_examples=60, deadline=None)
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


def test_table_of_a_small_run_shows_each_result() -> None:
    table = report_table.report_table(one(action="created", cause="was missing")).splitlines()
    assert table[0].split() == ["ACCOUNT", "REGION", "LIST", "ACTION", "STATUS", "CAUSE"]
    assert table[1].split() == [
        *("↻", "100000000001", "(workload-001)", "eu-west-1", "partners", "created", "ACTIVE", "was", "missing")
    ]
    assert table[-1] == "1 account, 1 Region, 1 list: 1 reloaded or changed."


def test_table_of_a_fleet_is_summed_up_but_for_failures() -> None:
    record = report_records.fleet(500, 17)
    table = report_table.report_table(record)
    failed = {result["account_id"] for result in record["results"] if result["action"] == "failed"}
    assert all(account in table for account in failed)
    assert len(table.splitlines()) < 2 * 2 * len(failed) + 30
    assert "Remedy: Allow kms:Decrypt" in table


@pytest.mark.parametrize("record", [{}, {"results": []}, {"lists": [{"name": "n", "kind": "ipset"}]}])
def test_sparse_records(record: dict[str, object]) -> None:
    assert "No failures" in report_html.report_html(record)
    assert report_table.report_table(record).endswith("no results.")


@pytest.mark.parametrize("record", ["text", [1], {"schema_version": 2}, {"results": "x"}, {"lists": ["x"]}, None])
def test_what_is_no_record_is_refused(record: object) -> None:
    for name, face in (("report_html", report_html.report_html), ("report_table", report_table.report_table)):
        with pytest.raises(AnsibleFilterError, match=name):
            face(record)


def test_a_prediction_is_not_called_stale() -> None:
    record = {**one(action="created", status=None), "mode": "check"}
    assert report_table.report_table(record).endswith("1 would change.")
    assert "would change" in Page(report_html.report_html(record)).text
    assert report_table.report_table({**record, "mode": "verify"}).endswith("1 stale.")


def noted() -> dict[str, object]:
    """A record with a list that was refused, and one with something to know of."""
    record = report_records.fleet(1, 1, results=[report_records.result(1, "eu-west-1", "partners")])
    error = {"code": "TooFewEntries", "message": "Too short.", "retryable": False, "remedy": "Look at the sources."}
    record["lists"][0] |= {"error": error}
    record["lists"][2] |= {"hold": True, "overlaps": ["198.51.101.7 is both."], "warnings": ["src: a.txt is empty."]}
    return record


def test_a_refused_list_is_the_first_failure() -> None:
    table = report_table.report_table(noted()).splitlines()
    assert table[1].split() == ["✕", "-", "-", "threatstream-malware", "refused", "-", "Too", "short."]
    assert table[2].strip() == "Remedy: Look at the sources."
    assert table[-1] == "1 account, 1 Region, 4 lists: 1 failed, 1 in step."
    page = Page(report_html.report_html(noted()))
    assert "No failures" not in page.text
    assert "Remedy: Look at the sources." in page.text
    assert "refused, not published" in page.text


def test_what_to_know_of_a_list_is_said() -> None:
    notes = (
        "partners is on hold: its object stays as it is.",
        "198.51.101.7 is both.",
        "partners: src: a.txt is empty.",
    )
    table = report_table.report_table(noted()).splitlines()
    assert table[-5:-2] == list(notes)
    page = Page(report_html.report_html(noted()))
    assert all(note in page.text for note in notes)


def test_status_is_told_where_all_agree() -> None:
    record = one(action="none")
    assert "none    ACTIVE  in step in 1 of 1 place" in report_table.report_table(record)
    record["results"].append(report_records.result(2, "eu-west-1", "partners", status="ACTIVATING"))
    assert "none    -       in step in 2 of 2 places" in report_table.report_table(record)


def test_same_record_same_page() -> None:
    record = report_records.fleet()
    assert _html.render(record, TITLE) == _html.render(record, TITLE)
