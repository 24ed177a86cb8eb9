# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of many places at once is true of each of them, and the counts agree."""

from __future__ import annotations

import collections
import json
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.filter.report_table import report_table
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import model
from hypothesis import given
from hypothesis import strategies as st
from support import report_records

ONE, TWO = "222222222222", "333333333333"


def unreadable(account: str, region: str, name: str) -> dict[str, t.Any]:
    """What guardduty_lists returns of a list that the bucket's policy does not let GuardDuty read."""
    role = f"arn:aws:iam::{account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    statement = {
        "Principal": {"AWS": role},
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::acme-threatlists/{name}.xml",
    }
    message = (
        f"Account {account}, Region {region}, threatintelset {name}: its status is ERROR. The bucket belongs to "
        f"111111111111, and its policy does not let account {account} read."
    )
    remedy = f"Add to the bucket policy: {json.dumps(statement)}"
    error = {"code": "BucketPolicy", "message": message, "retryable": False, "remedy": remedy}
    changes = {"account_id": account, "action": "failed", "status": "ERROR", "cause": message, "error": error}
    return report_records.result(1, region, name, **changes)


def test_a_group_needs_one_statement_with_every_principal_and_every_object() -> None:
    record = report_records.record(
        [
            unreadable(account, region, name)
            for account in (ONE, TWO)
            for region in ("eu-west-1", "us-east-1")
            for name in ("threatstream-malware", "threatstream-c2")
        ]
    )
    (news,) = model.build(record).failures
    assert news.group.count == 8
    advice, _brace, rest = news.group.remedy.partition("{")
    statement = json.loads("{" + rest)
    assert advice == "Add to the bucket policy: "
    assert [name.split(":")[4] for name in statement["Principal"]["AWS"]] == [ONE, TWO]
    assert [name.rsplit("/", 1)[1] for name in statement["Resource"]] == [
        "threatstream-c2.xml",
        "threatstream-malware.xml",
    ]
    assert news.group.cause.endswith(f"does not let account {ONE} and {TWO} read.")


def test_words_that_are_the_same_in_all_accounts_are_told_once_though_they_name_one_of_them() -> None:
    words = f"Bucket acme should belong to 999999999999, but the credentials of this run are of {ONE}."
    error = {"code": "WrongOwner", "message": words, "retryable": False, "remedy": f"Ask {ONE}."}
    failed = [
        report_records.result(1, "", "partners", account_id=account, action="failed", cause=words, error=error)
        for account in (ONE, TWO)
    ]
    (news,) = model.build(report_records.record(failed)).failures
    assert (news.group.cause, news.group.remedy, news.group.accounts) == (words, f"Ask {ONE}.", (ONE, TWO))


def test_a_failure_names_no_other_account_than_its_own() -> None:
    record = report_records.record([unreadable(TWO, "eu-west-1", "threatstream-malware")])
    table = report_table(record)
    assert ONE not in table and TWO in table


def test_more_principals_than_a_terminal_takes_are_a_pattern() -> None:
    accounts = [f"{number:012}" for number in range(1, 301)]
    record = report_records.record([unreadable(account, "eu-west-1", "threatstream-c2") for account in accounts])
    (news,) = model.build(record).failures
    assert news.group.remedy.startswith("For each of 300 accounts: Add to the bucket policy: ")
    assert news.group.remedy.count("arn:aws:iam::{account_id}:role/") == 1


def test_a_row_names_the_lists_that_failed_there_only() -> None:
    failed = [
        unreadable(ONE, "eu-west-1", "threatstream-malware"),
        unreadable(ONE, "eu-west-1", "threatstream-c2"),
        unreadable(TWO, "us-east-1", "threatstream-c2"),
    ]
    (news,) = model.build(report_records.record(failed)).failures
    assert {place.accounts: place.lists for place in news.group.places} == {
        (ONE,): ("threatstream-c2", "threatstream-malware"),
        (TWO,): ("threatstream-c2",),
    }


PLACES = st.tuples(
    st.sampled_from([ONE, TWO, "444444444444"]),
    st.sampled_from(["eu-west-1", "us-east-1", ""]),
    st.sampled_from(list(report_records.KINDS)),
)
OUTCOMES = st.sampled_from(["none", "created", "skipped", "failed", "unreadable"])


def record_of(outcomes: dict[tuple[str, str, str], str], mode: str) -> dict[str, t.Any]:
    results = []
    for (account, region, name), outcome in outcomes.items():
        if outcome == "unreadable":
            results.append(unreadable(account, region, name))
        else:
            words = {"cause": f"{outcome} in {account} {region}", "action": outcome, "account_id": account}
            results.append(report_records.result(1, region, name, **words))
    return report_records.record(results, mode=mode)


@given(st.dictionaries(PLACES, OUTCOMES, max_size=24), st.sampled_from(["run", "check", "verify"]))
def test_counts_rows_and_sums_agree(outcomes: dict[tuple[str, str, str], str], mode: str) -> None:
    report = model.build(record_of(outcomes, mode))
    told = [*report.failures, *(news for view in report.lists for news in view.news)]
    places: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for news in told:
        here = [
            (account, region, name)
            for place in news.group.places
            for account in place.accounts
            for region in place.regions
            for name in place.lists
        ]
        assert len(here) == len(set(here)) == news.group.count
        assert all(outcomes[place] in ("failed", "unreadable") for place in here) == (news.state is model.FAILED)
        strangers = {ONE, TWO, "444444444444"} - set(news.group.accounts)
        assert not [account for account in strangers if account in news.group.cause + news.group.remedy]
        places.update(here)
    assert sorted(places.elements()) == sorted(place for place, outcome in outcomes.items() if outcome != "none")
    assert report.total == len(outcomes) == sum(view.total for view in report.lists)
    picture = {
        (account, region, view.name): state
        for view in report.lists
        for row in view.rows
        for account in row.accounts
        for region, state in zip(view.regions, row.cells, strict=True)
        if state is not model.ABSENT
    }
    assert picture == {
        (one["account_id"], one["region"], one["name"]): model.state_of(one, mode) for one in report.record["results"]
    }


FAILURE = re.compile(r"✕ (?P<lists>.+?) (?:failed|would fail) in (?P<count>\d+) places?:.*")
FAILED_PLACE = re.compile(r" {4}(?P<account>\d{12})(?: \(\S+\))?  (?P<regions>\S+(?:, \S+)*)(?:  (?P<lists>.+))?")
OTHER = re.compile(r"[^✕ ] .+? (?:would create|created|skipped) in (?:(?P<count>\d+) places \()?.*")


def meant(words: str, noun: str, names: t.Iterable[str]) -> set[str]:
    """The names of a line, or all where it counts them instead."""
    found = set(names)
    return found if words == f"{len(found)} {noun}s" else set(words.split(", "))


@given(
    st.dictionaries(PLACES.filter(lambda place: place[1] != ""), OUTCOMES, max_size=24),
    st.sampled_from(["run", "check", "verify"]),
)
def test_the_lines_of_the_table_sum_up_to_its_counts(outcomes: dict[tuple[str, str, str], str], mode: str) -> None:
    failed = {place for place, outcome in outcomes.items() if outcome in ("failed", "unreadable")}
    told: list[tuple[str, str, str]] = []
    failures = others = 0
    lists = ""
    for line in report_table(record_of(outcomes, mode), rows=100, width=10_000).splitlines():
        if failure := FAILURE.fullmatch(line):
            lists = failure["lists"]
            failures += int(failure["count"])
        elif place := FAILED_PLACE.fullmatch(line):
            told += [
                (place["account"], region, name)
                for region in place["regions"].split(", ")
                for name in meant(place["lists"] or lists, "list", report_records.KINDS)
            ]
        elif other := OTHER.fullmatch(line):
            others += int(other["count"] or 1)
    assert sorted(told) == sorted(failed), "each list that a line names failed there, and is told once"
    assert failures == len(failed)
    assert others == sum(outcome in ("created", "skipped") for outcome in outcomes.values())
