"""From published summaries to every patient-level table that fits, or the claims that clash.

The names below load their module, and with it the solver, when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.evidence.claims import Paper
    from myotrial.evidence.document import parse, read
    from myotrial.evidence.drawing import determinacy, draw
    from myotrial.evidence.examination import examine
    from myotrial.evidence.findings import Findings
    from myotrial.evidence.schema import json_schema

__all__ = ["Findings", "Paper", "determinacy", "draw", "examine", "json_schema", "parse", "read"]

HOME = {
    "Findings": "findings",
    "Paper": "claims",
    "determinacy": "drawing",
    "draw": "drawing",
    "examine": "examination",
    "json_schema": "schema",
    "parse": "document",
    "read": "document",
}


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)
