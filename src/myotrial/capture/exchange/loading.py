"""Bring an export into an empty database: entries as they were, data as their trails make them.

The links of the chains are checked with the study's key while they are read; an export that does
not hold together is refused whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from myotrial.capture.exchange.archive import Archive, Site
from myotrial.capture.record.state import SUBJECT, Record
from myotrial.capture.store.applying import ENTRY, HEAD, ITEM, SHEET, Server, lists_of
from myotrial.capture.trail.entries import START, Entry, linker_of
from myotrial.capture.trail.verifying import change_of
from myotrial.errors import MyotrialError

__all__ = ["Loaded", "load"]

BATCH = 1000  # entries written at a time
SITE = "INSERT INTO capture_site (code, name, zone) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
CHAIN = (
    "INSERT INTO capture_chain (id, number, site_id, status, seq, hash, at) "
    "VALUES (%s, %s, %s, '', 0, '', '')"
)
TAKEN = "SELECT COUNT(*) FROM capture_chain WHERE id <> 'study'"


@dataclass(frozen=True)
class Loaded:
    """What was brought: patients, and entries of their trails."""

    patients: int
    entries: int


def load(server: Server, archive: Archive) -> Loaded:
    """Bring the patients of an export into a database that holds none.

    Args:
        server: Protocol, forms, key of the study.
        archive: The export.

    Raises:
        MyotrialError: The database has patients, or the export is of another study, or its trail is
            not as it was written; nothing was brought.
    """
    if archive.study != server.protocol.study.id:
        raise MyotrialError(
            f"the export is of the study {archive.study!r}, not of {server.protocol.study.id!r}.\n"
            "Hint: import it into a server of its own study."
        )
    patients = entries = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKEN)
        if (cursor.fetchone() or (0,))[0]:
            raise MyotrialError(
                "the server holds patients already, and trails are never mixed.\n"
                "Hint: import into an empty server."
            )
        known = {site.code: site for site in archive.sites}
        for chain, several in groupby(archive.entries, key=lambda entry: entry.chain):
            count = _Patient(server, cursor, chain, known).load(several)
            patients, entries = patients + 1, entries + count
    return Loaded(patients, entries)


class _Patient:
    """One record that is brought."""

    def __init__(self, server: Server, cursor: Any, chain: str, sites: dict[str, Site]) -> None:
        self.server, self.chain, self.sites = server, chain, sites
        self.cursor = cursor

    def load(self, entries: Iterable[Entry]) -> int:
        record: Record | None = None
        last: Entry | None = None
        rows = []
        for entry in self._checked(entries):
            if record is None:
                record = self._opened(entry)
            record.take(change_of(entry))
            rows.append(entry.row)
            last = entry
            if len(rows) == BATCH:
                self._many(ENTRY, rows)
                rows = []
        self._many(ENTRY, rows)
        if record is None or last is None:
            return 0
        self._data(record)
        status, number = (record.text(SUBJECT, name) for name in ("@status", "@number"))
        head = (last.seq, last.hash, last.at, status, number or self.chain[:20], self.chain)
        self._one(HEAD, head)
        return last.seq

    def _checked(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        before, linker = START, linker_of(self.server.key)
        for seq, entry in enumerate(entries, start=1):
            if entry.seq != seq or linker.link(entry.row, before) != entry.hash:
                raise MyotrialError(
                    f"entry {entry.seq} of the record {self.chain} is not what was written, or the "
                    "export was made under another key.\n"
                    "Hint: bring the study's server/trail.key with the export, and compare the "
                    "file with another copy."
                )
            before = entry.hash
            yield entry

    def _opened(self, first: Entry) -> Record:
        site = self.sites.get(first.site, Site(first.site, first.site, ""))
        self._one(SITE, (site.code, site.name, site.zone or first.zone))
        self._one(CHAIN, (self.chain, self.chain[:20], first.site or None))
        return Record(self.chain, first.site)

    def _data(self, record: Record) -> None:
        self._many(
            ITEM,
            [
                (self.chain, entity, field, value.text, value.absent, record.touched[entity][field])
                for entity, fields in record.entities.items()
                for field, value in fields.items()
            ],
        )
        self._many(SHEET, [*lists_of(record, record.entities, self.server.catalogue)])

    def _one(self, query: str, values: tuple[Any, ...]) -> None:
        self.cursor.execute(query, values)

    def _many(self, query: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self.cursor.executemany(query, rows)
