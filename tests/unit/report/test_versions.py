# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a restore shows before and after."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.filter import version_lines
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import versions

LOCATION = "s3://acme/malware.txt"


def version(version_id: str | None, **changes: t.Any) -> dict[str, t.Any]:
    at = "2026-11-02T03:15:10+00:00"
    known = {"version_id": version_id, "last_modified": at, "entry_count": 1482, "sha256": "7a5f1c1d0d3a2bb0"}
    return {**known, "latest": False, "deleted": False, **changes}


OBJECT = {
    "location": LOCATION,
    "held": True,
    "restored_from": "v1",
    "versions": [
        version("v3", latest=True),
        version("v2", deleted=True),
        version(None, entry_count=None, sha256=None),
    ],
}


def test_versions_with_date_entries_and_digest() -> None:
    lines = version_lines.version_lines([OBJECT], "malware")
    assert lines[0] == f"{LOCATION} has these versions of malware; ✓ is published now, and on hold."
    assert lines[1].split() == ["VERSION", "PUBLISHED", "ENTRIES", "SHA256"]
    assert lines[2] == "✓  v3       2026-11-02 03:15:10  1,482    7a5f1c1d0d3a  restored from v1"
    assert lines[3] == "   null     2026-11-02 03:15:10  ?"
    assert lines[-1].startswith("Nothing was written.")


def test_of_a_deleted_object_none_is_published_now() -> None:
    known = [version("v2", deleted=True, latest=True), version("v1")]
    retired = {**OBJECT, "held": False, "restored_from": None, "versions": known}
    lines = version_lines.version_lines([retired], "malware")
    assert lines[0] == f"{LOCATION} has these versions of malware; none is published now, since the object was deleted."


def test_a_version_is_found_by_the_name_that_is_shown() -> None:
    assert versions.with_version([OBJECT], "null") == [OBJECT]
    assert versions.with_version([OBJECT], "v2") == [], "a delete marker has no content"


def test_what_was_done_is_said_last() -> None:
    done = {
        "location": LOCATION,
        "changed": True,
        "held": True,
        "restored_from": "v1",
        "entry_count": 3,
        "sha256": "ab",
    }
    after = version_lines.version_lines([OBJECT], "malware", [done])
    assert "is published again" in after[-2] and after[-1].endswith("threatlists.aws.converge")
    predicted = version_lines.version_lines([OBJECT], "malware", [done], check_mode=True)
    assert "would be published again" in predicted[-1]
    assert "✓ was published before, and on hold" in after[0] and "✓ is published now" in predicted[0]
    content = {"sha256": OBJECT["versions"][0]["sha256"]}
    released = version_lines.version_lines([OBJECT], "malware", [{**done, **content, "held": False}])
    assert "on hold no longer" in released[-1], "what is loaded stays the same, so nothing is to be loaded"
    held = version_lines.version_lines([OBJECT], "malware", [{**done, **content}])
    assert "is published again" in held[-1]
    same = version_lines.version_lines([OBJECT], "malware", [{**done, "changed": False}])
    assert "stays as it is" in same[-1]
    failed = version_lines.version_lines([OBJECT], "malware", [{"failed": True, "msg": "Denied."}])
    assert "could not be restored" in failed[-1]
