"""What an export of tables holds: captured tables, queries, sites, ends of trails, the trail."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from myotrial import terms
from myotrial.capture.exchange.snapshot import Snapshot
from myotrial.capture.exchange.tables import header, rows
from myotrial.capture.record.state import Record
from myotrial.protocol import captured
from myotrial.protocol.models import Protocol

__all__ = ["SITES", "TRAIL", "Column", "Sheet", "sheets"]

Row = tuple[Any, ...]
BUFFER = 1 << 20  # bytes of one table that are kept in memory


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: Its name.
        label: Its label.
        kind: "string", "integer", "float" or "boolean".
        missing: Whether a missing value is told apart from an empty text.
    """

    name: str
    label: str
    kind: str = "string"
    missing: bool = False


TRAIL = (
    Column("CHAIN", "Id of the Record"),
    Column("SEQ", "Number of the Entry in Its Record", "integer"),
    Column("AT", "Saved, Server Time in UTC"),
    Column("ZONE", "Time Zone of the Site"),
    Column("USER", "Account"),
    Column("NAME", "Printed Name"),
    Column("ROLE", "Role"),
    Column("ORGANISATION", "Organisation"),
    Column("SITE", "Site"),
    Column("ACTION", "What Was Done"),
    Column("ENTITY", "What the Field Belongs To"),
    Column("FIELD", "Field"),
    Column("OLD", "Old Value", missing=True),
    Column("OLDABS", "Why There Was No Old Value"),
    Column("NEW", "New Value", missing=True),
    Column("NEWABS", "Why There Is No New Value"),
    Column("REASON", "Reason"),
    Column("NOTED", "Only Tried, Nothing Changed", "boolean"),
    Column("VERSION", "Version of the Forms"),
    Column("ACT", "Id of the Act"),
    Column("ENTERED", "Entered, if Not When Saved"),
    Column("WITHHELD", "Digests of Withheld Values"),
    Column("HASH", "Link of the Chain"),
)
SITES = (
    Column("SITE", "Site"),
    Column("NAME", "Name of the Site"),
    Column("ZONE", "Time Zone of the Site"),
)
HEADS = (
    Column("USUBJID", "Unique Subject Identifier"),
    Column("CHAIN", "Id of the Record"),
    Column("SITE", "Site"),
    Column("STATUS", "Status of the Subject"),
    Column("SEQ", "Number of the Last Entry", "integer"),
    Column("HASH", "Link of the Last Entry"),
)
QUERIES = (
    Column("USUBJID", "Unique Subject Identifier"),
    Column("QUERY", "Number of the Query", "integer"),
    Column("STATE", "State of the Query"),
    Column("SOURCE", "Asked by a Person or a Check"),
    Column("ENTITY", "Form"),
    Column("FIELD", "Field"),
    Column("SAID", "What Was Said, One a Line"),
)
KINDS = {"number": "float", "integer": "integer"}


@dataclass(frozen=True)
class Sheet:
    """One table of an export.

    Attributes:
        name: Its name: "data/visits", "trail".
        label: What it holds.
        columns: Its columns.
        count: How many rows it has.
        rows: Gives the rows, each with a value or None a column.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    count: int
    rows: Callable[[], Iterable[Row]]


@contextmanager
def sheets(held: Snapshot, protocol: Protocol) -> Iterator[list[Sheet]]:
    """The tables of an export; their rows may be read while this is open."""
    patients = held.patients()
    sites = held.sites()
    heads = [
        (item.number, item.chain, item.site, item.status, item.head.seq, item.head.hash)
        for item in patients
    ]

    def trail() -> Iterator[Row]:
        for patient in patients:
            yield from (entry.row for entry in held.entries(patient))

    with ExitStack() as stack:
        spools = {name: _Spool(stack) for name in (*captured.tables(protocol), "queries")}
        for patient in patients:
            record = held.record(patient)
            for name, cells in rows([(patient.number, record)], protocol):
                spools[name].put([*cells.values()])
            for query in _queries(patient.number, record):
                spools["queries"].put(query)
        yield [
            *(
                Sheet(
                    f"data/{name}", f"Captured Table {name}", _columns(table),
                    spools[name].count, spools[name].rows,
                )
                for name, table in captured.tables(protocol).items()
            ),
            Sheet("queries", "Queries", QUERIES, spools["queries"].count, spools["queries"].rows),
            Sheet("sites", "Sites", SITES, len(sites), lambda: sites),
            Sheet("heads", "Ends of All Trails", HEADS, len(heads), lambda: heads),
            Sheet("trail", "Audit Trail", TRAIL, held.count(), trail),
        ]  # fmt: skip


class _Spool:
    """Rows that wait for their turn, on the disk where they are many."""

    def __init__(self, stack: ExitStack) -> None:
        spool = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            BUFFER, "w+", encoding="utf-8", newline=""
        )
        self._file = stack.enter_context(spool)
        self.count = 0

    def put(self, row: Iterable[Any]) -> None:
        self._file.write(json.dumps([*row], ensure_ascii=False) + "\n")
        self.count += 1

    def rows(self) -> Iterator[Row]:
        self._file.seek(0)
        for line in self._file:
            yield tuple(json.loads(line))


def _columns(table: captured.Table) -> tuple[Column, ...]:
    """Columns of a captured table; a study day stands as a date."""
    kinds = {column.date or column.name: KINDS.get(column.kind, "string")
             for column in table.columns}  # fmt: skip
    return tuple(Column(name, terms.LABELS.get(name, name), kinds[name]) for name in header(table))


def _queries(number: str, record: Record) -> Iterator[Row]:
    for place in range(1, record.last("query") + 1):
        query = f"query/{place}"
        marks = {name: value.text or "" for name, value in record.values(query).items()}
        said = [text for name, text in marks.items() if name.startswith("say/")]
        yield (
            number, place, marks.get("@state", ""), marks.get("@source", ""), marks.get("@on", ""),
            marks.get("@field", ""), "\n".join(said),
        )  # fmt: skip
