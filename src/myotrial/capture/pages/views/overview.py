"""Dashboards and listings: enrolment, completeness, queries, safety, withdrawals, biopsies."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from myotrial.capture.forms.definitions import LOG
from myotrial.capture.pages.overview import (
    AGES,
    ages,
    completeness,
    course_of_enrolment,
    planned,
)
from myotrial.capture.pages.words import PATIENT
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import NOTHING
from myotrial.capture.record.statuses import baseline_of
from myotrial.capture.store import listings, patients, queries
from myotrial.capture.store.applying import now
from myotrial.capture.web.server import current

__all__ = ["dashboard", "listing"]

SERIOUS = "SEVERE"


def dashboard(request: Any) -> HttpResponse:
    """Where the study stands, over the patients that this person may see."""
    person, server = request.person, current()
    counts = patients.counted(person)
    enrolled = listings.courses(person)
    today = {site: server.asked(person, site).today for site in {site for site, _ in enrolled}}
    courses = Counter((course, today[site]) for site, course in enrolled)
    alive, at = queries.ages(person), now()
    plan = planned(server.protocol)
    events = listings.entered(person, "AE")
    shown = {
        "study": server.protocol.study,
        "counts": [(PATIENT[status], counts.get(status, 0)) for status in PATIENT],
        "screened": sum(counts.values()),
        "enrolled": len(enrolled),
        "plan": plan,
        "months": course_of_enrolment(course.day_one for _, course in enrolled if course.day_one),
        "sites": _by_site([site for site, _ in enrolled]),
        "complete": completeness(
            server.catalogue,
            listings.statuses(person),
            courses,
            screened=sum(counts.values()),
            baseline=baseline_of(server.protocol),
        ),
        "ages": [
            (low, high, asked, answered)
            for (low, high), asked, answered in zip(
                AGES, ages(alive["open"], at), ages(alive["answered"], at), strict=True
            )
        ],
        "alive": sum(map(len, alive.values())),
        "logs": server.catalogue.due(LOG),
        "events": len(events),
        "severe": sum(item.values.get("AESEV", NOTHING).text == SERIOUS for item in events),
        "related": sum(item.values.get("AEREL", NOTHING).text == "Y" for item in events),
        "who": len({item.chain for item in events}),
    }
    return render(request, "myotrial/pages/dashboard.html", shown)


def listing(request: Any, code: str) -> HttpResponse:
    """Every entry of one form beside the visits: adverse events, biopsies, withdrawals."""
    person, server = request.person, current()
    form = server.catalogue.forms.get(code)
    if form is None or LOG not in form.events:
        raise RefusedError("unknown", "there is no such listing.")
    found = listings.entered(person, code)
    rows = [
        (item, [(item.values.get(field.name, NOTHING), field) for field in form.fields])
        for item in found
    ]
    shown = {
        "form": form,
        "rows": rows,
        "others": server.catalogue.due(LOG),
        "people": len({item.chain for item in found}),
        "biopsies": _biopsies(found) if code == "BX" else None,
    }
    return render(request, "myotrial/pages/listing.html", shown)


def _by_site(sites: list[str]) -> list[tuple[str, int]]:
    return sorted(Counter(sites).items())


def _biopsies(found: list[listings.Entered]) -> list[tuple[str, int, int, int]]:
    """First and repeat biopsies: taken, adequate, and patients with an adequate one. Counted."""
    rows = []
    for time in ("BASELINE", "REPEAT"):
        of = [item for item in found if item.values.get("BXTIME", NOTHING).text == time]
        adequate = [item for item in of if item.values.get("BXADEQ", NOTHING).text == "Y"]
        rows.append((time, len(of), len(adequate), len({item.chain for item in adequate})))
    return rows
