# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule of EventBridge, and what turns a found one into the declared one: pure. Private to the collection."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import ACCOUNT_TAG, OURS
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS

# The operations that change a list, or the tags in which its proof stands.
CHANGES = (
    *(f"{verb}{noun.title}" for verb in ("Create", "Update", "Delete") for noun in KINDS.values()),
    "TagResource",
    "UntagResource",
)

MISSING = "the rule is missing"
LEFT_OVER = "the rule is not declared for this place"

__all__ = ["ACCOUNT_TAG", "OURS", "ObservedRule", "Rule", "RulePlan", "changes", "objects", "pattern", "plan"]


class Rule(t.NamedTuple):
    """A rule as it should be: C(targets) by id, as PutTargets takes them; C(tags) without ours."""

    name: str
    description: str
    enabled: bool
    pattern: dict[str, t.Any]
    targets: dict[str, dict[str, t.Any]]
    tags: dict[str, str] | None
    purge_tags: bool

    @property
    def pattern_text(self) -> str:
        """The event pattern as compact JSON, as PutRule takes it and counts its characters."""
        return json.dumps(self.pattern, separators=(",", ":"))

    def tags_of(self, account: str, held: dict[str, str]) -> dict[str, str]:
        """Return the tags that the rule should have; held: those that it has."""
        kept = held if self.tags is None or not self.purge_tags else {}
        return {**kept, **(self.tags or {}), ACCOUNT_TAG: account}


class ObservedRule(t.NamedTuple):
    """A rule as it was read."""

    arn: str
    description: str
    enabled: bool
    pattern: dict[str, t.Any]
    targets: dict[str, dict[str, t.Any]]
    tags: dict[str, str]

    def is_ours(self, account: str) -> bool:
        """Return whether the tag that our rules have names this account."""
        return self.tags.get(ACCOUNT_TAG) == account


class RulePlan(t.NamedTuple):
    """What is to be done, and why; C(before) and C(after) show the rule in a diff."""

    put_rule: bool = False
    put_targets: tuple[dict[str, t.Any], ...] = ()
    remove_targets: tuple[str, ...] = ()
    tag: dict[str, str] | None = None
    untag: tuple[str, ...] = ()
    delete: bool = False
    before: dict[str, t.Any] | None = None
    after: dict[str, t.Any] | None = None
    cause: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not any((self.put_rule, self.put_targets, self.remove_targets, self.tag, self.untag, self.delete))


def changes(except_roles: t.Sequence[str]) -> dict[str, t.Any]:
    """Return the event pattern for every change of lists and tags by anybody but these roles that was not refused.

    The event of a user names no role at all, so that it matches a branch of its own (docs/dev/findings.md#33).
    """
    issuer = {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": [{"exists": False}]}}}}
    others = {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": [{"anything-but": sorted(except_roles)}]}}}}
    detail: dict[str, t.Any] = {
        "eventSource": ["guardduty.amazonaws.com"],
        "eventName": list(CHANGES),
        "errorCode": [{"exists": False}],
    }
    if except_roles:
        detail["$or"] = [issuer, others]
    return {"source": ["aws.guardduty"], "detail-type": ["AWS API Call via CloudTrail"], "detail": detail}


def objects(places: t.Iterable[tuple[str, str]]) -> dict[str, t.Any]:
    """Return the event pattern for objects written to these buckets and keys; S3 does not tell by whom."""
    buckets, keys = (sorted(set(parts)) for parts in zip(*places, strict=True))
    detail = {"bucket": {"name": buckets}, "object": {"key": keys}}
    return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}


def pattern(lists: t.Sequence[str], severity_min: float) -> dict[str, t.Any]:
    """Return the event pattern for findings of these lists.

    A finding names its list in C(evidence) or in C(additionalInfo): both are asked (docs/dev/findings.md#19).
    """
    names = sorted(set(lists))
    detail: dict[str, t.Any] = {
        "$or": [
            {"service": {"evidence": {"threatIntelligenceDetails": {"threatListName": names}}}},
            {"service": {"additionalInfo": {"threatListName": names}}},
        ]
    }
    if severity_min > 0:
        detail["severity"] = [{"numeric": [">=", severity_min]}]
    return {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": detail}


def plan(wanted: Rule | None, found: ObservedRule | None, account: str) -> RulePlan:
    """Return what turns the rule that was found into the wanted one; wanted: None where it is to be absent.

    A rule is put with its tags before its targets, and loses its targets before it is deleted, so that whatever dies in
    between is finished by the next run.
    """
    if wanted is None:
        if found is None:
            return RulePlan()
        return RulePlan(
            remove_targets=tuple(found.targets), delete=True, before=_shown(found), after={}, cause=LEFT_OVER
        )
    if found is None:
        tags = wanted.tags_of(account, {})
        return RulePlan(
            True, tuple(wanted.targets.values()), tag=tags, before={}, after=_wanted(wanted, tags), cause=MISSING
        )
    tags = wanted.tags_of(account, found.tags)
    planned = RulePlan(
        put_rule=(wanted.description, wanted.enabled, wanted.pattern)
        != (found.description, found.enabled, found.pattern),
        put_targets=tuple(target for name, target in wanted.targets.items() if found.targets.get(name) != target),
        remove_targets=tuple(name for name in found.targets if name not in wanted.targets),
        tag={key: value for key, value in tags.items() if found.tags.get(key) != value} or None,
        untag=tuple(key for key in found.tags if key not in tags and not key.startswith((OURS, "aws:"))),
    )
    cause = "; ".join(_differences(wanted, found, planned))
    return planned._replace(before=_shown(found), after=_wanted(wanted, tags), cause=cause)


def _differences(wanted: Rule, found: ObservedRule, planned: RulePlan) -> t.Iterator[str]:
    """Yield in words each way in which the rule is not as declared."""
    if wanted.enabled != found.enabled:
        yield "it is disabled" if wanted.enabled else "it is enabled"
    if wanted.pattern != found.pattern:
        yield "its event pattern is another"
    if wanted.description != found.description:
        yield "its description is another"
    for target in planned.put_targets:
        yield f"its target {target['Id']} is {'another' if target['Id'] in found.targets else 'missing'}"
    for name in planned.remove_targets:
        yield f"its target {name} is not declared"
    if planned.tag or planned.untag:
        yield "its tags are others"


def _shown(found: ObservedRule) -> dict[str, t.Any]:
    return {
        "description": found.description,
        "enabled": found.enabled,
        "event_pattern": found.pattern,
        "targets": [found.targets[name] for name in sorted(found.targets)],
        "tags": found.tags,
    }


def _wanted(wanted: Rule, tags: dict[str, str]) -> dict[str, t.Any]:
    return _shown(ObservedRule("", wanted.description, wanted.enabled, wanted.pattern, wanted.targets, tags))
