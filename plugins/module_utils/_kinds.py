# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four kinds of list as one table. Private to the collection."""

from __future__ import annotations

import typing as t

MAX_SIZE = 35_000_000
MAX_LOCATIONS = 50
FORMATS = ("TXT", "STIX", "OTX_CSV", "ALIEN_VAULT", "PROOF_POINT", "FIRE_EYE")


class Kind(t.NamedTuple):
    """What differs from kind to kind (docs/dev/guardduty.md#1).

    title: as in the API's operations and IAM actions; noun: as in boto3's operations; id_key: of the id in requests
    and answers; contents: V(addresses) or V(entities), addresses and domains; quota: lists per detector;
    max_entries: per list; has_role_policy: whether GuardDuty writes an inline policy for each location;
    is_dated: whether Get tells UpdatedAt.
    """

    name: str
    title: str
    noun: str
    id_key: str
    contents: str
    trusted: bool
    quota: int
    max_entries: int
    has_role_policy: bool
    is_dated: bool


_ROWS: tuple[tuple[str, str, str, str, bool, int, int, bool, bool], ...] = (
    ("ThreatIntelSet", "threat_intel_set", "ThreatIntelSetId", "addresses", False, 6, 250_000, True, False),
    ("IPSet", "ip_set", "IpSetId", "addresses", True, 1, 2_000, True, False),
    ("ThreatEntitySet", "threat_entity_set", "ThreatEntitySetId", "entities", False, 6, 1_000, False, True),
    ("TrustedEntitySet", "trusted_entity_set", "TrustedEntitySetId", "entities", True, 1, 1_000, False, True),
)
KINDS: dict[str, Kind] = {row[0].lower(): Kind(row[0].lower(), *row) for row in _ROWS}
