"""Full copies of a database: of either engine into one SQLite file, and of such a file back.

A file of a running SQLite database is never copied as a file: it would be cut through the middle of
a save. SQLite's own backup takes one moment of it; PostgreSQL is read table by table in one
snapshot. The copy of either is a SQLite database with the same tables and rows, which can be
opened, walked and searched anywhere.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from myotrial.errors import MyotrialError, OutputError

__all__ = ["bring_to", "copied", "copy", "fill", "holds", "settings_of", "state", "whole_file"]

SKIPPED = frozenset({"django_migrations"})  # written by the migrations themselves
LEFT_OUT = frozenset({"django_session"})  # a copy that is brought back signs nobody in
IN_ORDER = {"capture_entry": "chain_id, seq"}  # the guards want them so
BATCH = 5000


def settings_of(file: Path) -> dict[str, Any]:
    """Django's settings of a copy."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}


def copy(source: Any, file: Path) -> None:
    """Write a full copy of a database, as it is at one moment, to a new file.

    Args:
        source: The connection to it.
        file: A file that is not there yet.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if source.vendor == "sqlite":
            _from_sqlite(source, file)
        else:
            _from_tables(source, file)
        _sync(file)
    except (OSError, sqlite3.Error) as error:
        raise OutputError(f"the copy {file} cannot be written: {error}.") from error


@contextmanager
def copied(source: Any, file: Path) -> Iterator[Any]:
    """A copy that is gone afterwards, and a connection to it."""
    from myotrial.capture.store.connections import beside

    try:
        copy(source, file)
        with beside(settings_of(file)) as connection:
            yield connection
    finally:
        file.unlink(missing_ok=True)


def whole_file(file: Path) -> None:
    """See that a file is a SQLite database without damage.

    Raises:
        MyotrialError: It is not.
    """
    if not file.is_file():
        raise MyotrialError(f"there is no file {file}.")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            (found,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
            tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        found, tables = str(error), set()
    if found != "ok":
        raise MyotrialError(
            f"{file} is damaged or no backup: {found}.\nHint: take another backup of the study."
        )
    if not {"capture_entry", "capture_chain", "django_migrations"} <= tables:
        raise MyotrialError(f"{file} is a database, but not a backup of a study.")


def holds(file: Path, table: str) -> bool:
    """Whether a table of a copy has any row."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        try:
            return opened.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() is not None
        except sqlite3.OperationalError:  # a study of before has no such table
            return False


def state(connection: Any) -> list[tuple[str, str]]:
    """The migrations that a database has come to: the last of each app."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    return sorted(
        key
        for key in applied & set(loader.graph.nodes)
        if not any(
            child.key in applied and child.key[0] == key[0]
            for child in loader.graph.node_map[key].children
        )
    )


def bring_to(connection: Any, wanted: list[tuple[str, str]] | None = None) -> None:
    """Migrate a copy; to the newest form if none is given."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    targets: Any = executor.loader.graph.leaf_nodes() if wanted is None else wanted
    executor.migrate(targets)


def fill(source: Any, target: Any) -> None:
    """Put all rows of a copy into an empty database of the same form, whole or not at all."""
    names = {*_tables(target)} - SKIPPED
    with target.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            for name in names - {"capture_entry", "capture_chain"}:
                cursor.execute(f'DELETE FROM "{name}"')  # what making the tables put there
            for name in sorted(names & {*_tables(source)} - LEFT_OUT):
                _pour(source, target, cursor, name)
            cursor.execute("COMMIT")
        except BaseException:
            with suppress(Exception):
                cursor.execute("ROLLBACK")
            raise


def _from_sqlite(source: Any, file: Path) -> None:
    source.ensure_connection()
    with closing(sqlite3.connect(file)) as target:
        source.connection.backup(target)  # in one step: others may write meanwhile
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("PRAGMA secure_delete=ON")
        for name in LEFT_OUT:
            with suppress(sqlite3.OperationalError):  # a study may have no such table
                target.execute(f'DELETE FROM "{name}"')
        target.commit()


def _from_tables(source: Any, file: Path) -> None:
    from myotrial.capture.store.connections import beside
    from myotrial.capture.store.snapshots import snapshot

    with beside(settings_of(file)) as target:
        with snapshot(source):
            bring_to(target, state(source))
            fill(source, target)
        target.close()


def _tables(connection: Any) -> list[str]:
    return connection.introspection.table_names()


def _pour(source: Any, target: Any, cursor: Any, name: str) -> None:
    with source.cursor() as reading:
        described = source.introspection.get_table_description(reading, name)
    columns = ", ".join(f'"{item.name}"' for item in described)
    order = f" ORDER BY {IN_ORDER[name]}" if name in IN_ORDER else ""
    with source.chunked_cursor() as reading:
        reading.execute(f'SELECT {columns} FROM "{name}"{order}')
        if target.vendor == "postgresql":
            with cursor.copy(f'COPY "{name}" ({columns}) FROM STDIN') as stream:
                while rows := reading.fetchmany(BATCH):
                    for row in rows:
                        stream.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(described))
            insert = f'INSERT INTO "{name}" ({columns}) VALUES ({marks})'
            while rows := reading.fetchmany(BATCH):
                cursor.executemany(insert, [tuple(map(_plain, row)) for row in rows])
    if target.vendor == "postgresql":
        _number_on(cursor, name, [item.name for item in described])


def _number_on(cursor: Any, name: str, columns: list[str]) -> None:
    """New rows get numbers after those that were brought."""
    for column in columns:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", (f'"{name}"', column))
        (sequence,) = cursor.fetchone()
        if sequence:
            highest = f'SELECT MAX("{column}") FROM "{name}"'
            cursor.execute(
                f"SELECT setval(%s, COALESCE(({highest}), 1), ({highest}) IS NOT NULL)",
                (sequence,),
            )


def _plain(value: Any) -> Any:
    """A value of PostgreSQL as Django keeps it in SQLite."""
    kinds: tuple[tuple[Any, Any], ...] = (
        (bool, int),
        (datetime, lambda at: str(at.astimezone(UTC).replace(tzinfo=None))),
        (date, date.isoformat),
        (UUID, lambda item: item.hex),
        (Decimal, str),
        ((dict, list), json.dumps),
        (memoryview, bytes),
    )
    for kind, written in kinds:
        if isinstance(value, kind):
            return written(value)
    return value


def _sync(file: Path) -> None:
    for place in (file, file.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
