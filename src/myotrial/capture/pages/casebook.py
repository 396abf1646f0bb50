"""What is printed: blank forms, the filled forms of a patient, the whole casebook with its trail.

Plain data, made once; the page for printing and the PDF show the same. The head of the patient's
chain stands on every page: a paper can be compared with the database at any time.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from myotrial.capture.forms.definitions import Catalogue, Event, Field, Form
from myotrial.capture.pages.words import ABSENCE, MARKS, PATIENT, STATES, translated
from myotrial.capture.pages.written import day_month
from myotrial.capture.pages.written import shown as written
from myotrial.capture.record.people import ROLES
from myotrial.capture.record.state import SUBJECT, FormKey, Record, Value
from myotrial.capture.record.statuses import form_status
from myotrial.capture.store.patients import Patient
from myotrial.capture.store.queries import time_of
from myotrial.capture.trail.entries import Entry
from myotrial.protocol.models import Protocol

__all__ = ["blank", "filled"]

REPEATED = 2  # empty entries of a repeating form on a blank casebook


def blank(protocol: Protocol, catalogue: Catalogue, code: str = "") -> dict[str, Any]:
    """Blank forms, annotated with the names of their fields: all of them, or one.

    Args:
        protocol: The protocol.
        catalogue: Its forms.
        code: One form; "" for all.
    """
    parts = []
    for event in catalogue.events.values():
        for form in catalogue.due(event.id):
            if code in ("", form.code):
                times = REPEATED if form.repeats else 1
                parts += [_blank_form(form, event, n) for n in range(1, times + 1)]
        if code and parts:
            break
    return {
        "kind": "blank",
        "title": _("Case report form"),
        "study": protocol.study.id,
        "long": protocol.study.title,
        "number": "",
        "facts": [[_("Version of the forms"), catalogue.version]],
        "forms": parts,
        "trail": [],
        "foot": _("Forms %(version)s") % {"version": catalogue.version},
    }


def filled(
    protocol: Protocol,
    catalogue: Catalogue,
    patient: Patient,
    record: Record,
    *,
    at: datetime,
    zone: str,
    by: str,
    language: str,
    entries: Iterable[Entry] | None = None,
) -> dict[str, Any]:
    """The forms of a patient as they are filled in, and the trail if it is wanted.

    Args:
        protocol: The protocol.
        catalogue: Its forms.
        patient: Who.
        record: The whole record.
        at: When it is printed.
        zone: Time zone of the site.
        by: Printed name of whoever prints it.
        language: Of the print.
        entries: The trail; None leaves it out.
    """
    forms = [*_filled_forms(catalogue, record, language)]
    when = _local(at, zone)
    foot = _("Entry %(seq)d of the trail, link %(link)s; printed %(when)s by %(by)s") % {
        "seq": patient.head, "link": patient.link[:16], "when": when, "by": by,
    }  # fmt: skip
    return {
        "kind": "filled" if entries is None else "casebook",
        "title": _("Casebook") if entries is not None else _("Case report form"),
        "study": protocol.study.id,
        "long": protocol.study.title,
        "number": patient.number,
        "facts": [
            [_("Site"), patient.site],
            [_("Status"), str(PATIENT.get(patient.status, patient.status))],
            [_("Arm"), record.text(SUBJECT, "ARM") or "–"],
            [_("First dose"), record.text(SUBJECT, "RFSTDTC") or "–"],
            [_("End of the trail"), f"{patient.head}: {patient.link}"],
            [_("Printed"), f"{when}, {by}"],
        ],
        "forms": forms,
        "trail": [_entry(item, zone) for item in entries or ()],
        "foot": foot,
    }


def _blank_form(form: Form, event: Event, number: int) -> dict[str, Any]:
    rows = [
        {
            "label": translated(item.label),
            "name": item.name,
            "value": "",
            "unit": item.unit,
            "choices": [translated(label) for _value, label in item.choices],
            "limits": _limits(item),
            "date": item.kind in ("date", "partial"),
            "query": "",
        }
        for item in form.fields
    ]
    return {
        "label": translated(form.label),
        "code": form.code,
        "event": translated(event.label),
        "number": number if form.repeats else 0,
        "status": "",
        "rows": rows,
        "queries": [],
    }


def _filled_forms(catalogue: Catalogue, record: Record, language: str) -> Iterator[dict[str, Any]]:
    for event in catalogue.events.values():
        for form in catalogue.due(event.id):
            top = record.last(f"form/{form.code}/{event.id}") if form.repeats else 1
            for number in range(1, top + 1):
                key = FormKey(form.code, event.id, number)
                if record.values(str(key)):
                    yield _filled_form(catalogue, record, form, event, key, language)


def _filled_form(
    catalogue: Catalogue, record: Record, form: Form, event: Event, key: FormKey, language: str
) -> dict[str, Any]:
    made, entity = _blank_form(form, event, key.number), str(key)
    queries = record.queries_on(entity)
    alive = {
        record.text(query, "@field"): str(STATES.get(record.text(query, "@state"), ""))
        for query in queries
    }
    for row, item in zip(made["rows"], form.fields, strict=True):
        row["value"] = _value(item, record.value(entity, item.name), language)
        row["query"] = alive.get(item.name, "")
    removed = record.text(entity, "@removed") == "Y"
    status = form_status(record, key, catalogue)
    made["status"] = _("taken out") if removed else str(MARKS[status].word)
    made["queries"] = [
        {
            "field": translated(form.known[name].label) if name in form.known else name,
            "state": str(STATES.get(record.text(query, "@state"), "")),
            "said": _said(record, query),
        }
        for query in queries
        if (name := record.text(query, "@field"))
    ]
    return made


def _said(record: Record, query: str) -> list[str]:
    names = sorted(
        (name for name in record.values(query) if name.startswith("say/")),
        key=lambda name: int(name[4:]),
    )
    return [record.text(query, name) for name in names]


def _value(item: Field, value: Value, language: str) -> str:
    if value.absent:
        return str(ABSENCE.get(value.absent, value.absent))
    if value.text is None:
        return ""
    if item.choices:
        return translated(dict(item.choices).get(value.text, value.text))
    if item.kind in ("date", "partial"):
        return day_month(value.text)
    text = written(item, value.text, language)
    return f"{text} {item.unit}".strip()


def _limits(item: Field) -> str:
    if item.range is None:
        return ""
    low, high = item.range
    return f"{low:g}–{high:g}" if high != float("inf") else ""


def _entry(entry: Entry, zone: str) -> list[str]:
    def said(value: Value) -> str:
        if entry.withheld:
            return _("withheld")
        return value.text if value.text is not None else str(ABSENCE.get(value.absent, ""))

    return [
        str(entry.seq),
        _local(time_of(entry.at), zone),
        f"{entry.name} ({ROLES.get(entry.role, entry.role)})",
        entry.action,
        f"{entry.entity} {entry.field}",
        said(entry.old),
        said(entry.new),
        entry.reason,
    ]


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S %Z")
