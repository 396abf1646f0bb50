"""Read a plan, or say everything that is wrong with it at once."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from myotrial import documents
from myotrial.design.planning.checks import problems
from myotrial.design.planning.models import Plan
from myotrial.documents import Document
from myotrial.errors import DocumentError, Problem
from myotrial.protocol import wording
from myotrial.protocol.models import Protocol

__all__ = ["parse_plan", "plan_schema", "read_plan"]


def read_plan(file: str | Path, protocol: Protocol) -> Plan:
    """Read `design.yaml`.

    Args:
        file: The file.
        protocol: The protocol of the pilot, whose visits and diagnoses the plan names.

    Raises:
        DocumentError: The file cannot be read, or lists every problem, each with its line.
    """
    return _plan(documents.read(Path(file)), protocol)


def parse_plan(text: str, protocol: Protocol, *, file: str = "(text)") -> Plan:
    """Read a plan from YAML text; see `read_plan`."""
    return _plan(documents.parse(text, file=file), protocol)


def plan_schema() -> dict[str, Any]:
    """The schema, in JSON Schema 2020-12; what it cannot say, `read_plan` checks."""
    schema = Plan.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "design.yaml"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def _plan(document: Document, protocol: Protocol) -> Plan:
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        expected = "the keys of a plan: endpoint, scenarios, candidates …"
        raise DocumentError(
            document.file, [Problem("(file)", expected, wording.shown(document.data), 1)]
        )
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        raise DocumentError(document.file, wording.problems(error, document, Plan)) from error
    found = problems(plan, protocol, document)
    if found:
        raise DocumentError(document.file, sorted(found, key=lambda item: item.line or 0))
    return plan
