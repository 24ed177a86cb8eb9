# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of each account, wherever that stands, and who has something to say at the end of a run."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.threatlists.aws.plugins.filter import account_outcomes, concerned_hosts

outcomes_of = account_outcomes.FilterModule().filters()["account_outcomes"]
concerned = concerned_hosts.FilterModule().filters()["concerned_hosts"]
IN_STEP = {"changed": False, "results": []}
FAILED = {"changed": False, "failed": True, "msg": "Denied", "error": {"code": "AccessDenied"}}


class HostVars(dict):
    """Counts whose variables are asked for, since that is what costs."""

    def __init__(self, *batches: dict[str, t.Any]) -> None:
        super().__init__()
        self.asked: list[str] = []
        for batch in batches:
            self |= {name: {"__threatlists_batch": batch} for name in batch["hosts"]}

    def __getitem__(self, name: str) -> t.Any:
        self.asked.append(name)
        return super().__getitem__(name)


def batch(accounts: dict[str, t.Any], *others: str, **keys: t.Any) -> dict[str, t.Any]:
    told = {
        name: {"text": json.dumps(result), "failed": "error" in result, "warnings": []}
        for name, result in accounts.items()
    }
    common = {"begun": True, "alone": [], "stop_at_failure": False, "ignore_failures": True}
    return {"accounts": told, "hosts": [*accounts, *others], **common, **keys}


def test_a_batch_tells_of_all_its_hosts_at_once() -> None:
    first, second = batch({"a": FAILED}), batch({}, "d", "e", begun=False)
    hostvars = HostVars(first, batch({"b": IN_STEP, "c": {**IN_STEP, "changed": True}}), second)
    found = outcomes_of(["a", "b", "c", "d", "e", "lost"], hostvars)
    assert found["a"] == {**FAILED, "failed": False}, "the task that tells it would not fail either"
    assert (found["b"], found["c"]["changed"]) == (IN_STEP, True)
    assert found["d"] == found["e"] == {"skipped": True, "stopped": True}
    assert found["lost"] == {"skipped": True}
    assert set(hostvars.asked) == {"a", "b", "d"}


def test_who_is_left_to_a_task_of_its_own_is_told_by_that() -> None:
    hostvars = HostVars(batch({"a": IN_STEP}, "b", "c", alone=["b"]))
    dict.__getitem__(hostvars, "b")["__threatlists_converged"] = {**IN_STEP, "changed": True}
    found = outcomes_of(["a", "b", "c"], hostvars)
    assert found == {"a": IN_STEP, "b": {**IN_STEP, "changed": True}, "c": {"skipped": True}}


def test_who_changed_warned_failed_or_was_skipped_has_something_to_say() -> None:
    accounts = {"a": IN_STEP, "b": {**IN_STEP, "changed": True}, "c": {"msg": "Denied", "error": {}}, "d": IN_STEP}
    worked = batch({**accounts, "e": IN_STEP}, "strict")
    worked["accounts"]["d"]["warnings"] = ["Soon no longer."]
    hostvars = HostVars(worked, batch({}, "stopped", begun=False))
    dict.__getitem__(hostvars, "a")["__threatlists_known"] = {"publisher": "a"}
    assert concerned(list(hostvars), hostvars) == ["a", "b", "c", "d", "strict", "stopped"]


def test_who_only_looked_says_what_could_not_be_looked_at() -> None:
    hostvars = HostVars(batch({"a": IN_STEP, "b": {**IN_STEP, "changed": True}, "c": FAILED}))
    dict.__getitem__(hostvars, "a")["__threatlists_known"] = {"publisher": "a"}
    assert concerned(["a", "b", "c"], hostvars, True) == ["a", "c"]


def test_once_there_is_a_record_those_are_concerned_that_fail() -> None:
    hostvars = HostVars(batch({name: {**IN_STEP, "changed": True} for name in "abc"}))
    kept = {"teller": "a", "reasons": {"c": "1 failed."}, "record": {"started": "2026-12-01T03:00:00Z"}}
    known = {"publisher": "a", "started": "2026-12-01T03:00:00Z"}

    def with_record(known: dict[str, t.Any], kept: dict[str, t.Any]) -> list[str]:
        for name in "abc":
            dict.__getitem__(hostvars, name).update({"__threatlists_known": known, "__threatlists_kept": kept})
        return concerned(["a", "b", "c"], hostvars)

    assert with_record(known, kept) == ["a", "c"]
    # Of another playbook of the same process, or one that could not be made.
    assert with_record({**known, "started": "2026-12-01T03:10:00Z"}, kept) == ["a", "b", "c"]
    assert with_record(known, {"failed": True, "msg": "The record: no place."}) == ["a", "b", "c"]


def test_whom_a_limit_leaves_out_tells_nothing_for_all() -> None:
    failed = {**FAILED, "results": []}
    hostvars = HostVars(batch({"a": failed, "c": {**IN_STEP, "changed": True}}, ignore_failures=False))
    hostvars["outside"] = {}
    dict.__getitem__(hostvars, "a")["__threatlists_known"] = {"publisher": "a"}
    assert concerned(["a", "outside", "c"], hostvars)[0] == "c"
