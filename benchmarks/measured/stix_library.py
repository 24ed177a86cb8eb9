# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX written and read by the stix library, the same observables."""

from __future__ import annotations

import pathlib

import common
from cybox.core import Observable
from cybox.objects.address_object import Address
from stix.core import STIXPackage


def write(path: str, count: str) -> float:
    values = common.addresses(int(count))

    def work() -> None:
        package = STIXPackage()
        for value in values:
            package.add_observable(Observable(Address(value, Address.CAT_IPV4)))
        pathlib.Path(path).write_bytes(package.to_xml())

    return common.timed(work)


def read(path: str, count: str) -> float:
    def work() -> None:
        package = STIXPackage.from_xml(path)
        found = [observable.object_.properties.address_value.value for observable in package.observables]
        assert len(found) == int(count), len(found)

    return common.timed(work)


common.main({"write": write, "read": read})
