"""Bring the records of another system into a study's captured tables."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import DocumentError, MyotrialError, some
from myotrial.study.output import replacing
from myotrial.study.places import DATA, PROTOCOL, tables

if TYPE_CHECKING:
    from myotrial.study.mapped import Reading
    from myotrial.study.server_imports import BroughtIn

__all__ = ["Imported", "bring", "has_rows", "written"]


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
        lines.append(f"Next: myotrial check {self.folder}")
        return "\n".join(lines)


def bring(
    source: Path, folder: Path, *, dictionary: Path | None = None, dry_run: bool = False
) -> "Imported | Reading | BroughtIn":
    """Read another system's records and write them as the captured tables of a study.

    A spreadsheet or a REDCap export is read by the study's mapping.yaml. Where there is none, one
    is proposed and written for a person to look through, and no table is.

    Args:
        source: Folder of SDTM datasets (SAS transport files, Dataset-JSON 1.1 or Parquet, a file a
            domain), an ODM file (1.3.2 or 2.0), an export of a study server, or tables: CSV, XLSX,
            Parquet, or a folder.
        folder: The study's folder, with its protocol and without captured rows in the tables that
            are filled.
        dictionary: The data dictionary of a REDCap project.
        dry_run: Whether to write nothing into the tables.

    Raises:
        MyotrialError: The source holds no records, or a table has captured rows already.
        DocumentError: The records do not fit the protocol; everything wrong is listed, and nothing
            is written.
        OutputError: The tables cannot be written; what was there is untouched.
    """
    from myotrial import datasets, protocol
    from myotrial.study import import_sources, server_imports

    plan = protocol.read(folder / PROTOCOL)
    _require(source)
    if server_imports.is_export(source):
        return server_imports.bring(source, folder, plan, dry_run=dry_run)
    held = [file for file in tables(folder) if has_rows(file)]
    if not import_sources.holds_tables(source):
        return _standard(source, folder, plan, held, dictionary, dry_run)
    from myotrial.datasets import files
    from myotrial.study import mapped

    raws = {file.stem: files.read(file, name=str(file)) for file in held}
    found = mapped.read(source, folder, plan, dictionary, raws)
    if found.reading.proposed or dry_run or found.reading.open:
        return found.reading
    if found.reading.problems:
        raise DocumentError(str(source), found.reading.problems)
    rows = {
        name: [
            dict(zip(raw.columns, cells, strict=True))
            for cells in zip(*raw.columns.values(), strict=True)
        ]
        for name, raw in found.tables.items()
    }
    with replacing(folder / DATA) as fresh:
        _keep(folder, fresh, [name for name, several in rows.items() if several])
        for name, several in rows.items():
            datasets.write_table(several, fresh / f"{name}.csv")
    counts = {name: len(several) for name, several in rows.items() if several}
    return Imported(folder, counts, (*found.reading.notes, *_empty(plan, {*counts, *raws})))


def _require(source: Path) -> None:
    if not source.exists():
        raise MyotrialError(f"{source} is not there.\nHint: name the file or folder to import.")


def _keep(folder: Path, fresh: Path, filled: list[str]) -> None:
    """Keep what stands in the tables' folder, but for the tables that are filled."""
    place = folder / DATA
    for file in place.iterdir() if place.is_dir() else ():
        if file.is_file() and file.stem not in filled:
            shutil.copy2(file, fresh / file.name)


def _empty(plan: Any, filled: set[str]) -> list[str]:
    """Which tables a study needs and this import did not fill."""
    from myotrial.protocol.captured import tables as specified

    lacking = [name for name, table in specified(plan).items()
               if not table.optional and name not in filled]  # fmt: skip
    if not lacking:
        return []
    return [f"a study also needs {' and '.join(lacking)}, which the source does not hold"]


def _standard(
    source: Path,
    folder: Path,
    plan: Any,
    held: list[Path],
    dictionary: Path | None,
    dry_run: bool,
) -> Imported:
    """Bring CDISC files, whose names need no mapping."""
    from myotrial import datasets

    if dictionary is not None:
        raise MyotrialError(
            f"{source} is no table, and a data dictionary belongs to an export of REDCap.\n"
            "Hint: leave --dictionary out, or name the export as CSV."
        )
    if held:
        names = some(file.name for file in held)
        raise MyotrialError(
            f"{folder / DATA} holds captured rows already: {names}.\n"
            "Hint: import into a study of its own; records are never mixed or replaced."
        )
    found, notes = _read(source, plan)
    datasets.tables_from(found, plan)  # every problem at once, before anything is written
    filled = {name: rows for name, rows in found.items() if rows}
    if not dry_run:
        written(filled, folder)
    counts = {name: len(rows) for name, rows in filled.items()}
    said = ("all fits; nothing was written",) if dry_run else ()
    return Imported(folder, counts, (*notes, *said))


def written(rows: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> None:
    """Write rows as the captured tables of a study that has none."""
    from myotrial import datasets

    with replacing(folder / DATA) as fresh:
        for name, several in rows.items():
            datasets.write_table(several, fresh / f"{name}.csv")


def _read(source: Path, plan: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The rows of captured tables from a file of ODM or a folder of SDTM, and what was left."""
    from myotrial.datasets.standards import capturing, odm_reading, reading

    if source.suffix.lower() == ".xml":
        return odm_reading.read(source, plan), ()
    intake = capturing.captured(reading.read(source), plan)
    return intake.tables, tuple(intake.notes)


def has_rows(file: Path) -> bool:
    """Whether a table holds more than its header; one that is not CSV is taken to."""
    if file.suffix != ".csv":
        return True
    with file.open("rb") as handle:
        return sum(1 for line in handle if line.strip()) > 1
