"""Routes: an address, its view, and its gate. A view cannot be reached but through one.

A room lists its routes as `ROUTES` in its own `routes.py`; `web.urls` joins them. In an address,
`<str:chain>` is the id of a patient's record: tests open every address with one of the own site
and one of another, where a view must raise `RefusedError("unknown", …)` or Http404.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from myotrial.capture.web.gates import Gate, Verdict
from myotrial.capture.web.problems import problem

__all__ = ["Route", "pattern"]

View = Callable[..., Any]
PROGRAMS = "/api/"  # what programs ask


@dataclass(frozen=True)
class Route:
    """One address.

    Attributes:
        path: As Django writes it, without the first slash: "patients/<str:chain>/".
        view: Called with the request and the parts of the address.
        name: For `reverse` and `{% url %}`.
        gate: Who may open it.
        methods: What it answers; HEAD comes with GET.
        menu: Its line in the menu of those who may open it; "" for none.
        sample: Parts of the address, besides `chain`, with which a test may open it.
    """

    path: str
    view: View
    name: str
    gate: Gate
    methods: tuple[str, ...] = ("GET",)
    menu: Any = ""
    sample: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def pattern(route: Route) -> URLPattern:
    """The route as Django knows it: its gate first, then its view."""

    @wraps(route.view)
    def guarded(request: Any, **parts: Any) -> Any:
        if request.method not in (*route.methods, *(("HEAD",) if "GET" in route.methods else ())):
            return _not_so(request, route.methods)
        person = request.person
        verdict = route.gate.verdict(
            signed_in=request.user.is_authenticated, role=person.role if person else None
        )
        if verdict is Verdict.OPEN:
            return route.view(request, **parts)
        if verdict is Verdict.CLOSED:
            raise PermissionDenied
        return _elsewhere(request, "sign-in" if verdict is Verdict.SIGN_IN else "role")

    return path(route.path, guarded, name=route.name)


def _not_so(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    """This address does not answer that method."""
    if not request.path.startswith(PROGRAMS):
        return HttpResponseNotAllowed(methods)
    answer = problem(request, 405, "This address does not answer that", ", ".join(methods))
    answer["Allow"] = ", ".join(methods)
    return answer


def _elsewhere(request: HttpRequest, name: str) -> HttpResponse:
    """To the page that comes first; what is not a person opening a page gets 401."""
    if request.path.startswith(PROGRAMS):
        hint = "Hint: send Authorization: Bearer TOKEN, or sign in and choose a role."
        answer = problem(request, 401, "Sign in, or send a token", hint)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    if request.method != "GET" or request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = reverse(name)
        return answer
    return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
