# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results that say the same, told once with all their places. Private to the collection."""

from __future__ import annotations

import collections
import dataclasses
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

# Parts of a message that name its own place, and the marks for them in a message that is told for many places.
SLOTS = {"account_id": "\x00", "region": "\x01", "name": "\x02"}
NOUNS = {"account_id": "accounts", "region": "Regions", "name": "lists"}
MOST_NAMED = 3
MOST_PRINCIPALS = 20
LONGEST_PLACE = 100


def text(value: object) -> str:
    """Return a value as text, empty for None."""
    return "" if value is None else str(value)


@dataclasses.dataclass(frozen=True)
class Place:
    """Accounts that share a set of Regions and a set of lists: each account has a result for each pair of them."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    lists: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Group:
    """Results with the same news, told once. cause and remedy speak of all of them and of nothing else."""

    action: str
    status: str
    cause: str
    code: str
    retryable: bool
    remedy: str
    count: int
    places: tuple[Place, ...]
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    lists: tuple[str, ...]


def grouped(results: t.Iterable[Item]) -> list[Group]:
    """Return a group for each set of results that say the same, the largest first."""
    results = list(results)
    accounts_of: dict[str, set[str]] = {}
    for result in results:
        accounts_of.setdefault(_cause(result), set()).add(text(result.get("account_id")))
    same: dict[tuple[object, ...], list[Item]] = {}
    common: dict[tuple[object, ...], bool] = {}
    for result in results:
        is_common = len(accounts_of[_cause(result)]) > 1
        news = _news(result, is_common)
        same.setdefault(news, []).append(result)
        common[news] = is_common
    groups = [group(items, is_common=common[news]) for news, items in same.items()]
    return sorted(groups, key=lambda one: (-one.count, one.lists, one.accounts))


def group(results: t.Sequence[Item], *, is_common: bool = False) -> Group:
    """Return the group of results that say the same but for their own account, Region and list.

    is_common: the words are the same in several accounts, so an account that they name is meant for all of them.
    """
    first, error = results[0], error_of(results[0])
    accounts, regions, lists = (tuple(sorted({text(one.get(slot)) for one in results})) for slot in SLOTS)
    values = {"account_id": accounts, "region": regions, "name": lists}
    return Group(
        action=text(first.get("action")),
        status=text(first.get("status")),
        cause=_fill(_without_place(_open(_cause(first), first, is_common)), values) or "no cause was recorded",
        code=text(error.get("code")),
        retryable=bool(error.get("retryable")),
        remedy=_remedy(results, values, is_common),
        count=len(results),
        places=_places(results),
        accounts=accounts,
        regions=regions,
        lists=lists,
    )


def error_of(result: Item) -> Item:
    """Return the error of a result, empty where it has none."""
    error = result.get("error")
    return error if isinstance(error, collections.abc.Mapping) else {}


def _cause(result: Item) -> str:
    return text(error_of(result).get("message")) or text(result.get("cause"))


def _news(result: Item, is_common: bool) -> tuple[object, ...]:
    error = error_of(result)
    advice, statement = _statement(text(error.get("remedy")))
    return (
        text(result.get("action")),
        text(result.get("status")),
        text(error.get("code")),
        _without_place(_open(_cause(result), result, is_common)),
        _open(advice, result, is_common),
        json.dumps({**statement, "Resource": "Resource" in statement, "Principal": _has_principals(statement)}),
    )


def _places(results: t.Iterable[Item]) -> tuple[Place, ...]:
    regions_of: dict[tuple[str, str], set[str]] = {}
    for result in results:
        account_and_list = text(result.get("account_id")), text(result.get("name"))
        regions_of.setdefault(account_and_list, set()).add(text(result.get("region")))
    lists_of: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for (account, name), regions in regions_of.items():
        lists_of.setdefault((account, tuple(sorted(regions))), set()).add(name)
    accounts_of: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (account, shared), lists in sorted(lists_of.items()):
        accounts_of.setdefault((shared, tuple(sorted(lists))), []).append(account)
    return tuple(Place(tuple(accounts), regions, lists) for (regions, lists), accounts in accounts_of.items())


def _open(words: str, result: Item, is_common: bool) -> str:
    """Return a message with marks in place of its own account, Region and list; is_common: see group."""
    for slot, mark in SLOTS.items():
        own = "" if is_common and slot == "account_id" else text(result.get(slot))
        words = _marked(words.replace(mark, " "), own, mark)
    return words


def _marked(words: str, value: str, mark: str) -> str:
    if not value or value not in words:
        return words
    marked, *rest = words.split(value)
    for part in rest:
        is_part_of_a_word = marked[-1:].isalnum() or part[:1].isalnum()
        marked += (value if is_part_of_a_word else mark) + part
    return marked


def _without_place(words: str) -> str:
    """Return a message without the place that it begins with, since that is told beside it."""
    place, colon, rest = words.partition(": ")
    return rest if colon and len(place) <= LONGEST_PLACE and any(mark in place for mark in SLOTS.values()) else words


def _fill(words: str, values: t.Mapping[str, tuple[str, ...]]) -> str:
    """Return a message with the marks filled in for all of C(values).

    A mark within a name, such as an ARN, that stands for several becomes C({account_id}) or the like.
    """
    for slot, mark in SLOTS.items():
        found = values[slot]
        if len(found) == 1:
            words = words.replace(mark, found[0])
            continue
        before, *rest = words.split(mark)
        for part in rest:
            is_within_a_name = before[-1:] in ("/", ":", "-", ".", "_") or part[:1] in ("/", ":", "-", "_")
            before += (f"{{{slot}}}" if is_within_a_name else _named(found, NOUNS[slot])) + part
        words = before
    return words


def _named(values: tuple[str, ...], noun: str) -> str:
    return " and ".join(values) if len(values) <= MOST_NAMED else f"each of {len(values)} {noun}"


def _statement(remedy: str) -> tuple[str, dict[str, t.Any]]:
    """Return the words of a remedy, and the policy statement that it ends with, empty without one."""
    advice, brace, rest = remedy.partition("{")
    try:
        found = json.loads(brace + rest) if brace else {}
    except ValueError:
        found = None
    return (advice, found) if isinstance(found, dict) else (remedy, {})


def _remedy(results: t.Sequence[Item], values: t.Mapping[str, tuple[str, ...]], is_common: bool) -> str:
    """Return one remedy for all of the results: its statement has every principal and every resource."""
    parts = [_statement(text(error_of(result).get("remedy"))) for result in results]
    advice = _fill(_open(parts[0][0], results[0], is_common), values)
    statements = [statement for _advice, statement in parts]
    if not any(statements):
        return advice
    whole = dict(statements[0])
    if _has_principals(whole):
        principals = _union(_many(statement["Principal"]["AWS"]) for statement in statements)
        if len(principals) > MOST_PRINCIPALS:
            principals = _union([arns.for_any_account(name)] for name in principals)
            advice = f"For each of {len(values['account_id'])} accounts: {advice}"
        whole["Principal"] = {"AWS": _one_or_many(principals)}
    if "Resource" in whole:
        whole["Resource"] = _one_or_many(_union(_many(statement["Resource"]) for statement in statements))
    return advice + json.dumps(whole)


def _has_principals(statement: t.Mapping[str, t.Any]) -> bool:
    return isinstance(statement.get("Principal"), dict) and "AWS" in statement["Principal"]


def _union(found: t.Iterable[t.Iterable[str]]) -> list[str]:
    return sorted({text(value) for values in found for value in values})


def _many(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]


def _one_or_many(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
