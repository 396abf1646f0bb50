"""How long a long trail takes: verified, exported, backed up, and brought back.

One million entries of 1,000 patients are written by the store's own statements, then walked with
one process and with one a processor, exported as CSV, copied, and restored. The floor is reading
the rows and hashing each with SHA-256 once. Wall times say what a person waits; the processor's
what it costs.
"""

import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import _capture

PATIENTS = 1000
ENTRIES = 1000  # of each


def fill(server: Any) -> None:
    """Write the entries."""
    from django.db import connection, transaction

    from myotrial.capture.record.state import Value
    from myotrial.capture.store.applying import ENTRY, HEAD, ITEM
    from myotrial.capture.store.models import Chain
    from myotrial.capture.trail.entries import START, Entry
    from myotrial.capture.trail.links import Linker

    linker = Linker(server.key)
    for _ in range(PATIENTS):
        chain, before, rows, items = uuid.uuid4().hex, START, [], {}
        Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")
        for seq in range(1, ENTRIES + 1):
            old = Value(str(seq - 50)) if seq > 50 else Value()
            entry = Entry(
                chain, seq, "2026-11-02T09:00:00.000000Z", "Europe/Stockholm", "anna", "Anna A",
                "investigator", "Hospital", "A", "enter", f"form/MMT8/M{seq % 5}/1",
                f"ITEM{seq % 10}", old, Value(str(seq)), "", False, "0123456789ab", f"a{seq // 10}",
            )  # fmt: skip
            before = linker.link(entry.row, before)
            rows.append((*entry.row[:22], before))
            items[entry.entity, entry.field] = (entry.new.text, "", seq)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(ENTRY, rows)
            cursor.executemany(ITEM, [(chain, *place, *item) for place, item in items.items()])
            last = (ENTRIES, before, "2026-11-02T09:00:00.000000Z", "", f"A-{chain[:8]}", chain)
            cursor.execute(HEAD, last)


def floor() -> int:
    """Read every row, and hash it once."""
    from django.db import connection

    from myotrial.capture.store.trails import heads, rows

    number = 0
    for head in heads(connection):
        for row in rows(head.chain):
            hashlib.sha256(repr(row).encode()).digest()
            number += 1
    return number


def timed(name: str, task: Callable[[], Any], total: int) -> None:
    """Print how long a task takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    task()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    micro = wall / total * 1e6
    print(f"{name:<36} {wall:7.1f} s {micro:8.1f} us an entry, {cpu:7.1f} s of this process")


def main() -> None:
    """Print times for one million entries."""
    from myotrial.capture.keeping import auditing, backups

    with tempfile.TemporaryDirectory(prefix="myotrial-bench-") as place:
        folder = Path(place) / "study"
        folder.mkdir()
        fill(_capture.study(folder))
        total = PATIENTS * ENTRIES
        print(f"{total:,} entries of {PATIENTS:,} patients; load {os.getloadavg()[0]:.1f} before")
        timed("rows read and hashed once (floor)", floor, total)
        for number in (1, os.cpu_count() or 1):
            found: list[Any] = []
            timed(
                f"verified by {number} processes",
                lambda n=number, to=found: to.append(auditing.verify(folder, processes=n)),
                total,
            )
            assert found[0].faults == ()
            assert found[0].entries == total
        timed("exported as CSV", lambda: auditing.export(folder, folder / "trail.csv"), total)
        file = Path(place) / "study.backup"
        timed("backed up, opened and walked", lambda: backups.backup(folder, file), total)
        timed("restored and walked", lambda: backups.restore(file, folder), total)


if __name__ == "__main__":
    main()
