# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads of why an indicator is listed."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import answers

ENTRY = {
    "entry": "45.0.0.0/24",
    "relation": "covers",
    "indicators": [{"source": "PhishMe", "confidence": 95, "id": 7}],
    "indicator_count": 1,
}
ANSWER = {
    "indicator": "45.0.0.7",
    "list": "ours",
    "listed": True,
    "since": "2026-11-24",
    "version_id": "v1",
    "dropped": [],
    "dropped_unseen": [],
}
EXPIRED = {"source": "Feed", "reason": "expired", "value": "45.0.0.7", "line": 3}
UNSEEN = {"source": None, "reason": "over_max_entries", "count": 90}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"entries": [ENTRY]}, ["in it, since 2026-11-24, version v1", "which covers it, listed by PhishMe"]),
        ({"entries": [ENTRY], "since_or_before": True}, ["since 2026-11-24 or before"]),
        ({"entries": [ENTRY], "listed": False, "until": "2026-11-25"}, ["no longer in it", "until 2026-11-25"]),
        ({"entries": [], "listed": False}, ["not in it, nor in the versions"]),
        ({"entries": [], "listed": None}, ["not known", "has no index"]),
        (
            {"entries": [], "listed": False, "dropped": [EXPIRED]},
            ["45.0.0.7 of Feed, line 3, was dropped", ": expired"],
        ),
        (
            {"entries": [], "listed": False, "dropped_unseen": [UNSEEN]},
            ["not tell 90 as over_max_entries of the whole"],
        ),
        ({"entries": [], "listed": False}, ["no source gave it"]),
        ({"entries": [], "listed": False, "dropped": None}, ["what was dropped", "is not known"]),
        ({"entries": [ENTRY], "entry_count": 1234}, ["and 1,233 more that lie inside it"]),
        ({"entries": [{**ENTRY, "indicator_count": 101}]}, ["listed by PhishMe", "; 100 more"]),
        ({"entries": [{**ENTRY, "indicators": [{"source": "\x1b[2J"}]}]}, ["listed by ?[2J"]),
    ],
)
def test_lines(changes: dict[str, t.Any], words: list[str]) -> None:
    text = "\n".join(answers.lines([ANSWER | {"entry_count": len(changes["entries"])} | changes]))
    assert text.startswith("45.0.0.7: ours: ")
    assert [word for word in words if word not in text] == []
