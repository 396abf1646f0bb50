"""What the API tells: study, forms, patients, values, matrix, queries, the trail, and exports."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Annotated, Any

from django.db import connection
from django.http import StreamingHttpResponse
from pydantic import Field

from myotrial.capture.accounts.acting import note
from myotrial.capture.api import schemas
from myotrial.capture.api.asking import EXPORT, router
from myotrial.capture.exchange.snapshot import snapshot
from myotrial.capture.exchange.writing import KINDS, export, file_name
from myotrial.capture.pages.matrix import by_visit
from myotrial.capture.record.asking import form_of
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Record
from myotrial.capture.record.statuses import baseline_of, form_status
from myotrial.capture.store import patients
from myotrial.capture.store.applying import Server
from myotrial.capture.store.models import Site
from myotrial.capture.store.patients import Patient, Wanted
from myotrial.capture.store.trails import entries
from myotrial.capture.trail.entries import Entry
from myotrial.capture.web.server import current

__all__ = ["EXPORTS", "streamed", "subject"]

EXPORTS = ("investigator", "data_manager", "statistician", "sponsor")
Most = Annotated[int, Field(ge=1, le=500)]
Number = Annotated[int, Field(ge=0, le=2**53)]
Part = Annotated[str, Field(max_length=40)]


@router.get("/study", response=schemas.Study, summary="The study and its schedule")
def study(request: Any) -> Any:
    """The study, the events and forms of its protocol, and your sites."""
    server = current()
    sites = Site.objects.order_by("code")
    return {
        "id": server.protocol.study.id,
        "title": server.protocol.study.title,
        "version": server.catalogue.version,
        "arms": [arm.id for arm in server.protocol.arms],
        "events": server.catalogue.as_record()["events"],
        "forms": [*server.catalogue.forms],
        "sites": [site for site in sites if request.person.at(site.code)],
    }


@router.get("/forms", response=list[dict[str, Any]], summary="Definitions of all forms")
def forms(request: Any) -> Any:
    """Every form: its fields with kinds, units, ranges and choices, and the events it is due at."""
    del request
    return current().catalogue.as_record()["forms"]


@router.get("/subjects", response=schemas.Subjects, summary="Patients")
def subjects(
    request: Any,
    number: Part = "",
    site: Part = "",
    status: Part = "",
    after: Part = "",
    limit: Most = 100,
) -> Any:
    """A page of the patients you may see, by number; `after` goes on after one."""
    found = patients.find(request.person, Wanted(number, site, status, after, limit))
    last = found.patients[-1].number if found.more else None
    return {"items": [*map(subject, found.patients)], "next": last}


@router.get("/subjects/{str:chain}", response=schemas.Whole, summary="One patient")
def one(request: Any, chain: str) -> Any:
    """A patient, and how far every form is that holds something."""
    found, record = patients.record(request.person, chain)
    catalogue = current().catalogue
    keys = sorted(filter(None, map(FormKey.read, record.entities)))
    return subject(found) | {
        "forms": [
            {
                "form": key.code, "event": key.event, "number": key.number,
                "status": form_status(record, key, catalogue),
            }
            for key in keys if key.code in catalogue.forms
        ]
    }  # fmt: skip


@router.get(
    "/subjects/{str:chain}/forms/{str:form}/{str:event}/{int:number}",
    response=schemas.FormValues,
    summary="Values of a form",
)
def values(request: Any, chain: str, form: str, event: str, number: int) -> Any:
    """What stands in each field of a form, with `seen` to send a change back with."""
    found, record = patients.record(request.person, chain)
    server, key = current(), FormKey(form, event, number)
    known = form_of(record, key, server.asked(request.person, found.site))
    held = record.values(str(key))
    marks = {
        name: record.text(str(key), f"@{name}") == "Y"
        for name in ("verified", "frozen", "locked", "removed")
    }
    return {
        "subject": chain,
        "form": form,
        "event": event,
        "number": number,
        "label": known.label,
        "status": form_status(record, key, server.catalogue),
        "version": record.text(str(key), "@version"),
        "seen": record.head,
        "values": {name: kept(value) for name, value in held.items() if name[0] != "@"},
        **marks,
    }


@router.get("/matrix", response=schemas.Matrix, summary="Patients by visits")
def matrix(request: Any, site: Part = "", after: Part = "", limit: Most = 100) -> Any:
    """How far every visit of every patient is."""
    person, server = request.person, current()
    found = patients.find(person, Wanted(site=site, after=after, most=limit))
    rows = by_visit(
        found.patients,
        patients.listed(found.patients),
        server.catalogue,
        lambda code: _today(server, person, code),
        baseline=baseline_of(server.protocol),
        role=person.role,
    )
    items = [
        {
            "subject": subject(row.patient),
            "status": row.status,
            "cells": [
                {
                    "event": cell.key, "status": cell.status, "entered": cell.entered,
                    "due": cell.due, "day": cell.day and cell.day.isoformat(),
                }
                for cell in row.cells
            ],
        }
        for row in rows
    ]  # fmt: skip
    return {"items": items, "next": found.patients[-1].number if found.more else None}


@router.get("/subjects/{str:chain}/queries", response=list[schemas.Query], summary="Queries")
def queries(request: Any, chain: str) -> Any:
    """Every query of a patient, with what was said."""
    _, record = patients.record(request.person, chain)
    return [_query(record, number) for number in range(1, record.last("query") + 1)]


@router.get("/subjects/{str:chain}/trail", response=schemas.Trail, summary="The trail of a patient")
def trail(
    request: Any,
    chain: str,
    entity: Annotated[str, Field(max_length=80)] = "",
    field: Annotated[str, Field(max_length=60)] = "",
    after: Number = 0,
    limit: Most = 100,
) -> Any:
    """The trail, entry by entry; of one value where `entity` and `field` are given."""
    patients.patient(request.person, chain)
    if bool(entity) != bool(field):
        raise RefusedError("invalid", "entity and field are given together, or neither.")
    later = (entry for entry in entries(chain, entity, field) if entry.seq > after)
    found = [*islice(later, limit + 1)]
    more = len(found) > limit
    return {
        "items": [*map(_entry, found[:limit])],
        "next": found[limit - 1].seq if more else None,
    }


@router.get("/exports/{str:kind}", auth=EXPORT, summary="A whole export, with the trail")
def exported(request: Any, kind: str) -> Any:
    """csv, dataset-json, odm or odm2: the patients you may see. The trail notes who took it."""
    return streamed(request.person, kind)


def streamed(person: Person, kind: str) -> StreamingHttpResponse:
    """An export, sent while it is read; noted before the first byte.

    Raises:
        RefusedError: The role may not, or there is no such kind.
    """
    if person.role not in EXPORTS:
        raise RefusedError("forbidden", "your role takes no exports.")
    if kind not in KINDS:
        raise RefusedError("unknown", f"there is no export {kind[:40]!r}: {', '.join(KINDS)}.")
    server = current()
    note(person, "export", f"{kind}, {'all sites' if person.sites is None else 'own sites'}")
    answer = StreamingHttpResponse(_pieces(server, person, kind), content_type=KINDS[kind][1])
    name = file_name(kind, server.protocol.study.id)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pieces(server: Server, person: Person, kind: str) -> Iterator[bytes]:
    catalogues = {server.catalogue.version: server.catalogue}
    with snapshot(connection.settings_dict, person.sites) as held:
        yield from export(kind, held, server.protocol, catalogues)


def subject(patient: Patient) -> dict[str, Any]:
    """A patient as the API gives one."""
    return {
        "id": patient.chain, "number": patient.number, "site": patient.site,
        "status": patient.status, "head": patient.head,
    }  # fmt: skip


def kept(value: Any) -> dict[str, Any]:
    """A value as the API gives one."""
    return {"text": value.text, "absent": value.absent}


def _today(server: Server, person: Person, site: str) -> date:
    return server.asked(person, site).today


def _query(record: Record, number: int) -> dict[str, Any]:
    name = f"query/{number}"
    said = [value.text for key, value in record.values(name).items() if key.startswith("say/")]
    marks = {key: record.text(name, f"@{key}") for key in ("state", "source", "on", "field")}
    return {"number": number, "said": [text or "" for text in said], **marks}


def _entry(entry: Entry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in schemas.Entry.model_fields}
    shown = {"old": kept(entry.old), "new": kept(entry.new), "withheld": bool(entry.withheld)}
    return told | shown
