# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fact stands in one place."""

from __future__ import annotations

import ast
import re

import yaml
from ansible_collections.threatlists.aws.plugins.module_utils._aws.regions import PARTITIONS
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from support.house import found, python, texts

TABLE_OF_KINDS = "plugins/module_utils/_kinds.py"
# A module of one kind names it, to say what it is about.
IN_PLUGINS = [name for name in python() if name.startswith("plugins/") and not name.startswith("plugins/modules/")]
IN_TASKS = [
    name for name in texts() if name.startswith(("roles/threatlists/tasks/", "roles/threatlists/vars/", "playbooks/"))
]
FILE_OF_ARNS = "plugins/module_utils/_aws/arns.py"
# An ARN as it is built or read, or the form of an account id.
ARN = re.compile(r"^arn:|arn:$|arn:\(|arn:aws\[|[]d]\{12\}")
OF_KINDS = {word for kind in KINDS.values() for word in (kind.name, kind.title, kind.noun, kind.id_key)}


def words(name: str) -> list[tuple[int, str]]:
    """The texts of a file's code that are a word each, with their lines."""
    nodes = ast.walk(ast.parse(texts()[name]))
    return [
        (node.lineno, node.value) for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_only_the_table_knows_the_kinds() -> None:
    named = [f"{name}:{line}: {word}" for name in IN_PLUGINS for line, word in words(name) if word in OF_KINDS]
    assert [place for place in named if not place.startswith(f"{TABLE_OF_KINDS}:")] == []
    assert named
    kinds = re.compile("|".join(rf"\b{name}\b" for name in KINDS))
    assert found(kinds, IN_TASKS) == []


def test_only_one_file_knows_arns_and_account_ids() -> None:
    found_in = [f"{name}:{line}: {word}" for name in IN_PLUGINS for line, word in words(name) if ARN.search(word)]
    assert [place for place in found_in if not place.startswith(f"{FILE_OF_ARNS}:")] == []
    assert found_in


def test_the_role_takes_each_known_partition() -> None:
    entry_points = yaml.safe_load(texts()["roles/threatlists/meta/argument_specs.yml"])["argument_specs"]
    described = [
        entry["options"]["threatlists_partition"]
        for entry in entry_points.values()
        if "threatlists_partition" in entry.get("options", {})
    ]
    assert [sorted(option["choices"]) for option in described] == [sorted(PARTITIONS)] * len(described)
    assert described
