"""What a person sees when something is refused or breaks: why, and the way out."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from myotrial.capture.record.refusals import RefusedError

__all__ = ["Refusals", "bad_request", "failed", "forbidden", "not_found", "problem"]

STATUS = MappingProxyType(  # of a refusal
    {
        "forbidden": 403,
        "unknown": 404,
        "order": 409,
        "locked": 409,
        "conflict": 409,
        "late": 429,
        "unavailable": 503,
    }
)
REFUSED = 422


def problem(request: Any, status: int, title: str, text: str) -> HttpResponse:
    """A page, or JSON for a program, that says what is wrong."""
    if request.path.startswith("/api/"):
        said = {"type": "about:blank", "title": title, "status": status, "detail": text}
        return JsonResponse(said, status=status, content_type="application/problem+json")
    shown = {"title": title, "text": text, "status": status}
    return render(request, "myotrial/web/problem.html", shown, status=status)


def bad_request(request: Any, exception: Exception | None = None) -> HttpResponse:
    """400."""
    del exception
    return problem(
        request,
        400,
        _("This request cannot be read"),
        _("Go back, load the page again, and retry."),
    )


def forbidden(request: Any, exception: Exception | None = None) -> HttpResponse:
    """403."""
    del exception
    return problem(
        request,
        403,
        _("This page is not for your role"),
        _("If you need it for your work, ask the study's administrator."),
    )


def no_token(request: Any, reason: str = "") -> HttpResponse:
    """403, where a form came without the token of its page."""
    del reason
    return problem(
        request,
        403,
        _("This form was not sent from its own page"),
        _("Load the page again and send the form once more; cookies must be allowed."),
    )


def not_found(request: Any, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return problem(
        request,
        404,
        _("There is no such page"),
        _("It may have moved, or it is not yours to see. Start again from the first page."),
    )


def failed(request: Any) -> HttpResponse:
    """500."""
    return problem(
        request,
        500,
        _("The server made a mistake"),
        _("Nothing was saved. Try again; if it fails once more, tell the administrator."),
    )


class Refusals:
    """Turns a refusal that a view let through into its page."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._next = get_response

    def __call__(self, request: Any) -> Any:
        """Answer."""
        return self._next(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """The page of a refusal; a patient of another site is as unknown as one never seen."""
        if not isinstance(exception, RefusedError):
            return None
        if exception.code == "unknown":
            return not_found(request)
        status = STATUS.get(exception.code, REFUSED)
        return problem(request, status, _("This was not done"), str(exception))
