# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the text of one element of STIX 1.x means: see docs/dev/stix.md#9. Private to the collection."""

from __future__ import annotations

import re
import typing as t

COMMA = re.compile(r"##comma##|,")
PLAIN_ADDRESS = re.compile(r"[0-9./]+")
# STIX 2.1, appendix A, scale None/Low/Med/High.
HIGHEST_CONFIDENCE = 100
CONFIDENCES = {"high": 85, "medium": 50, "low": 15, "none": 0}
CATEGORIES = {
    "": "ip",
    "ipv4-addr": "ip",
    "ipv4": "ip",
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


def confidence(text: str) -> int:
    """Return a number of 0..100, or that of a word of the HighMediumLow vocabulary; -1 for any other text."""
    try:
        number = round(float(text))
    except (ValueError, OverflowError):
        return CONFIDENCES.get(text.lower(), -1)
    return number if 0 <= number <= HIGHEST_CONFIDENCE else -1


def split(text: str, kind: str, attributes: t.Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the values of one element with their types.

    A condition other than equality or a range gives one value of the type C(pattern) or C(negated).
    """
    if not attributes and PLAIN_ADDRESS.fullmatch(text):
        return [(text, kind)]
    condition = CONDITIONS.get(attributes.get("condition", "").strip().lower(), "")
    if attributes.get("apply_condition", "").upper() == "NONE":
        condition = "negated"
    elif attributes.get("pattern_type", "").strip():
        condition = "pattern"
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
