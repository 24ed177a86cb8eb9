# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ThreatStream's objects, of the v2 and the v1 shape, as indicators. Private to the collection.

Facts of the service: docs/dev/threatstream.md#13.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, made, timestamp

try:
    import msgspec
except ImportError:
    HAS_MSGSPEC = False
else:
    HAS_MSGSPEC = True

Object = dict[str, t.Any]

NEVER = "9999"
HIGHEST = 100
LARGEST = 2**63 - 1
MOST_WORDS = 10_000
EXACT_LENGTH = len("2026-01-31T00:00:00.000Z")
USUAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
V1_VALUES = {"domain": "domain", "url": "url", "email": "email", "ipv6": "srcipv6", "md5": "md5"}


class Fields(t.TypedDict, total=False):
    """All fields that are read of an object: those that v2 and v1 share, then those of v2, then those of v1."""

    id: t.Any
    update_id: t.Any
    itype: t.Any
    confidence: t.Any
    source: t.Any
    trusted_circle_ids: t.Any
    value: t.Any
    type: t.Any
    status: t.Any
    tlp: t.Any
    feed_id: t.Any
    meta: t.Any
    created_ts: t.Any
    modified_ts: t.Any
    expiration_ts: t.Any
    srcip: t.Any
    srcipv6: t.Any
    domain: t.Any
    url: t.Any
    email: t.Any
    md5: t.Any
    state: t.Any
    severity: t.Any
    tags: t.Any
    source_feed_id: t.Any
    date_first: t.Any
    date_last: t.Any


class Page(t.TypedDict, total=False):
    """An answer of the search."""

    objects: list[Fields]
    meta: t.Any
    error: t.Any


def parse(body: bytes) -> t.Any:
    """Return what json.loads returns of a body; of a page the fields may be missing that nothing here reads.

    Leaving them out is faster. Raises ValueError or RecursionError for what is not JSON.
    """
    if HAS_MSGSPEC:
        try:
            return msgspec.json.decode(body, type=Page)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return json.loads(body)
    return json.loads(body)


def number(item: Object, field: str) -> int:
    """Return the number that a field holds, which v1 may write as text. Raises SourceError where it is none."""
    try:
        found = int(item[field])
        if not 0 <= found <= LARGEST:
            raise ValueError
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SourceError(f"ThreatStream's answer holds an object without a number in {field}.") from error
    return found


def moment(text: object) -> str:
    """Return a time as Indicator keeps it, empty for what is no time; without a zone it is UTC.

    A text of the usual length and shape is returned without a look at its digits.
    """
    if not isinstance(text, str):
        return ""
    if len(text) == EXACT_LENGTH and text[10] == "T" and text[19] == "." and text[23] == "Z" and text.isascii():
        return text
    return timestamp(text)


def _end(text: object) -> str:
    """Return the time at which an indicator ends as C(moment) does, but look at its digits too.

    It decides whether the indicator is published, so the shape alone is not enough.
    """
    if isinstance(text, str) and USUAL.fullmatch(text):
        return text
    return timestamp(text) if isinstance(text, str) else ""


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).strip().encode("utf-8", "replace").decode()


class _Words(dict[t.Any, str]):
    """Words that repeat, each kept once; all are forgotten once there are too many for words that repeat."""

    def __missing__(self, word: object) -> str:
        if len(self) >= MOST_WORDS:
            self.clear()
        self[word] = text = _text(word)
        return text


class Reader:
    """Reads objects into indicators that share their repeating words."""

    def __init__(self) -> None:
        self._words = _Words()

    def read(self, item: Object) -> Indicator:
        """Return the object as an indicator; it never raises.

        This is the fast way for the usual v2 object. Whatever is odd about another, it is read the slow way, and never
        lost.
        """
        try:
            value, confidence, end = item["value"], item["confidence"], item["expiration_ts"]
            # Not isinstance, for which True would be a number.
            if confidence.__class__ is not int or not -1 <= confidence <= HIGHEST or not value.isascii():
                return self._odd(item)
            expires = "" if end[:4] == NEVER else _end(end)
            if not (expires or end[:4] == NEVER):
                return self._odd(item)
            words, tags = self._words, item.get("tags")
            fields = (
                value.strip(),
                words[item["type"]],
                confidence,
                words[item["itype"]],
                words[item["status"]],
                words[item["source"]],
                words[item["meta"]["severity"]],
                words[item["tlp"]],
                moment(item["created_ts"]),
                moment(item["modified_ts"]),
                expires,
                "",
                str(item["id"]),
                self._tags(tags) if tags else (),
            )
            return made(fields)
        except (AttributeError, KeyError, TypeError):
            return self._odd(item)

    def _odd(self, item: Object) -> Indicator:
        word = self._words
        itype = _text(item.get("itype"))
        value = item.get("value")
        kind = item.get("type") or _kind_of(itype)
        if value is None:
            # On a v1 domain or URL the address in srcip is the resolved one, not the indicator.
            value = item.get(V1_VALUES.get(_text(kind), "srcip"))
        try:
            confidence = max(-1, min(int(float(item.get("confidence", -1))), HIGHEST))
        except (TypeError, ValueError, OverflowError):
            confidence = -1
        meta = item.get("meta")
        severity = meta.get("severity") if isinstance(meta, dict) else item.get("severity")
        end = item.get("expiration_ts")
        expires = _end(end)
        # An indicator whose end cannot be read would be published for ever.
        is_endless_or_known = expires or end is None or end == ""
        return Indicator(
            value=_text(value),
            type=word[_text(kind)] if is_endless_or_known else "unresolved",
            confidence=confidence,
            itype=word[itype],
            status=word[_text(item.get("status") or item.get("state"))],
            source=word[_text(item.get("source"))],
            severity=word[_text(severity)],
            tlp=word[_text(item.get("tlp"))],
            created=moment(item.get("created_ts") or item.get("date_first")),
            modified=moment(item.get("modified_ts") or item.get("date_last")),
            expires="" if expires.startswith(NEVER) else expires,
            id=_text(item.get("id")),
            tags=self._tags(item.get("tags")),
        )

    def _tags(self, tags: object) -> tuple[str, ...]:
        """Return the names of the tags, sorted; none where it is no list of tags."""
        names = [tag.get("name") if isinstance(tag, dict) else tag for tag in tags] if isinstance(tags, list) else []
        return tuple(sorted({self._words[name] for name in names if isinstance(name, str) and name.strip()}))


def _kind_of(itype: str) -> str:
    ending = itype.rpartition("_")[2]
    return ending if ending in V1_VALUES else "ip"
