# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of the collection: imports lead downwards only, and no two files need each other."""

from __future__ import annotations

import ast
import functools
import graphlib
import pathlib
import re

import pytest
from support.paths import ROOT

PLUGINS = ROOT / "plugins"
ARCHITECTURE = ROOT / "docs/dev/architecture.md"
PICTURE = ROOT / "docs/dev/architecture.svg"
NAMED = re.compile(r"`([\w/]+)`")
COLLECTION = "ansible_collections.threatlists.aws.plugins."
# What each room may import besides itself, and with it whatever that may import.
BELOW = {
    "module_utils": [],
    "module_utils/_aws": ["module_utils"],
    "module_utils/_lists": ["module_utils"],
    "module_utils/_threatstream": ["module_utils/_lists"],
    "module_utils/_s3": ["module_utils/_lists", "module_utils/_aws"],
    "module_utils/_guardduty": ["module_utils/_s3", "module_utils/_aws"],
    "module_utils/_alerts": ["module_utils/_guardduty"],
    "module_utils/_ledger": ["module_utils/_s3"],
    "modules": ["module_utils/_alerts", "module_utils/_ledger", "module_utils/_threatstream"],
    "plugin_utils": ["module_utils/_guardduty", "module_utils/_ledger", "module_utils/_threatstream"],
    "plugin_utils/_report": ["plugin_utils"],
    "plugin_utils/_role": ["plugin_utils/_report"],
    "action": ["modules", "plugin_utils/_role"],
    "filter": ["plugin_utils/_role"],
    "inventory": ["plugin_utils"],
    "doc_fragments": [],
}
# The thin edge: everything else in module_utils is plain Python.
KNOWS_ANSIBLE = {"module_utils/_aws/session.py"}


@functools.cache
def modules_named(path: pathlib.Path) -> set[str]:
    """Every module that is imported anywhere in a file, also inside of functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def file_of(name: str) -> str | None:
    """The file of ours that a dotted name means: a module, or what a module holds."""
    path = pathlib.PurePosixPath(name.removeprefix(COLLECTION).replace(".", "/"))
    candidates = (f"{path}.py", f"{path.parent}.py") if name.startswith(COLLECTION) else ()
    return next((candidate for candidate in candidates if (PLUGINS / candidate).is_file()), None)


@functools.cache
def arrows() -> dict[str, set[str]]:
    """Which files of ours each file imports, by their paths below plugins/."""
    found = {}
    for path in sorted(PLUGINS.rglob("*.py")):
        names = modules_named(path)
        found[path.relative_to(PLUGINS).as_posix()] = {file for name in names if (file := file_of(name))}
    return found


def room_of(file: str) -> str:
    return str(pathlib.PurePosixPath(file).parent)


def short(room: str) -> str:
    return pathlib.PurePosixPath(room).name


def all_below(room: str) -> set[str]:
    return {room}.union(*(all_below(lower) for lower in BELOW[room]))


def test_every_room_is_known_and_there() -> None:
    assert {room_of(file) for file in arrows()} == set(BELOW)


def drawn() -> dict[str, int]:
    """How far down the picture has each room, by the last part of its path."""
    titles = re.findall(r' y="(\d+)" text-anchor="middle" font-weight="600">([^<]+)<', PICTURE.read_text())
    return {name: int(y) for y, title in titles for name in re.findall(r"\w+", title)}


def test_the_table_of_rooms_is_what_is_held_here() -> None:
    """By the last part of a path, as the table writes it."""
    table = ARCHITECTURE.read_text().partition("## The rooms")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:4:2] for line in table.splitlines() if line.startswith("| `")]
    written = {room: set(re.findall(r"`(\w+)`", imports)) for room, imports in rows for room in NAMED.findall(room)}
    assert {room for room in set(written) - set(BELOW) if not (ROOT / room).is_dir()} == set()
    assert {room: written.get(room) for room in BELOW} == {
        room: {short(lower) for lower in needed} for room, needed in BELOW.items()
    }


def test_the_picture_has_every_room_above_what_it_imports() -> None:
    depth = drawn()
    assert {short(room) for room in BELOW} - set(depth) == set()
    pairs = [(short(room), short(lower)) for room, needed in BELOW.items() for lower in needed]
    assert [(room, lower) for room, lower in pairs if depth[room] >= depth[lower]] == []


@pytest.mark.parametrize("room", BELOW)
def test_imports_lead_downwards(room: str) -> None:
    upwards = {
        f"{file} imports {needed}"
        for file, needs in arrows().items()
        for needed in needs
        if room_of(file) == room and room_of(needed) not in all_below(room)
    }
    assert upwards == set()


def test_no_two_files_need_each_other() -> None:
    graph = {file: needs - {file} for file, needs in arrows().items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"a circle: {' imports '.join(reversed(error.args[1]))}")


def test_imports_are_absolute() -> None:
    """Ansible asks for it, and a relative one would be no arrow here."""
    relative = {path for path in PLUGINS.rglob("*.py") for name in modules_named(path) if name.startswith(".")}
    assert relative == set()


def test_the_backends_are_plain_python() -> None:
    foreign = {
        file: sorted(name for name in modules_named(PLUGINS / file) if name.startswith("ansible") and not file_of(name))
        for file in arrows()
        if file.startswith("module_utils/")
    }
    assert {file for file, names in foreign.items() if names} - KNOWS_ANSIBLE == set()


def test_the_emulators_know_nothing_of_the_collection_and_it_nothing_of_them() -> None:
    emulators = {path: modules_named(path) for path in (ROOT / "emulators").rglob("*.py")}
    assert [path for path, names in emulators.items() if any(name.startswith("ansible") for name in names)] == []
    ours = {path: modules_named(path) for path in PLUGINS.rglob("*.py")}
    assert [path for path, names in ours.items() if any(name.startswith("threatlists_") for name in names)] == []
