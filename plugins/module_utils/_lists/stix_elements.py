# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the elements of a STIX 1.x document say about addresses and domains. Private to the collection.

See docs/dev/stix.md#9. Addresses and domains are taken wherever they stand; what surrounds them (an Indicator, or one
that refers to their Observable) gives confidence, times, source and TLP.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, timestamp
from ansible_collections.threatlists.aws.plugins.module_utils._lists.stix_values import CATEGORIES, confidence, split

# An element of lxml, which is not imported here.
Element = t.Any
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
PACKAGES = frozenset({"STIX_Package", "Package", "Poll_Response"})
IDENTIFIED = frozenset({"Observable", "Object", "Related_Object"})
TRUE = frozenset({"true", "1"})
# Stands for an end that cannot be read. As text it is before any time, so an end that another Indicator gives counts.
UNREADABLE = "-"
EVENTS = ("STIX_Package", "Package", "Poll_Response", "STIX_Header", "Indicator", "Content")
VALUES = ("Address_Value", "Value", "Hostname_Value")
# Asked for only where a document holds objects of other types than addresses, domains and URLs.
OTHERS = ("Properties", "Simple_Hash_Value")


class References:
    """What Indicators say about Observables that they only refer to, over all packages of a file."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, t.Any]] = {}
        self.edges: dict[str, list[str]] = {}
        self.defined: set[str] = set()
        self.denied: set[str] = set()

    def add(self, name: str, fields: dict[str, t.Any]) -> None:
        """Give the fields to the name and to all that it refers to; the higher confidence and the later times win."""
        for reached in self._reached(name):
            self.fields[reached] = both(self.fields.get(reached), fields)

    def deny(self, name: str) -> None:
        """Note that an Indicator refers to the name in the negative, and so to all that it refers to."""
        self.denied |= self._reached(name)

    def _reached(self, name: str) -> set[str]:
        waiting, done = [name], set()
        while waiting:
            name = waiting.pop()
            if name not in done:
                done.add(name)
                waiting += self.edges.get(name, [])
        return done

    def unresolved(self) -> list[str]:
        """Return the names, sorted, that something refers to and the file does not define."""
        targets = {name for names in self.edges.values() for name in names} | set(self.fields)
        return sorted(name for name in targets if name and name not in self.defined)


RANKED: dict[str, t.Any] = {"confidence": -1, "modified": "", "created": ""}


def joined(one: dict[str, t.Any] | None, other: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the fields of both; the other's win, but for the higher confidence and the later times."""
    if one is None:
        return other
    return one | other | {name: max(one.get(name, low), other.get(name, low)) for name, low in RANKED.items()}


def both(one: dict[str, t.Any] | None, other: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what two Indicators say of one Observable: valid from the earlier start, until the later end."""
    if one is None:
        return other
    starts = [one.get("valid_from", ""), other.get("valid_from", "")]
    ends = [one.get("expires", ""), other.get("expires", "")]
    return joined(one, other) | {"valid_from": min(starts), "expires": max(ends) if all(ends) else ""}


@dataclasses.dataclass(slots=True)
class Context:
    """What a package or an Indicator says about the values in it.

    values: C((value, type, fields)), fields where Indicators refer to the value, else None.
    """

    fields: dict[str, t.Any]
    values: list[tuple[str, str, dict[str, t.Any] | None]] = dataclasses.field(default_factory=list)
    references: list[str] = dataclasses.field(default_factory=list)
    denied: list[str] = dataclasses.field(default_factory=list)
    is_indicator: bool = False
    negated: bool = False

    def inner(self, element: Element, is_indicator: bool) -> Context:
        """Return the context of an element inside of this one, with the same fields and its own time."""
        fields = dict(self.fields)
        time = timestamp(element.get("timestamp", ""))
        if time:
            fields["modified"] = time
        return Context(fields, is_indicator=is_indicator, negated=element.get("negate", "").lower() in TRUE)

    def describe_package(self, header: Element) -> None:
        """Take source and TLP from the header of a package."""
        for child in header:
            match local_name(child.tag):
                case "Handling":
                    self._mark(child)
                case "Information_Source":
                    self._set("source", text_of(child, "{*}Identity/{*}Name"))

    def describe_indicator(self, indicator: Element) -> None:
        """Take confidence, times, source and TLP from an Indicator."""
        for child in indicator:
            match local_name(child.tag):
                case "Confidence":
                    self.fields["confidence"] = confidence(text_of(child, "{*}Value"))
                case "Valid_Time_Position":
                    start, end = (text_of(child, f"{{*}}{name}_Time") for name in ("Start", "End"))
                    begins, ends = timestamp(start), timestamp(end) or (UNREADABLE if end else "")
                    self.fields["valid_from"] = min(self.fields.get("valid_from", begins), begins)
                    self.fields["expires"] = max(self.fields.get("expires", ""), ends)
                case "Producer":
                    self._set("source", text_of(child, "{*}Identity/{*}Name"))
                    self._set("created", timestamp(text_of(child, "{*}Time/{*}Produced_Time")))
                case "Handling":
                    self._mark(child)

    def _set(self, name: str, value: str) -> None:
        if value:
            self.fields[name] = value

    def _mark(self, handling: Element) -> None:
        for structure in handling.iter("{*}Marking_Structure"):
            self._set("tlp", structure.get("color", "").strip().lower())


@functools.cache
def local_name(tag: str) -> str:
    """Return the name without its namespace, or without a prefix that is not declared."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def text_of(element: Element, path: str) -> str:
    """Return the text of the first element at the path, stripped; empty where there is none."""
    return (element.findtext(path) or "").strip()


class ParserTarget:
    """Takes the elements of a document as they begin and end.

    collect: collect references and no values. walk: Observables may have an C(idref) or C(negate) that counts.
    others: there may be objects of other types than addresses, domains and URLs; each gives an indicator of its type.
    refused: why the document cannot be read whole, empty where it can. truncated: the document broke off, so that an
      element may end with it, and a value may be cut short.
    """

    def __init__(self, references: References, *, collect: bool, walk: bool, others: bool = False) -> None:
        self.references = references
        self.collect = collect
        self.walk = walk
        self.truncated = False
        self.refused = ""
        self.packages = 0
        self.packages_before = 0
        self.contexts: list[Context] = [Context({})]
        self.found: list[Indicator] = []
        self.addresses = 0
        self.root: Element | None = None
        self.pending: list[tuple[str, dict[str, t.Any] | None]] = []
        self.tags = [f"{{*}}{name}" for name in (*EVENTS, *(IDENTIFIED if collect else VALUES), *(OTHERS * others))]
        self.values = 0
        self.values_before: list[int] = []

    def event(self, kind: str, element: Element) -> None:
        """Take one event, C(start) or C(end), of the parser."""
        local = local_name(element.tag)
        if kind == "end":
            self._end(local, element)
        elif local == "Content":
            self.packages_before = self.packages
        elif local == "Properties":
            self.values_before.append(self.values)
        elif local in PACKAGES or local == "Indicator":
            if self.root is None:
                self.root = element.getroottree().getroot()
            self.contexts.append(self.contexts[-1].inner(element, local == "Indicator"))
            self.packages += local != "Indicator"
            if local == "Poll_Response" and element.get("more", "").lower() in TRUE and not self.collect:
                self.found.append(Indicator(f"more of result {element.get('result_id', '')}".strip(), "unresolved"))

    def _end(self, local: str, element: Element) -> None:
        context = self.contexts[-1]
        if local in VALUES:
            if not self.collect and not self.truncated:
                self._value(local, element, context)
        elif local in IDENTIFIED:
            if self.collect:
                self._identify(element, context)
        elif local in OTHERS:
            self._other(local, element, context)
        elif local == "Indicator":
            context.describe_indicator(element)
            self._leave()
        elif local in PACKAGES:
            self._leave()
        elif local == "STIX_Header":
            context.describe_package(element)
        elif local == "Content":
            self._check_content(element)

    def _check_content(self, content: Element) -> None:
        """Refuse a block of a TAXII message that holds no package: text, or one that is escaped or encrypted.

        Nothing would come of it, in silence.
        """
        block = content.getparent()
        in_message = block is not None and local_name(block.tag) == "Content_Block"
        holds_something = len(content) or (content.text or "").strip()
        if in_message and holds_something and self.packages == self.packages_before and not self.truncated:
            self.refused = "a Content_Block holds no STIX package in XML, but text or something encrypted"

    def finish(self) -> None:
        """Leave what is still open: the document may be truncated."""
        while len(self.contexts) > 1:
            self._leave()

    def prune(self) -> None:
        """Forget elements that are complete and stand before those that are open, so that memory does not grow."""
        element = self.root
        while element is not None and len(element):
            inner = element[-1]
            local = local_name(element.tag)
            if local == "Indicator":
                if local_name(inner.tag) != "Observable":
                    return
                for child in element[:-1]:
                    if local_name(child.tag) == "Observable":
                        element.remove(child)
            elif local == "STIX_Header":
                return
            elif len(element) > 1:
                del element[:-1]
            element = inner

    def _identify(self, element: Element, context: Context) -> None:
        identity, reference = element.get("id", ""), element.get("idref", "")
        if identity:
            self.references.defined.add(identity)
        if reference:
            outer = next((name for name in self._identities(element) if name), "")
            self.references.edges.setdefault(outer, []).append(reference)
            if context.is_indicator:
                own = element.get("negate", "").lower() in TRUE
                negated = own or context.negated or self._negated(element)
                (context.denied if negated else context.references).append(reference)

    @staticmethod
    def _identities(element: Element) -> t.Iterator[str]:
        for ancestor in element.iterancestors():
            local = local_name(ancestor.tag)
            if local == "Indicator":
                return
            if local in IDENTIFIED:
                yield ancestor.get("id", "")

    def _other(self, local: str, element: Element, context: Context) -> None:
        """Take a hash, or an object in which neither a hash nor any other value was: its type alone says what it is."""
        if local == "Properties" and self.values != (self.values_before.pop() if self.values_before else self.values):
            return
        if self.collect or self.truncated:
            return
        self.values += 1
        object_type = element.get(XSI_TYPE, "").rpartition(":")[2]
        kind = "hash" if local == "Simple_Hash_Value" else object_type.removesuffix("ObjectType").lower() or "object"
        value = (element.text or "").strip() or object_type
        if context.is_indicator:
            context.values.append((value, kind, None))
        else:
            self.found.append(described(value, kind, context.fields))

    def _value(self, local: str, element: Element, context: Context) -> None:
        outer = element.getparent()
        if local == "Address_Value":
            self.addresses += 1
            category = outer.get("category", "") if outer is not None else ""
            kind = CATEGORIES.get(category) or CATEGORIES.get(category := category.strip().lower(), category)
        elif local == "Hostname_Value":
            kind = "domain"
        else:
            kind = self._kind_of_value(element, outer)
        if not kind:
            return
        self.values += 1
        text = (element.text or "") if not len(element) else "".join(element.itertext())
        fields = self._referred(element, context) if self.walk else None
        negated = context.negated or (self.walk and (self._negated(element) or self._denied(element, context)))
        for value, found in split(text.strip(), kind, element.attrib):
            mark = "negated" if negated else found
            if context.is_indicator:
                context.values.append((value, mark, fields))
            else:
                self.found.append(described(value, mark, fields or context.fields))

    @staticmethod
    def _kind_of_value(element: Element, outer: Element | None) -> str:
        """Return the type of a value, by that of its object, or by namespace: a DNS record's Domain_Name has none."""
        if outer is None:
            return ""
        object_type = outer.get(XSI_TYPE, "") + element.tag
        if "DomainName" in object_type:
            return "domain"
        if "URI" in object_type or "LinkObject" in object_type:
            is_domain = (
                outer.get("type", "").lower() in {"domain name", "fqdn"} or local_name(outer.tag) == "Domain_Name"
            )
            return "domain" if is_domain else "url"
        return ""

    def _referred(self, element: Element, context: Context) -> dict[str, t.Any] | None:
        known = self.references.fields
        referring = [known[name] for name in self._identities(element) if name in known]
        return joined(context.fields, functools.reduce(both, referring)) if referring else None

    def _denied(self, element: Element, context: Context) -> bool:
        """Return whether Indicators refer to what the element stands in, and all do so in the negative."""
        if context.is_indicator or not self.references.denied:
            return False
        names = set(self._identities(element))
        return not names.isdisjoint(self.references.denied) and names.isdisjoint(self.references.fields)

    @staticmethod
    def _negated(element: Element) -> bool:
        return any(
            ancestor.get("negate", "").lower() in TRUE
            for ancestor in element.iterancestors()
            if local_name(ancestor.tag) in IDENTIFIED
        )

    def _leave(self) -> None:
        context = self.contexts.pop()
        for value, kind, fields in context.values:
            self.found.append(described(value, kind, both(fields, context.fields)))
        self.pending += ((name, context.fields) for name in context.references)
        self.pending += ((name, None) for name in context.denied)


def described(value: str, kind: str, fields: dict[str, t.Any]) -> Indicator:
    """Return the indicator with its fields, as C(unresolved) where its end cannot be read.

    Without an end it would be published for ever.
    """
    if fields.get("expires") == UNREADABLE:
        return Indicator(value, "unresolved", **fields | {"expires": ""})
    return Indicator(value, kind, **fields)
