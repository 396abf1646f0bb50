"""Power cuts in the middle of saves: every disk that could be left is opened and looked at.

The statements of real saves are recorded and run again through a SQLite whose writes and syncs are
recorded too. At each write and sync the disks that a power cut could leave are built: of what was
not synced, all is kept, none, all but the last, the last alone, or the last torn after 512 bytes.
Whoever opens such a disk must find a sound file, whole saves only, and every save that was
acknowledged before.
"""

import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
NAME = "recorded"
EVENTS: list[tuple[Any, ...]] = []  # what SQLite did to its files, in order


class File(apsw.VFSFile):
    """A file whose writes are recorded."""

    def __init__(self, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else name

    def xWrite(self, data: Any, offset: int) -> None:
        super().xWrite(data, offset)
        EVENTS.append(("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        EVENTS.append(("cut", self._name, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        EVENTS.append(("sync", self._name))


class Disk(apsw.VFS):
    """A file system whose files are recorded."""

    def __init__(self) -> None:
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> File:
        return File(name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        EVENTS.append(("delete", filename))


@dataclass
class Saves:
    """Saves as they were made: the database before, and the statements of each."""

    base: bytes
    statements: list[list[str]]
    ends: list[int] = field(default_factory=list)  # number of the last entry after each
    hashes: list[str] = field(default_factory=list)  # link of each entry
    values: dict[int, list[Any]] = field(default_factory=dict)  # all values, by end of the chain


def record(connection: Any, chain: str, save: Any, number: int) -> Saves:
    """Make so many saves, and note what each says to the database.

    A statement that sets off a trigger is told twice in a row: once is meant.

    Args:
        connection: SQLite, as the store uses it.
        chain: The record that is saved to.
        save: Makes one save, given its number.
        number: How many.
    """
    connection.close()  # writes into the file what is beside it
    file = Path(connection.settings_dict["NAME"])
    made = Saves(file.read_bytes(), [])
    connection.ensure_connection()
    _note(connection, chain, made)
    said: list[str] = []
    for count in range(number):
        said.clear()
        connection.connection.set_trace_callback(said.append)
        save(count)
        connection.connection.set_trace_callback(None)
        made.statements.append([text for text, _ in groupby(said) if not text.startswith("--")])
        _note(connection, chain, made)
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM capture_entry WHERE chain_id = %s ORDER BY seq", (chain,))
        made.hashes = [link for (link,) in cursor.fetchall()]
    return made


def _note(connection: Any, chain: str, made: Saves) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM capture_chain WHERE id = %s", (chain,))
        (end,) = cursor.fetchone()
        cursor.execute(ITEMS, (chain,))
        made.values[end] = cursor.fetchall()
    made.ends.append(end)


ITEMS = (
    "SELECT entity, field, value, absent, seq FROM capture_item WHERE chain_id = %s "
    "ORDER BY entity, field"
)


def replay(saves: Saves, pragmas: list[str], folder: Path) -> list[tuple[Any, ...]]:
    """Run the saves again on the recorded disk; gives the events, acknowledgements among them."""
    file = folder / "study.sqlite3"
    file.write_bytes(saves.base)
    vfs = Disk()
    EVENTS.clear()
    connection = apsw.Connection(str(file), vfs=NAME)
    for pragma in pragmas:
        connection.execute(pragma)
    for end, statements in zip(saves.ends[1:], saves.statements, strict=True):
        for statement in statements:
            connection.execute(statement)
        EVENTS.append(("saved", end))
    events = [*EVENTS]
    connection.close()
    vfs.unregister()
    return events


@dataclass
class Cut:
    """A disk as the power cut leaves it, and what must be on it."""

    files: dict[str, bytes]
    saved: int


def cuts(saves: Saves, events: list[tuple[Any, ...]], name: str) -> Iterator[Cut]:
    """The disks that a cut at each write and sync could leave."""
    durable: dict[str, bytearray] = {name: bytearray(saves.base)}
    waiting: list[tuple[Any, ...]] = []
    saved = saves.ends[0]
    for event in events:
        if event[0] == "saved":
            saved = event[1]
            continue
        if event[0] == "sync":
            for item in [item for item in waiting if item[1] == event[1]]:
                _do(durable, item)
                waiting.remove(item)
        else:
            waiting.append(event)
        for part in _parts(waiting):
            files = {file: bytearray(content) for file, content in durable.items()}
            for item in part:
                _do(files, item)
            yield Cut({file: bytes(content) for file, content in files.items()}, saved)


def _parts(waiting: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    yield waiting
    if not waiting:
        return
    yield []
    last = waiting[-1]
    if len(waiting) > 1:
        yield waiting[:-1]
        yield [last]
    if last[0] == "write" and len(last[3]) > SECTOR:
        yield [*waiting[:-1], (*last[:3], last[3][:SECTOR])]


def _do(files: dict[str, bytearray], event: tuple[Any, ...]) -> None:
    kind, name = event[:2]
    if kind == "delete":
        files.pop(name, None)
        return
    content = files.setdefault(name, bytearray())
    if kind == "cut":
        del content[event[2] :]
        return
    offset, data = event[2:]
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def look(saves: Saves, chain: str, pragmas: list[str], *, most: int = 0, seed: int = 1) -> Counter:
    """What is found on the disks: "fine", "damaged", "half" a save, or acknowledged saves "lost".

    Args:
        saves: What was saved.
        chain: Where.
        pragmas: Settings of the database.
        most: Look at so many disks at most, drawn at random; 0 for all.
        seed: Of the draw.
    """
    folder = Path(tempfile.mkdtemp(prefix="power-", dir=_memory()))
    try:
        events = replay(saves, pragmas, folder)
        name = str(folder / "study.sqlite3")
        left = cuts(saves, events, name)
        if most:
            total = sum(1 for _ in cuts(saves, events, name))
            wanted = set(random.Random(seed).sample(range(total), min(most, total)))
            left = (cut for number, cut in enumerate(left) if number in wanted)
        return Counter(_found(cut, saves, chain, folder, name) for cut in left)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - images are many


def _found(cut: Cut, saves: Saves, chain: str, folder: Path, name: str) -> str:
    for old in folder.glob("study.sqlite3*"):
        old.unlink()
    for file, content in cut.files.items():
        Path(file).write_bytes(content)
    try:
        with closing(sqlite3.connect(name)) as opened:
            (sound,) = opened.execute("PRAGMA quick_check(1)").fetchone()
            (end, link) = opened.execute(
                "SELECT seq, hash FROM capture_chain WHERE id = ?", (chain,)
            ).fetchone()
            links = [row[0] for row in opened.execute(
                "SELECT hash FROM capture_entry WHERE chain_id = ? ORDER BY seq", (chain,)
            )]  # fmt: skip
            values = opened.execute(ITEMS.replace("%s", "?"), (chain,)).fetchall()
    except sqlite3.DatabaseError:
        return "damaged"
    if sound != "ok":
        return "damaged"
    whole = end in saves.values and links == saves.hashes[:end] and link == links[-1]
    if not whole or values != saves.values[end]:
        return "half"
    return "fine" if end >= cut.saved else "lost"


def settings(synchronous: str) -> list[str]:
    """The store's own settings of SQLite, but for how it syncs."""
    from myotrial.capture.store.sqlite.base import PRAGMAS

    return [
        f"PRAGMA synchronous={synchronous}" if "synchronous" in pragma else pragma
        for pragma in PRAGMAS
    ]
