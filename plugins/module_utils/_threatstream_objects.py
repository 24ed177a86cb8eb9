# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ThreatStream's objects, of the v2 and the v1 shape, as indicators. Private to the collection.

Facts of the service: contract threatstream.md, One object.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._indicators import Indicator, timestamp

Object = t.Mapping[str, t.Any]

NEVER = "9999"
HIGHEST = 100
EXACT_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
V1_VALUES = {"domain": "domain", "url": "url", "email": "email", "ipv6": "srcipv6", "md5": "md5"}


def moment(text: object) -> str:
    """A time in the form that Indicator asks for; no zone means UTC, and what is no time is not known."""
    if not isinstance(text, str):
        return ""
    if EXACT_TIME.fullmatch(text):
        return text
    return timestamp(text)


def _expiry(text: object) -> str:
    time = moment(text)
    return "" if time.startswith(NEVER) else time


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).strip().encode("utf-8", "replace").decode()


class _Words(dict[t.Any, str]):
    """Words that repeat, each kept once."""

    def __missing__(self, word: object) -> str:
        self[word] = text = _text(word)
        return text


class Reader:
    """Reads objects into indicators that share their repeating words."""

    def __init__(self) -> None:
        self._words = _Words()

    def read(self, item: Object) -> Indicator:
        """Lean for the usual v2 object; whatever is odd about an object, it is read, never lost."""
        try:
            value, confidence = item["value"], item["confidence"]
            if not (type(value) is str and value.isascii() and type(confidence) is int and -1 <= confidence <= HIGHEST):
                return self._odd(item)
            words = self._words
            expires = item["expiration_ts"]
            return Indicator(
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
                "" if expires[:4] == NEVER else moment(expires),
            )
        except (KeyError, TypeError):
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
            confidence = max(-1, min(int(item.get("confidence", -1)), HIGHEST))
        except (TypeError, ValueError, OverflowError):
            confidence = -1
        meta = item.get("meta")
        severity = meta.get("severity") if isinstance(meta, dict) else item.get("severity")
        return Indicator(
            value=_text(value),
            type=word[_text(kind)],
            confidence=confidence,
            itype=word[itype],
            status=word[_text(item.get("status") or item.get("state"))],
            source=word[_text(item.get("source"))],
            severity=word[_text(severity)],
            tlp=word[_text(item.get("tlp"))],
            created=moment(item.get("created_ts") or item.get("date_first")),
            modified=moment(item.get("modified_ts") or item.get("date_last")),
            expires=_expiry(item.get("expiration_ts")),
        )


def _kind_of(itype: str) -> str:
    ending = itype.rpartition("_")[2]
    return ending if ending in V1_VALUES else "ip"
