"""Addresses of allocation and unblinding."""

from django.utils.translation import gettext_lazy as _

from myotrial.capture.allocation import views
from myotrial.capture.web.gates import Gate
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

SEES = Gate(("investigator", "nurse", "pharmacist", "unblinded"))
BREAKS = Gate(("investigator", "pharmacist", "unblinded"))
READS = Gate(("investigator", "monitor", "data_manager", "sponsor"))
OVERSEES = Gate(("data_manager", "unblinded", "statistician", "sponsor"))
TELLS = Gate(("data_manager", "unblinded", "statistician"))

ROUTES: tuple[Route, ...] = (
    Route("patients/<str:chain>/treatment/", views.treatment, "treatment", SEES, ("GET", "POST")),
    Route("patients/<str:chain>/unblind/", views.unblind, "unblind", BREAKS, ("POST",)),
    Route("patients/<str:chain>/unblind/<int:number>/", views.tell, "tell", BREAKS, ("POST",),
          sample={"number": "1"}),
    Route("notices/", views.notices, "notices", READS, menu=_("Broken codes")),
    Route("patients/<str:chain>/notices/<int:number>/", views.acknowledge, "acknowledge", READS,
          ("POST",), sample={"number": "1"}),
    Route("study/", views.study, "study", OVERSEES, ("GET", "POST"), menu=_("Study")),
    Route("study/arms/", views.arms, "arms", TELLS, ("POST",)),
)  # fmt: skip
