# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the emulated services hold, read from their bytes and never from a module's results."""

from __future__ import annotations

import hashlib
import typing as t

from support import fleet
from threatlists_emulators import control

# The member has no lists of its own, and one Region of the standalone account has no detector.
PLACES = {
    *((fleet.PUBLISHER, region) for region in fleet.REGIONS),
    *((fleet.STANDALONE, region) for region in fleet.REGIONS if region != "us-west-2"),
}


def loaded(aws: control.Aws) -> dict[tuple[str, str, str], str | None]:
    """The digest of the bytes in effect, by account, Region and list."""
    return {(item["account"], item["region"], item["name"]): item["sha256"] for item in aws.loaded(status="ACTIVE")}


def published(aws: control.Aws) -> dict[str, str]:
    """The digest of each declared list's object, by list."""
    s3 = aws.client("s3", fleet.PUBLISHER)
    bodies = {item["name"]: s3.get_object(Bucket=item["bucket"], Key=item["key"])["Body"] for item in fleet.DECLARED}
    return {name: hashlib.sha256(body.read()).hexdigest() for name, body in bodies.items()}


def everywhere(digests: dict[str, str]) -> dict[tuple[str, str, str], str]:
    """What C(loaded) gives where every list is in step in every place that can have it."""
    return {(*place, name): digest for place in PLACES for name, digest in digests.items()}


def loads(aws: control.Aws) -> dict[str, int]:
    """How many activations read each list's object so far."""
    counts: dict[str, int] = {}
    for item in aws.loaded():
        counts[item["name"]] = counts.get(item["name"], 0) + item["loads"]
    return counts


def writes(aws: control.Aws) -> list[tuple[t.Any, ...]]:
    return [(call["service"], call["operation"], call["account"], call["region"]) for call in aws.calls(write=True)]
