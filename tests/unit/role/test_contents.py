# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources and policy of a declared list are judged before anything is done, and none of the policy is forgotten."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import contents

ENTRIES = {"entries": ["45.0.0.0/24"]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sources": [{"threatstream": {"itypes": ["mal_ip"]}}]}, "itypes"),
        ({"sources": [{"entries": ["45.0.0.1"], "file": "x"}]}, "mutually exclusive"),
        ({"sources": [{"optional": True}]}, "one of the following is required"),
        ({"policy": {"max_entrys": 3}}, "max_entrys"),
        ({"policy": {"min_entries": "many"}}, "min_entries"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_list(changes: dict[str, t.Any], says: str) -> None:
    (problem,) = contents.problems({"name": "ours", "sources": [ENTRIES], **changes})
    assert problem.startswith("ours: ")
    assert says in problem


def test_every_kind_of_source_may_be_declared() -> None:
    sources = [
        ENTRIES,
        {"url": "https://feeds.example.com/x.csv", "column": "ip"},
        {"taxii": {"url": "https://x/", "collection": "1"}},
    ]
    assert contents.problems({"name": "ours", "sources": sources, "policy": {"exclude": ["aws"]}}) == []
