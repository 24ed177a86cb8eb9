# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of a list, and what a restore did with them, in words for a terminal. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import terminal
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.groups import text
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

HEADINGS = ("", "VERSION", "PUBLISHED", "ENTRIES", "SHA256", "")
MOST_VERSIONS = 30
DIGEST = 12
TO_THE_SECOND = 19
# S3's id of a version from before the bucket had versioning.
BEFORE_VERSIONING = "null"


def with_version(objects: t.Iterable[Item], version_id: str) -> list[Item]:
    """Return the objects that have this version, and not as a delete marker. objects: results of s3_threatlist_info."""
    return [
        entry
        for entry in objects
        if any(_name(version) == version_id for version in entry["versions"] if not version["deleted"])
    ]


def lines(objects: t.Sequence[Item], name: str, restored: t.Sequence[Item], *, check_mode: bool) -> list[str]:
    """Return lines on the versions of each object, and on what was done. restored: results of s3_threatlist, if any."""
    written = {entry.get("location") for entry in restored if entry.get("changed") and not check_mode}
    shown = [line for entry in objects for line in _versions_of(entry, name, entry["location"] in written)]
    done = [_done(entry, name, check_mode) for entry in restored if entry.get("location")]
    if any(entry.get("failed") for entry in restored):
        done.append(f"{name} could not be restored; what is not named here stays as it was.")
    if not done:
        return [
            *shown,
            f"Nothing was written. Bring one back: -e list={name} -e version=VERSION",
        ]
    standing = {entry["location"]: one["sha256"] for entry in objects for one in entry["versions"] if one["latest"]}
    is_new = any(entry.get("changed") and entry["sha256"] != standing.get(entry["location"]) for entry in restored)
    if is_new and not check_mode:
        done.append("Load it in every account: ansible-playbook threatlists.aws.converge")
    return [*shown, *done]


def _versions_of(entry: Item, name: str, is_written: bool) -> t.Iterator[str]:
    versions = [version for version in entry["versions"] if not version["deleted"]]
    if not versions:
        yield f"{entry['location']} has no versions: nothing of {name} was published, or the bucket keeps none."
        return
    stands = "was published before" if is_written else "is published now"
    now = f"✓ {stands}{', and on hold' if entry['held'] else ''}"
    if not any(version["latest"] for version in versions):
        now = f"none {stands}, since the object was deleted"
    yield f"{entry['location']} has these versions of {name}; {now}."
    rows = [
        (
            "✓" if version["latest"] else "",
            _name(version),
            text(version["last_modified"])[:TO_THE_SECOND].replace("T", " "),
            "?" if version["entry_count"] is None else f"{version['entry_count']:,}",
            text(version["sha256"])[:DIGEST],
            f"restored from {entry['restored_from']}" if version["latest"] and entry["restored_from"] else "",
        )
        for version in versions[:MOST_VERSIONS]
    ]
    yield from terminal.columns([HEADINGS, *rows])
    if len(versions) > MOST_VERSIONS:
        yield f"   and {len(versions) - MOST_VERSIONS:,} older ones"
    yield ""


def _name(version: Item) -> str:
    return version["version_id"] or BEFORE_VERSIONING


def _done(entry: Item, name: str, check_mode: bool) -> str:
    digest = f"{entry['entry_count']:,} entries, " if entry["entry_count"] is not None else ""
    content = f"{digest}sha256 {text(entry['sha256'])[:DIGEST]}"
    if not entry["changed"]:
        state = "on hold" if entry["held"] else "not on hold"
        return f"{name} stays as it is at {entry['location']} ({content}), {state}."
    would = "would be" if check_mode else "is"
    if not entry["held"]:
        return f"{name} {would} on hold no longer at {entry['location']} ({content}): the next publish may replace it."
    version = f"version {entry['restored_from']} ({content})"
    return (
        f"{name} {would} published again at {entry['location']} from {version}, and on hold: no publish replaces it "
        f"until -e list={name} -e release=true."
    )
