"""Where a study's patients come from: tables in data/, its server, or a paper's claims.

Tables and a server's patients are never mixed: where both are there, it is refused, and the way
out is to move one aside. The server's patients are read from its database as captured tables,
into `out/captured/`, whenever a trail has grown since.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError, some
from myotrial.study.places import CAPTURED, DATA, DRAWN, OUT, tables

__all__ = ["Source", "digest", "server", "source", "write"]

ADDRESS = "DATABASE_URL"
NOTE = "README.txt"
SAYS = """\
These tables were read from the study's server; the ends of all trails were then, as one digest:
"""
JOINED = ("enrolled", "completed", "withdrawn")


@dataclass(frozen=True)
class Source:
    """Where the patients come from.

    Attributes:
        place: The folder of their tables, below that of the study.
        state: What a server held: one digest over the ends of all trails; "" without one.
    """

    place: str
    state: str = ""

    @property
    def drawn(self) -> bool:
        """Whether the tables are drawn to fit a paper's claims."""
        return self.place == f"{OUT}/{DRAWN}"

    @property
    def served(self) -> bool:
        """Whether they are read from the study's server."""
        return self.place == f"{OUT}/{CAPTURED}"


def source(folder: Path) -> Source:
    """Where the patients of the study in a folder come from.

    Raises:
        MyotrialError: Both tables and a server hold patients, or the server's database is away.
    """
    filled = [file for file in tables(folder) if _captured(file)]
    state = _state(folder, needed=not filled)
    if state and any(map(_holds_rows, filled)):
        raise MyotrialError(
            f"{folder} has patients in {DATA}/ ({some(file.name for file in filled)}) and on its "
            "server, and which of them count is not clear.\n"
            f"Hint: move {folder / DATA} aside to analyse those of the server, or "
            f"{folder / 'server'} to analyse the tables."
        )
    if state:
        return Source(f"{OUT}/{CAPTURED}", state)
    return Source(DATA if any(tables(folder)) else f"{OUT}/{DRAWN}")


@contextmanager
def server(folder: Path) -> Iterator[Any]:
    """The database of the study's server at this moment.

    Raises:
        MyotrialError: It cannot be read.
    """
    from myotrial.capture.databases import database
    from myotrial.capture.exchange.snapshot import snapshot
    from myotrial.capture.places import Places

    with snapshot(database(os.environ.get(ADDRESS, ""), Places(folder))) as held:
        yield held


def write(folder: Path, protocol: Any, place: Path) -> None:
    """Write the captured tables of a study's server.

    Args:
        folder: The study's folder.
        protocol: Its protocol.
        place: Folder to make.
    """
    from myotrial.capture.exchange.tables import header, rows
    from myotrial.capture.trail import anchors
    from myotrial.protocol.captured import tables as specified

    made: dict[str, list[dict[str, Any]]] = {}
    with server(folder) as held:
        records = ((item.number, held.record(item)) for item in held.patients())
        for name, row in rows(records, protocol):
            made.setdefault(name, []).append(row)
        said = anchors.digest(item.head for item in held.patients())
    place.mkdir()
    (place / NOTE).write_text(SAYS + said + "\n", encoding="utf-8")
    for name, table in specified(protocol).items():
        with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header(table), lineterminator="\n")
            writer.writeheader()
            writer.writerows(made.get(name, []))


def digest(place: Path) -> str:
    """The digest over the ends of the trails that tables were read under."""
    return (place / NOTE).read_text(encoding="utf-8").splitlines()[-1]


def _state(folder: Path, *, needed: bool) -> str:
    """The digest of a server's trails; "" where there is no server, or nobody enrolled."""
    from myotrial.capture.places import Places

    places = Places(folder)
    if not places.folder.is_dir():
        return ""
    if not os.environ.get(ADDRESS) and not places.database.exists():
        if not needed:
            return ""
        raise MyotrialError(
            f"{folder} has a server, but its database is not in {places.folder}.\n"
            f"Hint: set {ADDRESS} to where it is, bring it back, or move {places.folder} aside."
        )
    from myotrial.capture.trail import anchors

    with server(folder) as held:
        found = held.patients()
    return anchors.digest(i.head for i in found) if any(i.status in JOINED for i in found) else ""


def _captured(file: Path) -> bool:
    """Whether a table is one of a study's patients; readings of slides stand beside any."""
    return file.stem in (
        "subjects", "visits", "disposition", "exposure", "concomitant", "adverse_events", "biopsies"
    )  # fmt: skip


def _holds_rows(file: Path) -> bool:
    return file.suffix != ".csv" or len(file.read_bytes().split(b"\n", 1)[-1].strip()) > 0
