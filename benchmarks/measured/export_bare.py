# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that any export does: follow the pages and parse their JSON."""

from __future__ import annotations

import time

import common
import requests


def run(url: str, count: str) -> float:
    def work() -> None:
        session = requests.Session()
        session.headers["Authorization"] = "apikey analyst:emulator-key"
        following = "/api/v2/intelligence/?status=active&type=ip&order_by=update_id&limit=1000"
        found = 0
        while following:
            page = session.get(url + following, timeout=60).json()
            found += len(page["objects"])
            following = page["meta"]["next"]
        assert found == int(count), found

    return common.timed(work, time.perf_counter)


common.main({"run": run})
