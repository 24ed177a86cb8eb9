# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings an alert rule to its declared state in every Region of an account. Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._alerts import options
from ansible_collections.threatlists.aws.plugins.module_utils._alerts.events import Events
from ansible_collections.threatlists.aws.plugins.module_utils._alerts.rule import (
    ACCOUNT_TAG,
    ObservedRule,
    Rule,
    RulePlan,
    plan,
)
from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    GuardDutyError,
    PartialFailure,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.converge import declared_regions
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import ALL, regions, workers
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

ACTIONS = ("created", "updated", "deleted")


class RuleAttempt:
    """One rule in one Region: what was found, what is to be done, and what became of it.

    Others read its fields; they change by the methods alone.
    """

    def __init__(self, account_id: str, region: str, name: str) -> None:
        self.account_id = account_id
        self.region = region
        self.name = name
        self.action = "none"
        self.arn: str | None = None
        self.observed: ObservedRule | None = None
        self.plan = RulePlan()
        self.error: ThreatlistsError | None = None
        self.has_written = False

    @property
    def where(self) -> str:
        """What messages begin with: account, Region and rule."""
        return f"account {self.account_id}, {self.region}, rule {self.name!r}"

    def take_up(self, found: ObservedRule | None) -> None:
        """Note the rule as it was read, None where there is none."""
        self.observed = found
        self.arn = found.arn if found else None

    def make_plan(self, wanted: Rule | None) -> None:
        """Plan from what was observed; wanted: None where the rule is to be absent."""
        self.plan = plan(wanted, self.observed, self.account_id)
        if not self.plan.is_empty:
            self.action = "deleted" if self.plan.delete else "updated" if self.observed else "created"

    def write_began(self) -> None:
        """Note that calls are under way that change something."""
        self.has_written = True

    def put_as(self, arn: str) -> None:
        """Note the ARN that PutRule gave."""
        self.arn = arn

    def fail(self, error: ThreatlistsError) -> None:
        """Keep the error, which makes C(failed) the action."""
        self.action, self.error = "failed", error

    def as_result(self) -> dict[str, t.Any]:
        """Return one of RV(results)."""
        return {
            "account_id": self.account_id,
            "region": self.region,
            "name": self.name,
            "action": self.action,
            "arn": self.arn,
            "cause": self.plan.cause,
            "error": self.error.as_result() if self.error else None,
        }


def converge(module: Module) -> dict[str, t.Any]:
    """Bring O(name) to its state, or remove all rules of ours but O(all_except), in every declared Region.

    Returns C({changed, account_id, results[, diff]}); raises ThreatlistsError, with those as its C(result) where only
    some Regions failed.
    """
    declared = options.declared(module.params)
    given = regions(module.params)
    connection = Connection(module, [region for region in given if region != ALL], workers(module.params))
    account = Account(connection)
    places = declared_regions(connection, account, given)
    # Raises for what is wrong in any Region before EventBridge is asked anything.
    wanted = {region: declared.rule(region, account.id, connection.partition) for region in places}

    def work(region: str) -> list[RuleAttempt]:
        return _Region(account, region, declared, module.check_mode).converge(wanted[region])

    attempts = [attempt for some in in_threads(work, places, connection.workers) for attempt in some]
    return _result(module, account.id, attempts)


class _Region:
    """The rules of one event bus in one Region."""

    def __init__(self, account: Account, region: str, declared: options.DeclaredRule, is_check: bool) -> None:
        self.account = account
        self.region = region
        self.declared = declared
        self.is_check = is_check
        self.events = Events(account, region, declared.bus)

    def converge(self, wanted: Rule) -> list[RuleAttempt]:
        try:
            names = [wanted.name] if self.declared.all_except is None else self._left_over(self.declared.all_except)
        except Exception as error:
            attempt = RuleAttempt(self.account.id, self.region, "")
            attempt.fail(failure(error, attempt.where, "events:ListRules"))
            return [attempt]
        return [self._one(name, wanted) for name in names]

    def _left_over(self, kept: list[options.KeptRule]) -> list[str]:
        stay = {one.name for one in kept if one.is_kept_in(self.region)}
        found = [name for name in self.events.names() if name not in stay]
        return [name for name in found if self.events.tags(name).get(ACCOUNT_TAG) == self.account.id]

    def _one(self, name: str, wanted: Rule) -> RuleAttempt:
        attempt = RuleAttempt(self.account.id, self.region, name)
        try:
            attempt.take_up(self.events.read_rule(name))
            self._check_owner(attempt)
            attempt.make_plan(wanted if self.declared.present else None)
            if not attempt.plan.is_empty and not self.is_check:
                attempt.write_began()
                if arn := self.events.apply(name, wanted, attempt.plan):
                    attempt.put_as(arn)
        except Exception as error:
            attempt.fail(_reason(error, attempt))
        return attempt

    def _check_owner(self, attempt: RuleAttempt) -> None:
        found = attempt.observed
        if found and not found.is_ours(self.account.id) and not self.declared.adopt:
            raise GuardDutyError(
                f"{attempt.where}: somebody else made this rule: it has no tag {ACCOUNT_TAG} of this account.",
                code="ForeignRule",
                remedy="Take another name, or set adopt to take the rule over with its targets.",
            )


def _reason(error: Exception, attempt: RuleAttempt) -> ThreatlistsError:
    permission = "events:DescribeRule, ListTargetsByRule, ListTagsForResource"
    if attempt.has_written:
        permission = "events:PutRule, PutTargets, RemoveTargets, DeleteRule, TagResource, UntagResource"
    if isinstance(error, boto.ClientError) and error.response["Error"]["Code"] == "ManagedRuleException":
        return GuardDutyError(
            f"{attempt.where}: an AWS service manages this rule.", code="ManagedRule", remedy="Take another name."
        )
    return failure(error, attempt.where, permission)


def _result(module: Module, account_id: str, attempts: list[RuleAttempt]) -> dict[str, t.Any]:
    acted = [attempt for attempt in attempts if attempt.action in ACTIONS]
    result: dict[str, t.Any] = {
        "changed": bool(acted) or any(attempt.has_written for attempt in attempts),
        "account_id": account_id,
        "results": [attempt.as_result() for attempt in attempts],
    }
    if module._diff:
        result["diff"] = [
            {
                "before_header": attempt.where,
                "after_header": f"{attempt.where} ({attempt.action})",
                "before": attempt.plan.before,
                "after": attempt.plan.after,
            }
            for attempt in acted
        ]
    if errors := [attempt.error for attempt in attempts if attempt.error]:
        raise PartialFailure.of(errors, len(attempts), "rules", result)
    return result
