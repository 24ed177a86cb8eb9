# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook test starts from."""

from __future__ import annotations

import pathlib
import typing as t

from support import fleet
from support.plays import Player
from threatlists_emulators import control


class World:
    """Three empty accounts, the intelligence that the declared lists select, and a player of playbooks on them."""

    def __init__(self, folder: pathlib.Path, collections: pathlib.Path, aws: control.Aws, threatstream: t.Any):
        aws.world(fleet.WORLD)
        threatstream.world({"objects": fleet.OBJECTS})
        self.aws, self.threatstream = aws, threatstream
        environment = aws.environment(fleet.PUBLISHER) | threatstream.environment()
        self.player = Player(folder, collections, fleet.write_inventory(folder / "inventory.json"), environment)
