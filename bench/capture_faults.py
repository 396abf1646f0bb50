"""The fault tests of the store at release size: kills, power cuts, editors, replayed sequences.

`python -m bench capture_faults` is a short run;
`python -m bench.capture_faults --cycles 1000 --images 100000 --sequences 10000 --backups 100` is
what a release is held to. Each line gives what was tried and what was found.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path
from typing import Any

from bench import _capture

FEW = {"cycles": 10, "images": 2000, "sequences": 50, "backups": 5}


def kills(cycles: int, *, postgresql: bool) -> dict[str, Any]:
    """Kill clients in the middle of saves, and PostgreSQL with them."""
    import capture_clusters
    import capture_killing

    program = [sys.executable, capture_killing.__file__]
    with tempfile.TemporaryDirectory(prefix="myotrial-bench-") as place:
        folder = Path(place)
        _empty(folder)
        if not postgresql:
            return _kill(program, folder, cycles, DATABASE_URL="")
        with capture_clusters.made_cluster() as (cluster, url):
            return _kill(program, folder, cycles, DATABASE_URL=url, MYOTRIAL_CLUSTER=str(cluster))


def _empty(folder: Path) -> None:
    import shutil

    from myotrial.capture.places import Places

    Places(folder).make()
    shutil.copy(_capture.ROOT / "studies" / "anakinra-2009" / "study.yaml", folder)


def _kill(program: list[str], folder: Path, cycles: int, **more: str) -> dict[str, Any]:
    words = [*program, str(folder), str(cycles), "1"]
    done = subprocess.run(words, env={**os.environ, **more}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def power(server: Any, images: int) -> dict[str, Any]:
    """Cut the power at every write and sync of saves, as the store is set and otherwise."""
    import capture_power
    from django.db import connection

    chain = _capture.patient(server)
    saves = capture_power.record(connection, chain, lambda n: _save(server, chain, n), 100)
    told = {}
    for how in ("FULL", "NORMAL", "OFF"):
        found: dict[str, int] = {}
        most = images if how == "FULL" else min(images, 2000)
        part = capture_power.look(saves, chain, capture_power.settings(how), most=most)
        for word, number in part.items():
            found[word] = found.get(word, 0) + number
        told[how] = found
    return told


def _save(server: Any, chain: str, number: int) -> Any:
    from capture_people import person, values

    from myotrial.capture.record.actions import Save
    from myotrial.capture.record.state import FormKey
    from myotrial.capture.store.applying import apply

    fields = values(DELTOID=str(number % 11), BICEPS=str(number % 7), WRIST_EXTENSORS="8")
    action = Save(FormKey("MMT8", "M3"), fields, seen=10**9, reason="again")
    return apply(server, chain, action, person("investigator"))


def sequences(server: Any, number: int) -> dict[str, int]:
    """Random acts on records; each trail, replayed from empty, against the data."""
    from capture_people import person, values

    from myotrial.capture.record import actions
    from myotrial.capture.record.refusals import RefusedError
    from myotrial.capture.record.state import FormKey
    from myotrial.capture.store.applying import apply
    from myotrial.capture.store.trails import faults

    drawn, wrong, refused, taken = random.Random(1), 0, 0, 0  # noqa: S311
    keys = (FormKey("FI", "M3"), FormKey("AE", "LOG"), FormKey("MMT8", "M3"))
    fields = {"FI": ("FI",), "AE": ("AETERM", "AESEV", "AESTDTC"), "MMT8": ("DELTOID", "BICEPS")}
    words = ("0", "8", "40", "65", "rash", "MILD", "2026-04-10", "2031-01-01", "")
    for _ in range(number):
        chain = _capture.patient(server)
        for _ in range(6):
            key = drawn.choice(keys)
            entered = {drawn.choice(fields[key.code]): drawn.choice(words)}
            action, role = drawn.choice((
                (actions.Save(key, values(**entered), seen=10**9, reason="again"), "investigator"),
                (actions.Save(key, values(**entered)), "nurse"),
                (actions.Freeze(key), "monitor"),
                (actions.Unfreeze(key), "monitor"),
                (actions.Lock(key), "data_manager"),
                (actions.Unlock(key, "again"), "data_manager"),
                (actions.OpenQuery(key, fields[key.code][0], "?"), "monitor"),
                (actions.AnswerQuery("query/1", "answer"), "nurse"),
                (actions.CloseQuery("query/1"), "monitor"),
            ))  # fmt: skip
            try:
                apply(server, chain, action, person(role))
                taken += 1
            except RefusedError:
                refused += 1
        wrong += sum(1 for _ in faults(server.key, part=[chain]))
    return {"sequences": number, "acts": taken, "refused": refused, "differences": wrong}


def backups(server: Any, number: int) -> dict[str, int]:
    """Copies of the database while others save; each opened and walked."""
    from django.db import connection

    from myotrial.capture.keeping import copies
    from myotrial.capture.store.connections import beside
    from myotrial.capture.store.trails import faults

    chain, stop, saved = _capture.patient(server), threading.Event(), [0]

    def save() -> None:
        while not stop.is_set():
            _save(server, chain, saved[0])
            saved[0] += 1
        connection.close()

    writer, sound = threading.Thread(target=save), 0
    writer.start()
    try:
        with tempfile.TemporaryDirectory(prefix="myotrial-bench-") as place:
            for _ in range(number):
                file = Path(place) / uuid.uuid4().hex
                copies.copy(connection, file)
                copies.whole_file(file)
                with beside(copies.settings_of(file)) as copy:
                    sound += not [*faults(server.key, on=copy, part=[chain])]
                file.unlink()
    finally:
        stop.set()
        writer.join()
    return {"copies": number, "sound": sound, "saved meanwhile": saved[0]}


def run(asked: dict[str, int]) -> None:
    """Print what was tried and found."""
    print("kill -9, SQLite:", kills(asked["cycles"], postgresql=False), flush=True)
    if Path("/usr/lib/postgresql").is_dir():
        few = max(2, asked["cycles"] // 5)
        print("kill -9, PostgreSQL:", kills(few, postgresql=True), flush=True)
    with tempfile.TemporaryDirectory(prefix="myotrial-bench-") as place:
        server = _capture.study(Path(place))
        print("backups while saving:", backups(server, asked["backups"]), flush=True)
        print("random sequences:", sequences(server, asked["sequences"]), flush=True)
        print("power cuts:", power(server, asked["images"]), flush=True)


def main() -> None:
    """A short run."""
    run(FEW)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in FEW.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    run(vars(parser.parse_args()))
