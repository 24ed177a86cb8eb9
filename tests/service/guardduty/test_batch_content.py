# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An object that nobody judged before is downloaded and judged once for all accounts of a batch."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws.shared import Shared
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.plugin_utils import _batch
from support.guardduty_cases import ACCOUNT, BUCKET, MEMBER, OTHER, calls, client, edge, lst, publish, world
from threatlists_emulators.control import Aws

ACCOUNTS = (ACCOUNT, OTHER, MEMBER)


@pytest.fixture(autouse=True)
def slow(aws: Aws) -> None:
    """All accounts are there while the first one downloads."""
    aws.world(world())
    publish(aws)
    aws.fault(service="s3", operation="GetObject", action="hang", seconds=1, times=None)


def ends(aws: Aws, shared: Shared, at_once: int = 3, accounts: tuple[str, ...] = ACCOUNTS) -> list[t.Any]:
    """What each of the accounts came to."""
    aws.clear_calls()
    tasks = [
        _batch.HostTask(account, edge(aws, options.LISTS_SPEC, account=account, lists=[lst()])) for account in accounts
    ]
    found = _batch._run(tasks, at_once, shared, stops=False)
    return [found[account] for account in accounts]


def downloads(aws: Aws) -> int:
    return calls(aws).count("GetObject")


def test_one_account_downloads_for_all_until_there_is_another_version(aws: Aws) -> None:
    shared = Shared(accounts=3)
    assert [end["changed"] for end in ends(aws, shared)] == [True] * 3
    assert {call["account"] for call in aws.calls(operation="HeadObject")} == set(ACCOUNTS), "each looks for itself"
    assert downloads(aws) == 1
    publish(aws, b"198.51.100.77\n")
    assert [end["changed"] for end in ends(aws, shared)] == [True] * 3
    assert downloads(aws) == 1


def test_a_digest_that_only_the_content_tells_costs_one_download_for_all(aws: Aws) -> None:
    client(aws, "s3").put_object(
        Bucket=BUCKET, Key="threats.txt", Body=b"198.51.100.78\n198.51.100.79\n", ChecksumAlgorithm="CRC32"
    )
    assert [end["changed"] for end in ends(aws, Shared(accounts=3))] == [True] * 3
    assert downloads(aws) == len(("for the digest", "to be judged"))


def test_what_one_account_found_wrong_is_refused_to_all_each_in_its_own_words(aws: Aws) -> None:
    publish(aws, b"example.com\n")
    found = ends(aws, Shared(accounts=3))
    for account, end in zip(ACCOUNTS, found, strict=True):
        (only,) = end.result["results"]
        assert only["error"]["code"] == "WrongEntries"
        assert account in only["error"]["message"]
    assert downloads(aws) == 1


def test_an_account_that_may_not_read_fails_alone(aws: Aws) -> None:
    aws.clear_faults()
    aws.fault(service="s3", operation="GetObject", account=OTHER, code="AccessDenied", status=403, times=None)
    denied, *others = ends(aws, Shared(), 1, (OTHER, ACCOUNT, MEMBER))
    assert denied.code == "AccessDenied"
    assert [end["changed"] for end in others] == [True] * 2
    assert downloads(aws) == len((OTHER, ACCOUNT))
