# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Which findings are meant; _guardduty/finding_selection.SELECTION_SPEC.
    DOCUMENTATION = r"""
options:
  ids:
    description:
      - Ids of findings.
      - With O(ids) alone any finding is meant, whatever raised it; other options narrow that down.
    type: list
    elements: str
  lists:
    description:
      - Names of lists in GuardDuty whose findings are meant.
      - Default are the threat lists that this collection manages in the Region, told by their tags, under the name that
        they have now and the one that they were declared by. The findings of a list renamed since bear the former name.
    type: list
    elements: str
  indicators:
    description:
      - Addresses, networks or domain names that were seen.
      - A network means each address in it, and C(*.example.com) each name below C(example.com).
    type: list
    elements: str
  types:
    description:
      - Types of finding, at most 50, such as V(UnauthorizedAccess:EC2/MaliciousIPCaller.Custom).
      - Default is any type.
    type: list
    elements: str
  since:
    description:
      - The findings that changed since then, a time such as V(2026-01-31T00:00:00Z) or an age such as V(7d) or V(24h).
    type: str
  severity_min:
    description: The least severity; 4 is medium, 7 is high, 9 is critical.
    type: float
"""
