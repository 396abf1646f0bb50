"""A database backend for Django: SQLite that loses nothing.

Lock      every write, the checkpoint within it included, happens under one lock on a file beside
          the database: writers wait in a queue, and SQLite before 3.51.3 cannot meet two writers
          at once (its WAL-reset bug).
Sync      WAL with synchronous=FULL: what was acknowledged is on the disk.
Guard     an authoriser refuses what would change the trail or take its triggers away, whoever
          asks in this process.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

__all__ = ["DatabaseWrapper", "WriterLock"]

PATIENCE = 30.0  # seconds a writer waits for its turn
READS = ("SELECT", "PRAGMA", "EXPLAIN", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK")
TRAIL = "capture_entry"
CONCEALED = frozenset({"concealed_list", "concealed_slot", "concealed_kit"})
WITHHELD = frozenset({"old", "old_absent", "new", "new_absent", "reason", "withheld"})
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA secure_delete=ON",
)
FORBIDDEN_PRAGMAS = frozenset(
    {"writable_schema", "recursive_triggers", "journal_mode", "synchronous", "mmap_size"}
)


class WriterLock:
    """One lock on a file, held by one thread of one process at a time."""

    def __init__(self, path: str) -> None:
        self.path, self._file = path, None
        self._inside = threading.Lock()
        self.taken = 0

    @property
    def held(self) -> bool:
        """Whether this process holds it."""
        return self._file is not None

    def take(self) -> None:
        """Wait for the lock.

        Raises:
            OperationalError: Another writer held it for `PATIENCE` seconds.
        """
        until = time.monotonic() + PATIENCE
        if not self._inside.acquire(timeout=PATIENCE):
            raise OperationalError("the database is busy: no turn to write came in time")
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        pause = 0.0002
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(file)
                    self._inside.release()
                    raise OperationalError(
                        "the database is busy: no turn to write came in time"
                    ) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.002)
                continue
            self._file, self.taken = file, self.taken + 1
            return

    def give(self) -> None:
        """Let the next writer in."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
            self._inside.release()


LOCKS: dict[str, WriterLock] = {}


def lock_of(path: str) -> WriterLock:
    """The lock of a database; one for each file in this process."""
    return LOCKS.setdefault(path, WriterLock(path))


class CursorWrapper(base.SQLiteCursorWrapper):
    """A cursor whose writes outside a transaction take the lock too."""

    owner: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement."""
        with self.owner.turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Run one statement for many rows."""
        with self.owner.turn(query):
            return super().executemany(query, param_list)


Wrapper: Any = base.DatabaseWrapper  # its stubs leave out what a backend may change


class DatabaseWrapper(Wrapper):
    """A connection to the study's database."""

    migrating = False  # the owner of the tables: may make and change them
    _concealing = True
    _lock: WriterLock | None = None
    withholding = False  # values of an entry are being taken out; the guards see that it is said

    @property
    def lock(self) -> WriterLock:
        """The lock of writers."""
        if self._lock is None:
            self._lock = lock_of(f"{Path(str(self.settings_dict['NAME'])).resolve()}.lock")
        return self._lock

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, set what a study needs, and set the guard."""
        connection = super().get_new_connection(conn_params)
        self.lock.take()  # the first connection makes the file
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma).close()
        finally:
            self.lock.give()
        connection.set_authorizer(self._authorise)
        return connection

    def conceal(self, yes: bool) -> None:
        """Refuse the concealed tables, or open them to whoever allocates."""
        self._concealing = yes
        self.connection.set_authorizer(self._authorise)  # what was prepared before is asked again

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that waits for its turn to write; SQLite's have no names."""
        del name
        cursor = self.connection.cursor(factory=CursorWrapper)
        cursor.owner = self
        return cursor

    @contextmanager
    def turn(self, query: str) -> Iterator[None]:
        """Hold the lock around a statement that writes outside a transaction."""
        reads = query.lstrip().split(None, 1)[0].upper() in READS if query.strip() else True
        if reads or self.in_atomic_block or self._begun:
            yield
            return
        self.lock.take()
        try:
            yield
        finally:
            self.lock.give()

    _begun = False

    def _start_transaction_under_autocommit(self) -> None:
        self.lock.take()
        self._begun = True
        try:
            self.cursor().execute("BEGIN IMMEDIATE")
        except BaseException:
            self._done()
            raise

    def _commit(self) -> None:
        super()._commit()  # if it fails, the turn is kept for the rollback
        self._done()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._done()

    def _close(self) -> None:
        """The last connection that closes writes a checkpoint: under the lock as well."""
        if self.connection is not None and not self._begun:
            self.lock.take()
            self._begun = True
        try:
            super()._close()
        finally:
            self._done()

    def _done(self) -> None:
        if self._begun:
            self._begun = False
            self.lock.give()

    def _authorise(self, action: int, one: str | None, two: str | None, *_: str | None) -> int:
        if self.migrating:
            return sqlite3.SQLITE_OK
        changes = action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE) and one == TRAIL
        withholds = self.withholding and action == sqlite3.SQLITE_UPDATE and two in WITHHELD
        denied = (
            (changes and not withholds)
            or (action in SCHEMA and not str(one).startswith("sqlite_stat"))
            or (action == sqlite3.SQLITE_PRAGMA and one in FORBIDDEN_PRAGMAS and two is not None)
            or action == sqlite3.SQLITE_ATTACH
            or (self._concealing and action in TOUCHES and one in CONCEALED)
        )
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK


TOUCHES = frozenset(
    {
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
    }
)
SCHEMA = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_VTABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_DROP_VTABLE,
    }
)
