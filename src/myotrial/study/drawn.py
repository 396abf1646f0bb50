"""Reconstructed tables as files: each says in its rows, and beside them, what it is."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from myotrial.terms import ORIGINS, RECONSTRUCTED

__all__ = ["NOTE", "write"]

NOTE = f"""\
These tables are reconstructed. {ORIGINS[RECONSTRUCTED]}

attributes.csv says of each column what determined it.
"""


def write(tables: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> None:
    """Write the tables of a reconstruction as CSV; a table without rows is left out.

    Args:
        tables: Rows by table name; the rows of a table have the same keys.
        folder: Folder to make.
    """
    folder.mkdir()
    (folder / "README.txt").write_text(NOTE, encoding="utf-8")
    for name, rows in tables.items():
        if rows:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
