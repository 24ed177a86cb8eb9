# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things stand in the checkout."""

from __future__ import annotations

import pathlib

import ansible.release

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".cache" / "collections" / ("floor" if ansible.release.__version__ < "2.20" else "current")
FIXTURES = ROOT / "tests" / "fixtures"
# Files that others published: beside the checkout, or not there. Only tests/recorded reads them.
RECORDED = ROOT.parent / "shared/fixtures"
