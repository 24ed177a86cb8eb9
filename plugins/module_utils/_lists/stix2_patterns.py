# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The patterns of STIX 2.x indicators. Private to the collection.

STIX 2.1, 9: values are taken where each of them alone makes the pattern match. A pattern that asks for more (a port
besides, a sequence, a number of times) would be published as something wider than was meant, so its type is C(pattern).
"""

from __future__ import annotations

import functools
import importlib
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError

# Most patterns are like this, and are read without the parser, which takes half a millisecond each.
SIMPLE = r"(?:ipv4-addr|domain-name):value ?= ?'[^'\\\x00-\x1f]*'"
PLAIN = re.compile(rf"\[{SIMPLE}(?: OR {SIMPLE})*\](?: OR \[{SIMPLE}(?: OR {SIMPLE})*\])*")
PLAIN_VALUE = re.compile(r"(ipv4-addr|domain-name):value ?= ?'([^']*)'")
LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'", re.S)
ESCAPED = re.compile(r"\\(.)", re.S)
LONGEST = 100_000
TYPES = {
    ("ipv4-addr", "value"): "ip",
    ("domain-name", "value"): "domain",
    ("ipv6-addr", "value"): "ipv6",
    ("url", "value"): "url",
    ("email-addr", "value"): "email",
    ("network-traffic", "dst_ref", "value"): "ip",
    ("network-traffic", "src_ref", "value"): "ip",
}
HASHES = "hashes"
EQUAL = frozenset({"=", "==", "IN"})
Value = tuple[str, str]


def values(pattern: str) -> list[Value]:
    """Return the values of a pattern, each with its type as Indicator has it.

    A pattern that lists none is itself the value, of the type C(pattern). Raises ThreatlistsError where the library is
    missing that a pattern of more than one value needs.
    """
    if PLAIN.fullmatch(pattern):
        return [(value, TYPES[kind, "value"]) for kind, value in PLAIN_VALUE.findall(pattern)]
    whole = [(pattern, "pattern")]
    if len(pattern) > LONGEST:
        return whole
    library = _library()
    try:
        found = library.parse(pattern)
    except (library.error, RecursionError, ValueError):
        return whole
    if found.narrowed:
        return _referred(found.comparisons) or whole
    return [value for comparison in found.comparisons for value in _compared(*comparison)] or whole


class ParsedPattern(t.NamedTuple):
    """narrowed: whether a comparison alone does not make the pattern match. comparisons: path, operator, literal."""

    narrowed: bool
    comparisons: list[tuple[tuple[str, ...], str, str]]


class Narrowed:
    """A listener for what the library does not tell: whether AND joins comparisons, or EXISTS is asked for."""

    def __init__(self) -> None:
        self.found = False

    def exitComparisonExpressionAnd(self, context: t.Any) -> None:
        """Note comparisons that AND joins."""
        self.found = self.found or bool(context.AND())

    def exitPropTestExists(self, context: t.Any) -> None:
        """Note a test for EXISTS."""
        self.found = True

    def nothing(self, context: t.Any) -> None:
        """Ignore a rule or a word: the walker calls this for each."""

    enterEveryRule = exitEveryRule = visitTerminal = visitErrorNode = nothing


class Library(t.NamedTuple):
    """What is used of the library stix2-patterns."""

    pattern: t.Any
    error: type[Exception]

    def parse(self, pattern: str) -> ParsedPattern:
        """Return what the pattern compares. Raises C(error), RecursionError or ValueError."""
        parsed, narrowed = self.pattern(pattern), Narrowed()
        parsed.walk(narrowed)
        data = parsed.inspect()
        comparisons = [
            ((kind, *map(str, path)), operator, literal)
            for kind, found in data.comparisons.items()
            for path, operator, literal in found
        ]
        return ParsedPattern(narrowed.found or bool(data.qualifiers or data.observation_ops - {"OR"}), comparisons)


@functools.cache
def _library() -> Library:
    """Import the library, here, since most files do without it. Raises ThreatlistsError where it is missing."""
    try:
        pattern = importlib.import_module("stix2patterns.v21.pattern").Pattern
        return Library(pattern, importlib.import_module("stix2patterns.exceptions").ParseException)
    except ImportError as error:
        raise ThreatlistsError(
            "STIX 2.x with such patterns needs the Python library stix2-patterns.",
            code="MissingLibrary",
            remedy="Install stix2-patterns.",
        ) from error


def _compared(path: tuple[str, ...], operator: str, literal: str) -> list[Value]:
    texts = [ESCAPED.sub(r"\1", text) for text in LITERAL.findall(literal)]
    if operator.startswith("NOT ") or operator in {"!=", "<>"}:
        return [(text, "negated") for text in texts or [literal]]
    kind = "hash" if HASHES in path else TYPES.get(path, "")
    contained = operator == "ISSUBSET" and kind == "ip"
    if not kind or not (operator in EQUAL or contained):
        return [(text, "pattern") for text in texts or [literal]]
    return [(text.strip(), kind) for text in texts]


def _referred(comparisons: list[tuple[tuple[str, ...], str, str]]) -> list[Value]:
    """Return the value of C(dst_ref.type = 'ipv4-addr' AND dst_ref.value = …), as MISP writes an address; else none."""
    if len(comparisons) != len(("type", "value")):
        return []
    kinds = [each for each in comparisons if each[0][-1] == "type"]
    found = [each for each in comparisons if each[0] in TYPES and each[1] == "="]
    if len(kinds) == len(found) == 1 and kinds[0][1:] == ("=", "'ipv4-addr'") and kinds[0][0][:-1] == found[0][0][:-1]:
        return _compared(*found[0])
    return []
