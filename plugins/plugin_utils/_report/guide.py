# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which section of the guide "What happens when…" speaks of an error. Private to the collection."""

from __future__ import annotations

import re

GUIDE = "https://github.com/threatlists/aws/blob/main/docs/docsite/rst/guide_what_happens.rst"
SECTIONS = {
    "The feed is empty, or much shorter than yesterday": ("TooFewEntries", "ShrankTooMuch", "GrewTooMuch"),
    "The object in S3 is no list": ("Empty", "WrongFormat", "WholeInternet", "NotWellFormed"),
    "The detector takes no more tags": ("NotComparable",),
    "A list would have too many tags": ("TooManyTags",),
    "A list is in ERROR": ("ActivationFailed", "WrongState", "BucketPolicy", "KeyPolicy", "RolePolicy", "WrongOwner"),
    "A quota is reached": ("QuotaExceeded", "TooManyEntries", "TooLarge"),
    "An account is a GuardDuty member": ("MemberAccount", "Member"),
    "A Region has no detector, or is not enabled": ("NoDetector", "NotEnabled", "Suspended"),
    "The organization denies a Region": ("RegionDenied",),
    "A Region does not answer": ("TimedOut", "Unreachable"),
    "AWS refuses the call": ("AccessDenied", "AssumeRoleFailed", "InvalidCredentials", "ClockSkew"),
    "A task reaches its timeout": ("TaskTimeout",),
}
TITLES = {code: title for title, codes in SECTIONS.items() for code in codes}


def section(code: str) -> str:
    """Return the address of the section that speaks of an error's code, empty where none does."""
    title = TITLES.get(code)
    return f"{GUIDE}#{anchor(title)}" if title else ""


def anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
