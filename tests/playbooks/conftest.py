# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball installed once, both emulators, and an inventory of 3 accounts and 3 Regions."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from support.worlds import World
from threatlists_emulators import control
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
    with control.threatstream() as threatstream:
        yield threatstream


@pytest.fixture
def world(
    tmp_path: pathlib.Path, collections: pathlib.Path, running_aws: control.Aws, running_threatstream: t.Any
) -> World:
    return World(tmp_path, collections, running_aws, running_threatstream)


@pytest.fixture(scope="module")
def converged(
    tmp_path_factory: pytest.TempPathFactory,
    collections: pathlib.Path,
    running_aws: control.Aws,
    running_threatstream: t.Any,
) -> World:
    """A world that the site playbook has brought to its declared state, shared by the tests of a file."""
    world = World(tmp_path_factory.mktemp("converged"), collections, running_aws, running_threatstream)
    world.player.run("threatlists.aws.site").succeeded()
    return world
