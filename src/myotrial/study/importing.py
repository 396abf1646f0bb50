"""Bring the records of another system into a study's captured tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError, some
from myotrial.study.output import replacing
from myotrial.study.places import DATA, PROTOCOL, tables

__all__ = ["Imported", "bring"]


@dataclass(frozen=True)
class Imported:
    """What an import brought.

    Attributes:
        folder: The study's folder.
        rows: Rows by captured table.
        notes: What was left aside.
    """

    folder: Path
    rows: dict[str, int]
    notes: Sequence[str]
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """Tables and notes as plain data."""
        return {"folder": str(self.folder), "rows": self.rows, "notes": list(self.notes)}

    def __str__(self) -> str:
        lines = [f"{name:<16} {count:>8} rows" for name, count in self.rows.items()]
        lines += [f"Note: {note}." for note in self.notes]
        lines.append(f"Next: myotrial run {self.folder}")
        return "\n".join(lines)


def bring(source: Path, folder: Path) -> Imported:
    """Read SDTM datasets and write them as the captured tables of a study.

    Args:
        source: Folder of SAS transport files, Dataset-JSON 1.1 or Parquet, a file a domain.
        folder: The study's folder, with its protocol and without captured rows.

    Raises:
        MyotrialError: The source holds no datasets, or the study has captured rows already.
        DocumentError: The records do not fit the protocol; everything wrong is listed, and nothing
            is written.
        OutputError: The tables cannot be written; what was there is untouched.
    """
    from myotrial import datasets, protocol
    from myotrial.datasets.standards import capturing, reading

    plan = protocol.read(folder / PROTOCOL)
    held = [file.name for file in tables(folder) if _has_rows(file)]
    if held:
        raise MyotrialError(
            f"{folder / DATA} holds captured rows already: {some(held)}.\n"
            "Hint: import into a study of its own; records are never mixed or replaced."
        )
    intake = capturing.captured(reading.read(source), plan)
    datasets.tables_from(intake.tables, plan)  # every problem at once, before anything is written
    filled = {name: rows for name, rows in intake.tables.items() if rows}
    with replacing(folder / DATA) as fresh:
        for name, rows in filled.items():
            datasets.write_table(rows, fresh / f"{name}.csv")
    counts = {name: len(rows) for name, rows in filled.items()}
    return Imported(folder, counts, tuple(intake.notes))


def _has_rows(file: Path) -> bool:
    """Whether a table holds more than its header; one that is not CSV is taken to."""
    if file.suffix != ".csv":
        return True
    with file.open("rb") as handle:
        return sum(1 for line in handle if line.strip()) > 1
