# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulated AWS for the tests of a file, and what most of them begin with: three accounts and a published list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import waiting
from support.guardduty_cases import publish, world
from threatlists_emulators import control
from threatlists_emulators.control import Aws


@pytest.fixture(scope="module")
def emulator() -> Iterator[Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: Aws) -> Aws:
    emulator.world(world())
    publish(emulator)
    return emulator


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lacks its proof is loaded without waiting for one that is late, which only few tests are about."""
    monkeypatch.setattr(waiting, "UNTIL_PROVEN", 0)
