# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the import of a module costs, and whether it brings the stix library."""

from __future__ import annotations

import importlib
import sys

import common


def module() -> float:
    seconds = common.timed(
        lambda: importlib.import_module("ansible_collections.threatlists.aws.plugins.modules.threatlist_file")
    )
    assert "stix" not in sys.modules
    return seconds


def library() -> float:
    return common.timed(lambda: importlib.import_module("stix.core"))


common.main({"module": module, "library": library})
