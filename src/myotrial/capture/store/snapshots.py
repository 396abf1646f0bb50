"""One moment of the database to read from, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["snapshot"]

BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def snapshot(connection: Any) -> Iterator[None]:
    """See the database as it is now, whatever is written meanwhile; nobody waits for it.

    Within a transaction nothing is changed: what it sees is its own.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    plain = connection.connection  # the driver's: reading needs no turn to write
    plain.execute(BEGIN[connection.vendor]).close()
    try:
        yield
    finally:
        plain.execute("ROLLBACK").close()
