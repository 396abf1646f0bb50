"""Reconstructed tables as files: each says in its rows, and beside them, what it is."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from myotrial.terms import ORIGINS, RECONSTRUCTED

__all__ = ["ATTRIBUTES", "NOTE", "listing", "write"]

ATTRIBUTES = "attributes"  # the table that tells of each column what determined it
NOTE = f"""\
These tables are reconstructed. {ORIGINS[RECONSTRUCTED]}

{ATTRIBUTES}.csv tells of each column what determined it.
"""
COLUMNS = {
    "column": "Column of a Reconstructed Table",
    "determined_by": "Determined By",
    "status": "How Far It Is Determined",
    "note": "Note",
    "ORIGIN": "Origin of the Record",
}


def write(tables: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> None:
    """Write the tables of a reconstruction as CSV; a table without rows is left out.

    Args:
        tables: Rows by table name; the rows of a table have the same keys.
        folder: Folder to make.
    """
    from myotrial import datasets

    folder.mkdir()
    (folder / "README.txt").write_text(NOTE, encoding="utf-8")
    for name, rows in tables.items():
        datasets.write_table(rows, folder / f"{name}.csv")


def listing(folder: Path) -> dict[str, Any]:
    """What determined each reconstructed column, as a listing of results.json."""
    with (folder / f"{ATTRIBUTES}.csv").open(encoding="utf-8", newline="") as file:
        rows = [[row[name] or None for name in COLUMNS] for row in csv.DictReader(file)]
    return {
        "label": "What Determined Each Reconstructed Column",
        "columns": [{"name": name, "label": label} for name, label in COLUMNS.items()],
        "rows": rows,
    }
