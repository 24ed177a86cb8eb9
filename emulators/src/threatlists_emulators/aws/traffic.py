# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Traffic that GuardDuty sees: which loaded list covers it, and the finding that comes of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from threatlists_emulators.bodies import BodyError, known

from . import finding_shapes
from .activation import STIX_VALUE
from .finding_shapes import Finding
from .guardduty import GuardDuty
from .lists import KINDS, ListRecord

THREATS = (KINDS["threatintelset"], KINDS["threatentityset"])
TRUSTED = (KINDS["ipset"], KINDS["trustedentityset"])
KEYS = {"account", "region", "remote", "type", "inbound", "resource", "resource_tags", "severity", "names_in", "count"}
Network = tuple[int, int, int]


class Content:
    """The entries of one list file: networks by their prefix, and domain names."""

    def __init__(self, content: bytes, list_format: str) -> None:
        self.networks: set[Network] = set()
        self.names: set[str] = set()
        for entry in _entries(content, list_format):
            try:
                network = ipaddress.ip_network(entry, strict=False)
            except ValueError:
                self.names.add(entry.lower().rstrip("."))
            else:
                self.networks.add((network.version, int(network.network_address), network.prefixlen))
        self.prefixes = sorted({(version, length) for version, _address, length in self.networks})

    def covers(self, remote: str) -> bool:
        """Return whether an entry covers the address or domain."""
        try:
            address = ipaddress.ip_address(remote)
        except ValueError:
            return self._names_cover(remote.lower().rstrip("."))
        for version, length in self.prefixes:
            if version == address.version:
                rest = address.max_prefixlen - length
                if (version, int(address) >> rest << rest, length) in self.networks:
                    return True
        return False

    def _names_cover(self, name: str) -> bool:
        parents = name.split(".")
        wildcards = (f"*.{'.'.join(parents[start:])}" for start in range(1, len(parents)))
        return name in self.names or any(wildcard in self.names for wildcard in wildcards)


class Sensor:
    """Turns traffic into findings, by the lists that are in effect where it flows."""

    def __init__(self, guardduty: GuardDuty) -> None:
        self.guardduty = guardduty
        self._contents: dict[tuple[str, str], Content] = {}

    def see(self, given: dict[str, Any]) -> Finding | None:
        """Return the finding that the traffic raises, None where no threat list covers it or a trusted one does.

        C(given): C({account, region, remote}) and, of C(Traffic), what is to be other than usual; C(count): raise
        findings of as many instances, and return none.
        """
        known("traffic", given, KEYS, ["account", "region", "remote"])
        count = given.pop("count", None)
        account, region, remote = given["account"], given["region"], given["remote"]
        detector = self.guardduty.detectors.find(account, region)
        if detector is None:
            return None
        with self.guardduty.lock:
            if self._covering(account, region, remote, trusted=True):
                return None
            covering = self._covering(account, region, remote, trusted=False)
        if not covering:
            return None
        usual = finding_shapes.ADDRESS_TYPE if _is_address(remote) else finding_shapes.DOMAIN_TYPE
        traffic = finding_shapes.Traffic(**{"detector_id": detector["id"], "type": usual, **given})
        if traffic.names_in not in finding_shapes.NAME_PLACES:
            raise BodyError(f"traffic: names_in is one of {finding_shapes.NAME_PLACES}")
        name = covering[0].name
        for number in range(count or 0):
            traffic.resource = f"i-{number:017x}"
            self.guardduty.findings.raise_finding(traffic, name)
        return None if count else self.guardduty.findings.raise_finding(traffic, name)

    def _covering(self, account: str, region: str, remote: str, *, trusted: bool) -> list[ListRecord]:
        kinds = TRUSTED if trusted else THREATS
        records = [record for kind in kinds for record in self.guardduty.in_effect(account, region, kind)]
        return [record for record in records if self._content(record).covers(remote)]

    def _content(self, record: ListRecord) -> Content:
        key = (str(record.sha256), record.format)
        if key not in self._contents:
            self._contents[key] = Content(self.guardduty.store.contents[key[0]], record.format)
        return self._contents[key]


def _is_address(remote: str) -> bool:
    try:
        ipaddress.ip_address(remote)
    except ValueError:
        return False
    return True


def _entries(content: bytes, list_format: str) -> Iterable[str]:
    values = STIX_VALUE.findall(content) if list_format == "STIX" else []
    found = [part for value in values for part in value.split(b"##comma##")] or content.splitlines()
    return (entry for one in found if (entry := one.decode(errors="replace").partition(",")[0].strip()))
