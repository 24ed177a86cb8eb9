# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One list of GuardDuty: its record, its states in time, and what its API says about it."""

from __future__ import annotations

import dataclasses
import re
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """A kind of list: C(noun) is the path's and the kind's name, C(id_field) and C(ids_field) are the API's words."""

    noun: str
    operation: str
    id_field: str
    name_parameter: str
    entity: bool

    @property
    def name_pattern(self) -> re.Pattern[str]:
        """What a name may be (docs/dev/guardduty.md#9)."""
        return re.compile(r"[A-Za-z0-9_\s-]{1,300}" if self.noun == "ipset" else r"[A-Za-z0-9_-]{1,300}")

    @property
    def ids_field(self) -> str:
        """The field of List's answer that holds the ids."""
        return f"{self.id_field}s"


KINDS = {
    kind.noun: kind
    for kind in (
        Kind("threatintelset", "ThreatIntelSet", "threatIntelSetId", "threatIntelSetName", entity=False),
        Kind("ipset", "IPSet", "ipSetId", "ipSetName", entity=False),
        Kind("threatentityset", "ThreatEntitySet", "threatEntitySetId", "threatEntitySetName", entity=True),
        Kind("trustedentityset", "TrustedEntitySet", "trustedEntitySetId", "trustedEntitySetName", entity=True),
    )
}
PENDING = {"ACTIVATING", "DEACTIVATING", "DELETE_PENDING"}


@dataclass
class ListRecord:
    """A list as GuardDuty keeps it; C(sha256) is of the bytes in effect."""

    kind: Kind
    account: str
    region: str
    detector_id: str
    id: str
    name: str
    format: str
    location: str
    expected_bucket_owner: str | None
    tags: dict[str, str]
    status: str = "INACTIVE"
    final: str = ""
    due: float = 0.0
    error_details: str = ""
    created_at: float = field(default_factory=time.time)
    updated_at: float = field(default_factory=time.time)
    sha256: str | None = None
    size: int | None = None
    loads: int = 0
    past: list[tuple[float, ListRecord | None]] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """The ARN of the list."""
        detector = f"arn:aws:guardduty:{self.region}:{self.account}:detector/{self.detector_id}"
        return f"{detector}/{self.kind.noun}/{self.id}"

    def move(self, through: str, to: str, delay: float) -> None:
        """Enter the state C(through) for C(delay) seconds, then C(to)."""
        self.status, self.final, self.due = through, to, time.time() + delay
        self.settle()

    def show_as_it_is(self, seconds: float, *, new: bool = False) -> None:
        """Let reads show the list as it is now, or a C(new) one not at all, for so many seconds."""
        shown = None if new else dataclasses.replace(self, tags=dict(self.tags), past=[])
        self.past.append((time.time() + seconds, shown))

    def shown(self) -> ListRecord | None:
        """Return the list as reads show it, which may lag behind what was written; None for not at all."""
        now = time.time()
        record = next((one for until, one in self.past if until > now), self)
        if record:
            record.settle()
        return record

    def settle(self) -> None:
        """Arrive in the final state if its time has come."""
        if self.status in PENDING and time.time() >= self.due:
            self.status = self.final
            if self.status == "DELETED":
                self.tags, self.sha256, self.size = {}, None, None

    def hold_nothing(self) -> None:
        """Take out of effect what was loaded."""
        self.sha256 = self.size = None

    def as_answer(self) -> dict[str, Any]:
        """Return the body of Get (docs/dev/guardduty.md#7: only entity sets give times and error details)."""
        answer: dict[str, Any] = {
            "name": self.name,
            "format": self.format,
            "location": self.location,
            "status": self.status,
            "tags": self.tags,
        }
        if self.expected_bucket_owner:
            answer["expectedBucketOwner"] = self.expected_bucket_owner
        if self.kind.entity:
            answer.update(createdAt=self.created_at, updatedAt=self.updated_at)
            if self.error_details:
                answer["errorDetails"] = self.error_details
        return answer

    def as_loaded(self) -> dict[str, Any]:
        """Return the list as the control API shows it."""
        shown = (
            "account region id name format location status tags sha256 size loads expected_bucket_owner error_details"
        )
        return {"kind": self.kind.noun, "arn": self.arn, **{name: getattr(self, name) for name in shown.split()}}
