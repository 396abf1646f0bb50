"""The trial as data: `study.yaml` read, checked, and asked who is eligible."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.protocol.criteria import Verdict, eligibility
    from myotrial.protocol.models import Protocol
    from myotrial.protocol.reading import parse, read
    from myotrial.protocol.schema import json_schema

__all__ = ["Protocol", "Verdict", "eligibility", "json_schema", "parse", "read"]

HOMES = {
    "Protocol": "models",
    "Verdict": "criteria",
    "eligibility": "criteria",
    "json_schema": "schema",
    "parse": "reading",
    "read": "reading",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for; the models are heavy."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
