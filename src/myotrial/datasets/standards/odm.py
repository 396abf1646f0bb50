"""CDISC ODM 1.3.2: the protocol's forms as metadata, and the captured rows as clinical data.

Each captured table is a form with one group of items. `visits` is a form of each visit; the others
belong to an event of their own, COMMON, and repeat where a subject has several rows. Both ways go
through the names of the items, which are those of the tables' columns.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from myotrial import terms
from myotrial.datasets.standards.odm_document import begun, described, element, ended
from myotrial.protocol.captured import Column, tables
from myotrial.protocol.models import Protocol

__all__ = ["document", "items"]

COMMON = "COMMON"
VISITS = "visits"
TYPES = {"text": "text", "number": "float", "integer": "integer", "day": "integer", "date": "date"}
Row = dict[str, Any]


def document(
    protocol: Protocol, captured: Mapping[str, pl.DataFrame], made: datetime, origin: str
) -> bytes:
    """The study as one ODM file, in UTF-8.

    Args:
        protocol: The protocol.
        captured: Captured tables as `read_tables` gives them.
        made: The time it is said to be made at.
        origin: captured, reconstructed or simulated; the study's description says so.
    """
    study = protocol.study.id
    root, within = begun(protocol, f"odm.{study}", made, origin)
    _definitions(within, protocol)
    data = element(root, "ClinicalData", StudyOID=f"ST.{study}", MetaDataVersionOID=f"MDV.{study}")
    for subject, rows in _by_subject(captured):
        _subject(data, subject, rows)
    return ended(root)


def _definitions(within: ET.Element, protocol: Protocol) -> None:
    units = sorted({item.unit for item in protocol.assessments})
    basic = element(within, "BasicDefinitions")
    for unit in units:
        one = element(basic, "MeasurementUnit", OID=f"MU.{_oid(unit)}", Name=unit)
        described(element(one, "Symbol"), unit)
    known = tables(protocol)
    study = protocol.study.id
    made = element(within, "MetaDataVersion", OID=f"MDV.{study}", Name=study)
    _events(made, protocol, [name for name in known if name != VISITS])
    for name in known:
        repeats = "No" if known[name].key == ("USUBJID",) or name == VISITS else "Yes"
        form = element(made, "FormDef", OID=f"F.{name}", Name=name, Repeating=repeats)
        element(form, "ItemGroupRef", ItemGroupOID=f"IG.{name}", Mandatory="Yes")
    for name, table in known.items():
        group = element(made, "ItemGroupDef", OID=f"IG.{name}", Name=name, Repeating="No")
        for column in items(table.columns):
            needed = "Yes" if column.filled else "No"
            element(group, "ItemRef", ItemOID=_item(name, column.name), Mandatory=needed)
    for name, table in known.items():
        for column in items(table.columns):
            _define(made, protocol, name, column)
    for name, table in known.items():
        for column in items(table.columns):
            if column.values:
                _codes(made, name, column)


def _events(made: ET.Element, protocol: Protocol, others: list[str]) -> None:
    plan = element(made, "Protocol")
    element(plan, "StudyEventRef", StudyEventOID=f"SE.{COMMON}", OrderNumber="1", Mandatory="Yes")
    for place, visit in enumerate(protocol.visits, start=2):
        needed = "No" if visit.unscheduled else "Yes"
        element(
            plan,
            "StudyEventRef",
            StudyEventOID=f"SE.{visit.id}",
            OrderNumber=str(place),
            Mandatory=needed,
        )
    common = element(
        made, "StudyEventDef", OID=f"SE.{COMMON}", Name="Subject", Repeating="No", Type="Common"
    )
    for name in others:
        element(common, "FormRef", FormOID=f"F.{name}", Mandatory="No")
    for visit in protocol.visits:
        kind = "Unscheduled" if visit.unscheduled else "Scheduled"
        event = element(
            made,
            "StudyEventDef",
            OID=f"SE.{visit.id}",
            Name=visit.label,
            Repeating="No",
            Type=kind,
        )
        element(event, "FormRef", FormOID=f"F.{VISITS}", Mandatory="Yes")


def _define(made: ET.Element, protocol: Protocol, table: str, column: Column) -> None:
    item = element(
        made,
        "ItemDef",
        OID=_item(table, column.name),
        Name=column.name,
        DataType=TYPES[column.kind],
        **({"Length": "200"} if column.kind == "text" else {}),
    )
    described(element(item, "Question"), _label(protocol, column.name))
    units = {measure.id: measure.unit for measure in protocol.assessments}
    if table == VISITS and column.name in units:
        unit = f"MU.{_oid(units[column.name])}"
        element(item, "MeasurementUnitRef", MeasurementUnitOID=unit)
    if column.values:
        element(item, "CodeListRef", CodeListOID=f"CL.{table}.{column.name}")


def _codes(made: ET.Element, table: str, column: Column) -> None:
    oid = f"CL.{table}.{column.name}"
    several = element(made, "CodeList", OID=oid, Name=oid, DataType="text")
    for value in column.values:
        element(several, "EnumeratedItem", CodedValue=value)


def _label(protocol: Protocol, name: str) -> str:
    if name in protocol.subject:
        return protocol.subject[name].label
    labels = {item.id: item.label or item.instrument for item in protocol.assessments}
    return labels.get(name) or terms.LABELS.get(name, name)


def _by_subject(
    captured: Mapping[str, pl.DataFrame],
) -> Iterator[tuple[str, list[tuple[str, Row]]]]:
    """Each subject with the rows of all tables, in the tables' order."""
    rows: dict[str, list[tuple[str, Row]]] = {
        name: [] for name in captured["subjects"]["USUBJID"].to_list()
    }
    for table, frame in captured.items():
        for row in frame.iter_rows(named=True):
            rows[row["USUBJID"]].append((table, row))
    yield from rows.items()


def _subject(data: ET.Element, subject: str, rows: list[tuple[str, Row]]) -> None:
    person = element(data, "SubjectData", SubjectKey=subject)
    others = [(table, row) for table, row in rows if table != VISITS]
    event = element(person, "StudyEventData", StudyEventOID=f"SE.{COMMON}")
    count: dict[str, int] = {}
    for table, row in others:
        count[table] = count.get(table, 0) + 1
        _form(event, table, row, count[table])
    for _, row in (pair for pair in rows if pair[0] == VISITS):
        visit = element(person, "StudyEventData", StudyEventOID=f"SE.{row['VISIT']}")
        _form(visit, VISITS, row, 1)


def _form(event: ET.Element, table: str, row: Row, number: int) -> None:
    form = element(event, "FormData", FormOID=f"F.{table}", FormRepeatKey=str(number))
    group = element(form, "ItemGroupData", ItemGroupOID=f"IG.{table}")
    for name, value in row.items():
        if value is not None and name not in ("STUDYID", "USUBJID"):
            element(group, "ItemData", ItemOID=_item(table, name), Value=_written(value))


def _written(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def items(columns: tuple[Column, ...]) -> list[Column]:
    """The columns of a table that are items of its form: all but those that name the subject."""
    return [column for column in columns if column.name not in ("STUDYID", "USUBJID")]


def _item(table: str, column: str) -> str:
    return f"I.{table}.{column}"


def _oid(text: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in text)
