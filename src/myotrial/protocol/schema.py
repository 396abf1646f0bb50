"""The JSON Schema of `study.yaml`, from which editors complete and check it."""

from typing import Any

from myotrial.protocol.models import Protocol

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """The schema, in JSON Schema 2020-12; what it cannot say, `read` checks."""
    schema = Protocol.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "study.yaml"}
    return head | {key: value for key, value in schema.items() if key != "title"}
