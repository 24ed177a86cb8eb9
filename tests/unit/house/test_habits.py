# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Habits of the house that no linter knows."""

from __future__ import annotations

import ast
import collections
import pathlib
import re
import socket

import pytest
from support.house import found, python, texts
from support.paths import ROOT

MAX_LINES = 400
# Put together here, or this file would be the first that has them.
SUPPRESSIONS = re.compile(
    "|".join(("no" + "qa", "type: " + "ignore", "pragma: " + "no cover", r"mark\.(skip|xf" + "ail)", "no" + "sec"))
)
# A field of an attempt that is set from outside.
SETS_A_FIELD = re.compile(r"\battempt\.\w+(?:, \S+)* [-+|]?= ")
# A capital and a small letter: a constant has no small ones.
TYPE = re.compile(r"_?[A-Z]\w*[a-z]\w*")
# Ansible looks for these in each of its plugins.
DEMANDED = {"ActionModule", "FilterModule", "InventoryModule", "LookupModule", "ModuleDocFragment"}


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {name: len(texts()[name].splitlines()) for name in python()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_no_name_is_imported_as_itself() -> None:
    """Ansible's import sanity test stumbles over it."""
    named = {
        f"{name}: {alias.name}"
        for name in python()
        for node in ast.walk(ast.parse(texts()[name]))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.name == alias.asname
    }
    assert named == set()


def test_nothing_is_suppressed() -> None:
    assert found(SUPPRESSIONS, python()) == []


def test_an_attempt_changes_by_its_methods_alone() -> None:
    assert found(SETS_A_FIELD, [name for name in python() if name.startswith("plugins/")]) == []


def types_of(name: str) -> set[str]:
    """The classes, type variables and type aliases that a file defines."""
    found = set()
    for node in ast.walk(ast.parse(texts()[name])):
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name) and TYPE.fullmatch(target.id)}
    return found - DEMANDED


def test_the_name_of_a_type_means_one_thing() -> None:
    files = collections.defaultdict(list)
    for name in python():
        for one in types_of(name) if name.startswith("plugins/") else ():
            files[one].append(name)
    assert {one: names for one, names in files.items() if len(names) > 1} == {}
    assert {"Attempt", "Item", "Kind"} <= set(files)


def test_a_unit_test_that_opens_a_socket_fails() -> None:
    """By what no code under test catches as an error of its own."""
    with socket.socket() as connection, pytest.raises(pytest.fail.Exception, match="tests/service"):
        connection.connect(("127.0.0.1", 9))
    assert not issubclass(pytest.fail.Exception, Exception)


def test_there_is_no_sanity_ignore_file() -> None:
    assert list(pathlib.Path(ROOT / "tests").rglob("ignore-*.txt")) == []
