# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a loop of threatlist_file made, and what it refused."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.filter import merged_files
from support import role_cases


def test_what_was_made_and_what_was_refused() -> None:
    loop = {"ansible_loop_var": "one", "one": role_cases.declared()}
    made = {
        **loop,
        "sha256": "ab",
        "dest": "/d",
        "index": None,
        "dropped": {"expired": 1},
        "sources": [],
        "samples": [],
    }
    refused = {**loop, "failed": False, "msg": "Too short. Look.", "error": {"code": "TooFewEntries"}}
    found = merged_files.merged_files([made, {**made, "scratch": "/s"}, refused, {**loop, "skipped": True}])
    identity = {"name": "malware", "kind": "threatintelset", "sources": [], "samples": []}
    assert found["files"] == [
        {**identity, "path": path, "index": "", "dropped": {"expired": 1}} for path in ("/d", "/s")
    ]
    assert found["refused"] == [
        {**identity, "error": {"code": "TooFewEntries"}, "message": "malware: Too short. Look."}
    ]
