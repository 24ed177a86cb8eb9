# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs guardduty_findings_info with the arguments on standard input; what it cost ends standard output."""

from __future__ import annotations

import contextlib
import json
import time

from ansible_collections.threatlists.aws.plugins.modules import guardduty_findings_info
from findings_bare import cpu_seconds

wall, cpu = time.perf_counter(), cpu_seconds()
with contextlib.suppress(SystemExit):
    guardduty_findings_info.main()
print()
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}))
