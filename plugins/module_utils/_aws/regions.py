# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Partitions, and the Regions that are on in every account of them. Private to the collection."""

from __future__ import annotations

import typing as t


class Partition(t.NamedTuple):
    """dns_suffix: what its hosts end in. default_region: the one to ask where none is named."""

    dns_suffix: str
    default_region: str


PARTITIONS = {
    "aws": Partition("amazonaws.com", "us-east-1"),
    "aws-cn": Partition("amazonaws.com.cn", "cn-north-1"),
    "aws-eusc": Partition("amazonaws.eu", "eusc-de-east-1"),
    "aws-iso": Partition("c2s.ic.gov", "us-iso-east-1"),
    "aws-iso-b": Partition("sc2s.sgov.gov", "us-isob-east-1"),
    "aws-iso-e": Partition("cloud.adc-e.uk", "eu-isoe-west-1"),
    "aws-iso-f": Partition("csp.hci.ic.gov", "us-isof-south-1"),
    "aws-us-gov": Partition("amazonaws.com", "us-gov-west-1"),
}
# Every Region that came later must be enabled by an account; the other partitions have no such Regions.
ALWAYS_ON = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)


def is_always_on(region: str, partition: str) -> bool:
    """Return whether every account of the partition has the Region, whatever it enabled."""
    return partition != "aws" or region in ALWAYS_ON
