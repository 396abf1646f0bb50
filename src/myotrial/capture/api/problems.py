"""Errors of the API as problem details (RFC 9457), in the words that people read on the pages."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from myotrial.capture.record.refusals import ConflictError, FieldProblem, RefusedError
from myotrial.capture.record.state import Value
from myotrial.capture.web.problems import REFUSED, STATUS
from myotrial.errors import MyotrialError

__all__ = ["MEDIA", "TITLES", "UnreadableError", "answered", "handle", "refused"]

MEDIA = "application/problem+json"
TITLES = {
    400: "This request cannot be read",
    401: "Sign in, or send a token",
    403: "This may not be done here",
    404: "There is no such thing",
    405: "This address does not answer that",
    409: "This cannot be done now",
    413: "This is too large",
    422: "This was not done",
    429: "Too many requests",
    500: "The server made a mistake",
}
WORDS = {  # of pydantic's kinds of errors
    "missing": "is needed",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "finite_number": "must be a finite number",
}


def answered(status: int, detail: str, **more: Any) -> HttpResponse:
    """A problem as an answer."""
    said = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    content = json.dumps({**said, **more}, ensure_ascii=False)
    answer = HttpResponse(content, status=status, content_type=MEDIA)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def refused(status: int, detail: str, problems: Iterable[FieldProblem] = (), **more: Any) -> Any:
    """A refusal with what is wrong with which field."""
    errors = [{"field": item.field, "message": item.message} for item in problems]
    return answered(status, detail, errors=errors, **more)


def handle(api: NinjaAPI) -> None:
    """Make an API answer every error as a problem."""

    @api.exception_handler(RefusedError)
    def _refused(request: Any, error: RefusedError) -> HttpResponse:
        del request
        more: dict[str, Any] = {"code": error.code}
        if isinstance(error, ConflictError):
            more |= {"theirs": _values(error.theirs), "mine": _values(error.mine)}
        return refused(STATUS.get(error.code, REFUSED), str(error), error.problems, **more)

    @api.exception_handler(MyotrialError)
    def _wrong(request: Any, error: MyotrialError) -> HttpResponse:
        del request
        return refused(422, str(error))

    @api.exception_handler(ValidationError)
    def _invalid(request: Any, error: ValidationError) -> HttpResponse:
        del request
        problems = [_named(item) for item in error.errors]
        told = "; ".join(f"{item.field} {item.message}" for item in problems[:3])
        return refused(422, f"{told}.", problems, code="invalid")

    @api.exception_handler(AuthenticationError)
    def _unknown(request: Any, error: AuthenticationError) -> HttpResponse:
        del request, error
        return answered(401, "Hint: send Authorization: Bearer TOKEN, or sign in.")

    @api.exception_handler(HttpError)
    def _http(request: Any, error: HttpError) -> HttpResponse:
        del request
        cause = error.__cause__
        detail = str(cause) if isinstance(cause, UnreadableError) else str(error)
        return answered(error.status_code, detail)

    @api.exception_handler(RequestDataTooBig)
    def _large(request: Any, error: RequestDataTooBig) -> HttpResponse:
        del request, error
        return answered(413, "A request has at most 2.5 MB.")

    @api.exception_handler(Http404)
    def _nothing(request: Any, error: Http404) -> HttpResponse:
        del request, error
        return answered(404, "It is not there, or not yours to see.")


class UnreadableError(ValueError):
    """The body of a request is not what it says."""


def _named(error: dict[str, Any]) -> FieldProblem:
    place = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    return FieldProblem(place[:100], WORDS.get(error["type"]) or str(error["msg"]).lower())


def _values(values: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: Value) -> dict[str, Any]:
    return {"text": value.text, "absent": value.absent}
