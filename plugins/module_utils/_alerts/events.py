# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge's rules of one bus in one Region: read and written. Private to the collection."""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._alerts.rule import ObservedRule, Rule, RulePlan
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import code_of
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

ENABLED = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


class Events:
    """The rules of one event bus; every method raises what botocore raises."""

    def __init__(self, account: Account, region: str, bus: str) -> None:
        self.account = account
        self.region = region
        self.bus = bus

    def names(self) -> list[str]:
        """Return the names of all rules of the bus but those that AWS services manage."""
        rules = self._pages("list_rules", "Rules", EventBusName=self.bus)
        return [rule["Name"] for rule in rules if not rule.get("ManagedBy")]

    def tags(self, name: str) -> dict[str, str]:
        """Return the tags of a rule, by key."""
        found = self._call("list_tags_for_resource", ResourceARN=self._arn(name))["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def read_rule(self, name: str) -> ObservedRule | None:
        """Return the rule with its targets and tags, None where there is none."""
        try:
            rule = self._call("describe_rule", Name=name, EventBusName=self.bus)
        except boto.ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        targets = self._pages("list_targets_by_rule", "Targets", Rule=name, EventBusName=self.bus)
        return ObservedRule(
            rule["Arn"],
            rule.get("Description", ""),
            rule.get("State") in ENABLED,
            json.loads(rule.get("EventPattern") or "{}"),
            {target["Id"]: target for target in targets},
            self.tags(name),
        )

    def apply(self, name: str, wanted: Rule, plan: RulePlan) -> str | None:
        """Do what is planned; return the ARN of the rule where it was put."""
        where: dict[str, t.Any] = {"Rule": name, "EventBusName": self.bus}
        arn = None
        is_new = plan.before == {}
        if plan.put_rule:
            # PutRule tags a new rule only: a rule that stands keeps the tags that it has.
            tags = {"Tags": _listed(plan.tag or {})} if is_new else {}
            arn = self._call("put_rule", **self._rule(wanted), **tags)["RuleArn"]
        if plan.tag and not is_new:
            self._call("tag_resource", ResourceARN=self._arn(name), Tags=_listed(plan.tag))
        if plan.untag:
            self._call("untag_resource", ResourceARN=self._arn(name), TagKeys=list(plan.untag))
        # Removed before others are put, since a rule has room for five targets.
        if plan.remove_targets:
            self._all_taken(name, self._call("remove_targets", Ids=list(plan.remove_targets), **where))
        if plan.put_targets:
            self._all_taken(name, self._call("put_targets", Targets=list(plan.put_targets), **where))
        if plan.delete:
            self._call("delete_rule", Name=name, EventBusName=self.bus)
        return arn

    def _rule(self, wanted: Rule) -> dict[str, t.Any]:
        return {
            "Name": wanted.name,
            "EventBusName": self.bus,
            "Description": wanted.description,
            "EventPattern": wanted.pattern_text,
            "State": "ENABLED" if wanted.enabled else "DISABLED",
        }

    def _arn(self, name: str) -> str:
        bus = "" if self.bus == "default" else f"{self.bus}/"
        return arns.events(self.account.partition, self.region, self.account.id, f"rule/{bus}{name}")

    def _all_taken(self, name: str, answer: dict[str, t.Any]) -> None:
        """Raise for targets that were refused, which comes with status 200 (docs/dev/findings.md#23)."""
        if not answer.get("FailedEntryCount"):
            return
        refused = "; ".join(
            f"target {entry.get('TargetId')}: {entry.get('ErrorCode')}: {entry.get('ErrorMessage')}"
            for entry in answer["FailedEntries"]
        )
        raise GuardDutyError(
            f"account {self.account.id}, {self.region}, rule {name!r}: {refused}", code="TargetRefused"
        )

    def _pages(self, operation: str, items: str, **request: t.Any) -> list[dict[str, t.Any]]:
        found: list[dict[str, t.Any]] = []
        more: dict[str, t.Any] = {}
        while True:
            page = self._call(operation, **request, **more)
            found += page[items]
            if not page.get("NextToken"):
                return found
            more = {"NextToken": page["NextToken"]}

    def _call(self, operation: str, **request: t.Any) -> dict[str, t.Any]:
        return self.account.call("events", self.region, operation, **request)


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
