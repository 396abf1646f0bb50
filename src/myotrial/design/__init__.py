"""Designs and simulates the next trial through the same derivations and analyses."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.design.planning.reading import plan_schema, read_plan
    from myotrial.design.recording import SCHEMA, Design, record
    from myotrial.design.working_out import rehearsal, worked_out

__all__ = [
    "SCHEMA",
    "Design",
    "plan_schema",
    "read_plan",
    "record",
    "rehearsal",
    "worked_out",
]

HOMES = {
    "SCHEMA": "recording",
    "Design": "recording",
    "plan_schema": "planning.reading",
    "read_plan": "planning.reading",
    "record": "recording",
    "rehearsal": "working_out",
    "worked_out": "working_out",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for; enumeration and models are heavy."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
