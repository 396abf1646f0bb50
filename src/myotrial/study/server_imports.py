"""Bring an export of a study server: into the study's own server, or as its captured tables.

Into a server the whole trail comes, entry by entry, verified with the study's key. A study without
a server gets the captured tables that the trail makes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError, some
from myotrial.study.places import DATA, tables

if TYPE_CHECKING:
    from myotrial.study.importing import Imported

__all__ = ["BroughtIn", "bring", "is_export"]


@dataclass(frozen=True)
class BroughtIn:
    """What an export brought into a server.

    Attributes:
        folder: The study's folder.
        patients: Patients.
        entries: Entries of their trails.
    """

    folder: Path
    patients: int
    entries: int
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """Counts as plain data."""
        counts = {"patients": self.patients, "entries": self.entries}
        return {"folder": str(self.folder), **counts}

    def __str__(self) -> str:
        return (
            f"{self.patients} patients, {self.entries} entries of their trails, each verified.\n"
            f"Next: myotrial serve {self.folder}"
        )


def is_export(source: Path) -> bool:
    """Whether a file is an export of a study server."""
    if not source.is_file() or source.suffix.lower() not in (".zip", ".xml"):
        return False
    from myotrial.capture.exchange import reading

    return reading.is_export(source)


def bring(
    source: Path, folder: Path, plan: Any, *, dry_run: bool = False
) -> "Imported | BroughtIn":
    """Bring an export.

    Args:
        source: The export.
        folder: The study's folder; with a server/ folder, the export goes into the server.
        plan: Its protocol.
        dry_run: Whether to write nothing.

    Raises:
        MyotrialError: Patients are there already, or the export does not hold together.
        DocumentError: The file is not whole.
    """
    from myotrial.capture.places import Places

    if Places(folder).folder.is_dir():
        return _into_server(source, folder, dry_run)
    return _as_tables(source, folder, plan, dry_run)


def _into_server(source: Path, folder: Path, dry_run: bool) -> "BroughtIn":
    from myotrial.capture.exchange.reading import read

    archive = read(source)
    if dry_run:
        entries = [entry.chain for entry in archive.entries]
        return BroughtIn(folder, len(set(entries)), len(entries))
    from myotrial.capture.web.starting import prepare

    prepare(folder)
    from myotrial.capture.accounts.acting import note
    from myotrial.capture.exchange.loading import load
    from myotrial.capture.record.people import Person
    from myotrial.capture.web.server import current
    from myotrial.study.steps import file_digest

    loaded = load(current(), archive)
    by = Person("myotrial", "The server itself", "data_manager", None)
    note(by, "import", f"SHA-256 {file_digest(source)}")
    return BroughtIn(folder, loaded.patients, loaded.entries)


def _as_tables(source: Path, folder: Path, plan: Any, dry_run: bool) -> "Imported":
    from myotrial import datasets
    from myotrial.capture.exchange.reading import read
    from myotrial.capture.exchange.replaying import replayed
    from myotrial.capture.exchange.tables import rows
    from myotrial.study.importing import Imported, has_rows, written

    held = [file.name for file in tables(folder) if has_rows(file)]
    if held:
        raise MyotrialError(
            f"{folder / DATA} holds captured rows already: {some(held)}.\n"
            "Hint: import into a study of its own; records are never mixed or replaced."
        )
    made: dict[str, list[dict[str, Any]]] = {}
    for name, row in rows(replayed(read(source)), plan):
        made.setdefault(name, []).append(row)
    datasets.tables_from(made, plan)  # every problem at once, before anything is written
    if not dry_run:
        written(made, folder)
    said = ("all fits; nothing was written",) if dry_run else ()
    counts = {name: len(several) for name, several in made.items()}
    return Imported(folder, counts, ("the trail stays in the export", *said))
