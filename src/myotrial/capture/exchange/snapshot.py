"""The server's database at one moment: read without Django, without a turn to write.

A snapshot is one transaction that only reads: an export of an hour shows the moment it began, and
nobody waits for it. Rows are streamed; never is more than one patient's record in memory.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.capture.record.state import Record
from myotrial.capture.store.records import whole
from myotrial.capture.trail.entries import Entry, read_row
from myotrial.capture.trail.links import COLUMNS
from myotrial.capture.trail.verifying import Head
from myotrial.errors import MyotrialError

__all__ = ["STUDY", "Held", "Snapshot", "snapshot"]

STUDY = "study"  # the chain of the study itself: accounts, grants, releases, exports
CHAINS = (
    "SELECT id, number, COALESCE(site_id, ''), status, seq, hash, at FROM capture_chain "
    "WHERE seq > 0 ORDER BY number"
)
SITES = "SELECT code, name, zone FROM capture_site ORDER BY code"
LISTED = ", ".join(f'"{name}"' for name in COLUMNS)
TRAIL = f"SELECT {LISTED} FROM capture_entry WHERE chain_id = %s ORDER BY seq"
OF_PATIENTS = "FROM capture_entry WHERE chain_id <> 'study'"
PEOPLE = f'SELECT DISTINCT "user", name, role, organisation {OF_PATIENTS}'
FIELDS = f"SELECT DISTINCT entity, field {OF_PATIENTS}"
VERSIONS = f"SELECT version, MIN(at) {OF_PATIENTS}"
COUNT = f"SELECT COUNT(*) {OF_PATIENTS}"
BATCH = 1000  # rows fetched at a time


@dataclass(frozen=True)
class Held:
    """One record that the database holds: a patient, or the study itself.

    Attributes:
        chain: Id of the record.
        number: Number of the patient.
        site: Code of the site; "" of none.
        status: "screening", "enrolled", "completed", "withdrawn"; "" of the study's own.
        head: The end of its trail.
    """

    chain: str
    number: str
    site: str
    status: str
    head: Head


class Snapshot:
    """What can be read of the database, all of one moment.

    Args:
        connection: A connection of sqlite3 or psycopg within one transaction.
        sites: Codes of the sites that are shown; None for every site.
    """

    def __init__(self, connection: Any, sites: frozenset[str] | None = None) -> None:
        self._connection, self._sites = connection, sites

    def records(self) -> list[Held]:
        """The records by number, without those of other sites."""
        found = (
            Held(chain, number, site, status, Head(chain, seq, link, at))
            for chain, number, site, status, seq, link, at in self._rows(CHAINS)
        )
        return [item for item in found if self._sites is None or item.site in self._sites]

    def patients(self) -> list[Held]:
        """The records that are patients."""
        return [item for item in self.records() if item.chain != STUDY]

    def record(self, held: Held) -> Record:
        """What stands in a record."""
        with closing(_Cursor(self._connection.cursor())) as cursor:
            return whole(cursor, held.chain, held.site, held.head.seq)

    def entries(self, held: Held) -> Iterator[Entry]:
        """The trail of a record, in order."""
        return map(read_row, self._rows(TRAIL, (held.chain,)))

    def sites(self) -> list[tuple[str, str, str]]:
        """Code, name and time zone of each site that is shown."""
        return [row for row in self._rows(SITES) if self._sites is None or row[0] in self._sites]

    def people(self) -> list[tuple[str, str, str, str]]:
        """User, name, role and organisation of everybody in the patients' trails."""
        return sorted(self._of_patients(PEOPLE))

    def fields(self) -> list[tuple[str, str]]:
        """Entity and field of everything that the patients' trails are about."""
        return sorted(self._of_patients(FIELDS))

    def versions(self) -> dict[str, str]:
        """Versions of the forms that entries were made under, each with the time of the first."""
        return dict(sorted(self._of_patients(VERSIONS, " GROUP BY version")))

    def count(self) -> int:
        """How many entries the patients' trails have."""
        return next(self._of_patients(COUNT))[0]

    def _of_patients(self, query: str, end: str = "") -> Iterator[Any]:
        """The rows of a query over the trails of the patients that are shown."""
        sites = sorted(self._sites) if self._sites is not None else []
        if self._sites is None:
            return self._rows(query + end)
        marks = ", ".join(["%s"] * len(sites)) or "NULL"
        return self._rows(f"{query} AND site IN ({marks}){end}", tuple(sites))

    def _rows(self, query: str, parameters: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        with closing(_Cursor(self._connection.cursor())) as cursor:
            cursor.execute(query, parameters)
            while rows := cursor.fetchmany(BATCH):
                yield from rows


@contextmanager
def snapshot(
    settings: Mapping[str, Any], sites: frozenset[str] | None = None
) -> Iterator[Snapshot]:
    """Open a database for reading.

    Args:
        settings: The settings of the database, as `databases.database` gives them.
        sites: Codes of the sites that are shown; None for every site.

    Raises:
        MyotrialError: It cannot be opened, or is not one of a study server.
    """
    connection = _sqlite(settings) if "sqlite" in settings["ENGINE"] else _postgresql(settings)
    try:
        yield Snapshot(connection, sites)
    finally:
        connection.close()


class _Cursor:
    """A cursor that takes %s for a parameter, whichever database it is of."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._sqlite = isinstance(cursor, sqlite3.Cursor)
        self.fetchall, self.fetchmany, self.close = cursor.fetchall, cursor.fetchmany, cursor.close

    def execute(self, query: str, parameters: tuple[Any, ...] = ()) -> None:
        self._cursor.execute(query.replace("%s", "?") if self._sqlite else query, parameters)


def _sqlite(settings: Mapping[str, Any]) -> Any:
    file = Path(settings["NAME"])
    try:
        connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30
        )
        connection.execute("BEGIN")
        connection.execute(CHAINS).close()  # the moment is now, not at the first question
    except sqlite3.Error as error:
        raise MyotrialError(
            f"{file} cannot be read as the database of a study server: {error}.\n"
            "Hint: `myotrial serve` makes one; `myotrial restore` brings one back."
        ) from None
    return connection


def _postgresql(settings: Mapping[str, Any]) -> Any:
    import psycopg

    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host",
             "PORT": "port"}  # fmt: skip
    try:
        connection = psycopg.connect(
            **{to: settings[key] for key, to in named.items() if settings.get(key)}
        )
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(CHAINS)
    except psycopg.Error as error:
        raise MyotrialError(
            "the PostgreSQL database of the study server cannot be read: "
            f"{str(error).strip().splitlines()[0]}.\n"
            "Hint: DATABASE_URL=postgresql://user:password@host:5432/name"
        ) from None
    return connection
