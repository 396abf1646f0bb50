"""Prints: blank forms, filled forms, the casebook with its trail; as a page and as PDF.

What is printed of a patient leaves an entry in the study's own record.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from myotrial.capture.accounts.acting import note
from myotrial.capture.pages import casebook
from myotrial.capture.pages.opened import language
from myotrial.capture.pages.paper import paper
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.store import patients, trails
from myotrial.capture.web.server import current

__all__ = ["blank", "prints"]


def blank(request: Any, form: str = "") -> HttpResponse:
    """Blank forms, to be filled in by hand where there is no computer."""
    server = current()
    if form and form not in server.catalogue.forms:
        raise RefusedError("unknown", "there is no such form.")
    content = casebook.blank(server.protocol, server.catalogue, form)
    return _answer(request, content, f"{server.protocol.study.id}-crf")


def prints(request: Any, chain: str, what: str) -> HttpResponse:
    """The forms of a patient, or the whole casebook with the trail."""
    person, server = request.person, current()
    if what not in ("crf", "casebook"):
        raise RefusedError("unknown", "there is no such print.")
    patient, record = patients.record(person, chain)
    asked = server.asked(person, patient.site)
    content = casebook.filled(
        asked.protocol,
        asked.catalogue,
        patient,
        record,
        at=asked.at,
        zone=asked.zone,
        by=person.name,
        language=language(),
        entries=trails.entries(chain) if what == "casebook" else None,
    )
    note(person, "print", f"{what} {patient.number}")
    return _answer(request, content, f"{patient.number}-{what}")


def _answer(request: Any, content: dict[str, Any], name: str) -> HttpResponse:
    if request.GET.get("as") != "pdf":
        return render(request, "myotrial/pages/print.html", {"content": content})
    words = {
        "field": _("Field"), "value": _("Value"), "trail": _("Audit trail"), "number": _("No."),
        "when": _("When"), "who": _("Who"), "what": _("What"), "where": _("Field"),
        "old": _("Old"), "new": _("New"), "why": _("Why"), "query": _("Query"),
        "patient": _("Patient"), "page": _("page"), "entry": _("Entry"), "of": _("of"),
        "language": language(),
    }  # fmt: skip
    answer = HttpResponse(paper(content, words), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer
