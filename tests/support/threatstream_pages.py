# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole answers of ThreatStream, read object by object."""

from __future__ import annotations

import json
import pathlib

from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import Reader
from support import paths

# Answers of our own making: the shapes of docs/dev/threatstream.md#8 to 17.
PAGES = sorted((paths.FIXTURES / "threatstream/pages").glob("*.json"))


def check_every_object_is_read(path: pathlib.Path) -> None:
    found = json.loads(path.read_text())
    for item in found.get("objects", [found]):
        indicator = Reader().read(item)
        is_address = item["itype"].endswith("_ip")
        old = item["srcip"] if is_address and "srcip" in item else item.get("domain")
        assert indicator.value == item.get("value", old)
        assert indicator.itype == item["itype"]
        assert indicator.confidence == item["confidence"]
        assert indicator.status == item.get("status", item.get("state"))
        assert indicator.created
