# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts of an inventory a run has beside those that it plays, and whom it left out."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.plugin_utils._role import hosts
from support.role_cases import ONE, TWO

HOSTVARS = {"one": {"account_id": ONE}, "two": {"account_id": TWO}, "none": {}}


def test_beside_the_play_are_the_other_accounts() -> None:
    found = hosts.beside([*HOSTVARS, "two"], ["one"], HOSTVARS)
    assert [host["name"] for host in found] == ["two"], "a host that is no account reads no bucket"


def test_left_out_is_an_account_that_did_not_run_and_a_host_that_failed() -> None:
    assert hosts.left_out(HOSTVARS, ["one", "none"], ["one", "none"], HOSTVARS) == {"two"}
    assert hosts.left_out(HOSTVARS, list(HOSTVARS), ["one", "two"], HOSTVARS) == {"none"}
    assert hosts.left_out(HOSTVARS, ["one", "two"], ["one", "two"], HOSTVARS) == set()


def test_of_a_host_that_did_not_remove_its_lists_nothing_is_known() -> None:
    hostvars = {"one": {"__threatlists_retired": {"results": []}}, "two": {}}
    assert hosts.retired(hostvars, hostvars) == {"one": {"results": []}, "two": {"skipped": True}}
