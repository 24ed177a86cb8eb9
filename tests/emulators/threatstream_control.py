# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ThreatStream half of emulators.control, under the name it had first."""

from .control import ThreatStream as ThreatStreamControl
from .control import threatstream

__all__ = ["ThreatStreamControl", "threatstream"]
