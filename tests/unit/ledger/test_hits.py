# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger is the same bytes however it was told what it knows; what a list is worth follows from it."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._ledger import hits, worth
from ansible_collections.threatlists.aws.plugins.module_utils._lists.index import IndexHit, Survey
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)


def ago(days: float) -> str:
    return (NOW - datetime.timedelta(days=days)).strftime(hits.MOMENT)


def finding(**changes: t.Any) -> dict[str, t.Any]:
    """What guardduty_findings_info returns of one."""
    remote = changes.get("indicator", "45.1.2.3")
    return {
        "id": "f1",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
        "severity": 5.0,
        "list": "threats",
        "indicator": remote,
        "indicators": [remote],
        "count": 1,
        "first_seen": ago(3),
        "last_seen": ago(3),
        "archived": False,
        "feedback": "",
        "sample": False,
        "why": None,
        **changes,
    }


def why(entry: str, *sources: str, published: str = "2026-11-01T00:00:00+00:00") -> dict[str, t.Any]:
    return {"entry": entry, "indicators": [{"source": source} for source in sources], "published": published}


def ledger(*findings: dict[str, t.Any], **fields: t.Any) -> hits.Ledger:
    return hits.Ledger(hits=hits.of_findings(findings, "threats"), **fields)


FINDINGS = st.builds(
    finding,
    id=st.sampled_from(["f1", "f2"]),
    indicator=st.sampled_from(["45.1.2.3", "45.9.0.9", "bad.example.org"]),
    count=st.integers(1, 3),
    first_seen=st.sampled_from([ago(9), ago(5)]),
    last_seen=st.sampled_from([ago(4), ago(2), "2026-11-20T03:00:05.000Z"]),
    archived=st.booleans(),
    feedback=st.sampled_from(["", "USEFUL", "NOT_USEFUL"]),
    severity=st.sampled_from([2.0, 5.0]),
    why=st.sampled_from([None, why("45.1.2.3", "A"), why("45.9.0.0/24", "B", "A", published="2026-11-02")]),
)


@given(st.lists(FINDINGS, max_size=8), st.randoms(use_true_random=False))
def test_in_any_order_and_twice_the_same_bytes(found: list[dict[str, t.Any]], random: t.Any) -> None:
    at_once = ledger(*found, began=ago(9), sources={"A": ago(9)})
    parts = [ledger(one, began=ago(9), sources={"A": ago(days)}) for days, one in enumerate(found)] * 2
    random.shuffle(parts)
    piecewise = hits.merge(hits.Ledger(began=ago(9), sources={"A": ago(9)}), *parts)
    assert hits.dump(piecewise) == hits.dump(at_once)
    assert hits.dump(hits.merge(at_once, piecewise)) == hits.dump(at_once)
    assert hits.load(hits.dump(at_once), "ledger") == at_once


def test_a_line_for_each_remote_of_a_finding() -> None:
    first = finding(why=why("45.1.2.3", "PhishMe"))
    later = finding(indicator="45.9.0.9", count=4, last_seen=ago(1), archived=True)
    both = hits.merge(ledger(first), ledger(later))
    assert {key: hit["first_seen"] for key, hit in both.hits.items()} == {
        ("f1", "45.1.2.3"): ago(3),
        ("f1", "45.9.0.9"): ago(1),
    }
    assert both.hits["f1", "45.1.2.3"]["sources"] == ["PhishMe"]


def test_several_remotes_at_once_and_which_of_them_the_index_speaks_of() -> None:
    told = {**why("45.9.0.0/24", "Wide"), "indicator": "45.9.0.9"}
    both = ledger(finding(indicators=["45.1.2.3", "45.9.0.9"], why=told)).hits
    assert [(hit["remote"], hit["entry"]) for hit in both.values()] == [("45.1.2.3", ""), ("45.9.0.9", "45.9.0.0/24")]


def test_what_is_no_hit() -> None:
    others = [finding(list="another"), finding(sample=True), finding(last_seen="one day")]
    assert ledger(*others).hits == {}


def test_what_is_too_old_is_forgotten() -> None:
    both = ledger(finding(), finding(id="f2", last_seen=ago(500)))
    assert set(hits.younger(both, NOW - datetime.timedelta(days=400)).hits) == {("f1", "45.1.2.3")}


@pytest.mark.parametrize(
    "content", [b"x", b"{}", b'{"finding": "f", "remote": "r"}', b"[1]", b"\xff", b'{"source": 1}']
)
def test_what_is_no_ledger_is_refused(content: bytes) -> None:
    with pytest.raises(ParseError, match="ledger of hits"):
        hits.load(hits.dump(ledger(finding())) + content, "s3://b/k")


def survey(**held: str) -> Survey:
    """An index of 1,000 entries, where each remote is held by an entry of the source A."""
    found = {remote: [IndexHit(entry, "covers", [{"source": "A"}])] for remote, entry in held.items()}
    return Survey(1000, {"A": 900, "B": 200}, found)


def test_what_a_list_is_worth() -> None:
    found = [
        finding(why=why("45.1.2.3", "B")),
        finding(id="f2", indicator="45.9.0.9", last_seen=ago(20)),
        finding(id="f3", indicator="45.9.0.8", last_seen=ago(60), archived=True, feedback="NOT_USEFUL"),
        finding(id="f4", indicator="45.7.7.7", last_seen=ago(200), why=why("45.7.7.7", "Gone")),
    ]
    known = ledger(*found, began=ago(300), sources={"A": ago(300), "B": ago(300)})
    held = {"45.1.2.3": "45.1.2.3", "45.9.0.9": "45.9.0.0/24", "45.9.0.8": "45.9.0.0/24"}
    told = worth.judge("threats", known, survey(**held), NOW, 90)
    assert (told["findings_7d"], told["findings_30d"], told["findings_90d"]) == (1, 2, 3)
    assert (told["entries"], told["matched"], told["never_matched"], told["archived_not_useful"]) == (1000, 3, 998, 1)
    assert [one["entry"] for one in told["matched_entries"]] == ["45.1.2.3", "45.9.0.0/24", "45.7.7.7"]
    assert [(one["name"], one["entries"], one["matched"], one["findings"]) for one in told["sources"]] == [
        ("Gone", 0, 1, 1),
        ("B", 200, 1, 1),
        ("A", 900, 1, 2),
    ]
    assert told["last_match"] == ago(3)
    assert told["review"] == []


def test_what_found_nothing_is_suggested_for_review_once_it_was_looked_at_long_enough() -> None:
    old = ledger(finding(why=why("45.1.2.3", "A")), began=ago(91), sources={"A": ago(91), "B": ago(91)})
    (sentence,) = worth.judge("threats", old, survey(), NOW, 90)["review"]
    assert "200 entries of source B in the last 90 days" in sentence
    (whole,) = worth.judge("threats", hits.Ledger(ago(91)), None, NOW, 90)["review"]
    assert "nothing was found by it in the last 90 days" in whole
    new = ledger(*old.hits and [finding()], began=ago(91), sources={"A": ago(91), "B": ago(5)})
    assert worth.judge("threats", new, survey(**{"45.1.2.3": "45.1.2.3"}), NOW, 90)["review"] == []
    for young in (hits.Ledger(), hits.Ledger(ago(89))):
        assert worth.judge("threats", young, survey(), NOW, 90)["review"] == []


def test_without_an_index_entries_are_not_known() -> None:
    told = worth.judge("threats", ledger(finding(), began=ago(1)), None, NOW, 90)
    assert (told["entries"], told["never_matched"], told["matched"], told["sources"]) == (None, None, 1, [])
