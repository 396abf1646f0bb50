"""Actions that need more than the record: what is fetched before their decision, settled after it.

Both happen in the transaction of the act, with the record locked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.db import connection

from myotrial.capture.allocation import drawing
from myotrial.capture.allocation.actions import LockDatabase, Randomise
from myotrial.capture.record.actions import Action
from myotrial.capture.record.asking import Asked
from myotrial.capture.record.people import may
from myotrial.capture.record.state import Record
from myotrial.capture.signing.actions import Sign
from myotrial.capture.signing.deciding import Signing

__all__ = ["Keys", "fetched", "settled"]

DATABASE_LOCK = 0x6D796F  # PostgreSQL's: shared by all acts, alone for the one that closes
CLOSED = (
    "SELECT value FROM capture_item WHERE chain_id = 'study' AND entity = 'study' "
    "AND field = '@locked'"
)


@dataclass(frozen=True)
class Keys:
    """The keys of the server.

    Attributes:
        trail: Key of the trail.
        sealing: Key of what is concealed; empty where the server has none.
    """

    trail: bytes
    sealing: bytes = b""


def fetched(cursor: Any, keys: Keys, record: Record, action: Action, asked: Asked) -> Asked:
    """The request with what its decision needs beside the record; nothing for who may not."""
    asked = replace(asked, closed=_closed(cursor))
    fetch = BEFORE.get(type(action))
    here = not record.site or asked.by.at(record.site)
    if fetch is None or not here or not may(asked.by, type(action)):
        return asked
    return replace(asked, beside=fetch(cursor, keys, record, asked))


def settled(cursor: Any, keys: Keys, record: Record, action: Action, asked: Asked) -> None:
    """Write what was decided beside the record."""
    settle = AFTER.get(type(action))
    if settle is not None and asked.beside is not None:
        settle(cursor, keys, record, asked.beside)


def _closed(cursor: Any) -> bool:
    """Whether the data base is locked; it cannot be while an act that asked is under way."""
    if connection.vendor == "postgresql":  # SQLite has one writer
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", (DATABASE_LOCK,))
    cursor.execute(CLOSED)
    found = cursor.fetchone()
    return found is not None and found[0] == "Y"


def _alone(cursor: Any, keys: Keys, record: Record, asked: Asked) -> None:
    """Wait until no act is under way: what follows closes the data base to the next ones."""
    del keys, record, asked
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (DATABASE_LOCK,))


def _offer(cursor: Any, keys: Keys, record: Record, asked: Asked) -> Any:
    return drawing.offer(cursor, keys.sealing, record, asked)


def _signing(cursor: Any, keys: Keys, record: Record, asked: Asked) -> Any:
    del cursor, record, asked
    return Signing(keys.trail)


def _take(cursor: Any, keys: Keys, record: Record, found: Any) -> None:
    drawing.take(cursor, keys.sealing, record, found)


BEFORE: MappingProxyType[type[Action], Callable[..., Any]] = MappingProxyType(
    {Randomise: _offer, LockDatabase: _alone, Sign: _signing}
)
AFTER: MappingProxyType[type[Action], Callable[..., None]] = MappingProxyType({Randomise: _take})
