# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of what is measured."""

from __future__ import annotations

import os


def with_bytecode() -> dict[str, str]:
    """That of this process, but Python keeps its bytecode, as for users: else every process would compile Ansible."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
