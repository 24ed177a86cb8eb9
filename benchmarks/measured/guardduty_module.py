# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs guardduty_lists with the arguments on standard input; its cost above start and imports ends standard output."""

from __future__ import annotations

import contextlib
import cProfile
import json
import os
import pstats
import sys
import time

from ansible_collections.threatlists.aws.plugins.modules import guardduty_lists
from guardduty_floor import cpu_seconds

wall, cpu = time.perf_counter(), cpu_seconds()
profile = cProfile.Profile() if os.environ.get("BENCH_PROFILE") else None
with contextlib.suppress(SystemExit):
    profile.runcall(guardduty_lists.main) if profile else guardduty_lists.main()
figures = {"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}
if profile:
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(45)
print()
print(json.dumps(figures))
