# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the bodies of control requests may hold: a misspelt key would leave a test without what it ordered."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any


class BodyError(ValueError):
    """A world, setting or order that cannot be meant."""


def known(what: str, given: Any, keys: Collection[str], needed: Collection[str] = ()) -> None:
    """Raise BodyError unless C(given) is an object with these keys alone, and with all that are needed."""
    if not isinstance(given, dict):
        raise BodyError(f"{what}: {given!r} is no JSON object")
    if unknown := set(given) - set(keys):
        raise BodyError(f"{what}: unknown {sorted(unknown)}, known are {sorted(keys)}")
    if missing := set(needed) - set(given):
        raise BodyError(f"{what}: {sorted(missing)} is needed")
