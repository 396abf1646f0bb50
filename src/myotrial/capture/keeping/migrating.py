"""Tables brought to a newer form: on a full copy first, and only then for good.

The copy is migrated and walked: every chain must end as before, every value stand as before. Only
then is the database itself migrated; a copy of how it was stays beside it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from myotrial.capture.databases import database
from myotrial.capture.keeping import copies
from myotrial.capture.keeping.anchoring import now
from myotrial.capture.places import Places
from myotrial.errors import MyotrialError

__all__ = ["migrate", "pending"]

VALUES = "SELECT chain_id, entity, field, value, absent, seq FROM capture_item ORDER BY 1, 2, 3"


def pending(connection: Any) -> list[str]:
    """The migrations that a database has not come to yet."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{item.app_label}.{item.name}" for item, _ in plan]


def migrate(places: Places) -> Path | None:
    """Bring a study's tables to the newest form; new ones are made.

    Returns:
        The copy of how the database was; None where there was nothing to keep or to do.

    Raises:
        MyotrialError: The copy did not come through as it was: the database is untouched.
    """
    from django.db import connection

    from myotrial.capture.store.making import make

    if "capture_entry" not in connection.introspection.table_names():
        make()
        return None
    if not pending(connection):
        return None
    stamp = now().replace(":", "").replace(".", "")
    before = places.folder / f"before-migration-{stamp}.sqlite3"
    copies.copy(connection, before)
    _rehearse(before, places)
    connection.close()
    make()
    return before


def _rehearse(before: Path, places: Places) -> None:
    """Migrate a copy on the same engine, and compare it with how it was."""
    from django.db import connection

    from myotrial.capture.store.connections import beside

    again = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    with beside(copies.settings_of(before)) as one, again(before) as other:
        try:
            copies.bring_to(other)
        except Exception as error:  # whatever a migration may raise: the database is untouched
            raise _failed(f"{type(error).__name__}: {error}", before) from error
        wrong = [*_changed(one, other, places.key)]
    if wrong:
        raise _failed("; ".join(wrong), before)


def _changed(one: Any, other: Any, key: bytes) -> Iterator[str]:
    from myotrial.capture.store.trails import faults, heads

    if heads(one) != heads(other):
        yield "the ends of the chains are not what they were"
    if _values(one) != _values(other):
        yield "stored values are not what they were"
    before = {str(item) for item in faults(key, on=one)}
    yield from (str(item) for item in faults(key, on=other) if str(item) not in before)


def _values(on: Any) -> list[Any]:
    with on.cursor() as cursor:
        cursor.execute(VALUES)
        return [tuple(row) for row in cursor.fetchall()]


@contextmanager
def _on_sqlite(before: Path) -> Iterator[Any]:
    from myotrial.capture.store.connections import beside

    folder = Path(mkdtemp(prefix=".rehearsal-", dir=before.parent))
    try:
        copy = folder / "copy.sqlite3"
        shutil.copyfile(before, copy)  # nobody else has this file open
        with beside(copies.settings_of(copy)) as connection:
            yield connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _on_postgresql(before: Path) -> Iterator[Any]:
    """A database of the same cluster, made for this and dropped again."""
    from myotrial.capture.store.connections import beside

    url = os.environ.get("MYOTRIAL_OWNER_URL") or os.environ.get("DATABASE_URL", "")
    owning = database(url, None)
    name = f"rehearsal_{uuid4().hex[:12]}"
    with beside(owning) as owner:
        try:
            with owner.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        except Exception as error:
            raise MyotrialError(
                f"no copy can be made to migrate first: {str(error).strip()}.\n"
                "Hint: let the owner of the tables create databases (ALTER ROLE … CREATEDB)."
            ) from error
        try:
            with (
                beside({**owning, "NAME": name}) as target,
                beside(copies.settings_of(before)) as source,
            ):
                copies.bring_to(target, copies.state(source))
                copies.fill(source, target)
                yield target
        finally:
            with owner.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


def _failed(why: str, before: Path) -> MyotrialError:
    return MyotrialError(
        f"the tables cannot be brought to the form that this version of myotrial needs: {why}.\n"
        f"The database was not touched; a copy of it is {before}.\n"
        "Hint: go on with the version that served it until now, and report this."
    )
