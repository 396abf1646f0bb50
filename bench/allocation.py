"""Many clients ask for an allocation at once: no place given twice, none left out, on each engine.

A PostgreSQL is measured where DATABASE_URL names an empty database whose owner may make roles.
"""

import os
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

SEED = Path(__file__).parents[1] / "studies" / "anakinra-2009" / "study.yaml"
SUPPORT = Path(__file__).parents[1] / "tests" / "capture" / "support"
PLACES, CLIENTS = 10_000, 32


def main() -> None:
    """Allocate to `PLACES` patients by `CLIENTS` clients, and look the list over."""
    sys.path.insert(0, str(SUPPORT))
    places = int(os.environ.get("MYOTRIAL_BENCH_PLACES", PLACES))
    with tempfile.TemporaryDirectory() as folder:
        connection = _study(Path(folder))
        trial = _trial(connection, places)
        chains = _patients(trial, places)
        wall, cpu = time.perf_counter(), time.process_time()
        wrong = _race(trial, chains)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        kits = trial.kits()
        print(f"{connection.vendor}: {places} places, {CLIENTS} clients")
        print(f"errors               {len(wrong)} {wrong[:1]}")
        print(f"kits given           {len(kits)}, to one patient each: {len(set(kits.values()))}")
        print(f"faults of the list   {len(trial.list_faults())}")
        print(f"{wall:.0f} s, {1000 * cpu / places:.1f} ms of processor time of the server each")
        connection.close()


def _study(folder: Path) -> Any:
    from myotrial.capture.places import Places

    os.environ |= {"MYOTRIAL_STUDY": str(folder), "DJANGO_SETTINGS_MODULE":
                   "myotrial.capture.settings"}  # fmt: skip
    Places(folder).make()
    (folder / "study.yaml").write_bytes(SEED.read_bytes())
    import django

    django.setup()
    from django.db import connections

    from myotrial.capture.store.making import make

    make()
    owner = connections["default"]
    if owner.vendor == "postgresql":
        from myotrial.capture.allocation.roles import divide

        name = f"bench_{uuid.uuid4().hex[:8]}"
        with owner.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {name} LOGIN")
        divide(owner, name)
        owner.close()
        connections.settings["default"] = {**owner.settings_dict, "USER": name}
        del connections["default"]
    return connections["default"]


def _trial(connection: Any, places: int) -> Any:
    from blinded_trial import Trial, blinded

    from myotrial import protocol

    trial = Trial.begin(connection, blinded(protocol.read(SEED)))
    trial.load(patients=places)
    return trial


def _patients(trial: Any, places: int) -> list[tuple[str, str]]:
    half = places // 2
    one = trial.copies(trial.enrol("A-0"), half, "A")
    other = trial.copies(trial.enrol("B-0", "B"), places - half, "B")
    return [*((chain, "A") for chain in one), *((chain, "B") for chain in other)]


def _race(trial: Any, chains: list[tuple[str, str]]) -> list[Exception]:
    from blinded_trial import staff
    from django.db import DatabaseError, connection

    from myotrial.capture.allocation.actions import Randomise
    from myotrial.errors import MyotrialError

    wrong: list[Exception] = []

    def ask(part: list[tuple[str, str]]) -> None:
        for chain, site in part:
            try:
                trial.apply(chain, Randomise(), staff("nurse", site))
            except (MyotrialError, DatabaseError) as error:
                wrong.append(error)
        connection.close()

    threads = [threading.Thread(target=ask, args=(chains[at::CLIENTS],)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


if __name__ == "__main__":
    main()
