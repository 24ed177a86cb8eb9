# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was downloaded, kept in a SQLite file, so that the next run asks only for changes. Private to the collection.

Facts of the service: docs/dev/threatstream.md#11.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import json
import pathlib
import shutil
import sqlite3
import tempfile
import typing as t
import zlib

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ListFileError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, utc
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.changes import Changes, TooManyError
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import Reader, number
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection

APPLICATION_ID = 0x746C6177
SCHEMA_VERSION = 4
# A change during a full download may be hidden by its filters; what was modified this long before it is settled.
SETTLED = datetime.timedelta(minutes=15)

# How long to wait for another run's transaction, which lasts as long as its download.
LOCK_SECONDS = 60
# The low bits of an error's code; the higher ones only add detail.
PRIMARY = 0xFF
LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH}

SCHEMA = """CREATE TABLE indicators (
  id INTEGER PRIMARY KEY, value TEXT NOT NULL, type TEXT NOT NULL, confidence INTEGER NOT NULL, itype TEXT NOT NULL,
  status TEXT NOT NULL, source TEXT NOT NULL, severity TEXT NOT NULL, tlp TEXT NOT NULL,
  created TEXT NOT NULL, modified TEXT NOT NULL, expires TEXT NOT NULL, tags TEXT NOT NULL,
  mark INTEGER NOT NULL)"""
SCHEMA_NOTES = (
    "CREATE TABLE notes (binding TEXT NOT NULL, cursor INTEGER, full_at TEXT NOT NULL, asked_at TEXT NOT NULL,"
    " by_search_after INTEGER NOT NULL, held INTEGER NOT NULL, mark INTEGER NOT NULL)"
)
UPSERT = "INSERT OR REPLACE INTO indicators VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
DELETE = "DELETE FROM indicators WHERE id = ?"
SELECT = """SELECT id, value, type, confidence, itype, status, source, severity, tlp, created, modified, expires, tags
  FROM indicators WHERE created >= ? AND modified >= ? ORDER BY id"""
ALL = "SELECT * FROM indicators"
# How many of Indicator's fields are columns in its order; of those behind ThreatStream tells the id and the tags only.
STORED = Indicator._fields.index("expires") + 1


class _UnusableError(Exception):
    """The state file cannot serve this run; the message says why."""


class _Notes(t.NamedTuple):
    """What is known of the download. cursor: the highest update_id seen, None where there was none.

    full_at, asked_at: when the last full download, and the last of any kind, began. by_search_after: whether the
    account may not ask by update_id__gt.
    """

    binding: str
    cursor: int | None
    full_at: str
    asked_at: str
    by_search_after: int
    held: int


def _mark(row: tuple[t.Any, ...]) -> int:
    """Return a checksum of a row: SQLite notices damage to its own structure, and none to a text."""
    return zlib.crc32(repr(row).encode())


def _row(identity: int, indicator: Indicator) -> tuple[t.Any, ...]:
    row = (identity, *indicator[:STORED], json.dumps(indicator.tags) if indicator.tags else "")
    return (*row, _mark(row))


@dataclasses.dataclass
class StateFile:
    """A selection's indicators in a SQLite file that is bound to url, user and selection.

    full_refresh: after how long everything is downloaded again. lookback: how late a change may become visible and yet
    be found by the next run. check_mode: leave the file as it is. now: the clock.
    Afterwards C(downloaded) is C(full) or C(changes), C(rebuilt_because) says why a file that stood was of no use, and
    C(asked_otherwise) that ThreatStream was found to refuse the usual way to ask for changes.
    """

    client: ThreatStream
    selection: Selection
    file: str
    full_refresh: datetime.timedelta
    lookback: datetime.timedelta = datetime.timedelta(hours=1)
    check_mode: bool = False
    now: t.Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC)
    downloaded: str = dataclasses.field(default="", init=False)
    rebuilt_because: str = dataclasses.field(default="", init=False)
    asked_otherwise: str = dataclasses.field(default="", init=False)

    def __post_init__(self) -> None:
        self.selection.refuse_incremental()
        self.path = pathlib.Path(self.file).expanduser().resolve()
        bound = json.dumps([self.client.search_url, self.client.username, self.selection.identity()])
        self.binding = hashlib.sha256(bound.encode()).hexdigest()

    def indicators(self) -> t.Iterator[Indicator]:
        """Bring the file up to date, then yield what it holds; the file stays as it was where that fails."""
        with contextlib.ExitStack() as stack:
            folder = self.path.parent
            try:
                if self.check_mode:
                    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
                    if self.path.is_file():
                        shutil.copyfile(self.path, folder / self.path.name)
                yield from self._current(folder / self.path.name)
            except (OSError, sqlite3.Error) as error:
                raise ListFileError(f"state_file: {self.path} cannot be used: {error}") from error

    def _current(self, path: pathlib.Path) -> t.Iterator[Indicator]:
        try:
            with contextlib.closing(self._opened(path)) as database:
                self._take_changes(database)
            self.downloaded = "changes"
        except (_UnusableError, sqlite3.DatabaseError) as reason:
            self._refuse_to_rebuild(reason)
            self.rebuilt_because = str(reason)
            self._rebuild(path)
            self.downloaded = "full"
        with contextlib.closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as database:
            yield from self._held(database)

    def _refuse_to_rebuild(self, reason: Exception) -> None:
        """Raise ListFileError where the file is not damaged, but locked, on a full disk or not writable."""
        code = getattr(reason, "sqlite_errorcode", 0) & PRIMARY
        if code in LOCKED:
            raise ListFileError(
                f"state_file: {self.path} is in use by another run, for more than {LOCK_SECONDS} seconds.",
                code="StateLocked",
                retryable=True,
                remedy="Run again when the other one has ended, or give each its own state_file.",
            ) from reason
        if code and code not in DAMAGED:
            raise ListFileError(f"state_file: {self.path} cannot be used: {reason}") from reason

    def _opened(self, path: pathlib.Path) -> sqlite3.Connection:
        """Return the state file, open. Raises _UnusableError where it is not whole, ours, and young enough."""
        if not path.exists():
            raise _UnusableError("")
        database = sqlite3.connect(path, isolation_level=None, timeout=LOCK_SECONDS)
        try:
            self._check(database)
        except BaseException:
            database.close()
            raise
        return database

    def _check(self, database: sqlite3.Connection) -> None:
        marks = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        schema = {row[0] for row in database.execute("SELECT sql FROM sqlite_master")}
        if marks != [APPLICATION_ID, SCHEMA_VERSION] or schema != {SCHEMA, SCHEMA_NOTES}:
            raise _UnusableError("it is not a state file of this version")
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise _UnusableError("it is damaged")
        *note, noted = database.execute("SELECT * FROM notes").fetchone() or (0,)
        if noted != _mark(tuple(note)):
            raise _UnusableError("it is damaged")
        notes = _Notes(*note)
        if notes.binding != self.binding:
            raise _UnusableError("it belongs to another url, username or selection")
        rows = 0
        for *row, mark in database.execute(ALL):
            rows += 1
            if mark != _mark(tuple(row)):
                raise _UnusableError("it is damaged")
        if rows != notes.held:
            raise _UnusableError("it is damaged")
        age = self.now() - datetime.datetime.fromisoformat(notes.full_at)
        if notes.cursor is None or not datetime.timedelta(0) <= age < self.full_refresh:
            raise _UnusableError("")

    def _take_changes(self, database: sqlite3.Connection) -> None:
        """Ask for what changed and judge it here; raises _UnusableError where a full download is better."""
        notes = _Notes(*database.execute("SELECT * FROM notes").fetchone()[:-1])
        start, cursor = self.now(), notes.cursor or 0
        changes = Changes(
            self.client,
            self.selection,
            cursor,
            datetime.datetime.fromisoformat(notes.asked_at) - self.lookback,
            look_back=bool(self.lookback),
            by_search_after=bool(notes.by_search_after),
            most=notes.held,
        )
        reader, belongs = Reader(), self.selection.judge()
        database.execute("BEGIN IMMEDIATE")
        with _transaction(database):
            try:
                for objects in changes.pages():
                    kept, gone = [], []
                    for item in objects:
                        identity, indicator = number(item, "id"), reader.read(item)
                        cursor = max(cursor, number(item, "update_id"))
                        gone.append((identity,))
                        if belongs(indicator, item):
                            kept.append(_row(identity, indicator))
                    database.executemany(DELETE, gone)
                    database.executemany(UPSERT, kept)
            except TooManyError as reason:
                raise _UnusableError(str(reason)) from reason
            self._note(database, cursor, notes.full_at, utc(start), changes.by_search_after)
        self.asked_otherwise = changes.asked_otherwise

    def _note(
        self, database: sqlite3.Connection, cursor: int | None, full_at: str, asked_at: str, by_search_after: bool
    ) -> None:
        held = database.execute("SELECT count(*) FROM indicators").fetchone()[0]
        note = _Notes(self.binding, cursor, full_at, asked_at, int(by_search_after), held)
        database.execute("DELETE FROM notes")
        database.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)", (*note, _mark(tuple(note))))

    def _rebuild(self, path: pathlib.Path) -> None:
        """Download everything into a new file, which takes the old one's place when it is complete."""
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            fresh = pathlib.Path(folder) / "state"
            with contextlib.closing(sqlite3.connect(fresh, isolation_level=None)) as database:
                fresh.chmod(0o600)
                for statement in (
                    f"PRAGMA application_id = {APPLICATION_ID}",
                    f"PRAGMA user_version = {SCHEMA_VERSION}",
                    SCHEMA,
                    SCHEMA_NOTES,
                    "BEGIN IMMEDIATE",
                ):
                    database.execute(statement)
                with _transaction(database):
                    self._download(database)
            fresh.replace(path)

    def _download(self, database: sqlite3.Connection) -> None:
        start = self.now()
        settled, cursor, lowest = utc(start - SETTLED), 0, 0
        reader, belongs = Reader(), self.selection.judge()
        for objects, _meta in self.client.pages(self.selection.parameters(start)):
            rows = []
            for item in objects:
                indicator, update_id = reader.read(item), number(item, "update_id")
                lowest = min(lowest or update_id, update_id)
                if indicator.modified and indicator.modified <= settled:
                    cursor = max(cursor, update_id)
                if not self.selection.judged_here or belongs(indicator, item):
                    rows.append(_row(number(item, "id"), indicator))
            database.executemany(UPSERT, rows)
        self._note(database, cursor or lowest or None, utc(start), utc(start), by_search_after=False)

    def _held(self, database: sqlite3.Connection) -> t.Iterator[Indicator]:
        created, modified = (cutoff.replace("Z", ".000Z") for cutoff in self.selection.cutoffs(self.now()))
        words: dict[str, str] = {}
        for identity, value, kind, confidence, *rest, tags in database.execute(SELECT, (created, modified)):
            shared = (words.setdefault(word, word) for word in rest[:5])
            known = tuple(json.loads(tags)) if tags else ()
            held = (value, words.setdefault(kind, kind), confidence, *shared, *rest[5:], "", str(identity), known)
            yield Indicator._make(held)


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> t.Iterator[None]:
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
