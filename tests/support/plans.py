# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as they are wanted and as they are seen, for tests of plans."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    NAME_TAG,
    PENDING,
    SHA256_TAG,
    SUBMITTED,
    Desired,
    Observed,
    Update,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from hypothesis import strategies as st

MINE, OTHER = "111111111111", "222222222222"
DIGESTS = ("a" * 64, "b" * 64)
LOCATIONS = ("s3://bucket/one.txt", "https://bucket.s3.eu-west-1.amazonaws.com/one.txt", "s3://bucket/two.txt")
tag_maps = st.dictionaries(st.sampled_from(["owner", "cost", "aws:kept"]), st.sampled_from(["x", "y"]))


@st.composite
def desired_lists(draw: st.DrawFn) -> Desired:
    present, activate = draw(st.booleans()), draw(st.booleans())
    tags = draw(st.none() | tag_maps.map(lambda tags: {key: value for key, value in tags.items() if key[:4] != "aws:"}))
    return Desired(
        kind=draw(st.sampled_from(list(KINDS.values()))),
        name="threats",
        present=present,
        format=draw(st.sampled_from(["TXT", "STIX"])) if present else "",
        location=draw(st.sampled_from(LOCATIONS)) if present else "",
        activate=activate,
        digest=draw(st.sampled_from(DIGESTS)) if present and activate else None,
        owner=draw(st.none() | st.sampled_from([MINE, OTHER])),
        tags=tags,
        purge_tags=draw(st.booleans()),
        account=MINE,
    )


@st.composite
def observed_lists(draw: st.DrawFn) -> Observed:
    proofs = [*DIGESTS, PENDING, *(f"{SUBMITTED}{digest}" for digest in DIGESTS)]
    ours = st.fixed_dictionaries(
        {},
        optional={
            SHA256_TAG: st.sampled_from(proofs),
            ACCOUNT_TAG: st.sampled_from([MINE, OTHER]),
            NAME_TAG: st.sampled_from(["threats", "x"]),
        },
    )
    return Observed(
        id="1",
        name=draw(st.sampled_from(["threats", "renamed"])),
        format=draw(st.sampled_from(["TXT", "STIX"])),
        location=draw(st.sampled_from(LOCATIONS)),
        status=draw(st.sampled_from(["ACTIVE", "INACTIVE", "ERROR", "ACTIVATING", "DEACTIVATING", "DELETE_PENDING"])),
        tags={**draw(tag_maps), **draw(ours)},
        owner=draw(st.none() | st.sampled_from([MINE, OTHER])),
    )


def updated(step: Update, found: Observed) -> Observed:
    return found._replace(
        name=step.name or found.name,
        location=step.location or found.location,
        status={None: found.status, True: "ACTIVE", False: "INACTIVE"}[step.activate],
        owner=step.owner or found.owner,
    )


def desired(**changes: object) -> Desired:
    one = Desired(
        KINDS["threatintelset"], "threats", True, "TXT", LOCATIONS[0], True, DIGESTS[0], MINE, None, True, MINE
    )
    return one._replace(**changes)


def observed(**changes: object) -> Observed:
    tags = {SHA256_TAG: DIGESTS[0], ACCOUNT_TAG: MINE, NAME_TAG: "threats"}
    return Observed("1", "threats", "TXT", LOCATIONS[0], "ACTIVE", tags, MINE)._replace(**changes)
