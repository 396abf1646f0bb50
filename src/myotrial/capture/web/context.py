"""What every page shows: who is signed in, in which role, and the pages open to them."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from myotrial.capture.record.people import ROLES
from myotrial.capture.web.gates import Verdict

__all__ = ["shell"]


def shell(request: Any) -> dict[str, Any]:
    """Person, role and menu."""
    from myotrial.capture.web.urls import ROUTES

    person = getattr(request, "person", None)
    known = getattr(request, "user", None)
    role = person.role if person else None
    signed_in = bool(known and known.is_authenticated)
    menu = [
        (route.menu, reverse(route.name))
        for route in ROUTES
        if route.menu and route.gate.verdict(signed_in=signed_in, role=role) is Verdict.OPEN
    ]
    return {
        "person": person,
        "user": known,
        "role": ROLES.get(role or "", ""),
        "menu": menu,
        "languages": settings.LANGUAGES,
    }
