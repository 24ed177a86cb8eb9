# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules take and return, as mappings. Private to the collection."""

from __future__ import annotations

import typing as t

Item = t.Mapping[str, t.Any]
ModuleResult = dict[str, t.Any]
