# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole export, from the first request to the file on disk."""

from __future__ import annotations

import time

import common
from ansible.module_utils.basic import env_fallback
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy, produce
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import export
from support.stand_in import StandIn

SPEC = export.argument_spec(env_fallback) | policy.ARGUMENT_SPEC | produce.ARGUMENT_SPEC


def run(url: str, dest: str, format: str, count: str) -> float:
    module = StandIn(
        SPEC, {"url": url, "username": "analyst", "api_key": "emulator-key", "dest": dest, "format": format}
    )

    def work() -> None:
        result = export.export(module)
        assert result["total_count"] == int(count), result

    return common.timed(work, time.perf_counter)


common.main({"run": run})
