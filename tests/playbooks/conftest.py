# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball installed once, both emulators, and an inventory of 3 accounts and 3 Regions."""

from __future__ import annotations

import pathlib
import typing as t

import fleet
import pytest
from emulators import control, threatstream_control
from plays import Player
from tooling import checkout


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    tarball = checkout.build(tmp_path_factory.mktemp("dist"))
    return checkout.install(tarball, tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="session")
def running_aws() -> t.Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture(scope="session")
def running_threatstream() -> t.Iterator[t.Any]:
    with threatstream_control.threatstream() as threatstream:
        yield threatstream


@pytest.fixture
def aws(running_aws: control.Aws) -> control.Aws:
    """An empty world of three accounts."""
    running_aws.world(fleet.WORLD)
    return running_aws


@pytest.fixture
def threatstream(running_threatstream: t.Any) -> t.Any:
    """A world with the intelligence that the declared lists select."""
    running_threatstream.world({"objects": fleet.OBJECTS})
    return running_threatstream


@pytest.fixture
def player(tmp_path: pathlib.Path, collections: pathlib.Path, aws: control.Aws, threatstream: t.Any) -> Player:
    inventory = fleet.write_inventory(tmp_path / "inventory.json")
    environment = aws.environment(fleet.PUBLISHER) | threatstream.environment()
    return Player(tmp_path, collections, inventory, environment)
