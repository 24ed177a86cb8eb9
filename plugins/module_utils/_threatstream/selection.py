# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which indicators are wanted: what ThreatStream is asked for, and what is judged here. Private to the collection."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils import _ages
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import ENTITY_KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator

HIGHEST_CONFIDENCE = 100
# The objects carry these unreliably, or only the service can judge them (docs/dev/threatstream.md#12).
ONLY_THE_SERVICE_JUDGES = ("query", "search_filter", "tags", "asn", "country", "extra_parameters")

# Options that may stand beside a saved search.
COMBINE = {"search_filter", "remote_api", "extra_parameters"}
PATTERN = re.compile(r"[*?\[\]]")
# Endings of itypes that tell the type of the object; itypes of addresses have others too (docs/dev/threatstream.md#16).
TYPE_OF_ENDING = {
    "ip": "ip",
    "ipv6": "ipv6",
    "domain": "domain",
    "url": "url",
    "email": "email",
    "md5": "md5",
}
# So that a time which another machine has just written is not taken for the future.
CLOCKS_DIFFER = datetime.timedelta(days=1)

SELECTION_SPEC: dict[str, dict[str, t.Any]] = {
    "itype": {"type": "list", "elements": "str"},
    "confidence_min": {"type": "int"},
    "status": {"type": "str", "choices": ["active", "inactive", "falsepos"]},
    "source": {"type": "list", "elements": "str"},
    "feed_id": {"type": "list", "elements": "int"},
    "asn": {"type": "list", "elements": "str"},
    "country": {"type": "list", "elements": "str"},
    "tags": {"type": "list", "elements": "str"},
    "severity": {"type": "list", "elements": "str", "choices": ["low", "medium", "high", "very-high"]},
    "tlp": {
        "type": "list",
        "elements": "str",
        "choices": ["red", "amber", "amber+strict", "green", "clear", "white"],
    },
    "trusted_circle_ids": {"type": "list", "elements": "int"},
    "created_since": {"type": "str"},
    "modified_since": {"type": "str"},
    "query": {"type": "str"},
    "search_filter": {"type": "str"},
    "remote_api": {"type": "bool", "default": False},
    "extra_parameters": {"type": "dict"},
}


def since(text: str, now: datetime.datetime, option: str) -> str:
    """Return in UTC the moment that a time or an age means, as the service's filters write it. Raises ArgumentError."""
    return _ages.moment(text, now, option).strftime("%Y-%m-%dT%H:%M:%SZ")


def _quoted(text: object, option: str) -> str:
    if '"' in str(text) or "\\" in str(text):
        raise ArgumentError(f"{option}: {text!r} holds a quote or backslash, which no ThreatStream query can express.")
    return f'"{text}"'


def _any_of(field: str, values: t.Iterable[object], option: str) -> str:
    return "(" + " OR ".join(f"{field}={_quoted(value, option)}" for value in values) + ")"


@dataclasses.dataclass(frozen=True)
class Selection:
    """The indicators that are wanted; an empty field does not narrow them. types: the service's words, ip or domain."""

    types: tuple[str, ...] = ("ip",)
    itype: tuple[str, ...] = ()
    confidence_min: int | None = None
    status: str = "active"
    source: tuple[str, ...] = ()
    feed_id: tuple[int, ...] = ()
    asn: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    tlp: tuple[str, ...] = ()
    trusted_circle_ids: tuple[int, ...] = ()
    created_since: str = ""
    modified_since: str = ""
    query: str = ""
    search_filter: str = ""
    remote_api: bool = False
    extra_parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Selection:
        """Return the selection of the options; raises ArgumentError for what the service refuses or never matches."""
        given = {name: params[name] for name in SELECTION_SPEC if params.get(name) not in (None, [], "", {})}
        if not params.get("remote_api"):
            given.pop("remote_api", None)
        others = ", ".join(sorted(given.keys() - COMBINE))
        if "search_filter" in given and others:
            raise ArgumentError(f"search_filter cannot be combined with other selection options: {others}.")
        if not 0 <= given.get("confidence_min", 0) <= HIGHEST_CONFIDENCE:
            raise ArgumentError(f"confidence_min: {given['confidence_min']} is not between 0 and 100.")
        patterns = [itype for itype in given.get("itype", []) if PATTERN.search(itype)]
        if patterns:
            raise ArgumentError(
                f"itype: {patterns[0]!r} is a pattern, and ThreatStream compares whole words.",
                remedy="Name each itype that is wanted, or leave itype out and drop others by exclude_itype.",
            )
        if "extra_parameters" in given:
            given["extra_parameters"] = sorted((str(k), str(v)) for k, v in given["extra_parameters"].items())
        if "asn" in given:
            given["asn"] = [re.sub(r"^(?i:AS)(?=\d)", "", number) for number in given["asn"]]
        values: dict[str, t.Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        entities = params.get("contents") == "entities" or params.get("kind") in ENTITY_KINDS
        selection = cls(types=("ip", "domain") if entities else ("ip",), **values)
        now = datetime.datetime.now(datetime.UTC)
        selection.refuse_the_impossible(now)
        selection.parameters(now)
        return selection

    def refuse_the_impossible(self, now: datetime.datetime) -> None:
        """Raise ArgumentError where no indicator can match, whatever ThreatStream holds."""
        types = {TYPE_OF_ENDING.get(itype.rpartition("_")[2]) for itype in self.itype}
        if types and types.isdisjoint({None, *self.types}):
            raise ArgumentError(
                f"itype: {', '.join(self.itype)} can match nothing, since only indicators of type "
                f"{' and '.join(self.types)} are asked for.",
                remedy="Name itypes of addresses, or for domains use an entity set as kind or contents: entities.",
            )
        latest = (now + CLOCKS_DIFFER).strftime("%Y-%m-%dT%H:%M:%SZ")
        for option, moment in zip(("created_since", "modified_since"), self.cutoffs(now), strict=True):
            if moment > latest:
                raise ArgumentError(
                    f"{option}: {getattr(self, option)} is in the future, so it can match nothing.",
                    remedy=f"Set {option} to a time that has passed, or to an age such as 7d.",
                )

    def cutoffs(self, now: datetime.datetime) -> tuple[str, str]:
        """Return the earliest created and the earliest modified time wanted, each empty for no limit."""
        return (
            self.created_since and since(self.created_since, now, "created_since"),
            self.modified_since and since(self.modified_since, now, "modified_since"),
        )

    def parameters(self, now: datetime.datetime) -> dict[str, str]:
        """Return the query parameters of a full download.

        One value becomes a plain filter and several become a clause of C(q), since only itype and feed_id take
        comma lists (docs/dev/threatstream.md#5). Several severities are left to judge().
        """
        if self.search_filter:
            return {"search_filter": self.search_filter} | self._sent_as_they_are()
        created, modified = self.cutoffs(now)
        filters = {
            "itype": ",".join(self.itype),
            "confidence__gte": "" if self.confidence_min is None else str(self.confidence_min),
            "status": self.status,
            "feed_id": ",".join(map(str, self.feed_id)),
            "meta.severity": self.severity[0] if len(self.severity) == 1 else "",
            "created_ts__gte": created,
            "modified_ts__gte": modified,
        }
        clauses = [f"({self.query})"] if self.query else []
        alternatives: tuple[tuple[str, str, str, tuple[object, ...]], ...] = (
            ("type", "type", "type", self.types),
            ("source", "source", "source", self.source),
            ("asn", "asn", "asn", self.asn),
            ("country", "country", "country", self.country),
            ("tags", "tags.name", "tags.name", self.tags),
            ("tlp", "tlp", "tlp", self.tlp),
            ("trusted_circle_ids", "trusted_circle_ids", "trusted_circle_id", self.trusted_circle_ids),
        )
        for option, name, field, values in alternatives:
            if len(values) > 1:
                clauses.append(_any_of(field, values, option))
            elif values:
                filters[name] = str(values[0])
        filters["q"] = " AND ".join(clauses)
        return {name: text for name, text in filters.items() if text} | self._sent_as_they_are()

    def _sent_as_they_are(self) -> dict[str, str]:
        return {"remote_api": "true"} | dict(self.extra_parameters) if self.remote_api else dict(self.extra_parameters)

    def changes(self, **since: str) -> dict[str, str]:
        """Return the query parameters of what changed, by filters alone that an object never stops to match.

        An object that no longer matches another filter changed too, and must not hide.
        since: from where on, such as C(update_id__gt="1").
        """
        feeds = {"feed_id": ",".join(map(str, self.feed_id))} if self.feed_id else {}
        types = {"type": self.types[0]} if len(self.types) == 1 else {"q": _any_of("type", self.types, "type")}
        return types | feeds | since | self._sent_as_they_are()

    def refuse_incremental(self) -> None:
        """Raise ArgumentError for options by which a changed object cannot be judged here."""
        options = [name for name in ONLY_THE_SERVICE_JUDGES if getattr(self, name)]
        if options:
            raise ArgumentError(
                f"state_file cannot be combined with {', '.join(options)}: only ThreatStream itself can judge these.",
                remedy="Leave out state_file (every run downloads in full), or select by other options.",
            )

    @property
    def judged_here(self) -> bool:
        """Whether a full download must be judged too, because the service was not asked for all of it."""
        return len(self.severity) > 1

    def judge(self) -> t.Callable[[Indicator, t.Mapping[str, t.Any]], bool]:
        """Return a function that tells whether an indicator belongs to the selection, its age aside.

        It takes the indicator and the object that it was read from.
        """
        words = [
            (name, frozenset(wanted))
            for name, wanted in (
                ("type", self.types),
                ("itype", self.itype),
                ("status", (self.status,)),
                ("source", self.source),
                ("severity", self.severity),
                ("tlp", self.tlp),
            )
            if wanted
        ]
        feeds, circles = set(map(str, self.feed_id)), set(map(str, self.trusted_circle_ids))
        lowest = -1 if self.confidence_min is None else self.confidence_min

        def belongs(indicator: Indicator, item: t.Mapping[str, t.Any]) -> bool:
            if indicator.confidence < lowest or any(getattr(indicator, name) not in wanted for name, wanted in words):
                return False
            if feeds and str(item.get("feed_id", item.get("source_feed_id"))) not in feeds:
                return False
            return not circles or not circles.isdisjoint(map(str, item.get("trusted_circle_ids") or ()))

        return belongs

    def identity(self) -> str:
        """Return a text that is the same for the same selection, ages as written: a state file is bound to it."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)
