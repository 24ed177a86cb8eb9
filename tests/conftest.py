# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts the collection (from the working tree) and amazon.aws on the import path; pyproject.toml adds the rest."""

from __future__ import annotations

import os
import sys

from hypothesis import settings
from support.paths import COLLECTIONS

sys.path.insert(0, str(COLLECTIONS))

# The same examples on every run, however slow the machine; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("repeat", deadline=None, derandomize=True, database=None)
settings.register_profile("brief", parent=settings.get_profile("repeat"), max_examples=20)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))
