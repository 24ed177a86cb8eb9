# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which findings are meant: what GuardDuty is asked for, and what is judged here. Private to the collection."""

from __future__ import annotations

import datetime
import ipaddress
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils import _ages
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings import Finding
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.options import REGIONS_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import NAME
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import domain

SELECTION_SPEC: dict[str, dict[str, t.Any]] = {
    "ids": {"type": "list", "elements": "str"},
    "lists": {"type": "list", "elements": "str"},
    "indicators": {"type": "list", "elements": "str"},
    "types": {"type": "list", "elements": "str"},
    "since": {"type": "str"},
    "severity_min": {"type": "float"},
    **REGIONS_SPEC,
}
# docs/dev/findings.md#1
MAX_VALUES, MAX_TYPE = 50, 100
ID = re.compile(r"[A-Za-z0-9]{1,300}")


class FindingSelection(t.NamedTuple):
    """The findings that the options mean.

    lists: empty means those that this collection manages; since: the earliest last change, in milliseconds, 0 for any;
    archived: None takes both.
    """

    ids: tuple[str, ...] = ()
    lists: frozenset[str] = frozenset()
    types: tuple[str, ...] = ()
    addresses: networks.Intervals | None = None
    names: frozenset[str] = frozenset()
    since: int = 0
    severity_min: float = 0
    archived: bool | None = None

    @property
    def wants_managed_lists(self) -> bool:
        """Return whether it must be found out which lists this collection manages."""
        return not self.lists and not self.ids

    def criteria(self) -> dict[str, t.Any]:
        """Return the C(FindingCriteria) of ListFindings, which only narrow the findings down.

        A finding names its list in one of two places, and the criteria can ask for one of these only, so C(list_of)
        judges that (docs/dev/findings.md#10).
        """
        criterion: dict[str, t.Any] = {}
        if self.types:
            criterion["type"] = {"Equals": list(self.types)}
        if self.since:
            criterion["updatedAt"] = {"GreaterThanOrEqual": self.since}
        if self.severity_min:
            criterion["severity"] = {"GreaterThanOrEqual": int(self.severity_min)}
        if self.archived is not None:
            criterion["service.archived"] = {"Equals": [str(self.archived).lower()]}
        return {"Criterion": criterion} if criterion else {}

    def list_of(self, finding: Finding, managed: t.Collection[str]) -> str | None:
        """Return the list for which the finding is meant; empty where any list will do, None where it is not meant.

        managed: the lists that this collection manages.
        """
        wanted = self.lists or (managed if self.wants_managed_lists else finding.lists)
        name = next((name for name in finding.lists if name in wanted), None)
        if name is None and (self.lists or self.wants_managed_lists):
            return None
        fits = (
            (not self.types or finding.type in self.types)
            and finding.severity >= self.severity_min
            and (self.archived is None or finding.archived is self.archived)
            and (self.addresses is None or any(self._asks_for(value) for value in finding.indicators))
            and (not self.since or _milliseconds(finding.updated) >= self.since)
        )
        return name or "" if fits else None

    def _asks_for(self, value: str) -> bool:
        """Return whether an observed address or name is among the indicators asked for."""
        found = networks.parse(value)
        if found:
            return self.addresses is not None and all(self.addresses.covers(network) for network in found)
        name = _plain(value)
        return name in self.names or any(f"*.{parent}" in self.names for parent in _parents(name))


def selection(params: dict[str, t.Any], now: datetime.datetime, archived: bool | None = None) -> FindingSelection:
    """Return the selection that the options state. Raises ArgumentError for what cannot be meant."""
    ids, types = tuple(dict.fromkeys(params.get("ids") or ())), tuple(params.get("types") or ())
    for one in ids:
        if not ID.fullmatch(one):
            raise ArgumentError(f"ids: {one!r} is no id of a finding, such as 1ab2c3d4e5f60718293a4b5c6d7e8f90.")
    for name in params.get("lists") or ():
        if not NAME.fullmatch(name):
            raise ArgumentError(f"lists: {name!r} is no name of a list.")
    if len(types) > MAX_VALUES or any(not 1 <= len(one) <= MAX_TYPE for one in types):
        raise ArgumentError(f"types: at most {MAX_VALUES}, each of 1 to {MAX_TYPE} characters.")
    addresses, names = _indicators(params.get("indicators"))
    since = params.get("since")
    return FindingSelection(
        ids=ids,
        lists=frozenset(params.get("lists") or ()),
        types=types,
        addresses=addresses,
        names=names,
        since=int(_ages.moment(since, now, "since").timestamp() * 1000) if since else 0,
        severity_min=params.get("severity_min") or 0,
        archived=archived,
    )


def _indicators(given: t.Sequence[str] | None) -> tuple[networks.Intervals | None, frozenset[str]]:
    if not given:
        return None, frozenset()
    addresses: list[int] = []
    names: set[str] = set()
    for value in given:
        found = networks.parse(value.strip())
        addresses += found
        if not found:
            name = _plain(value)
            if not name:
                raise ArgumentError(f"indicators: {value!r} is neither an address nor a network nor a domain.")
            names.add(name)
    return networks.Intervals(addresses), frozenset(names)


def _plain(value: str) -> str:
    """Return an IPv6 address or a domain in its one spelling, else empty."""
    try:
        return str(ipaddress.ip_address(value.strip()))
    except ValueError:
        return domain(value.strip())


def _parents(name: str) -> t.Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name


def _milliseconds(timestamp: str) -> float:
    try:
        return datetime.datetime.fromisoformat(timestamp).timestamp() * 1000
    except ValueError:
        return float("inf")  # a finding without a readable time is not left out
