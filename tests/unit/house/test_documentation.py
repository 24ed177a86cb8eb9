# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module documents is what it takes: `make check` says so in seconds, sanity's validate-modules in minutes."""

from __future__ import annotations

import os
import subprocess
import sys


def test_documentation_tells_what_each_module_takes() -> None:
    # In a process of its own: it imports every module, most of which no unit test runs, and coverage is not of imports.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "tooling.documented"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
