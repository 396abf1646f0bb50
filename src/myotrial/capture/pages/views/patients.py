"""The study's home: patients by visits; one patient; one visit; screening and enrolment."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from myotrial.capture.forms.definitions import LOG, Catalogue, Event, Form
from myotrial.capture.pages import drafts
from myotrial.capture.pages.drawing import Drawer
from myotrial.capture.pages.matrix import by_form, by_visit
from myotrial.capture.pages.words import MARKS, PATIENT
from myotrial.capture.record.actions import Enrol, Save, Screen
from myotrial.capture.record.joining import eligibility
from myotrial.capture.record.people import Person, may
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.schedule import timing
from myotrial.capture.record.state import SUBJECT, FormKey, Record
from myotrial.capture.record.statuses import baseline_of, form_status
from myotrial.capture.store import patients as store
from myotrial.capture.store.applying import Server, apply
from myotrial.capture.store.models import Chain, Site
from myotrial.capture.store.patients import Patient, Wanted
from myotrial.capture.store.queries import listed as queries_of
from myotrial.capture.trail.entries import START
from myotrial.capture.web.server import current

__all__ = ["enrol", "matrix", "one", "screen", "visit"]

PAGE = 100  # patients
SIZES = (50, 100, 500)
SHOWN = 8  # fields of a log in its table


def matrix(request: Any) -> HttpResponse:
    """Patients by visits, or by the forms of one visit."""
    person, server = request.person, current()
    wanted = _wanted(request)
    found = store.find(person, wanted)
    known = store.listed(found.patients)
    events = server.catalogue.events
    event = events.get(request.GET.get("visit", ""))
    look = {"baseline": baseline_of(server.protocol), "role": person.role}
    today = _today(server, person)
    if event is None:
        rows = by_visit(found.patients, known, server.catalogue, today, **look)
        columns = [(item.id, item.label) for item in events.values()]
    else:
        rows = by_form(found.patients, known, server.catalogue, event, today, **look)
        columns = [(form.code, form.label) for form in server.catalogue.due(event.id)]
    drawer = Drawer(event)
    shown = {
        "rows": [
            (row.patient, PATIENT.get(row.patient.status, ""), drawer.cells(row)) for row in rows
        ],
        "columns": columns,
        "events": events.values(),
        "event": event,
        "wanted": wanted,
        "sizes": SIZES,
        "next": _next(request, found.patients) if found.more else "",
        "first": _first(request) if wanted.after else "",
        "counts": _counts(person, wanted),
        "statuses": PATIENT,
        "marks": [mark for mark in MARKS.values() if mark.status != "none"],
        "sites": _sites(person),
        "may_screen": may(person, Screen),
        "study": server.protocol.study,
    }
    part = "rows" if request.headers.get("HX-Target") == "matrix" else "matrix"
    return render(request, f"myotrial/pages/{part}.html", shown)


def one(request: Any, chain: str) -> HttpResponse:
    """One patient: what was entered, what is due, and what waits."""
    person, server = request.person, current()
    patient, record = store.record(person, chain)
    asked = server.asked(person, patient.site)
    known = store.listed([patient])[chain]
    course, base = known.course(patient.status), baseline_of(asked.protocol)
    visits = []
    for event in asked.catalogue.events.values():
        when = timing(event, course, asked.today, baseline=base)
        visits.append((event, _forms(asked.catalogue, record, event, when)))
    screening = patient.status == "screening"
    shown = {
        "patient": patient,
        "visits": visits,
        "course": course,
        "arm": record.text(SUBJECT, "ARM"),
        "verdict": eligibility(record, asked) if screening else None,
        "arms": asked.protocol.arms,
        "randomised": asked.protocol.randomisation is not None,
        "may_enrol": screening and may(person, Enrol),
        "queries": queries_of(person, chain=chain),
        "drafts": [key for where, key in drafts.entities(person, chain) if where == chain],
        "statuses": PATIENT,
    }
    return render(request, "myotrial/pages/patient.html", shown)


def visit(request: Any, chain: str, event: str) -> HttpResponse:
    """One visit of one patient: its forms; of what runs beside visits, every entry."""
    person, server = request.person, current()
    patient, record = store.record(person, chain)
    asked = server.asked(person, patient.site)
    found = asked.catalogue.events.get(event)
    if found is None:
        raise RefusedError("unknown", "there is no such visit.")
    course = store.listed([patient])[chain].course(patient.status)
    when = timing(found, course, asked.today, baseline=baseline_of(asked.protocol))
    shown = {
        "patient": patient,
        "event": found,
        "forms": _forms(asked.catalogue, record, found, when),
        "logs": [_log(record, person, form) for form in asked.catalogue.due(LOG)]
        if event == LOG
        else [],
        "course": course,
        "statuses": PATIENT,
    }
    small = request.headers.get("HX-Request")
    return render(request, f"myotrial/pages/{'visit_menu' if small else 'visit'}.html", shown)


def screen(request: Any) -> HttpResponse:
    """Open the record of a patient who is screened."""
    person, server = request.person, current()
    sites, refused = _sites(person), ""
    if request.method == "POST":
        site, number = request.POST.get("site", ""), request.POST.get("number", "").strip()
        try:
            chain = _opened(server, person, site, number)
            return redirect("form", chain, "SUBJECT", "SCREENING", 1)
        except RefusedError as error:
            refused = str(error)
    shown = {"sites": sites, "refused": refused, "sent": request.POST}
    page = render(request, "myotrial/pages/screening.html", shown)
    page.status_code = 422 if refused else 200
    return page


def enrol(request: Any, chain: str) -> HttpResponse:
    """Take a patient into the study."""
    person, server = request.person, current()
    store.patient(person, chain)
    sent = request.POST
    action = Enrol(sent.get("arm", ""), sent.get("day_one", "").strip())
    try:
        apply(server, chain, action, person, act=sent.get("act", ""))
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("patient", chain)
    messages.success(request, _("The patient is enrolled."))
    return redirect("patient", chain)


def _opened(server: Server, person: Person, site: str, number: str) -> str:
    """A new record, screened; a number that is taken leaves no empty record behind."""
    from django.db import transaction

    if not person.at(site) or site not in server.zones:
        raise RefusedError("invalid", _("Choose one of your sites."))
    with transaction.atomic():
        chain = uuid.uuid4().hex
        Chain.objects.create(id=chain, number=chain[:20], site_id=site, hash=START)
        apply(server, chain, Screen(number), person)
    return chain


def _wanted(request: Any) -> Wanted:
    sent = request.GET
    most = sent.get("most", "")
    return Wanted(
        number=sent.get("number", "").strip()[:20],
        site=sent.get("site", "")[:20],
        status=sent.get("status", "")[:20],
        after=sent.get("after", "")[:20],
        most=int(most) if most in map(str, SIZES) else PAGE,
    )


def _counts(person: Person, wanted: Wanted) -> list[tuple[int, Any]]:
    """How many patients fit the filter, by status in words."""
    counts = store.counted(person, replace(wanted, after=""))
    return [(counts[status], word) for status, word in PATIENT.items() if status in counts]


def _next(request: Any, patients: tuple[Patient, ...]) -> str:
    sent = {**request.GET.dict(), "after": patients[-1].number}
    return f"?{urlencode(sent)}"


def _first(request: Any) -> str:
    return f"?{urlencode({k: v for k, v in request.GET.dict().items() if k != 'after'})}"


def _today(server: Server, person: Person) -> Callable[[str], date]:
    return cache(lambda site: server.asked(person, site).today)


def _sites(person: Person) -> list[tuple[str, str]]:
    known = Site.objects.order_by("code").values_list("code", "name")
    return [(code, name) for code, name in known if person.at(code)]


def _forms(catalogue: Catalogue, record: Record, event: Event, when: str) -> list[dict[str, Any]]:
    """The forms of a visit with their statuses."""
    found = []
    for form in catalogue.due(event.id):
        key = FormKey(form.code, event.id)
        number = record.last(f"form/{form.code}/{event.id}") if form.repeats else 1
        statuses = [
            form_status(record, FormKey(form.code, event.id, n), catalogue)
            for n in range(1, number + 1)
        ]
        held = [status for status in statuses if status != "none"]
        none = "none" if event.id == LOG else when
        status = min(held, key=[*MARKS].index, default=none)
        found.append({"form": form, "key": key, "mark": MARKS[status], "held": len(held)})
    return found


def _log(record: Record, person: Person, form: Form) -> dict[str, Any]:
    """The entries of a repeating form."""
    fields = form.fields[:SHOWN]
    top = record.last(f"form/{form.code}/{LOG}")
    rows = []
    for number in range(1, top + 1):
        entity = str(FormKey(form.code, LOG, number))
        if record.values(entity):
            values = [(record.value(entity, item.name), item) for item in fields]
            rows.append((number, values, record.text(entity, "@removed") == "Y"))
    return {
        "form": form,
        "fields": fields,
        "rows": rows,
        "next": top + 1 if form.repeats else 1,
        "may_add": may(person, Save, form) and (form.repeats or not rows),
    }
