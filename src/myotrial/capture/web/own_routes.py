"""Addresses of the shell itself: the home page, the calculator, the choice of language."""

from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from myotrial.capture.web.calculator import calculator
from myotrial.capture.web.gates import PUBLIC
from myotrial.capture.web.home import home
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

ROUTES = (
    Route("", home, "home", PUBLIC, menu=_("Home")),
    Route(
        "calculator/",
        calculator,
        "calculator",
        PUBLIC,
        methods=("GET", "POST"),
        menu=_("Calculator"),
    ),
    Route("language/", set_language, "language", PUBLIC, methods=("POST",)),
)
