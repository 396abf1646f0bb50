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
    """Read another system's records and write them as the captured tables of a study.

    Args:
        source: Folder of SDTM datasets (SAS transport files, Dataset-JSON 1.1 or Parquet, a file a
            domain), or an ODM 1.3.2 file.
        folder: The study's folder, with its protocol and without captured rows.

    Raises:
        MyotrialError: The source holds no datasets, or the study has captured rows already.
        DocumentError: The records do not fit the protocol; everything wrong is listed, and nothing
            is written.
        OutputError: The tables cannot be written; what was there is untouched.
    """
    from myotrial import datasets, protocol

    plan = protocol.read(folder / PROTOCOL)
    held = [file.name for file in tables(folder) if _has_rows(file)]
    if held:
        raise MyotrialError(
            f"{folder / DATA} holds captured rows already: {some(held)}.\n"
            "Hint: import into a study of its own; records are never mixed or replaced."
        )
    found, notes = _read(source, plan)
    datasets.tables_from(found, plan)  # every problem at once, before anything is written
    filled = {name: rows for name, rows in found.items() if rows}
    with replacing(folder / DATA) as fresh:
        for name, rows in filled.items():
            datasets.write_table(rows, fresh / f"{name}.csv")
    counts = {name: len(rows) for name, rows in filled.items()}
    return Imported(folder, counts, notes)


def _read(source: Path, plan: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The rows of captured tables from a file of ODM or a folder of SDTM, and what was left."""
    from myotrial.datasets.standards import capturing, odm_reading, reading

    if source.suffix.lower() == ".xml":
        return odm_reading.read(source, plan), ()
    intake = capturing.captured(reading.read(source), plan)
    return intake.tables, tuple(intake.notes)


def _has_rows(file: Path) -> bool:
    """Whether a table holds more than its header; one that is not CSV is taken to."""
    if file.suffix != ".csv":
        return True
    with file.open("rb") as handle:
        return sum(1 for line in handle if line.strip()) > 1
