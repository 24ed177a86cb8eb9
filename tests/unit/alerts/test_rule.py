# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What brings one rule to another: the plan leads there, and asks for nothing once it is there."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._alerts import options
from ansible_collections.threatlists.aws.plugins.module_utils._alerts.rule import (
    ObservedRule,
    Rule,
    RulePlan,
    objects,
    pattern,
    plan,
)
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT = "111111111111"
WORDS = st.sampled_from(["a", "b", "c"])
TARGETS = st.dictionaries(WORDS, st.sampled_from(["arn:1", "arn:2"]), max_size=3).map(
    lambda found: {name: {"Id": name, "Arn": arn} for name, arn in found.items()}
)
PATTERNS = st.builds(pattern, st.lists(WORDS, min_size=1, max_size=2), st.sampled_from([0, 4.0]))
TAGS = st.dictionaries(WORDS, WORDS, max_size=2)
RULES = st.builds(
    Rule, st.just("rule"), WORDS, st.booleans(), PATTERNS, TARGETS, st.none() | TAGS, purge_tags=st.booleans()
)
FOREIGN = st.dictionaries(st.sampled_from(["a", "aws:x", "threatlists:account"]), WORDS)
FOUND = st.none() | st.builds(ObservedRule, st.just("arn"), WORDS, st.booleans(), PATTERNS, TARGETS, FOREIGN)
TARGET = {"id": "queue", "arn": "arn:aws:sqs:{region}:{account_id}:queue"}
NOTHING = dict.fromkeys(options.TARGET_SPEC)


def applied(wanted: Rule | None, found: ObservedRule | None, done: RulePlan) -> ObservedRule | None:
    """What EventBridge then has."""
    if done.delete or (wanted is None and found is None):
        return None
    base = found or ObservedRule("arn", "", False, {}, {}, {})
    if done.put_rule and wanted:
        base = base._replace(description=wanted.description, enabled=wanted.enabled, pattern=wanted.pattern)
    targets = {name: target for name, target in base.targets.items() if name not in done.remove_targets}
    targets |= {target["Id"]: target for target in done.put_targets}
    tags = {key: value for key, value in {**base.tags, **(done.tag or {})}.items() if key not in done.untag}
    return base._replace(targets=targets, tags=tags)


@given(RULES, FOUND)
def test_the_plan_leads_there_and_the_second_is_empty(wanted: Rule, found: ObservedRule | None) -> None:
    then = applied(wanted, found, plan(wanted, found, ACCOUNT))
    assert then is not None
    assert plan(wanted, then, ACCOUNT).is_empty
    assert (then.description, then.enabled, then.pattern) == (wanted.description, wanted.enabled, wanted.pattern)
    assert then.targets == wanted.targets
    assert then.is_ours(ACCOUNT)


def test_objects_are_matched_by_bucket_and_key() -> None:
    assert objects([("acme", "b.txt"), ("acme", "a.txt")]) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["acme"]}, "object": {"key": ["a.txt", "b.txt"]}},
    }


@given(RULES, FOUND)
def test_what_is_done_has_a_cause(wanted: Rule, found: ObservedRule | None) -> None:
    done = plan(wanted, found, ACCOUNT)
    assert bool(done.cause) is not done.is_empty


def test_the_cause_names_what_differs() -> None:
    wanted = Rule("rule", "", True, pattern(["a"], 0), {"a": {"Id": "a"}, "b": {"Id": "b"}}, None, purge_tags=True)
    found = ObservedRule("arn", "", False, pattern(["a"], 4), {"b": {"Id": "b", "Arn": "x"}, "c": {}}, {})
    assert plan(wanted, found, ACCOUNT).cause == (
        "it is disabled; its event pattern is another; its target a is missing; its target b is another; "
        "its target c is not declared; its tags are others"
    )
    assert plan(None, found, ACCOUNT).cause == "the rule is not declared for this place"


@given(RULES, FOUND)
def test_tags_of_aws_stay(wanted: Rule, found: ObservedRule | None) -> None:
    assert not [key for key in plan(wanted, found, ACCOUNT).untag if key.startswith("aws:")]


@given(FOUND)
def test_absent_is_absent(found: ObservedRule | None) -> None:
    done = plan(None, found, ACCOUNT)
    assert done.is_empty is (found is None)
    assert applied(None, found, done) is None
    assert found is None or set(done.remove_targets) == set(found.targets)


def declare(**given: t.Any) -> options.DeclaredRule:
    targets = [{**NOTHING, **target} for target in given.pop("targets", [TARGET])]
    defaults = {name: spec.get("default") for name, spec in options.ARGUMENT_SPEC.items()}
    return options.declared({**defaults, "name": "rule", "lists": ["ours"], "targets": targets, **given})


def test_both_places_that_name_a_list_are_asked() -> None:
    evidence, info = declare(lists=["b", "a", "a"], severity_min=7).pattern["detail"]["$or"]
    assert evidence["service"]["evidence"]["threatIntelligenceDetails"]["threatListName"] == ["a", "b"]
    assert info["service"]["additionalInfo"]["threatListName"] == ["a", "b"]
    assert declare(severity_min=7).pattern["detail"]["severity"] == [{"numeric": [">=", 7]}]
    assert "severity" not in declare().pattern["detail"]


def test_arns_are_filled_in_and_texts_are_not() -> None:
    transformer = {"input_paths_map": {"region": "$.region"}, "input_template": "arn:{region} <region>"}
    rule = declare(targets=[{**TARGET, "input_transformer": transformer}]).rule("eu-west-1", ACCOUNT, "aws")
    (target,) = rule.targets.values()
    assert target["Arn"] == f"arn:aws:sqs:eu-west-1:{ACCOUNT}:queue"
    assert target["InputTransformer"]["InputTemplate"] == "arn:{region} <region>"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "two words"}, "name: 'two words'"),
        ({"lists": []}, "could ever match"),
        ({"targets": []}, "1 to 5, not 0"),
        ({"targets": [{**TARGET, "id": str(number)} for number in range(6)]}, "not 6"),
        ({"targets": [TARGET, TARGET]}, "an id is given twice"),
        ({"targets": [{**TARGET, "arn": "queue"}]}, "'queue' is no ARN"),
        ({"targets": [{**TARGET, "dead_letter_arn": "arn:aws:sns:eu-west-1:1:x"}]}, "only a queue"),
        ({"targets": [{"id": "bus", "arn": "arn:aws:events:eu-west-1:1:event-bus/default"}]}, "needs role_arn"),
        ({"targets": [{**TARGET, "maximum_retry_attempts": 186}]}, "186 is not between 0 and 185"),
        ({"lists": [f"a-long-name-of-a-list-{number}" for number in range(60)]}, "longer than 2048"),
        ({"all_except": []}, "state must be absent"),
        ({"all_except": [{"regions": ["all"]}]}, "name: '' must be"),
        ({"all_except": [{"name": "x", "regions": "all"}]}, "regions of 'x' must be a list"),
        ({"tags": {"threatlists:account": "1"}}, "is reserved"),
        ({"description": "x" * 513}, "longer than 512"),
    ],
)
def test_what_eventbridge_would_refuse_is_refused_here(given: dict[str, t.Any], says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        declare(**given)


def test_a_queue_of_another_region_is_refused() -> None:
    declared = declare(targets=[{**TARGET, "arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"}])
    with pytest.raises(ArgumentError, match="in another Region than the rule's eu-west-1"):
        declared.rule("eu-west-1", ACCOUNT, "aws")


def test_changes_by_anybody_else_are_asked_for() -> None:
    role = "arn:aws:iam::{account_id}:role/threatlists"
    rule = declare(sends="changes", lists=None, except_roles=[role]).rule("eu-west-1", ACCOUNT, "aws")
    detail = rule.pattern["detail"]
    assert {"UpdateThreatIntelSet", "DeleteIPSet", "CreateTrustedEntitySet", "TagResource"} <= set(detail["eventName"])
    absent, others = (one["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] for one in detail["$or"])
    assert absent == [{"exists": False}]
    assert others == [{"anything-but": [f"arn:aws:iam::{ACCOUNT}:role/threatlists"]}]
    assert detail["errorCode"] == [{"exists": False}]
