# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the declared lists to objects, buckets, options and the record: what the role's filters decide."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.threatlists.aws.plugins.filter import arguments_of_host, lists_of_host
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import hosts as _hosts
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import overlap
from hypothesis import given
from hypothesis import strategies as st
from support.role_cases import ONE, TWO, declared, hosts, plan


def test_a_host_tells_its_account_by_variable_or_by_its_role():
    arn = f"arn:aws:iam::{TWO}:role/threatlists"
    hostvars = {
        "a": {"account_id": ONE, "assume_role_arn": arn, "threatlists_regions": "all"},
        "b": {"assume_role_arn": arn, "group_names": ["x"]},
        "c": {"threatlists_account_id": ONE, "account_id": TWO, "threatlists_regions": "eu-west-1, us-east-1"},
    }
    found = _hosts.accounts(hostvars, hostvars, ["us-east-1"])
    assert [host["account_id"] for host in found] == [ONE, TWO, ONE]
    assert [host["regions"] for host in found] == [["all"], [], ["eu-west-1", "us-east-1"]]
    (played,) = _hosts.accounts(["b"], hostvars, ["us-east-1"])
    assert played["regions"] == ["us-east-1"]


def test_each_distinct_object_once():
    found = plan(declared(), declared("regional", bucket="acme-{region}"), declared("own", key="{account_id}.txt"))
    assert {(entry["bucket"], entry["key"], entry["region"]) for entry in found["objects"]} == {
        ("acme", "malware.txt", None),
        ("acme-eu-west-1", "regional.txt", "eu-west-1"),
        ("acme-us-east-1", "regional.txt", "us-east-1"),
        ("acme", "000000000001.txt", None),
        ("acme", "000000000002.txt", None),
    }
    assert found["objects"][0]["readers"] == ["host1", "host2"]


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        ([declared("two words")], "letters, digits"),
        ([declared(), declared()], "declared 2 times"),
        ([declared("a", key="k"), declared("b", key="k")], "overwrite each other"),
        ([declared(f"list{number}") for number in range(7)], "7 lists of kind threatintelset"),
        ([declared(f"list{number}", kind="ipset") for number in range(2)], "2 lists of kind ipset"),
        ([declared(groups=["prodction"])], "no group prodction"),
        ([declared(sources=[{"entries": [], "file": "x"}])], "mutually exclusive"),
        ([declared(key="k" * 300)], "longer than 300"),
        ([declared(key="{account_id}")], "no variable account_id"),
        ([declared(groups="prodction")], "no group prodction"),
        ([declared("a", key="k"), declared("b", key="k", hold=True)], "overwrite each other"),
    ],
)
def test_what_cannot_be_meant_is_said(lists, problem):
    found = plan(*lists, hosts=hosts(account_id=""))
    assert any(problem in sentence for sentence in found["problems"]), found["problems"]
    assert found["objects"] == []


def test_only_what_takes_a_policy_of_guarddutys_role_counts_against_them():
    everywhere = hosts(count=1, threatlists_regions=[f"eu-west-{number}" for number in range(1, 18)])

    def problems(kind: str) -> list[str]:
        return plan(*(declared(f"a{n}", kind=kind, bucket="b-{region}") for n in range(3)), hosts=everywhere)[
            "problems"
        ]

    assert problems("threatintelset") == ["51 objects are declared for host1; GuardDuty's role holds 50."]
    assert problems("threatentityset") == []


def test_what_tells_no_account_is_said():
    assert plan(declared(), hosts=hosts(account_id="12345"))["problems"][0].startswith("host1: its account_id 12345")


def test_a_role_of_another_account_is_said_with_both_accounts():
    stray = hosts(count=1, assume_role_arn=f"arn:aws:iam::{TWO}:role/threatlists")
    (problem,) = plan(declared(), hosts=stray)["problems"]
    assert problem.startswith("host1: ") and "account_id is 000000000001" in problem and f"of account {TWO}" in problem
    assert plan(declared(), hosts=hosts(count=1, assume_role_arn="arn:aws:iam::000000000001:role/x"))["problems"] == []


def test_without_the_inventorys_groups_none_is_missed():
    assert plan(declared(groups=["nowhere"]), groups=None)["problems"] == []


def test_lists_that_somebody_else_publishes_may_share_an_object():
    lists = [declared("a", key="k", sources=[]), declared("b", key="k", sources=[])]
    found = plan(*lists)
    assert found["problems"] == [] and [entry["name"] for entry in found["objects"]] == ["a", "b"]


def test_merged_is_what_this_run_publishes_and_the_rest_is_said():
    found = plan(
        declared(2024, groups="production"),
        declared("free", hold="false"),
        declared("held", hold="true"),
        declared("elsewhere", sources=[]),
        declared("gone", state="absent"),
        declared("nobody", groups=["staging"]),
        groups=["production", "staging"],
    )
    assert [item["name"] for item in found["merged"]] == ["2024", "free"]
    held, nobody = found["notes"]
    assert held == "held is on hold: its object stays as it is."
    assert nobody.startswith("nobody: no account of this run is in staging")


def test_a_host_that_declares_other_lists_is_refused():
    lists, others = [declared()], [declared(policy={"min_entries": 7})]
    own_tags = [declared(tags={"account": ONE})]
    hostvars = {"a": {}, "b": {"threatlists_declared": lists}, "c": {"threatlists_declared": own_tags}}
    assert len(_hosts.accounts(hostvars, hostvars, [], lists)) == len(hostvars)
    with pytest.raises(ValueError, match="b has other threatlists_declared"):
        _hosts.accounts(hostvars, hostvars, [], others)


def test_more_objects_than_guarddutys_role_holds_are_refused():
    regions = [f"eu-west-{number}" for number in range(1, 20)]
    lists = [declared(f"list{number}", bucket="acme-{region}") for number in range(3)]
    found = plan(*lists, hosts=hosts(threatlists_regions=regions))
    assert any("57 objects" in problem for problem in found["problems"])


def test_all_regions_cannot_fill_in_a_region():
    found = plan(declared(bucket="acme-{region}"), hosts=hosts(threatlists_regions="all"))
    assert any("threatlists_regions" in problem for problem in found["problems"])


def test_absent_lists_count_against_no_quota_and_share_objects():
    lists = [declared(f"list{number}", state="absent") for number in range(7)]
    found = plan(*lists, declared("kept", key="list0.txt"))
    assert found["problems"] == []
    assert [entry["name"] for entry in found["objects"] if not entry["present"] and entry["shared"]] == ["list0"]


def test_groups_decide_who_gets_a_list():
    lists = [declared(), declared("staging", groups=["staging"]), declared("both", groups=["staging", "production"])]
    options = lists_of_host.lists_of_host(lists, ["production"])
    assert [item["name"] for item in options] == ["malware", "both"]


def test_guardduty_lists_gets_the_digest_where_there_is_one_content():
    lists = [declared(expected_bucket_owner=ONE, tags={"owner": "x"}, activate=False), declared("gone", state="absent")]
    published = [{"name": "malware", "kind": "threatintelset", "sha256": "ab"}] * 2
    (present, absent) = lists_of_host.lists_of_host(lists, [], published)
    assert present == {
        "name": "malware",
        "kind": "threatintelset",
        "state": "present",
        "format": "TXT",
        "location": "s3://acme/malware.txt",
        "activate": False,
        "expected_bucket_owner": ONE,
        "tags": {"owner": "x"},
        "sha256": "ab",
    }
    assert absent["state"] == "absent" and "sha256" not in absent
    for others in ([], [{**published[0], "sha256": None}], [*published, {**published[0], "sha256": "cd"}]):
        assert "sha256" not in lists_of_host.lists_of_host(lists, [], others)[0]


def test_what_is_not_published_is_kept_and_keeps_all_others():
    lists = [declared(), declared("new"), declared("staging", groups=["staging"])]
    published = [
        {"name": "malware", "kind": "threatintelset", "sha256": "ab", "missing": False},
        {"name": "new", "kind": "threatintelset", "sha256": None, "missing": True},
    ]
    told = arguments_of_host.arguments_of_host(lists, ["production"], published, True)
    assert [item["name"] for item in told["lists"]] == ["malware"]
    assert told["keep_lists"] == [{"name": "new", "kind": "threatintelset"}]
    assert told["purge_lists"] is False, "a list that could not be looked at is no leftover"
    all_of_it = [{**one, "missing": False} for one in published]
    for purges in (True, False):
        told = arguments_of_host.arguments_of_host(lists, ["production"], all_of_it, purges)
        assert (told["keep_lists"], told["purge_lists"]) == ([], purges)
    told = arguments_of_host.arguments_of_host(lists[2:], ["production"], all_of_it, True)
    assert told == {"lists": [], "keep_lists": [], "purge_lists": False}, "nothing declared removes nothing"


def test_overlap_of_trusted_and_threat_lists_is_named(tmp_path: pathlib.Path):
    files = []
    for name, kind, content in (
        ("offices", "ipset", "20.0.0.0/24\n"),
        ("threats", "threatintelset", "20.0.0.7\n20.0.1.0/24\n20.0.0.128/25\n"),
        ("partners", "trustedentityset", "mail.example.org\n*.partner.example\n"),
        ("names", "threatentityset", "*.example.org\nwww.partner.example\nevil.example\n"),
    ):
        (tmp_path / name).write_text(content)
        files.append({"name": name, "kind": kind, "path": str(tmp_path / name)})
    overlaps = overlap.overlaps(files, 5)
    assert overlaps[0]["lists"] == [
        {"name": "offices", "kind": "ipset"},
        {"name": "threats", "kind": "threatintelset"},
    ]
    by_address, by_name = (overlap["message"] for overlap in overlaps)
    assert by_address.startswith("2 entries of threats are trusted by offices") and "20.0.0.7" in by_address
    assert "www.partner.example" in by_name and "mail.example.org" in by_name and "evil" not in by_name
    assert "and 1 more" in overlap.overlaps(files, 1)[0]["message"]
    objects = plan(declared("threats"), declared("held"), declared("offices", kind="ipset"))["objects"]
    (uncompared,) = overlap.uncompared(files, objects)
    assert uncompared["lists"] == [] and uncompared["message"].startswith("held was not merged in this run")


NAMES = st.sampled_from(["a", "b", "c", "d"])
KINDS = st.sampled_from(list(_declared.QUOTAS))
LISTS = st.lists(
    st.builds(
        declared,
        NAMES,
        kind=KINDS,
        key=st.sampled_from(["{region}/k", "k-{account_id}", "k"]),
        groups=st.sampled_from([None, ["all"], ["production"], ["staging"]]),
        state=st.sampled_from(["present", "absent"]),
    ),
    max_size=8,
)


@given(lists=LISTS, count=st.integers(1, 3))
def test_a_plan_without_problems_gives_every_list_an_object_of_its_own(lists, count):
    found = plan(*lists, hosts=hosts(count), groups=["all", "production", "staging"], readers=[])
    if not found["problems"]:
        places = [(entry["bucket"], entry["key"]) for entry in found["objects"] if entry["present"]]
        assert len(places) == len(set(places))
        wanted = {(item["name"], item["kind"]) for item in lists if item["groups"] != ["staging"]}
        assert {(entry["name"], entry["kind"]) for entry in found["objects"]} == wanted
        for host in hosts(count):
            options = lists_of_host.lists_of_host(lists, host["groups"])
            assert {(option["name"], option["kind"]) for option in options} == wanted
