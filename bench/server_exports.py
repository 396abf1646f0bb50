"""What an export of a study server costs: processor time and resident memory, by format.

A database of so many entries of the trail is made (2,000 a patient, linked with a key); each export
is taken by a process of its own that throws the pieces away, and tells its processor time and the
most memory it held. Bars: 100,000 entries in 10 s, 1,000,000 in 200 MB.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROWS = (100_000, 1_000_000)
PATIENT = 2_000  # entries of one trail
KEY = b"k" * 32
SEED = Path(__file__).parents[1] / "studies" / "anakinra-2009" / "study.yaml"
SECONDS, MEGABYTES = 10.0, 200.0
TAKE = """
import json, resource, sys, time
from pathlib import Path
from myotrial import protocol
from myotrial.capture.databases import database
from myotrial.capture.exchange.snapshot import snapshot
from myotrial.capture.exchange.writing import export
from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.places import Places
plan = protocol.read(Path(sys.argv[1]) / "study.yaml")
forms = catalogue(plan)
start, size = time.process_time(), 0
with snapshot(database("", Places(Path(sys.argv[1])))) as held:
    for piece in export(sys.argv[2], held, plan, {forms.version: forms}):
        size += len(piece)
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.process_time() - start, size, most]))
"""
TABLES = """
import sys
from pathlib import Path
from myotrial.capture.web.starting import prepare
prepare(Path(sys.argv[1]))
"""


def main() -> None:
    """Print what each format costs."""
    from myotrial.capture.exchange.writing import KINDS

    for rows in ROWS:
        with tempfile.TemporaryDirectory(prefix="myotrial-bench-") as place:
            folder = Path(place)
            (folder / "study.yaml").write_bytes(SEED.read_bytes())
            _python(TABLES, place)
            fill(folder / "server" / "study.sqlite3", rows)
            for kind in KINDS:
                seconds, size, most = json.loads(_python(TAKE, place, kind))
                print(
                    f"{rows:>9} entries, {kind:<12}: {seconds:6.1f} s of processor time "
                    f"({seconds / rows * 1e6:.0f} us an entry), {size / 1e6:7.1f} MB, "
                    f"{most:.0f} MB resident",
                    flush=True,
                )


def fill(file: Path, rows: int) -> None:
    """Fill a database with linked entries."""
    from myotrial.capture.trail.links import COLUMNS, START, Linker

    linker = Linker(KEY)
    listed = ", ".join(f'"{name}"' for name in COLUMNS)
    put = f"INSERT INTO capture_entry ({listed}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
    with sqlite3.connect(file) as base:
        base.execute("PRAGMA synchronous=OFF")
        base.execute("INSERT INTO capture_site VALUES ('A', 'Hospital', 'Europe/Stockholm')")
        for number in range(rows // PATIENT):
            chain = f"{number:032x}"
            base.execute(
                "INSERT INTO capture_chain (id, number, site_id, status, seq, hash, at) "
                "VALUES (?, ?, 'A', 'enrolled', 0, '', '')",
                (chain, f"P-{number:06}"),
            )
            before, made = START, []
            for row in _entries(chain, f"P-{number:06}"):
                before = linker.link(row, before)
                made.append((*row, before))
            base.executemany(put, made)
            base.execute(
                "UPDATE capture_chain SET seq = ?, hash = ?, at = ? WHERE id = ?",
                (PATIENT, before, made[-1][2], chain),
            )


def _entries(chain: str, number: str) -> Iterator[tuple[Any, ...]]:
    """Rows of one trail, without their links."""
    opened = (("@number", number), ("@status", "enrolled"), ("ARM", "ANAKINRA"))
    for seq in range(1, PATIENT + 1):
        entity, field, new = "form/FI/M3/1", "FI", str(seq % 65)
        if seq <= len(opened):
            entity, (field, new) = "subject", opened[seq - 1]
        yield (
            chain, seq, f"2026-11-02T09:{seq // 60:02}:{seq % 60:02}.000000Z", "Europe/Stockholm",
            "nurse", "The nurse", "nurse", "Hospital", "A", "change", entity, field,
            str((seq - 1) % 65) if seq > len(opened) + 1 else None, "", new, "",
            "transcription error", False, "0123456789ab", f"{number}-{seq // 8}", "", "",
        )  # fmt: skip


def _python(code: str, *words: str) -> str:
    source = str(Path(__file__).parents[1] / "src")
    told = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": source},
    )  # fmt: skip
    return told.stdout


if __name__ == "__main__":
    main()
