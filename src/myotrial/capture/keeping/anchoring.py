"""Anchors in files: appended, never written over; best on another machine or a paper printout.

The study's own file is server/anchors.jsonl; MYOTRIAL_ANCHORS names others, where the server's
account can at most append. Whoever puts back an older database is told by the anchors that know
better.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from myotrial.capture.places import Places
from myotrial.capture.trail.anchors import Anchor, read
from myotrial.capture.trail.verifying import Fault, Head
from myotrial.errors import OutputError

__all__ = ["Kept", "append", "files", "kept", "lost", "now", "take"]

ONE = "SELECT hash FROM capture_entry WHERE chain_id = %s AND seq = %s"


@dataclass(frozen=True)
class Kept:
    """An anchor, and the file it was found in."""

    anchor: Anchor
    file: Path


def files(places: Places, more: Sequence[Path] = ()) -> list[Path]:
    """Where anchors of a study are kept."""
    named = os.environ.get("MYOTRIAL_ANCHORS", "").split(os.pathsep)
    return [places.anchors, *(Path(name) for name in named if name), *more]


def kept(found: Iterable[Path], key: bytes) -> Iterator[Kept]:
    """The anchors of the files that are there, in their order.

    A line that was not written to its end (the power went) is passed over.

    Raises:
        MyotrialError: A line is no anchor of this study.
    """
    for file in found:
        if not file.exists():
            continue
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            if line.endswith("}"):
                yield Kept(read(line, key, where=f"line {number} of {file}"), file)


def append(anchor: Anchor, file: Path) -> None:
    """Add an anchor to a file, and see it to the disk.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(handle).st_size
            cut = size and os.pread(handle, 1, size - 1) != b"\n"  # an earlier line was cut short
            os.write(handle, f"{chr(10) if cut else ''}{anchor.line()}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise OutputError(
            f"the anchor cannot be written to {file}: {error.strerror}.\n"
            "Hint: see that its folder is there and can be written to."
        ) from None


def take(places: Places, on: Any, more: Sequence[Path] = ()) -> Anchor:
    """Sign the ends of all chains now, and append them to every file of anchors."""
    from myotrial.capture.store.trails import anchored

    made = anchored(now(), places.key, on)
    for file in dict.fromkeys(files(places, more)):
        append(made, file)
    return made


def lost(anchors: Iterable[Kept], on: Any) -> Iterator[tuple[Kept, list[Fault]]]:
    """What the newest anchor of each file knows and the database does not hold."""
    newest = {item.file: item for item in sorted(anchors, key=lambda item: item.anchor.at)}
    for item in newest.values():
        missing = [*_missing(item.anchor.heads, on)]
        if missing:
            yield item, missing


def now() -> str:
    """Server time as entries have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _missing(heads: Iterable[Head], on: Any) -> Iterator[Fault]:
    with on.cursor() as cursor:
        for head in heads:
            cursor.execute(ONE, (head.chain, head.seq))
            found = cursor.fetchone()
            if found is None:
                yield Fault(head.chain, head.seq, "this entry is gone")
            elif found[0] != head.hash:
                yield Fault(head.chain, head.seq, "this entry is not the one that was anchored")
