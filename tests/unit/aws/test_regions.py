# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of partitions is botocore's."""

from __future__ import annotations

import botocore.loaders
from ansible_collections.threatlists.aws.plugins.module_utils._aws.regions import ALWAYS_ON, PARTITIONS, is_always_on


def test_partitions_are_those_of_botocore() -> None:
    known = {one["id"]: one for one in botocore.loaders.Loader().load_data("partitions")["partitions"]}
    for name in known.keys() & PARTITIONS.keys():
        assert PARTITIONS[name].dns_suffix == known[name]["outputs"]["dnsSuffix"]
        assert PARTITIONS[name].default_region in known[name]["regions"]
    assert known.keys() <= PARTITIONS.keys()
    assert known["aws"]["regions"].keys() >= ALWAYS_ON


def test_only_the_commercial_partition_has_regions_to_opt_in() -> None:
    assert is_always_on("eu-west-1", "aws")
    assert not is_always_on("af-south-1", "aws")
    assert is_always_on("cn-northwest-1", "aws-cn")
