"""Captured tables entered into the server patient by patient, as a person would at the forms.

Nothing goes round the rules: every value is checked, every act leaves its entries. What a table
cannot say is stated by whoever calls: the day of the first dose where the tables count study days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction

from myotrial.capture.exchange.tables import LOGS
from myotrial.capture.forms.catalogue import CONSENT, DAY_ONE
from myotrial.capture.forms.definitions import LOG, SCREENING
from myotrial.capture.record.actions import Action, Enrol, Save
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import FormKey, Value
from myotrial.capture.record.statuses import baseline_of
from myotrial.capture.store.applying import Server, apply
from myotrial.capture.store.opening import open_record
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol
from myotrial.terms import CAPTURED

__all__ = ["enter"]

Row = Mapping[str, Any]
Fields = dict[str, Value]
CONSENT_DAY = -28  # where no consent is told: before every visit's window of the seed; assumed
ADEQUATE = MappingProxyType({"BXADEQ": "Y"})  # a biopsy with readings was adequate


def enter(
    server: Server,
    tables: Mapping[str, Sequence[Row]],
    by: Person,
    *,
    site: Callable[[int], str],
    day_one: Callable[[int], date],
) -> int:
    """Enter the patients of captured tables.

    Args:
        server: Protocol, forms, key; its database holds none of these patients.
        tables: Rows by captured table; dates, or study days.
        by: Who enters them; the role must be one that enters every form.
        site: From the place of a patient among them, from 0, to the site's code.
        day_one: From the same to the day of the first dose, where the table does not say.

    Returns:
        How many patients were entered.

    Raises:
        MyotrialError: A row cannot be entered; patients before it are there.
    """
    patients = list(tables["subjects"])
    for place, subject in enumerate(patients):
        own = {
            name: [row for row in rows if row["USUBJID"] == subject["USUBJID"]]
            for name, rows in tables.items()
            if name != "subjects"
        }
        start = _text(subject.get(DAY_ONE))
        first = date.fromisoformat(start) if start else day_one(place)
        with transaction.atomic():
            _patient(server, subject, own, by, site(place), first)
    return len(patients)


def _patient(
    server: Server, subject: Row, own: Mapping[str, Sequence[Row]], by: Person, site: str, day: date
) -> None:
    number, origin = str(subject["USUBJID"]), _text(subject.get("ORIGIN"))
    opened = open_record(
        server, site, number, by, origin=origin if origin and origin != CAPTURED else ""
    )
    for action in _actions(server.protocol, subject, own, day):
        outcome = apply(server, opened.chain, action, by)
        if outcome.problems:
            told = "; ".join(f"{item.field} {item.message}" for item in outcome.problems)
            place = action.key if isinstance(action, Save) else type(action).__name__
            raise MyotrialError(
                f"patient {number}, {place}: {told}.\nHint: correct the table, and enter it again."
            )


def _actions(
    protocol: Protocol, subject: Row, own: Mapping[str, Sequence[Row]], day: date
) -> Iterator[Action]:
    """What a site would do for one patient, in order."""
    known = {name: subject.get(name) for name in protocol.recorded}
    consent = {CONSENT: _dates({"CONSENTDY": CONSENT_DAY}, day)["CONSENTDTC"]}
    yield Save(FormKey("SUBJECT", SCREENING), _fields({**known, **consent}))
    base = baseline_of(protocol)
    visits = [_dates(row, day) for row in own.get("visits", ())]
    yield from _visits(protocol, (row for row in visits if row["VISIT"] == base))
    yield Enrol(str(subject["ARM"]), day.isoformat())
    yield from _visits(protocol, (row for row in visits if row["VISIT"] != base))
    for name, code in sorted(LOGS.items(), key=lambda pair: pair[1] == "DS"):
        for number, row in enumerate(own.get(name, ()), start=1):
            kept = {key: value for key, value in row.items() if key not in ("STUDYID", "USUBJID")}
            yield Save(FormKey(code, LOG, number), _fields(_dates(kept, day)))
    for number, cells in enumerate(_biopsies(protocol, own.get("biopsies", ()), day), start=1):
        yield Save(FormKey("BX", LOG, number), _fields(cells))


def _visits(protocol: Protocol, rows: Iterable[dict[str, Any]]) -> Iterator[Save]:
    for row in rows:
        event = str(row["VISIT"])
        yield Save(FormKey("VISIT", event), _fields({"VISITDTC": row.get("VISITDTC")}))
        for item in protocol.assessments:
            if row.get(item.id) is not None and event in item.visits:
                yield Save(FormKey(item.id, event), _fields({item.id: row[item.id]}))


def _biopsies(protocol: Protocol, rows: Sequence[Row], day: date) -> Iterator[dict[str, Any]]:
    """One form a biopsy, from one row a marker; it belongs to the nearest month that has one."""
    asked = protocol.biopsy.visits if protocol.biopsy else ()
    due = [visit for visit in protocol.visits if visit.id in asked]
    for time in dict.fromkeys(row["BXTIME"] for row in rows):
        several = [_dates(row, day) for row in rows if row["BXTIME"] == time]
        taken = date.fromisoformat(several[0]["BXDTC"])
        near = min(due, key=lambda visit: abs((taken - day).days + 1 - (visit.day or 0)))
        cells = {"BXTIME": time, "BXDTC": taken, "BXMONTH": near.month, **ADEQUATE}
        for row in several:
            present = row.get("BXPRES")
            cells[row["MARKER"]] = row.get("BXRES") if present is None else present
        yield cells


def _dates(row: Row, day: date) -> dict[str, Any]:
    """A row whose study days are dates: day 1 is the first dose, the day before it is -1."""
    made = {}
    for name, value in row.items():
        if name.endswith("DY") and value is not None:
            apart = int(value) - (1 if int(value) > 0 else 0)
            made[f"{name.removesuffix('DY')}DTC"] = (day + timedelta(apart)).isoformat()
        elif not name.endswith("DY"):
            made[name] = value
    return made


def _fields(cells: Row) -> Fields:
    return {
        name: Value(text)
        for name, value in cells.items()
        if name != "ORIGIN" and (text := _text(value))
    }


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0").rstrip(".")
    return str(value)
