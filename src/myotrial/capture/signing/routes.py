"""Addresses of signatures."""

from django.utils.translation import gettext_lazy as _

from myotrial.capture.signing import views
from myotrial.capture.web.gates import Gate
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

SIGNS = Gate(("investigator",))

ROUTES: tuple[Route, ...] = (
    Route("patients/<str:chain>/sign/", views.sign, "sign", SIGNS, ("GET", "POST")),
    Route("signatures/", views.work, "signatures", SIGNS, menu=_("To sign again")),
)
