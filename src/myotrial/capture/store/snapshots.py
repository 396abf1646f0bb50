"""One moment of the database to read from, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

__all__ = ["snapshot"]

FIXED = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@contextmanager
def snapshot(connection: Any) -> Iterator[None]:
    """See the database as it is now, whatever is written meanwhile; nobody waits for it.

    Within a transaction nothing is changed: what it sees is its own.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.execute("BEGIN DEFERRED").close()  # reads: no turn to write needed
        try:
            yield
        finally:
            connection.connection.execute("ROLLBACK").close()
    else:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(FIXED)
            yield
