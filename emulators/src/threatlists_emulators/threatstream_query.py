# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the intelligence search: query parameters and the advanced search C(q)."""

from __future__ import annotations

import operator
import re
import typing as t

Object = dict[str, t.Any]
Predicate = t.Callable[[Object], bool]


class BadQueryError(Exception):
    """A query that the service answers with 400."""


SUFFIXES = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
NUMBERS = {"id", "update_id", "confidence", "feed_id"}
TIMES = {"created_ts", "modified_ts", "expiration_ts"}
TEXTS = {"type", "itype", "value", "status", "country", "asn", "org", "source", "tlp", "threat_type", "meta.severity"}
MANY = {"tags", "tags.name", "trusted_circle_ids"}
COMMA_LISTS = {"itype", "feed_id", "trusted_circle_ids"}
FIELDS = NUMBERS | TIMES | TEXTS | MANY | {"is_public"}


def _values(item: Object, field: str) -> list[t.Any]:
    if field == "meta.severity":
        return [(item.get("meta") or {}).get("severity")]
    if field in {"tags", "tags.name"}:
        return [tag["name"] for tag in item.get("tags") or []]
    if field == "trusted_circle_ids":
        return [str(circle) for circle in item.get(field) or []]
    return [item.get(field)]


def _comparable(field: str, text: str) -> t.Any:
    if field in NUMBERS:
        try:
            return int(text)
        except ValueError as error:
            raise BadQueryError(f"Invalid value for {field}: {text}") from error
    if field in TIMES:
        match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z?", text)
        if not match:
            raise BadQueryError(f"Invalid time for {field}: {text}")
        return match[1] + (match[2] or ".").ljust(4, "0")[:4] + "Z"
    if field == "is_public":
        return text.lower() == "true"
    return text


def _compare(field: str, compare: t.Callable[[t.Any, t.Any], bool], text: str) -> Predicate:
    wanted = _comparable(field, text)
    if compare is operator.ne:
        return lambda item: wanted not in _values(item, field)
    return lambda item: any(value is not None and compare(value, wanted) for value in _values(item, field))


def _parameter(name: str, text: str) -> Predicate:
    field, _mark, suffix = name.partition("__")
    if field not in FIELDS or (suffix and suffix not in SUFFIXES):
        raise BadQueryError(f"Invalid filter: {name}")
    if suffix:
        return _compare(field, SUFFIXES[suffix], text)
    words = text.split(",") if field in COMMA_LISTS else [text]
    alternatives = [_compare(field, operator.eq, word) for word in words]
    return lambda item: any(matches(item) for matches in alternatives)


class _Query:
    """Recursive descent over C(or := and {OR and}), C(and := not {AND not}), C(not := [NOT] (group | term))."""

    TOKEN = re.compile(r'\s*(?:(\()|(\))|(AND|OR|NOT)\b|([\w.]+)\s*(!=|>=|<=|=|>|<)\s*(?:"([^"]*)"|([^\s()"]+)))')

    def __init__(self, text: str):
        self.tokens: list[t.Any] = []
        position = 0
        while text[position:].strip():
            match = self.TOKEN.match(text, position)
            if not match:
                raise BadQueryError(f"Cannot parse the query at: {text[position:][:40]}")
            word = match[1] or match[2] or match[3]
            self.tokens.append(word or (match[4], match[5], match[6] if match[6] is not None else match[7]))
            position = match.end()
        self.tokens.append(None)

    def parse(self) -> Predicate:
        """Return the test that the query stands for. Raises BadQueryError."""
        predicate = self._or()
        if self.tokens[0] is not None:
            raise BadQueryError(f"Cannot parse the query at: {self.tokens[0]}")
        return predicate

    def _or(self) -> Predicate:
        terms = [self._and()]
        while self.tokens[0] == "OR":
            self.tokens.pop(0)
            terms.append(self._and())
        return lambda item: any(term(item) for term in terms)

    def _and(self) -> Predicate:
        terms = [self._not()]
        while self.tokens[0] == "AND":
            self.tokens.pop(0)
            terms.append(self._not())
        return lambda item: all(term(item) for term in terms)

    def _not(self) -> Predicate:
        token = self.tokens.pop(0)
        if token == "NOT":
            inner = self._not()
            return lambda item: not inner(item)
        if token == "(":
            inner = self._or()
            if self.tokens.pop(0) != ")":
                raise BadQueryError("Cannot parse the query: a parenthesis is not closed")
            return inner
        if not isinstance(token, tuple):
            raise BadQueryError(f"Cannot parse the query at: {token or 'its end'}")
        field = {"trusted_circle_id": "trusted_circle_ids", "severity": "meta.severity"}.get(token[0], token[0])
        if field not in FIELDS:
            raise BadQueryError(f"Unknown field in the query: {token[0]}")
        return _compare(field, OPERATORS[token[1]], token[2])


def selection(filters: dict[str, str], searches: dict[str, str]) -> Predicate:
    """Return a test for whether an object fits all filters. searches: the saved ones, by id. Raises BadQueryError."""
    if "search_filter" in filters:
        if len(filters) > 1:
            raise BadQueryError("search_filter cannot be combined with other filters")
        try:
            return _Query(searches[filters["search_filter"]]).parse()
        except KeyError as error:
            raise BadQueryError(f"No saved search {error}") from error
    terms = [_Query(text).parse() if name == "q" else _parameter(name, text) for name, text in filters.items()]
    return lambda item: all(term(item) for term in terms)
