"""From records to the captured tables of a study, as `protocol.captured` describes them.

Who        patients who were enrolled; those who were only screened are in no analysis.
Dates      stand as dates, with the first dose as day 1 (RFSTDTC).
Partial    a start of which the day is unknown stands empty; an end is the last day it can be, so
           that what has ended is not taken to go on.
Absent     not done, unknown and not applicable are empty cells here; why stands in the exports.
Biopsies   one row a marker that was read.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from myotrial.capture.forms.catalogue import DAY_ONE
from myotrial.capture.forms.definitions import LOG
from myotrial.capture.record.state import SUBJECT, FormKey, Record
from myotrial.protocol import captured
from myotrial.protocol.captured import Table
from myotrial.protocol.models import Protocol
from myotrial.terms import CAPTURED

__all__ = ["concealed", "header", "rows"]

Row = dict[str, str | None]
LOGS = MappingProxyType(
    {"disposition": "DS", "exposure": "EX", "concomitant": "CM", "adverse_events": "AE"}
)
ENDS = frozenset({"CMENDTC", "AEENDTC"})


def header(table: Table) -> list[str]:
    """The columns of a captured table as a server fills it: dates, and values in one unit."""
    named = [column.date or column.name for column in table.columns]
    return [name for name in named if not name.endswith("_UNIT")]


def rows(records: Iterable[tuple[str, Record]], protocol: Protocol) -> Iterator[tuple[str, Row]]:
    """The rows of all captured tables.

    Args:
        records: Each patient's number, and record.
        protocol: The protocol they belong to.

    Yields:
        Name of the table and row, patient by patient.
    """
    tables = captured.tables(protocol)
    headers = {name: header(table) for name, table in tables.items()}
    for number, record in records:
        if not record.text(SUBJECT, "ARM"):
            continue
        common = {
            "STUDYID": protocol.study.id,
            "USUBJID": number,
            "ORIGIN": record.text(SUBJECT, "@origin") or CAPTURED,
        }
        for name, cells in _of(record, protocol):
            yield name, {**{column: cells.get(column) for column in headers[name]}, **common}


def concealed(record: Record) -> bool:
    """Whether a patient has an arm that the record does not tell."""
    joined = record.text(SUBJECT, "@status") in ("enrolled", "completed", "withdrawn")
    return joined and not record.text(SUBJECT, "ARM")


def _of(record: Record, protocol: Protocol) -> Iterator[tuple[str, Row]]:
    subject = _cells(record, FormKey("SUBJECT", "SCREENING"))
    start = {name: record.value(SUBJECT, name).text for name in ("ARM", DAY_ONE)}
    yield "subjects", subject | start
    for visit in protocol.visits:
        made = {"VISIT": visit.id, **_cells(record, FormKey("VISIT", visit.id))}
        for item in protocol.assessments:
            made[item.id] = _cells(record, FormKey(item.id, visit.id)).get(item.id)
        if any(text for name, text in made.items() if name != "VISIT"):
            yield "visits", made
    for name, code in LOGS.items():
        for number in range(1, record.last(f"form/{code}/{LOG}") + 1):
            cells = _cells(record, FormKey(code, LOG, number))
            if any(cells.values()):
                yield name, {key: _dated(key, text) for key, text in cells.items()}
    for number in range(1, record.last(f"form/BX/{LOG}") + 1):
        yield from _biopsy(_cells(record, FormKey("BX", LOG, number)), protocol)


def _biopsy(cells: Row, protocol: Protocol) -> Iterator[tuple[str, Row]]:
    for marker in protocol.biopsy.markers if protocol.biopsy else ():
        read = cells.get(marker.id)
        if read is not None:
            result = {"BXPRES": read} if marker.presence else {"BXRES": read, "BXU": marker.unit}
            same = {name: cells.get(name) for name in ("BXTIME", "BXDTC")}
            yield "biopsies", {**same, "MARKER": marker.id, **result}


def _cells(record: Record, key: FormKey) -> Row:
    """What was entered on a form; nothing where it was taken out."""
    if record.text(str(key), "@removed") == "Y":
        return {}
    return {name: value.text for name, value in record.values(str(key)).items() if name[0] != "@"}


def _dated(name: str, text: str | None) -> str | None:
    """A date as the tables take it; of a partial one, the last day it can be, or nothing.

    >>> _dated("AEENDTC", "2024-02"), _dated("AESTDTC", "2024-02"), _dated("AETERM", "rash")
    ('2024-02-29', None, 'rash')
    """
    if text is None or not name.endswith("DTC") or len(text) == 10:
        return text
    if name not in ENDS:
        return None
    year, _, month = text.partition("-")
    last = int(month or 12)
    return f"{year}-{last:02}-{monthrange(int(year), last)[1]}"
