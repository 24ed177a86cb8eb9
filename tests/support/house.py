# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's own texts, for tests of the house."""

from __future__ import annotations

import functools
import re

from support.paths import ROOT

FOLDERS = ("plugins", "emulators", "tests", "benchmarks", "docs", "extensions", "roles", "playbooks", "meta")
KINDS = {".py", ".yml", ".yaml", ".sh", ".md", ".rst", ".toml", ".j2"}


@functools.cache
def texts() -> dict[str, str]:
    """All Python, YAML, shell and documentation of the project, by path."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    paths += [path for path in ROOT.iterdir() if path.is_file()]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for path in sorted(paths)
        if path.suffix in KINDS and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    }


def python() -> list[str]:
    return [name for name in texts() if name.endswith(".py")]


def found(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """Lines that hold the pattern, each with its place."""
    lines = [(name, number, line) for name in names for number, line in enumerate(texts()[name].splitlines(), 1)]
    return [f"{name}:{number}: {line.strip()}" for name, number, line in lines if pattern.search(line)]
