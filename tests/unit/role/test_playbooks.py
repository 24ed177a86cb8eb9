# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all playbooks have in common."""

from __future__ import annotations

import pathlib

import pytest
import yaml
from support.paths import ROOT

# Those that an event starts find the accounts that it names, or say which are not here.
OF_EVENTS = ("heal", "heal_object", "notify")
# The first and the last step of others.
STEPS = ("accounts", "record")
PLAYBOOKS = [path for path in sorted((ROOT / "playbooks").glob("*.yml")) if path.stem not in (*OF_EVENTS, *STEPS)]


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_an_inventory_without_accounts_is_no_success(path: pathlib.Path) -> None:
    first, *plays = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert first["ansible.builtin.import_playbook"] == "accounts.yml"
    assert plays, "and then something is done"
