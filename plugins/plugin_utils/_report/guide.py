# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which section of the guide "What happens when…" speaks of an error. Private to the collection."""

from __future__ import annotations

import re

GUIDE = "https://github.com/threatlists/aws/blob/main/docs/docsite/rst/guide_what_happens.rst"
SECTIONS = {
    "The feed is empty, or much shorter than yesterday": (
        *("TooFewEntries", "ShrankTooMuch", "GrewTooMuch", "TooManyAddresses", "SourceUnusable", "StateLocked"),
    ),
    "A source cannot be read": (
        *("Unavailable", "CertificateRefused", "Redirected", "ForeignNext", "NotFound", "NotThreatStream", "NotTaxii"),
        *("SelectionRefused", "IncompleteDownload", "NotWhole", "NoColumn", "AmbiguousColumn", "MaskApart"),
        *("NoIndicators", "TooLarge", "MissingLibrary", "SourceFailed", "FileFailed"),
    ),
    "A list is not published": (
        *("NotComparable", "GuardRefused", "Refused", "Held", "PublishConflict", "NoSuchBucket", "WrongRegion"),
        *("NoSuchVersion", "NotPublished", "PublishFailed"),
    ),
    "The object in S3 is no list": (
        *("Empty", "NotWellFormed", "WrongFormat", "WrongEntries", "WholeInternet", "TooManyEntries"),
    ),
    "The object is not what was published, or changes": ("ContentMismatch", "ContentChanging"),
    "An object is not signed, or KMS does not answer": (
        *("Unsigned", "SignatureMismatch", "SignatureFailed", "Rollback"),
        *("KeyDisabled", "KeyUnusable", "WrongKey", "KeyNotFound"),
    ),
    "The format of a list changes": ("NeedsRecreate",),
    "A list of that name is there already, and not ours": ("NotOurs",),
    "A list would have too many tags": ("TooManyTags",),
    "A list is in ERROR": (
        *("NoSuchObject", "WrongOwner", "BucketPolicy", "KeyPolicy", "CustomerKey", "RolePolicy"),
        *("ActivationFailed", "WrongState"),
    ),
    "A quota is reached": ("QuotaExceeded",),
    "An account is a GuardDuty member": ("MemberAccount", "Member"),
    "A Region has no detector, or is not enabled": ("NoDetector", "NotEnabled", "Suspended"),
    "The organization denies a Region": ("RegionDenied",),
    "A Region does not answer": ("TimedOut", "Unreachable"),
    "AWS refuses the call": (
        *("AccessDenied", "AssumeRoleFailed", "InvalidCredentials", "InvalidConfiguration", "ClockSkew"),
        *("WrongAccount", "OptInRequired", "SubscriptionRequiredException"),
    ),
    "An alert rule is refused": ("ForeignRule", "ManagedRule", "TargetRefused"),
    "Something is declared that cannot be meant": (
        *("InvalidArgument", "NotRun", "NoResult", "Unexpected", "GuardDutyFailed", "Error"),
    ),
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
