"""Addresses of the pages, and who may open them. Whose patients they show is asked in the store."""

from django.utils.translation import gettext_lazy as _

from myotrial.capture.pages.views import asking, entering, overview, patients, printing, reviewing
from myotrial.capture.web.gates import Gate
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

SITE = ("investigator", "nurse")
ENTERS = (*SITE, "physiotherapist", "pathologist")
REVIEWS = ("monitor", "data_manager")
READS = Gate((*ENTERS, *REVIEWS, "statistician", "sponsor"))
WRITES, JOINS = Gate(ENTERS), Gate(SITE)
ASKS, TALKS = Gate(REVIEWS), Gate((*ENTERS, *REVIEWS))
FORM = "patients/<str:chain>/forms/<str:code>/<str:event>/<int:number>/"
SAMPLE = {"code": "VISIT", "event": "M0", "number": "1"}

ROUTES: tuple[Route, ...] = (
    Route("patients/", patients.matrix, "patients", READS, menu=_("Patients")),
    Route("patients/new/", patients.screen, "screen", JOINS, ("GET", "POST")),
    Route("patients/<str:chain>/", patients.one, "patient", READS),
    Route("patients/<str:chain>/enrol/", patients.enrol, "enrol", JOINS, ("POST",)),
    Route("patients/<str:chain>/visits/<str:event>/", patients.visit, "visit", READS,
          sample={"event": "M0"}),
    Route(FORM, entering.form, "form", READS, ("GET", "POST"), sample=SAMPLE),
    Route(f"{FORM}live/", entering.scored, "form-live", WRITES, ("POST",), sample=SAMPLE),
    Route(f"{FORM}draft/", entering.draft, "form-draft", WRITES, ("POST",), sample=SAMPLE),
    Route(f"{FORM}remove/", entering.take_out, "form-remove", JOINS, ("POST",), sample=SAMPLE),
    Route(f"{FORM}review/", reviewing.review, "form-review", ASKS, ("POST",), sample=SAMPLE),
    Route(f"{FORM}ask/", asking.ask, "query-ask", ASKS, ("POST",), sample=SAMPLE),
    Route(f"{FORM}history/<str:field>/", reviewing.history, "field-history", READS,
          sample=SAMPLE | {"field": "VISITDTC"}),
    Route("patients/<str:chain>/queries/<int:query>/", asking.respond, "query", TALKS, ("POST",),
          sample={"query": "1"}),
    Route("patients/<str:chain>/print/<str:what>/", printing.prints, "print", READS,
          sample={"what": "crf"}),
    Route("queries/", asking.work, "queries", READS, menu=_("Queries")),
    Route("overview/", overview.dashboard, "overview", READS, menu=_("Overview")),
    Route("listings/<str:code>/", overview.listing, "listing", READS, sample={"code": "AE"}),
    Route("print/", printing.blank, "print-blank", READS),
    Route("print/<str:form>/", printing.blank, "print-blank-form", READS,
          sample={"form": "MMT8"}),
)  # fmt: skip
