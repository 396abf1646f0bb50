"""The trail as the database holds it: read, verified against its links, its data and an anchor."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import connection

from myotrial.capture.record.state import Value
from myotrial.capture.store.snapshots import snapshot
from myotrial.capture.trail.anchors import Anchor, anchor
from myotrial.capture.trail.entries import Entry, read_row
from myotrial.capture.trail.links import COLUMNS
from myotrial.capture.trail.verifying import Fault, Head, Walk, unlike

__all__ = ["anchored", "entries", "faults", "heads", "rows"]

LISTED = ", ".join(f'"{name}"' for name in COLUMNS)
OF_CHAIN = f"SELECT {LISTED} FROM capture_entry WHERE chain_id = %s ORDER BY seq"
OF_FIELD = (
    f"SELECT {LISTED} FROM capture_entry WHERE chain_id = %s AND entity = %s AND field = %s "
    "ORDER BY seq"
)
CHAINS = "SELECT id, seq, hash, at FROM capture_chain ORDER BY id"
ITEMS = "SELECT entity, field, value, absent FROM capture_item WHERE chain_id = %s"
BATCH = 2000  # rows in memory at a time


def entries(chain: str, entity: str = "", field: str = "") -> Iterator[Entry]:
    """The entries of a record, or of one field of it, in order; never all in memory."""
    if entity:
        yield from map(read_row, _read(connection, OF_FIELD, (chain, entity, field)))
    else:
        yield from map(read_row, rows(chain))


def rows(chain: str, on: Any = connection) -> Iterator[tuple[Any, ...]]:
    """The entries of a record as rows, in order; never all in memory.

    Args:
        chain: The record.
        on: The database; the server's own if none is given.
    """
    return _read(on, OF_CHAIN, (chain,))


def _read(on: Any, query: str, asked: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    with on.chunked_cursor() as cursor:
        cursor.execute(query, asked)
        while found := cursor.fetchmany(BATCH):
            yield from found


def heads(on: Any = connection) -> list[Head]:
    """The end of every chain."""
    with on.cursor() as cursor:
        cursor.execute(CHAINS)
        return [Head(*row) for row in cursor.fetchall()]


def anchored(at: str, key: bytes, on: Any = connection) -> Anchor:
    """The ends of all chains now, signed."""
    return anchor([head for head in heads(on) if head.seq], at, key)


def faults(
    key: bytes,
    anchors: Iterable[Anchor] = (),
    *,
    on: Any = connection,
    part: Collection[str] | None = None,
) -> Iterator[Fault]:
    """Everything that is not as it was written: links, ends, and data that its trail does not make.

    Args:
        key: Key of the trail.
        anchors: Anchors that were kept elsewhere.
        on: The database; the server's own if none is given.
        part: Chains to walk; all if none are given.
    """
    kept: dict[str, list[Head]] = {}
    for item in anchors:
        for head in item.heads:
            if part is None or head.chain in part:
                kept.setdefault(head.chain, []).append(head)
    with snapshot(on):
        for head in heads(on):
            if part is None or head.chain in part:
                yield from _of_chain(head, kept.pop(head.chain, []), key, on)
    for chain, known in kept.items():
        yield Fault(chain, known[-1].seq, "an anchor knows this chain, and it is gone")


def _of_chain(head: Head, kept: list[Head], key: bytes, on: Any) -> Iterator[Fault]:
    walk = Walk(head.chain, key, [head.seq, *(known.seq for known in kept)])
    yield from walk.along(rows(head.chain, on))
    yield from walk.ended(head)
    for known in kept:
        if walk.links[known.seq] != known.hash:
            what = (
                "is gone" if walk.links[known.seq] is None else "is not the one that was anchored"
            )
            yield Fault(head.chain, known.seq, f"this entry {what}")
    with on.cursor() as cursor:
        cursor.execute(ITEMS, (head.chain,))
        stored = {(entity, name): Value(*value) for entity, name, *value in cursor.fetchall()}
    for text in unlike(stored, walk.made):
        yield Fault(head.chain, head.seq, f"the data are not what the trail makes: {text}")
