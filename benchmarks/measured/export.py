# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole export, from the first request to the file on disk."""

from __future__ import annotations

import time

import common
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.export import (
    CONNECTION_SPEC,
    STATE_SPEC,
    export,
)
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import SELECTION_SPEC
from support import list_cases


def run(url: str, dest: str, format: str, count: str) -> float:
    options = {name: option.get("default") for name, option in (CONNECTION_SPEC | SELECTION_SPEC | STATE_SPEC).items()}
    given = {"url": url, "username": "analyst", "api_key": "emulator-key", "dest": dest, "format": format}
    module = list_cases.Module(**{**options, **given})

    def work() -> None:
        result = export(module)
        assert result["total_count"] == int(count), result

    return common.timed(work, time.perf_counter)


common.main({"run": run})
