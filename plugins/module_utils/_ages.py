# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ages and moments as options write them: V(7d), V(2026-01-31T00:00:00Z). Private to the collection."""

from __future__ import annotations

import datetime
import re

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError

AGE = re.compile(r"(\d{1,6})\s*([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str, option: str) -> datetime.timedelta:
    """Return an age such as C(7d) or C(24h); units: s, m, h, d, w. Raises ArgumentError that names C(option)."""
    match = AGE.fullmatch(text.strip())
    if not match:
        raise ArgumentError(f"{option}: {text!r} is not an age such as 7d or 24h.")
    return datetime.timedelta(**{UNITS[match[2]]: int(match[1])})


def moment(text: str, now: datetime.datetime, option: str) -> datetime.datetime:
    """Return the moment in UTC that a time or an age means; a time without a zone is UTC. Raises ArgumentError."""
    try:
        if AGE.fullmatch(text.strip()):
            return now - duration(text, option)
        given = datetime.datetime.fromisoformat(text.strip())
        return given.replace(tzinfo=given.tzinfo or datetime.UTC).astimezone(datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise ArgumentError(
            f"{option}: {text!r} is neither a time such as 2026-01-31T00:00:00Z nor an age such as 7d."
        ) from error
