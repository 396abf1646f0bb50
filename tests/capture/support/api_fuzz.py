"""Requests made from the API's own description, and answers held against it (schemathesis)."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip


def fuzz(headers: dict[str, str], subject: str, examples: int) -> int:
    """Ask every operation so many times; gives how many requests were answered.

    Args:
        headers: Who asks.
        subject: A patient that is there: half of the requests are about this one.
        examples: Requests an operation.
    """
    from django.core.wsgi import get_wsgi_application

    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers=headers
    )
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(), real=st.booleans())
        @settings(
            max_examples=examples, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case: Any, real: bool) -> None:
            nonlocal count
            if real and "chain" in (case.path_parameters or {}):
                case.path_parameters["chain"] = subject
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            count += 1

        ask()
    return count
