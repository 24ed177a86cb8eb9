# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rule is declared: options, checked before anything is called. Private to the collection."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._alerts.rule import (
    OURS,
    Rule,
    changes,
    objects,
    pattern,
)
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import ALL, REGIONS_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location

TARGET_SPEC: dict[str, dict[str, t.Any]] = {
    "id": {"type": "str", "required": True},
    "arn": {"type": "str", "required": True},
    "role_arn": {"type": "str"},
    "dead_letter_arn": {"type": "str"},
    "maximum_retry_attempts": {"type": "int"},
    "maximum_event_age_in_seconds": {"type": "int"},
    "message_group_id": {"type": "str"},
    "input_transformer": {
        "type": "dict",
        "options": {
            "input_paths_map": {"type": "dict", "default": {}},
            "input_template": {"type": "str", "required": True},
        },
    },
}
ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str"},
    "all_except": {"type": "list", "elements": "raw"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "sends": {"type": "str", "choices": ["findings", "changes", "objects"], "default": "findings"},
    "lists": {"type": "list", "elements": "str"},
    "except_roles": {"type": "list", "elements": "str", "default": []},
    "locations": {"type": "list", "elements": "str", "default": []},
    "severity_min": {"type": "float", "default": 0},
    "description": {"type": "str", "default": "Findings that lists of threatlists.aws raised"},
    "enabled": {"type": "bool", "default": True},
    "event_bus_name": {"type": "str", "default": "default"},
    "targets": {"type": "list", "elements": "dict", "options": TARGET_SPEC},
    "adopt": {"type": "bool", "default": False},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    **REGIONS_SPEC,
}
REQUIRED_IF = [("state", "present", ("name", "targets"))]
MUTUALLY_EXCLUSIVE = [("name", "all_except")]
REQUIRED_ONE_OF = [("name", "all_except")]

# What PutRule and PutTargets take (docs/dev/findings.md#52), and the quotas (docs/dev/findings.md#24).
MAX_PATTERN, MAX_TARGETS, MAX_DESCRIPTION, MAX_TEMPLATE = 2048, 5, 512, 8192
RETRY_ATTEMPTS, EVENT_AGE = (0, 185), (60, 86400)


class KeptRule(t.NamedTuple):
    """A rule that is not removed in these Regions, or in any where none is named."""

    name: str
    regions: list[str]

    def is_kept_in(self, region: str) -> bool:
        """Return whether the rule stays in this Region."""
        return not self.regions or ALL in self.regions or region in self.regions


class DeclaredRule(t.NamedTuple):
    """One rule as the options declare it, the same for all Regions; ARNs may hold placeholders."""

    name: str
    bus: str
    present: bool
    description: str
    enabled: bool
    pattern: dict[str, t.Any]
    targets: list[dict[str, t.Any]]
    tags: dict[str, str] | None
    purge_tags: bool
    adopt: bool
    all_except: list[KeptRule] | None

    def rule(self, region: str, account: str, partition: str) -> Rule:
        """Return the rule of one Region of one account; raise ArgumentError for a target in another Region."""
        places = {"region": region, "account_id": account, "partition": partition}
        targets = {target["Id"]: _filled(target, places) for target in self.targets}
        for target in targets.values():
            _check_place(self.name, target, region)
        wanted = _filled(self.pattern, places)
        return Rule(self.name, self.description, self.enabled, wanted, targets, self.tags, self.purge_tags)


def declared(params: dict[str, t.Any]) -> DeclaredRule:
    """Return the declared rule, or what is to be absent; raise ArgumentError for what EventBridge would refuse."""
    name, present = params["name"] or "", params["state"] == "present"
    if name:
        _check_name(name)
    kept = None if params["all_except"] is None else [_kept(one) for one in params["all_except"]]
    if present and kept is not None:
        raise ArgumentError("all_except says what is to be kept, so state must be absent.")
    if len(params["description"]) > MAX_DESCRIPTION:
        raise ArgumentError(f"description: longer than {MAX_DESCRIPTION} characters.")
    wanted = _pattern(name, params) if present else {}
    targets = [_target(name, target) for target in params["targets"] or () if present]
    if present and not 1 <= len(targets) <= MAX_TARGETS:
        raise ArgumentError(f"targets of rule {name!r}: 1 to {MAX_TARGETS}, not {len(targets)}.")
    if len({target["Id"] for target in targets}) < len(targets):
        raise ArgumentError(f"targets of rule {name!r}: an id is given twice.")
    tags = None if params["tags"] is None else {str(key): str(value) for key, value in params["tags"].items()}
    if reserved := [key for key in tags or () if key.startswith((OURS, "aws:"))]:
        raise ArgumentError(f"tags of rule {name!r}: {reserved[0]!r} is reserved.")
    return DeclaredRule(
        name,
        params["event_bus_name"],
        present,
        params["description"],
        params["enabled"],
        wanted,
        targets,
        tags,
        params["purge_tags"],
        params["adopt"],
        kept,
    )


def _check_name(name: str) -> None:
    if not arns.RULE_NAME.fullmatch(name):
        raise ArgumentError(f"name: {name!r} must be 1 to 64 letters, digits or any of .-_")


def _kept(given: t.Any) -> KeptRule:
    """Return an item of O(all_except): a name, or a rule as it is declared."""
    rule = given if isinstance(given, dict) else {"name": given}
    name, where = str(rule.get("name") or ""), rule.get("regions") or []
    _check_name(name)
    if not isinstance(where, list):
        raise ArgumentError(f"all_except: regions of {name!r} must be a list.")
    return KeptRule(name, [str(region) for region in where])


def _pattern(name: str, params: dict[str, t.Any]) -> dict[str, t.Any]:
    if params["sends"] == "changes":
        wanted, subject = changes(params["except_roles"]), f"{len(params['except_roles'])} roles"
    elif params["sends"] == "objects":
        if not params["locations"]:
            raise ArgumentError(f"locations of rule {name!r}: empty, so no object could ever match.")
        wanted, subject = objects(map(parse_location, params["locations"])), f"{len(params['locations'])} locations"
    else:
        if not params["lists"]:
            raise ArgumentError(f"lists of rule {name!r}: empty, so no finding could ever match.")
        wanted, subject = pattern(params["lists"], params["severity_min"]), f"{len(params['lists'])} lists"
    if len(_json(wanted)) > MAX_PATTERN:
        raise ArgumentError(
            f"rule {name!r}: the event pattern of {subject} is longer than {MAX_PATTERN} characters.",
            remedy="Declare two rules, each for some of them.",
        )
    return wanted


def _json(value: t.Any) -> str:
    return Rule("", "", True, value, {}, None, True).pattern_text


def _target(name: str, given: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return one of O(targets) as PutTargets takes it."""
    place = f"target {given['id']!r} of rule {name!r}"
    if not arns.RULE_NAME.fullmatch(given["id"]):
        raise ArgumentError(f"{place}: the id must be 1 to 64 letters, digits or any of .-_")
    for option in ("arn", "role_arn", "dead_letter_arn"):
        if given[option] and not arns.ANY_ARN.fullmatch(given[option]):
            raise ArgumentError(f"{place}: {option}: {given[option]!r} is no ARN.")
    if given["dead_letter_arn"] and ":sqs:" not in given["dead_letter_arn"]:
        raise ArgumentError(f"{place}: dead_letter_arn: only a queue of SQS can take what was not delivered.")
    if ":events:" in given["arn"] and not given["role_arn"]:
        raise ArgumentError(
            f"{place}: an event bus needs role_arn.",
            remedy="Give a role that events.amazonaws.com may assume and that allows events:PutEvents on the bus.",
        )
    found: dict[str, t.Any] = {"Id": given["id"], "Arn": given["arn"]}
    if given["role_arn"]:
        found["RoleArn"] = given["role_arn"]
    if given["dead_letter_arn"]:
        found["DeadLetterConfig"] = {"Arn": given["dead_letter_arn"]}
    if given["message_group_id"]:
        found["SqsParameters"] = {"MessageGroupId": given["message_group_id"]}
    retry = {
        "MaximumRetryAttempts": _within(place, "maximum_retry_attempts", given, RETRY_ATTEMPTS),
        "MaximumEventAgeInSeconds": _within(place, "maximum_event_age_in_seconds", given, EVENT_AGE),
    }
    if any(value is not None for value in retry.values()):
        found["RetryPolicy"] = {key: value for key, value in retry.items() if value is not None}
    if transformer := given["input_transformer"]:
        if len(transformer["input_template"]) > MAX_TEMPLATE:
            raise ArgumentError(f"{place}: input_template is longer than {MAX_TEMPLATE} characters.")
        found["InputTransformer"] = {
            "InputPathsMap": dict(transformer["input_paths_map"]),
            "InputTemplate": transformer["input_template"],
        }
    return found


def _within(place: str, option: str, given: dict[str, t.Any], bounds: tuple[int, int]) -> int | None:
    value: int | None = given[option]
    if value is not None and not bounds[0] <= value <= bounds[1]:
        raise ArgumentError(f"{place}: {option}: {value} is not between {bounds[0]} and {bounds[1]}.")
    return value


def _filled(value: t.Any, places: dict[str, str]) -> t.Any:
    """Return a target with the placeholders of its ARNs filled in."""
    if isinstance(value, dict):
        return {key: one if key == "InputTransformer" else _filled(one, places) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, places) for one in value]
    if isinstance(value, str) and arns.is_arn(value):
        for name, place in places.items():
            value = value.replace(f"{{{name}}}", place)
    return value


def _check_place(name: str, target: dict[str, t.Any], region: str) -> None:
    found = t.cast(re.Match[str], arns.ANY_ARN.fullmatch(target["Arn"]))
    if found["service"] != "events" and found["region"] not in ("", region):
        raise ArgumentError(
            f"target {target['Id']!r} of rule {name!r}: {target['Arn']} is in another Region than the rule's {region}.",
            remedy="Write {region} into its ARN, or send the events to the event bus of that Region, which has the "
            "rule for this target.",
        )
