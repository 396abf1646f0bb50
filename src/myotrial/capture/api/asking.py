"""Who asks, by which right: a token with a scope, or a sitting whose page sends its CSRF token."""

import hashlib
from typing import Any

from django.middleware.csrf import CsrfViewMiddleware
from ninja import Router
from ninja.security import HttpBearer

from myotrial.capture.api.tokens import require
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.store import patients

__all__ = ["EXPORT", "REVIEW", "SITTING", "WRITE", "Right", "act_of", "router"]

SAFE = ("GET", "HEAD")
LONGEST_KEY = 255


class Right(HttpBearer):
    """The right to a kind of work.

    Args:
        scope: A key of `deciding.SCOPES`; "" where a token opens nothing, only a person.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: Any) -> Person | None:
        """The person who asks; None where nobody does.

        Raises:
            RefusedError: The token was not given for this, the request came from another page, or
                it is about a patient whom this person does not know.
        """
        if request.token is not None:
            if not self.scope:
                raise RefusedError("forbidden", "a token cannot do this: sign in as a person.")
            require(request, self.scope)
        elif request.person is not None and request.method not in SAFE:
            _same_page(request)
        chain = request.resolver_match.kwargs.get("chain")
        if chain and request.person is not None:  # before the body is looked at
            patients.patient(request.person, chain)
        return request.person

    def authenticate(self, request: Any, token: str) -> Person | None:
        """Not asked: `__call__` decides."""
        del request, token
        return None


SITTING, WRITE, REVIEW, EXPORT = (Right(name) for name in ("", "write", "review", "export"))
router = Router(auth=Right("read"))  # one for all operations: an address may both tell and take


def act_of(request: Any) -> str:
    """Id of the act from the request's Idempotency-Key: the same key of the same person, the same.

    Raises:
        RefusedError: The key is too long.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return ""
    if len(key) > LONGEST_KEY:
        raise RefusedError("invalid", f"an Idempotency-Key has at most {LONGEST_KEY} characters.")
    said = f"{request.person.user}\0{request.person.role}\0{key}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _same_page(request: Any) -> None:
    request.csrf_processing_done = False
    checks = CsrfViewMiddleware(lambda _: None)  # pyright: ignore[reportArgumentType]
    checks.process_request(request)
    if checks.process_view(request, _page, (), {}) is not None:
        raise RefusedError(
            "forbidden",
            "this request did not come from a page of the server.\n"
            "Hint: send the page's CSRF token as X-CSRFToken, or use a token of the API.",
        )


def _page() -> None:
    """A view that asks for the token of its page."""
