# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shape of a run's record; docs/record.md says what each key holds, and a test compares the two.

Private to the collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._ledger.worth import Worth

SCHEMA_VERSION = 1
# The kind of a result that is no list but a rule of EventBridge.
ALERT_RULE = "alert_rule"


class Error(t.TypedDict):
    code: str
    message: str
    retryable: bool
    remedy: str


class RecordedVersion(t.TypedDict):
    version_id: str | None
    time: str
    entry_count: int | None


class RecordedSource(t.TypedDict):
    name: str
    total: int
    usable: int
    dropped: dict[str, int]
    optional: bool
    error: Error | None


class RecordedSample(t.TypedDict):
    source: str
    value: str
    line: int | None
    reason: str


class ListEntry(t.TypedDict):
    """One declared list: what was published of it, or why it was refused."""

    name: str
    kind: str
    state: str
    hold: bool
    format: str
    location: str
    tags: dict[str, str]
    sha256: str | None
    version_id: str | None
    entry_count: int | None
    added: int | None
    removed: int | None
    dropped: dict[str, int]
    sources: list[RecordedSource]
    samples: list[RecordedSample]
    published: str | None
    versions: list[RecordedVersion]
    overlaps: list[str]
    worth: Worth | None
    error: Error | None


class Bucket(t.TypedDict):
    """One bucket that a publish looked at: what it changed there, and who cannot read yet."""

    name: str
    action: str
    changes: list[str]
    now_read: list[str]
    no_longer_read: list[str]
    unread: list[str]


class Result(t.TypedDict):
    """What became of one list, or alert rule, in one Region of one account."""

    account_id: str
    account_name: str
    region: str
    kind: str
    name: str
    id: str | None
    administrator: str | None
    action: str
    status: str | None
    cause: str
    error: Error | None


class UndeclaredList(t.TypedDict):
    """One list that the collection manages and no declaration names."""

    account_id: str
    account_name: str
    region: str
    kind: str
    name: str
    id: str
    status: str
    location: str
    foreign: bool


class Record(t.TypedDict):
    schema_version: int
    collection_version: str
    run_id: str
    mode: str
    started: str
    finished: str
    buckets: list[Bucket]
    lists: list[ListEntry]
    results: list[Result]
    undeclared: list[UndeclaredList]
