# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which objects of absent lists are deleted, and what is said of those and of the others."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import retiring
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Steps
from support.publish_steps import Modules, steps
from support.role_cases import ONE, TWO, declared, hosts, result

GONE = {"one": {"results": [result(ONE, "deleted")]}, "two": {"results": [result(TWO, "none")]}}
DENIED = {
    "code": "AccessDenied",
    "message": "s3://acme/malware.txt: denied.",
    "retryable": False,
    "remedy": "Allow it.",
}


def retired(modules: Modules, *, check_mode: bool = False, **settings: t.Any) -> Steps:
    made = steps(modules, declared(state="absent"), declared("kept"), check_mode=check_mode, **settings)
    retiring.retire(made)
    return made


def messages(made: Steps) -> list[str]:
    return [overlap["message"] for overlap in made.overlaps]


@pytest.mark.parametrize(("check_mode", "said"), [(False, "was deleted"), (True, "would be deleted")])
def test_what_no_account_uses_is_deleted_and_said(tmp_path: pathlib.Path, check_mode: bool, said: str) -> None:
    modules = Modules(tmp_path, s3_threatlist={"changed": True})
    made = retired(modules, check_mode=check_mode, outcomes=GONE)
    (asked,) = modules.of("s3_threatlist")
    assert (asked["key"], asked["state"]) == ("malware.txt", "absent")
    (message,) = messages(made)
    assert message.startswith(f"s3://acme/malware.txt {said} with its index") and made.changed


def test_what_is_gone_already_is_not_said_again(tmp_path: pathlib.Path) -> None:
    made = retired(Modules(tmp_path), outcomes=GONE)
    assert (messages(made), made.changed) == ([], False)


@pytest.mark.parametrize(
    "settings",
    [
        {"outcomes": GONE, "everywhere": False},
        {"outcomes": {**GONE, "three": {"skipped": True}}},
        {"outcomes": {**GONE, "three": {"results": [], "error": DENIED}}},
        {"outcomes": {"one": {"results": [result(ONE, "failed")]}}},
    ],
)
def test_an_object_stays_where_anybody_may_use_it_and_that_is_said(
    tmp_path: pathlib.Path, settings: dict[str, t.Any]
) -> None:
    modules = Modules(tmp_path, s3_threatlist={"changed": True})
    made = retired(modules, **settings)
    assert modules.of("s3_threatlist") == []
    (message,) = messages(made)
    assert message.startswith("malware.txt stays: ")


def test_an_object_that_cannot_be_deleted_is_refused_and_not_said_to_be_gone(tmp_path: pathlib.Path) -> None:
    made = retired(Modules(tmp_path, s3_threatlist={"failed": True, "msg": "denied", "error": DENIED}), outcomes=GONE)
    assert [(one["name"], one["error"]["code"]) for one in made.refused] == [("malware", "AccessDenied")]
    assert (messages(made), made.changed) == ([], False)


@pytest.mark.parametrize(("check_mode", "said"), [(False, "failed"), (True, "would fail")])
def test_a_host_fails_for_its_lists_and_the_publisher_for_objects_too(
    tmp_path: pathlib.Path, check_mode: bool, said: str
) -> None:
    outcomes = {
        "host1": {"results": [result(ONE, "deleted")]},
        "host2": {"results": [result(TWO, "failed"), result(TWO, "deleted")]},
        "host3": {"error": DENIED, "msg": "denied"},
        "host4": {"skipped": True},
    }
    lists = [declared(state="absent"), declared("kept")]
    made = retired(Modules(tmp_path), check_mode=check_mode, outcomes=outcomes, declared=lists)
    refused = {"name": "malware", "kind": "threatintelset", "message": "no"}
    told = retiring.told(made, {"publisher": "host1", "hosts": hosts(2), "refused": [refused, refused]})
    assert told["reasons"] == {
        "host1": f"2 {said}. The table below says why.",
        "host2": f"1 {said}. The table below says why.",
        "host3": f"0 {said}. The table below says why.",
    }
    assert told["record"]["mode"] == ("check" if check_mode else "run")
    assert {one["action"] for one in told["record"]["results"]} == {"deleted", "failed"}
    assert [one["name"] for one in told["record"]["lists"]] == ["malware"]
