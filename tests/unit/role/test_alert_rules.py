# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declared alert rules as an account gets them, and those that would undo each other."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.threatlists.aws.plugins.filter.alert_rules import alert_rules
from support.role_cases import declared

TARGET = {"id": "oncall", "arn": "arn:aws:sqs:{region}:{account_id}:oncall"}
LISTS = [declared(), declared("trusted", kind="ipset"), declared("regional", bucket="acme-{region}")]


def rule(**changes: t.Any) -> dict[str, t.Any]:
    return {"name": "oncall", "targets": [TARGET], **changes}


def test_a_rule_is_of_all_lists_in_the_regions_of_the_host() -> None:
    (made,) = alert_rules([rule(severity_min=4)], [*LISTS, declared()], ["x"], ["eu-west-1"])["rules"]
    assert made == {
        **rule(severity_min=4),
        "state": "present",
        "lists": ["malware", "trusted", "regional"],
        "locations": ["s3://acme/malware.txt", "s3://acme/trusted.txt"],
        "regions": ["eu-west-1"],
    }


def test_what_a_rule_says_itself_goes_before() -> None:
    own = rule(lists=["malware"], regions=["us-east-1"])
    (made,) = alert_rules([own], LISTS, [], ["eu-west-1"])["rules"]
    assert (made["lists"], made["regions"]) == (["malware"], ["us-east-1"])


@pytest.mark.parametrize(
    ("groups", "state"),
    [(None, "present"), ([], "present"), (["all"], "present"), (["a", "b"], "present"), (["b"], "absent")],
)
def test_a_rule_is_there_in_the_groups_that_it_names(groups: list[str] | None, state: str) -> None:
    (made,) = alert_rules([rule(groups=groups)], [], ["a"], [])["rules"]
    assert made["state"] == state


def test_rules_are_left_over_where_the_host_or_a_rule_is() -> None:
    rules = [rule(regions=["us-east-1", "eu-west-1"]), rule(name="other", regions=None)]
    assert alert_rules(rules, [], [], ["eu-west-1"])["regions"] == ["eu-west-1", "us-east-1"]
    assert alert_rules(rules, [], [], "all")["regions"] == ["all", "us-east-1", "eu-west-1"]
    assert alert_rules([], [], [], [])["regions"] == []


def test_only_a_rule_of_objects_watches_them() -> None:
    assert not alert_rules([rule(sends="changes"), rule()], [], [], [])["watches_objects"]
    assert alert_rules([rule(), rule(sends="objects")], [], [], [])["watches_objects"]


@pytest.mark.parametrize(
    ("one", "other", "undoes"),
    [
        ({}, {}, True),
        ({}, {"name": "OnCall"}, True),
        ({"regions": ["eu-west-1"]}, {}, True),
        ({"regions": ["eu-west-1"]}, {"regions": []}, True),
        ({"regions": ["eu-west-1"]}, {"regions": ["all"]}, True),
        ({"regions": ["eu-west-1", "us-east-1"]}, {"regions": ["us-east-1"]}, True),
        ({"regions": ["eu-west-1"]}, {"regions": ["us-east-1"]}, False),
    ],
)
def test_rules_of_one_name_undo_each_other_where_they_share_a_region(
    one: dict[str, t.Any], other: dict[str, t.Any], undoes: bool
) -> None:
    rules = [rule(**one), rule(**other, groups=["nobody"]), rule(name="alone")]
    (alike,) = alert_rules(rules, [], [], [])["alike"]
    assert alike["name"] == "oncall"
    assert alike["problem"].startswith("threatlists_alerts declares 2 rules that are named oncall") is undoes
    assert bool(alike["problem"]) is undoes


def test_a_rule_without_a_name_is_said() -> None:
    with pytest.raises(AnsibleFilterError, match="alert_rules: 'name'"):
        alert_rules([{}], [], [], [])
