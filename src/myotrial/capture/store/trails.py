"""The trail as the database holds it: read, verified against its links, its data and an anchor."""

from collections.abc import Iterable, Iterator

from django.db import connection

from myotrial.capture.store.records import whole
from myotrial.capture.trail.anchors import Anchor, anchor
from myotrial.capture.trail.entries import Entry
from myotrial.capture.trail.rows import COLUMNS, entry
from myotrial.capture.trail.verifying import Fault, Head, differences, replay, verify

__all__ = ["anchored", "entries", "faults", "heads"]

OF_CHAIN = f"SELECT {COLUMNS} FROM capture_entry WHERE chain_id = %s ORDER BY seq, id"
OF_FIELD = (
    f"SELECT {COLUMNS} FROM capture_entry WHERE chain_id = %s AND entity = %s AND field = %s "
    "ORDER BY seq"
)
CHAINS = "SELECT id, site_id, seq, hash, at FROM capture_chain ORDER BY id"
BATCH = 2000  # rows in memory at a time


def entries(chain: str, entity: str = "", field: str = "") -> Iterator[Entry]:
    """The entries of a record, or of one field of it, in order; never all in memory."""
    with connection.cursor() as cursor:
        if entity:
            cursor.execute(OF_FIELD, (chain, entity, field))
        else:
            cursor.execute(OF_CHAIN, (chain,))
        while rows := cursor.fetchmany(BATCH):
            yield from map(entry, rows)


def heads() -> list[Head]:
    """The end of every chain."""
    with connection.cursor() as cursor:
        cursor.execute(CHAINS)
        return [Head(chain, seq, link, at) for chain, _, seq, link, at in cursor.fetchall()]


def anchored(at: str, key: bytes) -> Anchor:
    """The ends of all chains now, signed."""
    return anchor([head for head in heads() if head.seq], at, key)


def faults(key: bytes, anchors: Iterable[Anchor] = ()) -> Iterator[Fault]:
    """Everything that is not as it was written: links, ends, and data that its trail does not make.

    Args:
        key: Key of the trail.
        anchors: Anchors that were kept elsewhere.
    """
    kept: dict[str, list[Head]] = {}
    for item in anchors:
        for head in item.heads:
            kept.setdefault(head.chain, []).append(head)
    with connection.cursor() as cursor:
        cursor.execute(CHAINS)
        chains = cursor.fetchall()
    for chain, site, seq, link, _ in chains:
        yield from _of_chain(chain, site or "", Head(chain, seq, link), kept.pop(chain, []), key)
    for chain, known in kept.items():
        yield Fault(chain, known[-1].seq, "an anchor knows this chain, and it is gone")


def _of_chain(chain: str, site: str, head: Head, kept: list[Head], key: bytes) -> Iterator[Fault]:
    found = [*entries(chain)]
    yield from verify(chain, found, key, head if head.seq else None)
    links = {entry.seq: entry.hash for entry in found}
    for known in kept:
        if links.get(known.seq) != known.hash:
            what = "is gone" if known.seq not in links else "is not the one that was anchored"
            yield Fault(chain, known.seq, f"this entry {what}")
    with connection.cursor() as cursor:
        stored = whole(cursor, chain, site, head.seq)
    for text in differences(stored, replay(chain, site, found)):
        yield Fault(chain, head.seq, f"the data are not what the trail makes: {text}")
