"""Exports of a study server: CSV, Dataset-JSON 1.1, ODM 1.3.2 and ODM 2.0, each with the trail.

csv            a zip archive: data/ is the study's folder of captured tables, beside it queries,
               sites, ends of trails, the trail, and the forms as JSON.
dataset-json   the same tables as CDISC Dataset-JSON 1.1.
odm, odm2      one XML file of transactions.

All of them bring the trail back when they are imported; the same data give the same bytes.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from myotrial.capture.exchange import odm
from myotrial.capture.exchange.sheets import Column, Sheet, sheets
from myotrial.capture.exchange.snapshot import Snapshot
from myotrial.capture.exchange.zipped import zipped
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.trail.anchors import digest
from myotrial.cells import quoted
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = ["KINDS", "export", "file_name"]

KINDS = MappingProxyType(  # how each is called and served
    {
        "csv": ("zip", "application/zip"),
        "dataset-json": ("zip", "application/zip"),
        "odm": ("xml", "application/xml"),
        "odm2": ("xml", "application/xml"),
    }
)
BATCH = 500  # rows written at a time
README = """\
{study}: export of the study server.

data/ holds the captured tables as `myotrial run` reads them. In CSV, a text that a spreadsheet
would take for a formula has an apostrophe in front. trail.{suffix} holds every change of every
value: who, when, what, old, new, why, each entry chained to the one before.
Patients: {patients}. Entries of the trail: {entries}. Ends of all trails as one digest: {digest}
"""


def file_name(kind: str, study: str) -> str:
    """Name of the file that an export is kept under: the study and the kind, no more."""
    return f"{study}-{kind}.{KINDS[kind][0]}"


def export(
    kind: str, held: Snapshot, protocol: Protocol, catalogues: Mapping[str, Catalogue]
) -> Iterator[bytes]:
    """The study as one file, piece by piece.

    Args:
        kind: A key of `KINDS`.
        held: The database at one moment; must stay open until the last piece.
        protocol: The protocol in force.
        catalogues: The forms of each version.

    Raises:
        MyotrialError: There is no such kind.
    """
    if kind not in KINDS:
        raise MyotrialError(f"there is no export {kind!r}.\nHint: {', '.join(KINDS)}.")
    if kind.startswith("odm"):
        yield from odm.document(held, protocol, catalogues, "2.0" if kind == "odm2" else "1.3.2")
        return
    write, suffix = (_csv, "csv") if kind == "csv" else (_json, "json")
    with sheets(held, protocol) as several:
        made = max((item.head.at for item in held.patients()), default="1970-01-01T00:00:00Z")
        yield from zipped(
            [
                ("README.txt", [_readme(held, protocol, suffix)]),
                ("forms.json", [_forms(catalogues)]),
                *(
                    (f"{sheet.name}.{suffix}", write(sheet, protocol.study.id, made))
                    for sheet in several
                ),
            ]
        )


def _readme(held: Snapshot, protocol: Protocol, suffix: str) -> bytes:
    patients = held.patients()
    return README.format(
        study=protocol.study.id,
        suffix=suffix,
        patients=len(patients),
        entries=held.count(),
        digest=digest(item.head for item in patients),
    ).encode()


def _forms(catalogues: Mapping[str, Catalogue]) -> bytes:
    versions = {name: catalogue.as_record() for name, catalogue in sorted(catalogues.items())}
    return (json.dumps(versions, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(sheet: Sheet, study: str, made: str) -> Iterator[bytes]:
    del study, made  # stand in the archive's other files
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in sheet.columns])
    for several in _batches(sheet.rows()):
        writer.writerows(
            [_cell(value, column) for value, column in zip(row, sheet.columns, strict=True)]
            for row in several
        )
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _cell(value: Any, column: Column) -> str:
    if isinstance(value, str):
        return quoted(value) if value or column.missing else ""
    if column.kind == "boolean":
        return "Y" if value else "N"
    return "" if value is None else str(value)


def _json(sheet: Sheet, study: str, made: str) -> Iterator[bytes]:
    name = sheet.name.rpartition("/")[2]
    about = {
        "datasetJSONCreationDateTime": made[:19],
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{study}.{name}",
        "originator": "myotrial",
        "sourceSystem": {"name": "myotrial", "version": version("myotrial")},
        "studyOID": f"ST.{study}",
        "itemGroupOID": f"IG.{name}",
        "records": sheet.count,
        "name": name,
        "label": sheet.label,
        "columns": [
            {
                "itemOID": f"IT.{name}.{column.name}",
                "name": column.name,
                "label": column.label,
                "dataType": column.kind,
            }
            for column in sheet.columns
        ],
    }
    head = json.dumps(about, ensure_ascii=False)
    yield f'{head[:-1]}, "rows": [\n'.encode()
    comma = ""
    for several in _batches(sheet.rows()):
        lines = [json.dumps(_typed(row, sheet), ensure_ascii=False) for row in several]
        yield (comma + ",\n".join(lines)).encode()
        comma = ",\n"
    yield b"\n]}\n"


def _typed(row: Iterable[Any], sheet: Sheet) -> list[Any]:
    """Numbers as numbers, where the tables keep them as text."""
    made = []
    for value, column in zip(row, sheet.columns, strict=True):
        if value is None or column.kind in ("string", "boolean"):
            made.append(value)
        else:
            made.append(int(value) if column.kind == "integer" else float(value))
    return made


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    several: list[Any] = []
    for row in rows:
        several.append(row)
        if len(several) == BATCH:
            yield several
            several = []
    if several:
        yield several
