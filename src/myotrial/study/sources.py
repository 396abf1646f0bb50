"""Where a study's patients come from: tables in data/, its server, an export, or a paper's claims.

Tables, a server's patients and an export of a server (one .zip or .xml in data/) are never mixed:
where two are there, it is refused, and the way out is to move one aside. What a server or an
export holds is read as captured tables, into `out/captured/`, whenever it has changed.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError, some
from myotrial.study.places import CAPTURED, DATA, DRAWN, OUT, tables
from myotrial.study.steps import file_digest

__all__ = ["Source", "digest", "server", "source", "write"]

ADDRESS = "DATABASE_URL"
NOTE = "README.txt"
SAYS = """\
These tables were read from the study's server, or an export of it. The digest of what was read:
"""
EXPORTS = (".zip", ".xml")
JOINED = ("enrolled", "completed", "withdrawn")


@dataclass(frozen=True)
class Source:
    """Where the patients come from.

    Attributes:
        place: The folder of their tables, below that of the study.
        state: What a server held: one digest over the ends of all trails; "" without one.
        export: The export of a server in data/, where it is one; its name there.
    """

    place: str
    state: str = ""
    export: str = ""

    @property
    def drawn(self) -> bool:
        """Whether the tables are drawn to fit a paper's claims."""
        return self.place == f"{OUT}/{DRAWN}"

    @property
    def served(self) -> bool:
        """Whether they are read from the study's server, or from an export of it."""
        return self.place == f"{OUT}/{CAPTURED}"


def source(folder: Path) -> Source:
    """Where the patients of the study in a folder come from.

    Raises:
        MyotrialError: Both tables and a server hold patients, or the server's database is away.
    """
    filled = [file for file in tables(folder) if _captured(file)]
    exported = _exports(folder)
    state = _state(folder, needed=not filled and not exported)
    held = [file.name for file in (*filter(_holds_rows, filled), *exported)]
    if held and (state or (exported and len(held) > 1)):
        where = "and on its server, " if state else ""
        raise MyotrialError(
            f"{folder} has patients in {DATA}/ ({some(held)}) {where}and which of them count is "
            "not clear.\n"
            f"Hint: move aside what does not count: {folder / DATA}"
            + (f", or {folder / 'server'}." if state else f"/{held[0]}, for example.")
        )
    if exported:
        return Source(f"{OUT}/{CAPTURED}", export=f"{DATA}/{exported[0].name}")
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
    """Write the captured tables of a study's server, or of an export of it.

    Args:
        folder: The study's folder.
        protocol: Its protocol.
        place: Folder to make.

    Raises:
        MyotrialError: The database cannot be read, or arms are still concealed.
        DocumentError: The export is not whole.
    """
    exported = _exports(folder)
    if exported:
        from myotrial.capture.exchange.reading import read
        from myotrial.capture.exchange.replaying import replayed

        _write(replayed(read(exported[0])), protocol, place, file_digest(exported[0]))
        return
    from myotrial.capture.trail import anchors

    with server(folder) as held:
        patients = held.patients()
        said = anchors.digest(item.head for item in patients)
        _write(((item.number, held.record(item)) for item in patients), protocol, place, said)


def _write(records: Iterable[tuple[str, Any]], protocol: Any, place: Path, said: str) -> None:
    from myotrial.capture.exchange.tables import concealed, header, rows
    from myotrial.protocol.captured import tables as specified

    made: dict[str, list[dict[str, Any]]] = {}
    hidden: list[str] = []
    for number, record in records:
        hidden += [number] if concealed(record) else []
        for name, row in rows([(number, record)], protocol):
            made.setdefault(name, []).append(row)
    if hidden:
        raise MyotrialError(
            f"the arms of {len(hidden)} patients are concealed ({some(hidden)}), so they cannot be "
            "analysed by arm yet.\n"
            "Hint: unblind the study first, on its server."
        )
    place.mkdir()
    (place / NOTE).write_text(SAYS + said + "\n", encoding="utf-8")
    for name, table in specified(protocol).items():
        with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header(table), lineterminator="\n")
            writer.writeheader()
            writer.writerows(made.get(name, []))


def digest(place: Path) -> str:
    """The digest of what tables were read from: the ends of all trails, or the export."""
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


def _exports(folder: Path) -> list[Path]:
    """The exports of a server that stand in data/."""
    place = folder / DATA
    try:
        found = sorted(place.iterdir()) if place.is_dir() else []
    except OSError:
        return []  # `tables` tells
    several = [file for file in found if file.suffix in EXPORTS and file.name[0] != "."]
    if not several:
        return []
    from myotrial.capture.exchange.reading import is_export

    return [file for file in several if is_export(file)]


def _captured(file: Path) -> bool:
    """Whether a table is one of a study's patients; readings of slides stand beside any."""
    return file.stem in (
        "subjects", "visits", "disposition", "exposure", "concomitant", "adverse_events", "biopsies"
    )  # fmt: skip


def _holds_rows(file: Path) -> bool:
    """Whether a table has anything below its header; an unreadable one is left to its reader."""
    try:
        return file.suffix != ".csv" or len(file.read_bytes().split(b"\n", 1)[-1].strip()) > 0
    except OSError:
        return True
