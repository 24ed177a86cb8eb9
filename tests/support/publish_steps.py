# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the role's first task, with answers in place of the modules that they run."""

from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Steps
from support import role_cases

SETTINGS: dict[str, t.Any] = {
    "buckets": "create",
    "bucket_region": "",
    "regions": ["all", "eu-west-1"],
    "partition": "aws",
    "kms_key_id": "",
    "signing_key_id": "",
    "verify_key_ids": [],
    "index": True,
    "source_dir": ".",
    "overlap": "report",
    "staging_prefix": "",
    "staged": [],
    "earlier": [],
    "list_versions": False,
    "outcomes": {},
    "everywhere": True,
}
MADE = {"sha256": "ab", "dropped": {"expired": 1}, "sources": [], "samples": []}


class Modules:
    """Answers for modules by their name, and remembers what was asked of them."""

    def __init__(self, folder: pathlib.Path, **answers: dict[str, t.Any]) -> None:
        self.folder, self.answers = folder, answers
        self.asked: list[tuple[str, dict[str, t.Any], bool | None]] = []

    def __call__(self, name: str, arguments: t.Any, check_mode: bool | None = None) -> dict[str, t.Any]:
        module = name.rpartition(".")[2]
        self.asked.append((module, dict(arguments), check_mode))
        if module == "threatlist_file":
            pathlib.Path(arguments["dest"]).write_text("20.0.0.0/24\n")
            return {**MADE, "dest": arguments["dest"], **self.answers.get(module, {})}
        return {"changed": False, **self.answers.get(module, {})}

    def of(self, module: str) -> list[dict[str, t.Any]]:
        return [arguments for name, arguments, _check in self.asked if name == module]


def steps(modules: Modules, *declared: dict[str, t.Any], check_mode: bool = False, **settings: t.Any) -> Steps:
    hosts = role_cases.hosts()
    plan = role_cases.plan(*declared or (role_cases.declared(),), hosts=hosts, readers=hosts)
    return Steps(plan, {**SETTINGS, **settings}, modules, str(modules.folder), check_mode)
