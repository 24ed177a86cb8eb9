# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of what is measured, and how often it is."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("BENCH_RUNS", "15"))


def rounds(latency: float) -> int:
    """How often each way is run: most often without latency, where a run takes less than a second."""
    return max(RUNS // 3, 1) if latency else RUNS


def with_bytecode() -> dict[str, str]:
    """That of this process, but Python keeps its bytecode, as for users: else every process would compile Ansible."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def compile_once() -> None:
    """Compile all that is measured, so that no run is the one that does."""
    folders = [
        sysconfig.get_path("purelib"),
        ROOT / ".cache/collections/current",
        ROOT / "plugins",
        ROOT / "benchmarks",
    ]
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", *map(str, folders)]
    subprocess.run(command, check=False, capture_output=True, env=with_bytecode())
