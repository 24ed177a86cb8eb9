# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the steps of a publish share: the plan, the settings, how to call a module, and the results so far. Private."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item, ModuleResult

DIED = (
    "With -vvv the task shows what the module printed. Where its Python cannot run here, set "
    "ansible_python_interpreter to that of Ansible itself (ansible_playbook_python)."
)


class Call(t.Protocol):
    """Calls a module by its name."""

    def __call__(self, name: str, arguments: Item, check_mode: bool | None = None) -> ModuleResult:
        """Run the module and return its result, also a failed one. check_mode: None for that of the step."""


class Refused(Exception):
    """A list, or all lists of a bucket, stay as they were. result: that of the module that refused."""

    def __init__(self, message: str, result: Item | None = None) -> None:
        super().__init__(message)
        self.result = result or {}

    @classmethod
    def by(cls, result: Item) -> Refused:
        """Return the refusal of a module that failed."""
        message = str(result.get("msg") or "failed")
        if "module_stdout" in result:  # it ended without a result
            last = str(result.get("module_stderr") or "").strip().splitlines()[-1:]
            said = " ".join([message, *last])
            return cls.because("NoResult", f"A module ended without a result (exit {result.get('rc')}): {said}", DIED)
        return cls(message, result)

    @classmethod
    def because(cls, code: str, message: str, remedy: str) -> Refused:
        """Return a refusal of the role itself, told as a module tells one."""
        error = {"code": code, "message": message, "retryable": False, "remedy": remedy}
        return cls(f"{message} {remedy}", {"error": error})


@dataclasses.dataclass
class Steps:
    """The state of a publish, which its steps share and add to.

    plan: that of fleet.plan. settings: the options of the module declared_lists. folder: where the run's files go.
    """

    plan: Item
    settings: Item
    call: Call
    folder: str
    check_mode: bool
    published: list[ModuleResult] = dataclasses.field(default_factory=list)
    refused: list[ModuleResult] = dataclasses.field(default_factory=list)
    overlaps: list[Item] = dataclasses.field(default_factory=list)
    diffs: list[t.Any] = dataclasses.field(default_factory=list)
    changed: bool = False

    def run(self, name: str, arguments: Item, check_mode: bool | None = None) -> ModuleResult:
        """Return what the module returned. Raises Refused where it failed."""
        result = self.call(name, arguments, check_mode)
        if result.get("failed"):
            raise Refused.by(result)
        return result

    def note(self, *results: Item) -> None:
        """Take from results whether something changed, and their diffs, one for all places with the same change."""
        self.changed = self.changed or any(result.get("changed") for result in results)
        self.diffs += _each_once(diff for result in results for diff in _many(result.get("diff")))

    def refuse(self, item: Item, error: Refused) -> None:
        """Note that a list is refused, with the module's error in the words of the list."""
        given = error.result.get("error") or {}
        told = {key: self._named(given[key], item["name"]) for key in ("message", "remedy") if given.get(key)}
        self.refused.append(
            {
                "name": item["name"],
                "kind": item["kind"],
                "error": {**given, **told},
                "message": f"{item['name']}: {self._named(str(error), item['name'])}",
            }
        )

    def _named(self, words: str, name: str) -> str:
        """Return a message with the list in place of its file, which is gone after the run."""
        file = rf"{re.escape(self.folder)}/[^\s:;,()]*[^\s:;,().]"
        return re.sub(file, f"list {name}", re.sub(rf"^((src|dest): )?{file}: ", "", words))

    def is_refused(self, item: Item) -> bool:
        """Return whether the list was refused by an earlier step."""
        return any((one["name"], one["kind"]) == (item["name"], item["kind"]) for one in self.refused)

    def region(self, region: str | None) -> str | None:
        """Return the Region of a bucket, None for that of the session."""
        return region or self.settings["bucket_region"] or None

    def place(self, entry: Item) -> ModuleResult:
        """Return the options that say where an object is."""
        return {
            "bucket": entry["bucket"],
            "key": entry["key"],
            "region": self.region(entry.get("region")),
            "expected_bucket_owner": entry.get("expected_bucket_owner") or None,
        }


def _many(diff: t.Any) -> list[ModuleResult]:
    return diff if isinstance(diff, list) else [diff] if diff else []


def _each_once(diffs: t.Iterable[ModuleResult]) -> list[ModuleResult]:
    """Return each distinct change, with its first place and the number of the others."""
    same: dict[tuple[str, str], list[ModuleResult]] = {}
    for diff in diffs:
        same.setdefault((str(diff.get("before")), str(diff.get("after"))), []).append(diff)
    return [
        {**first, "after_header": f"{first.get('after_header', '')} and {len(others):,} more"} if others else first
        for first, *others in same.values()
    ]
