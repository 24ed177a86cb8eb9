# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four kinds of list as one table. Private to the collection."""

from __future__ import annotations

import re
import typing as t

MAX_SIZE = 35_000_000
# GuardDuty writes a policy for each location into its role, and they share 10,240 characters.
MAX_LOCATIONS = 50
LONGEST_LOCATION = 300
# Names that every kind takes, and those that some kinds take.
NAME = re.compile(r"[A-Za-z0-9_-]{1,300}")
NAME_WITH_SPACES = re.compile(r"(?=.*[^ ])[A-Za-z0-9_ -]{1,300}")
FORMATS = ("TXT", "STIX", "OTX_CSV", "ALIEN_VAULT", "PROOF_POINT", "FIRE_EYE")


class Kind(t.NamedTuple):
    """What differs from kind to kind (docs/dev/guardduty.md#1).

    title: as in the API's operations and IAM actions; noun: as in boto3's operations; id_key: of the id in requests
    and answers; contents: V(addresses), or V(entities): addresses and domains; quota: lists per detector;
    max_entries: per list; has_role_policy: whether GuardDuty writes an inline policy for each location;
    is_dated: whether Get tells UpdatedAt; takes_spaces: in names.
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
    takes_spaces: bool

    @property
    def holds_entities(self) -> bool:
        """Whether lists of the kind hold domains beside addresses."""
        return self.contents == "entities"

    @property
    def raises_findings(self) -> bool:
        """Whether its lists raise findings; the others keep GuardDuty silent."""
        return not self.trusted

    @property
    def name_pattern(self) -> re.Pattern[str]:
        """What a name of its lists must match in full."""
        return NAME_WITH_SPACES if self.takes_spaces else NAME


_ROWS: tuple[tuple[str, str, str, str, bool, int, int, bool, bool, bool], ...] = (
    ("ThreatIntelSet", "threat_intel_set", "ThreatIntelSetId", "addresses", False, 6, 250_000, True, False, False),
    ("IPSet", "ip_set", "IpSetId", "addresses", True, 1, 2_000, True, False, True),
    ("ThreatEntitySet", "threat_entity_set", "ThreatEntitySetId", "entities", False, 6, 1_000, False, True, False),
    ("TrustedEntitySet", "trusted_entity_set", "TrustedEntitySetId", "entities", True, 1, 1_000, False, True, False),
)
KINDS: dict[str, Kind] = {row[0].lower(): Kind(row[0].lower(), *row) for row in _ROWS}
# The kinds whose lists hold domains too, and those whose lists raise findings.
ENTITY_KINDS = tuple(kind.name for kind in KINDS.values() if kind.holds_entities)
RAISING_KINDS = tuple(kind.name for kind in KINDS.values() if kind.raises_findings)
KIND_SPEC: dict[str, t.Any] = {"type": "str", "choices": list(KINDS), "default": next(iter(KINDS))}
