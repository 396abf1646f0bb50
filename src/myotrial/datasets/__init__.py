"""From captured tables to analysis datasets, every value traceable to its rows and rule."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.datasets.absences import gaps
    from myotrial.datasets.deriving import derive
    from myotrial.datasets.provenance import Trace, rule, trace
    from myotrial.datasets.reading import read_tables, tables_from, tables_of
    from myotrial.datasets.readings import derive_readings
    from myotrial.datasets.specification import check_protocol
    from myotrial.datasets.writing import label, labels, write, write_table

__all__ = [
    "Trace",
    "check_protocol",
    "derive",
    "derive_readings",
    "gaps",
    "label",
    "labels",
    "read_tables",
    "rule",
    "tables_from",
    "tables_of",
    "trace",
    "write",
    "write_table",
]

HOMES = {
    "Trace": "provenance",
    "check_protocol": "specification",
    "derive": "deriving",
    "derive_readings": "readings",
    "gaps": "absences",
    "label": "writing",
    "labels": "writing",
    "read_tables": "reading",
    "rule": "provenance",
    "tables_from": "reading",
    "tables_of": "reading",
    "trace": "provenance",
    "write": "writing",
    "write_table": "writing",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for; Polars is heavy."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
