# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status prediction without modifying the target.
  diff_mode:
    description: Returns details on what has changed, or would change in check mode, when in diff mode.
  idempotent:
    description: When run twice in a row with the same arguments, the second run writes nothing and reports no change.
  platform:
    description: Platforms on which the module runs.
"""

    # For modules that change something: all three hold in full.
    CONVERGES = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
"""

    # For modules that change something too large to show.
    WRITES = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
"""

    # For modules that only read.
    READS = r"""
options: {}
attributes:
  check_mode:
    support: full
    details: Only reads.
  diff_mode:
    support: N/A
    details: Changes nothing.
  idempotent:
    support: full
    details: Only reads.
  platform:
    support: full
    platforms: posix
"""

    # For modules that belong to the action group threatlists.aws.aws.
    AWS_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/threatlists.aws.aws) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - threatlists.aws.aws
"""

    THREATSTREAM_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/threatlists.aws.threatstream) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - threatlists.aws.threatstream
"""
