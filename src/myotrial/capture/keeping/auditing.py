"""The whole trail: every link and every value verified, and exported as rows.

Chains are independent of each other, so a long trail is walked by several processes, each reading
the database as it is at one moment.
"""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from myotrial.capture.keeping.anchoring import Kept, files, kept
from myotrial.capture.keeping.opening import opened, set_up
from myotrial.capture.trail.links import COLUMNS
from myotrial.capture.trail.verifying import Fault, Head
from myotrial.errors import MyotrialError, OutputError

__all__ = ["Verified", "export", "verify"]

MANY = 50_000  # entries from which on several processes walk
PIECES = 8  # parts a process walks, one after another, so that none waits long for the last
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Verified:
    """What was found on the way along all chains.

    Attributes:
        chains: Number of chains.
        entries: Number of entries.
        digest: One digest over the ends of all chains.
        anchors: The anchors that were compared.
        faults: What is not as it was written.
    """

    chains: int
    entries: int
    digest: str
    anchors: tuple[Kept, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


def verify(study: Path, *, more: Sequence[Path] = (), processes: int = 0) -> Verified:
    """Walk all chains of a study with its key, and compare them with its anchors.

    Args:
        study: The study's folder.
        more: Further files of anchors; each must be there.
        processes: How many walk; 0 for one a processor where the trail is long.

    Raises:
        MyotrialError: There is no database or key, or a file of anchors is not there or not this
            study's.
    """
    with opened(study) as (places, connection):
        from myotrial.capture.store.trails import anchored, faults, heads

        key, known = places.key, _anchors(files(places), more, places.key)
        ends = heads(connection)
        total = sum(head.seq for head in ends)
        digest = anchored("", key, connection).digest
        if not processes:
            processes = os.cpu_count() or 1 if total > MANY else 1
        if processes == 1:
            found = [*faults(key, [item.anchor for item in known], on=connection)]
        else:
            connection.close()
            found = _together(study, ends, known, key, processes)
    return Verified(len(ends), total, digest, tuple(known), tuple(found))


def _anchors(usual: Sequence[Path], more: Sequence[Path], key: bytes) -> list[Kept]:
    for file in more:
        if not file.exists():
            raise MyotrialError(f"the file of anchors {file} is not there.")
    return [*kept([*usual, *more], key)]


def _together(
    study: Path, ends: list[Head], known: list[Kept], key: bytes, processes: int
) -> list[Fault]:
    """The chains, dealt out by length; and anchored chains that are gone."""
    parts: list[list[str]] = [[] for _ in range(processes * PIECES)]
    load = [0] * len(parts)
    for head in sorted(ends, key=lambda head: -head.seq):
        least = load.index(min(load))
        parts[least].append(head.chain)
        load[least] += head.seq + 1
    parts[0] += {head.chain for item in known for head in item.anchor.heads} - {
        head.chain for head in ends
    }
    anchors = [item.anchor for item in known]
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=set_up, initargs=(study,)
    ) as pool:
        jobs = [pool.submit(_walk, key, anchors, frozenset(part)) for part in parts if part]
        return [fault for job in jobs for fault in job.result()]


def _walk(key: bytes, anchors: list[Any], part: frozenset[str]) -> list[Fault]:
    from myotrial.capture.store.trails import faults

    return [*faults(key, anchors, part=part)]


def export(study: Path, file: Path) -> int:
    """Write the whole trail to a file, entry by entry, as it is at one moment.

    Args:
        study: The study's folder.
        file: What to write: .csv, .jsonl (one entry a line) or .json (one list). In CSV a text
            that a spreadsheet would take for a formula has an apostrophe before it, as has one
            that begins with an apostrophe.

    Returns:
        Number of entries.

    Raises:
        MyotrialError: The file's ending is another one.
        OutputError: The file cannot be written; what was there is untouched.
    """
    writers = {".csv": _as_csv, ".jsonl": _as_lines, ".json": _as_list}
    write = writers.get(file.suffix.lower())
    if write is None:
        raise MyotrialError(
            f"the trail is exported as .csv, .jsonl or .json (got {file.name!r}).\n"
            "Hint: name the file accordingly."
        )
    fresh = file.with_name(f".{file.name}.new-{os.getpid()}")
    with opened(study) as (_, connection):
        try:
            with fresh.open("w", encoding="utf-8", newline="") as out:
                number = write(_all(connection), out)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(file)
        except OSError as error:
            raise OutputError(f"the trail cannot be written to {file}: {error.strerror}.") from None
        finally:
            fresh.unlink(missing_ok=True)
    return number


def _all(on: Any) -> Iterator[tuple[Any, ...]]:
    from myotrial.capture.store.snapshots import snapshot
    from myotrial.capture.store.trails import heads, rows

    with snapshot(on):
        for head in heads(on):
            yield from rows(head.chain, on)


def _as_csv(rows: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    writer, number = csv.writer(out, lineterminator="\n"), 0
    writer.writerow(COLUMNS)
    for row in rows:
        number += 1
        writer.writerow([_plain(part) for part in (*row[:17], int(row[17]), *row[18:])])
    return number


def _plain(part: Any) -> Any:
    return f"'{part}" if isinstance(part, str) and part.startswith(FORMULA) else part


def _as_lines(rows: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    number = 0
    for row in rows:
        number += 1
        out.write(_json(row) + "\n")
    return number


def _as_list(rows: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    number = 0
    out.write("[")
    for number, row in enumerate(rows, start=1):
        out.write((",\n" if number > 1 else "\n") + _json(row))
    out.write("\n]\n")
    return number


def _json(row: tuple[Any, ...]) -> str:
    return json.dumps(dict(zip(COLUMNS, row, strict=True)) | {"noted": bool(row[17])},
                      ensure_ascii=False)  # fmt: skip
