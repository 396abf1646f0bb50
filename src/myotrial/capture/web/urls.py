"""All addresses: the routes of every room, joined. A room that has routes is listed here."""

from django.urls import URLPattern

from myotrial.capture.accounts import routes as accounts
from myotrial.capture.allocation import routes as allocation
from myotrial.capture.api import routes as api
from myotrial.capture.pages import routes as pages
from myotrial.capture.signing import routes as signing
from myotrial.capture.web import own_routes as shell
from myotrial.capture.web.routes import Route, pattern

__all__ = ["ROUTES", "urlpatterns"]

ROUTES: tuple[Route, ...] = (
    *shell.ROUTES,
    *accounts.ROUTES,
    *pages.ROUTES,
    *allocation.ROUTES,
    *signing.ROUTES,
    *api.ROUTES,
)
urlpatterns: list[URLPattern] = [pattern(route) for route in ROUTES]

handler400 = "myotrial.capture.web.problems.bad_request"
handler403 = "myotrial.capture.web.problems.forbidden"
handler404 = "myotrial.capture.web.problems.not_found"
handler500 = "myotrial.capture.web.problems.failed"
