# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the elements of a STIX 1.x document say about addresses and domains. Private to the collection.

Contract: stix.md, Read. Addresses and domains are taken wherever they stand; what surrounds them (an Indicator, or one
that refers to their Observable) gives confidence, times, source and TLP.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._indicators import Indicator, timestamp

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
COMMA = re.compile(r"##comma##|,")
# STIX 2.1, appendix A, scale None/Low/Med/High.
HIGHEST_CONFIDENCE = 100
CONFIDENCES = {"high": 85, "medium": 50, "low": 15, "none": 0}
CATEGORIES = {
    "": "ip",
    "ipv4-addr": "ip",
    "ipv4-net": "ip",
    "cidr": "ip",
    "ipv6-addr": "ipv6",
    "ipv6-net": "ipv6",
    "e-mail": "email",
}
# CybOX ConditionTypeEnum; whatever else is published there ("Equal") means equality.
CONDITIONS = {
    "inclusivebetween": "between",
    "doesnotequal": "negated",
    "doesnotcontain": "negated",
    "contains": "pattern",
    "startswith": "pattern",
    "endswith": "pattern",
    "fitspattern": "pattern",
    "exclusivebetween": "pattern",
    "greaterthan": "pattern",
    "greaterthanorequal": "pattern",
    "lessthan": "pattern",
    "lessthanorequal": "pattern",
    "bitwiseand": "pattern",
    "bitwiseor": "pattern",
    "bitwisexor": "pattern",
}
PACKAGES = frozenset({"STIX_Package", "Package"})
IDENTIFIED = frozenset({"Observable", "Object", "Related_Object"})
VALUES = frozenset({"Address_Value", "Value", "Hostname_Value"})
TEXTS = VALUES | {"Name", "End_Time", "Produced_Time"}
TRUE = frozenset({"true", "1"})


@dataclasses.dataclass(slots=True)
class Context:
    """What a package or an Indicator says about the values in it."""

    fields: dict[str, t.Any]
    values: list[Indicator] = dataclasses.field(default_factory=list)
    references: list[str] = dataclasses.field(default_factory=list)
    negated: bool = False

    def inner(self, attributes: t.Mapping[str, str]) -> Context:
        fields = dict(self.fields)
        time = timestamp(attributes.get("timestamp", ""))
        if time:
            fields["modified"] = time
        return Context(fields, negated=attributes.get("negate", "").lower() in TRUE)


class References:
    """What Indicators say about Observables that they only refer to, over all packages of a file."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, t.Any]] = {}
        self.edges: dict[str, list[str]] = {}
        self.defined: set[str] = set()

    def add(self, name: str, fields: dict[str, t.Any]) -> None:
        """Carry the fields to the name and to all that it refers to; the higher confidence and later time win."""
        waiting, done = [name], set()
        while waiting:
            name = waiting.pop()
            if name not in done:
                done.add(name)
                self.fields[name] = joined(self.fields.get(name), fields)
                waiting += self.edges.get(name, [])

    def unresolved(self) -> list[str]:
        targets = {name for names in self.edges.values() for name in names} | set(self.fields)
        return sorted(name for name in targets if name and name not in self.defined)


def joined(one: dict[str, t.Any] | None, other: dict[str, t.Any]) -> dict[str, t.Any]:
    if one is None:
        return other
    return one | other | {name: max(one.get(name, low), other.get(name, low)) for name, low in RANKED.items()}


RANKED: dict[str, t.Any] = {"confidence": -1, "modified": "", "created": ""}


class Target:
    """Receives the elements of a document in order (the target interface of lxml's parser)."""

    def __init__(self, references: References, collect: bool) -> None:
        self.references = references
        self.collect = collect
        self.path: list[str] = []
        self.attributes: list[t.Mapping[str, str]] = []
        self.contexts: list[Context] = [Context({})]
        self.identities: list[str] = []
        self.negations = 0
        self.text: list[str] | None = None
        self.found: list[Indicator] = []
        self.addresses = 0
        self.is_stix = False
        self.pending: list[tuple[str, dict[str, t.Any]]] = []
        self.locals: dict[str, str] = {}

    def doctype(self, *_declaration: object) -> None:
        raise ParseError("has a document type declaration; entities are never expanded")

    def start(self, tag: str, attributes: t.Mapping[str, str]) -> None:
        local = self.locals.get(tag)
        if local is None:
            local = self.locals.setdefault(tag, tag.rpartition("}")[2])
        self.path.append(local)
        self.attributes.append(attributes)
        if local in TEXTS:
            self.text = []
        elif local in IDENTIFIED:
            self._identify(attributes)
        elif local in PACKAGES or local == "Poll_Response":
            self.is_stix = True
            self.contexts.append(self.contexts[-1].inner(attributes))
        elif local == "Indicator":
            self.contexts.append(self.contexts[-1].inner(attributes))
        elif local == "Marking_Structure" and ("Indicator" in self.path or "STIX_Header" in self.path):
            self._mark(attributes.get("color", ""))

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, _tag: str) -> None:
        local, attributes = self.path[-1], self.attributes[-1]
        if local in TEXTS:
            text, self.text = "".join(self.text or ()).strip(), None
            if local in VALUES:
                self._value(local, attributes, text)
            if text:
                self._describe(local, text)
        elif local in IDENTIFIED:
            self.identities.pop()
            self.negations -= attributes.get("negate", "").lower() in TRUE
        elif local == "Indicator":
            self._leave()
        elif local in PACKAGES or local == "Poll_Response":
            self.contexts.pop()
        self.path.pop()
        self.attributes.pop()

    def close(self) -> None:
        """The end of the document; what is still open (a truncated document) is left."""
        while len(self.contexts) > 1:
            self._leave()

    def _mark(self, colour: str) -> None:
        if colour:
            self.contexts[-1].fields["tlp"] = colour.strip().lower()

    def _identify(self, attributes: t.Mapping[str, str]) -> None:
        identity, reference = attributes.get("id", ""), attributes.get("idref", "")
        self.negations += attributes.get("negate", "").lower() in TRUE
        if self.collect:
            if identity:
                self.references.defined.add(identity)
            if reference:
                outer = next((name for name in reversed(self.identities) if name), "")
                self.references.edges.setdefault(outer, []).append(reference)
                if self.path.count("Indicator"):
                    self.contexts[-1].references.append(reference)
        self.identities.append(identity)

    def _value(self, local: str, attributes: t.Mapping[str, str], text: str) -> None:
        outer = self.attributes[-2] if len(self.attributes) > 1 else {}
        if local == "Address_Value":
            self.addresses += 1
            category = outer.get("category", "").strip().lower()
            kind = CATEGORIES.get(category, category)
        elif local == "Hostname_Value":
            kind = "domain"
        else:
            kind = self._kind_of_value(outer)
        if kind and not self.collect:
            for value, found in split(text, kind, attributes):
                self._found(Indicator(value, found))

    @staticmethod
    def _kind_of_value(outer: t.Mapping[str, str]) -> str:
        object_type = outer.get(XSI_TYPE, "")
        if "DomainName" in object_type:
            return "domain"
        if "URI" in object_type:
            return "domain" if outer.get("type", "").lower() in {"domain name", "fqdn"} else "url"
        return ""

    def _found(self, indicator: Indicator) -> None:
        context = self.contexts[-1]
        if self.negations or context.negated:
            indicator = indicator._replace(type="negated")
        referring = [self.references.fields[name] for name in self.identities if name in self.references.fields]
        if referring:
            fields = functools.reduce(joined, referring, dict(context.fields))
            indicator = indicator._replace(**fields)
        if "Indicator" in self.path:
            context.values.append(indicator)
        else:
            self.found.append(indicator._replace(**context.fields) if not referring else indicator)

    def _leave(self) -> None:
        context = self.contexts.pop()
        for indicator in context.values:
            fields = joined({name: getattr(indicator, name) for name in RANKED}, context.fields)
            self.found.append(indicator._replace(**fields))
        self.pending += ((name, context.fields) for name in context.references)

    def _describe(self, local: str, text: str) -> None:
        fields = self.contexts[-1].fields
        match self.path[-4:]:
            case [*_, "Indicator", "Confidence", "Value"]:
                fields["confidence"] = confidence(text)
            case [*_, "Indicator", "Valid_Time_Position", "End_Time"]:
                fields["expires"] = max(fields.get("expires", ""), timestamp(text))
            case ["Indicator", "Producer", "Time", "Produced_Time"]:
                fields["created"] = timestamp(text)
            case ["Indicator", "Producer", "Identity", "Name"] | [
                "STIX_Header",
                "Information_Source",
                "Identity",
                "Name",
            ]:
                fields["source"] = text


def confidence(text: str) -> int:
    """A number of 0..100, or a word of the HighMediumLow vocabulary, else -1."""
    try:
        number = round(float(text))
    except (ValueError, OverflowError):
        return CONFIDENCES.get(text.lower(), -1)
    return number if 0 <= number <= HIGHEST_CONFIDENCE else -1


def split(text: str, kind: str, attributes: t.Mapping[str, str]) -> list[tuple[str, str]]:
    """The values of one element with their types; other conditions than equality and a range make one V(pattern)."""
    condition = CONDITIONS.get(attributes.get("condition", "").strip().lower(), "")
    if attributes.get("apply_condition", "").upper() == "NONE":
        condition = "negated"
    if kind == "url" or condition in {"pattern", "negated"}:
        return [(text, condition or kind)]
    delimiter = attributes.get("delimiter") or "##comma##"
    parts = [part.strip() for piece in text.split(delimiter) for part in COMMA.split(piece)]
    parts = [part for part in parts if part]
    if condition == "between" and len(parts) == len(("start", "end")):
        parts = ["-".join(parts)]
    elif condition == "between" and len(parts) != 1:
        parts = [text]
    return [(part, "email" if kind == "ip" and "@" in part else kind) for part in parts or [""]]
