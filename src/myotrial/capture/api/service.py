"""The API as a whole: its operations, its errors, and its description as OpenAPI 3.1."""

import json
from typing import Any

from django.http import HttpResponse
from ninja import NinjaAPI

from myotrial.capture.api import reading, writing
from myotrial.capture.api.asking import router
from myotrial.capture.api.parsing import StrictParser
from myotrial.capture.api.problems import MEDIA, TITLES, handle

__all__ = ["API", "ROOT", "description", "openapi"]

ROOT = "api/v1"
ABOUT = """\
Reads and writes the study through the same decisions as the pages: who may, what is refused, what
opens a query, and what the trail keeps. Errors are problem details (RFC 9457). A request that is
sent twice with the same Idempotency-Key is saved once.
"""
ERRORS = (400, 401, 403, 404, 409, 413, 422)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "theirs": {"type": "object"},
        "mine": {"type": "object"},
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent twice, the request is saved once.",
    "schema": {"type": "string", "maxLength": 255},
}

API = NinjaAPI(
    title="myotrial study server",
    version="1",
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="myotrial-api-1",
    parser=StrictParser(),
)
OPERATIONS = (reading, writing)  # importing them put their operations on the router
API.add_router("", router)
handle(API)


def description() -> dict[str, Any]:
    """The API as OpenAPI 3.1."""
    said: dict[str, Any] = json.loads(json.dumps(API.get_openapi_schema(path_prefix=f"/{ROOT}")))
    said["components"]["schemas"]["Problem"] = PROBLEM
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in said["paths"].values():
        for method, operation in operations.items():
            responses = operation["responses"]
            for status in ERRORS:
                responses[str(status)] = {"description": TITLES[status], "content": content}
            if method == "post":
                operation.setdefault("parameters", []).append(KEY)
    for place, operations in said["paths"].items():
        if "/exports/" in place:
            files = {"application/zip": {}, "application/xml": {}}
            operations["get"]["responses"]["200"] = {"description": "The file", "content": files}
    return said


def openapi(request: Any) -> HttpResponse:
    """Its description, for programs."""
    del request
    return HttpResponse(json.dumps(description()), content_type="application/json")
