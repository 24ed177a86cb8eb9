# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs playbooks as AWX does, with ansible-runner, and gives what a person would look at."""

from __future__ import annotations

import dataclasses
import itertools
import pathlib
import sys
import typing as t

import ansible_runner

COMPLAINTS = ("[WARNING]", "[DEPRECATION", "[ERROR]")


@dataclasses.dataclass
class Run:
    """One run of a playbook: how it ended, the counts of its recap and all that it printed."""

    status: str
    stdout: str
    stats: dict[str, dict[str, int]]
    events: list[dict[str, t.Any]]

    @property
    def changed(self) -> dict[str, int]:
        return self._counts("changed")

    @property
    def failed(self) -> dict[str, int]:
        return self._counts("failures") | self._counts("dark")

    @property
    def complaints(self) -> list[str]:
        """Every warning, deprecation and error that Ansible printed."""
        return [line for line in self.stdout.splitlines() if any(word in line for word in COMPLAINTS)]

    def _counts(self, name: str) -> dict[str, int]:
        return {host: count for host, count in self.stats.get(name, {}).items() if count}

    def results(self, action: str) -> dict[str, list[dict[str, t.Any]]]:
        """What each host's tasks with this module returned, in order."""
        found: dict[str, list[dict[str, t.Any]]] = {}
        for event in self.events:
            data = event.get("event_data", {})
            if event["event"] in ("runner_on_ok", "runner_on_failed") and data.get("task_action") == action:
                found.setdefault(data["host"], []).append(data["res"])
        return found

    def actions(self) -> set[tuple[str, str, str, str]]:
        """C((account, Region, list, action)) of every result of V(guardduty_lists_batch), whatever host ran it."""
        calls = itertools.chain.from_iterable(self.results("threatlists.aws.guardduty_lists_batch").values())
        items = itertools.chain.from_iterable(call.get("results", []) for call in calls)
        return {(item["account_id"], item["region"], item["name"], item["action"]) for item in items}

    def succeeded(self) -> Run:
        """Itself, where it ended well and printed no complaint of any kind."""
        assert self.status == "successful", self.stdout
        assert self.complaints == [], self.stdout
        return self


class Player:
    """Runs playbooks of the installed tarball on one inventory."""

    def __init__(self, folder: pathlib.Path, collections: pathlib.Path, inventory: pathlib.Path, env: dict[str, str]):
        self.folder = folder
        self.inventory = inventory
        self.env = {
            **env,
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_HOME": str(folder / "ansible-home"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "true",
            "PATH": f"{pathlib.Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        }
        self._numbers = itertools.count(1)

    def run(self, playbook: str, *arguments: str, **extra_vars: t.Any) -> Run:
        private = self.folder / f"run-{next(self._numbers)}"
        private.mkdir()
        runner = ansible_runner.run(
            private_data_dir=str(private),
            playbook=playbook,
            inventory=str(self.inventory),
            envvars=self.env,
            extravars=extra_vars,
            cmdline=" ".join(arguments) or None,
            quiet=True,
        )
        stats = runner.stats or {}
        return Run(runner.status, runner.stdout.read(), stats, list(runner.events))
