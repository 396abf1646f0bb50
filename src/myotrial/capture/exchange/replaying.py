"""Records of an export, replayed from its trail without a database."""

from collections.abc import Iterator
from itertools import groupby

from myotrial.capture.exchange.archive import Archive
from myotrial.capture.record.state import SUBJECT, Record
from myotrial.capture.trail.verifying import replay

__all__ = ["replayed"]


def replayed(archive: Archive) -> Iterator[tuple[str, Record]]:
    """Number and record of each patient, one at a time.

    Args:
        archive: An export that was opened; it is read once.
    """
    for chain, several in groupby(archive.entries, key=lambda entry: entry.chain):
        entries = list(several)
        record = replay(chain, entries[0].site, entries)
        yield record.text(SUBJECT, "@number"), record
