"""What an audited save costs beside a bare one, on the store's own SQLite, in one process.

The bare one does the least that an audited Django save can: in one transaction under the writers'
lock it reads the end of the chain, upserts each field, writes one row a field into the trail with a
SHA-256 chain, and moves the end on. Ours reads the form, parses and checks each value, scores,
decides, and links by key, once per request. Both are nine fields and their total, by the same
connection, in turns; commits are synced to the disk.
"""

import hashlib
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import _capture

SAVES = 100  # in a turn
TURNS = 6


def bare(chain: str) -> Callable[[int], None]:
    """A save without rules: nine fields, their trail, their chain."""
    from django.db import connection, transaction

    from myotrial.capture.store.applying import ENTRY, HEAD, ITEM, LOCK

    def save(number: int) -> None:
        fields = {f"F{i}": str((number + i) % 11) for i in range(9)}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK, (chain,))
            found: Any = cursor.fetchone()
            _, seq, link, _ = found
            rows, items = [], []
            for name, value in fields.items():
                seq += 1
                row = (
                    chain, seq, "2026-11-02T09:00:00.000000Z", "UTC", "anna", "Anna A",
                    "investigator", "Hospital", "A", "change", "form/MMT8/M3/1", name, None, "",
                    value, "", "again", False, "0123456789ab", uuid.uuid4().hex, "", "",
                )  # fmt: skip
                link = hashlib.sha256(f"{link}{row}".encode()).hexdigest()
                rows.append((*row, link))
                items.append((chain, "form/MMT8/M3/1", name, value, "", seq))
            cursor.executemany(ENTRY, rows)
            cursor.executemany(ITEM, items)
            cursor.execute(HEAD, (seq, link, rows[-1][2], "", chain[:20], chain))

    return save


def ours(server: Any, chain: str) -> Callable[[int], None]:
    """The same nine fields through `apply`."""
    from capture_people import person, values

    from myotrial.capture.forms.items import sheet
    from myotrial.capture.record.actions import Save
    from myotrial.capture.record.state import FormKey
    from myotrial.capture.store.applying import apply

    items = sheet("mmt8", "one side")
    assert items is not None
    names, who = [item.name for item in items.fields], person("investigator")

    def save(number: int) -> None:
        grades = {name: str((number + i) % 11) for i, name in enumerate(names)}
        action = Save(FormKey("MMT8", "M3"), values(**grades), seen=10**9, reason="again")
        apply(server, chain, action, who)

    return save


def measure(tasks: dict[str, Callable[[int], None]]) -> dict[str, tuple[float, float, list[float]]]:
    """Best milliseconds of wall and processor a save in any turn, and the time of each save."""
    found: dict[str, tuple[float, float, list[float]]] = {
        name: (float("inf"), float("inf"), []) for name in tasks
    }
    for turn in range(TURNS):
        for name, task in tasks.items():
            wall, cpu, each = found[name]
            start, spent = time.perf_counter(), time.process_time()
            for number in range(SAVES):
                before = time.perf_counter()
                task(turn * SAVES + number)
                each.append((time.perf_counter() - before) * 1e3)
            wall = min(wall, (time.perf_counter() - start) / SAVES * 1e3)
            cpu = min(cpu, (time.process_time() - spent) / SAVES * 1e3)
            found[name] = wall, cpu, each
    return found


def main() -> None:
    """Print milliseconds a save, p99, and the ratio of ours to the bare one."""
    with tempfile.TemporaryDirectory(prefix="myotrial-bench-") as place:
        server = _capture.study(Path(place))
        from myotrial.capture.store.models import Chain

        plain = uuid.uuid4().hex
        Chain.objects.create(id=plain, number=plain[:20], site_id="A", hash="")
        tasks = {"bare": bare(plain), "ours": ours(server, _capture.patient(server))}
        for task in tasks.values():
            task(0)
        found = measure(tasks)
    for name, (wall, cpu, each) in found.items():
        late = sorted(each)[int(len(each) * 0.99)]
        shown = f"{wall:6.2f} ms {1000 / wall:6.0f} saves/s"
        print(f"{name:<6} {shown} {cpu:6.2f} ms of the processor, p99 {late:6.1f} ms")
    one, other = found["bare"], found["ours"]
    print(f"ours beside bare: {one[0] / other[0]:.0%} of its saves/s by wall (goal: 60 %), "
          f"{one[1] / other[1]:.0%} by processor time")  # fmt: skip


if __name__ == "__main__":
    main()
