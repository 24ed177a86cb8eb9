# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Galaxy's own import of the collection: any error or warning of it fails."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / ".cache/galaxy-importer"


def main() -> int:
    """Import the copy of the collection; return 1 if Galaxy complains of anything, else 0."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    copy = ROOT / ".cache/copies/lint/ansible_collections/threatlists/aws"
    command = [sys.executable, "-m", "galaxy_importer.main", f"--git-clone-path={copy}", f"--output-path={OUTPUT}"]
    run = subprocess.run(command, cwd=OUTPUT, capture_output=True, text=True, check=False)
    print(run.stdout, run.stderr, sep="\n")
    complaints = [line for line in run.stdout.splitlines() if line.startswith(("ERROR", "WARNING", "CRITICAL"))]
    return 1 if run.returncode or complaints or not (OUTPUT / "importer_result.json").exists() else 0


if __name__ == "__main__":
    sys.exit(main())
