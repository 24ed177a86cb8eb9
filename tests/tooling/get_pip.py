# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for the get-pip.py that ansible-test downloads: the wheel of ensurepip installs what it asked for.

Each sanity test has a virtual environment of its own: so ensurepip itself, which would install another pip first, does
not run, and of pip nothing is compiled that is not imported.
"""

from __future__ import annotations

import ensurepip
import pathlib
import subprocess
import sys
import sysconfig

folders = [pathlib.Path(ensurepip.__file__).parent / "_bundled"]
folders += [pathlib.Path(folder) for folder in [sysconfig.get_config_var("WHEEL_PKG_DIR")] if folder]  # as on Debian
pip = next(wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))) / "pip"
wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.run([sys.executable, pip, "install", "--no-compile", "--upgrade", *wanted], check=False).returncode)
