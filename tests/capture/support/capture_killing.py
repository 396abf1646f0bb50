"""Clients that save, killed in the middle of it: what was acknowledged must be there, once.

Run as a program it forks clients over the store, kills them all (and, where told, every process of
PostgreSQL) at a random moment, and looks for each save that was acknowledged. Each client notes the
id of a request before it sends it and again when it is acknowledged; after the kill it sends the
last one again, as a browser does that heard no answer.

    python capture_killing.py STUDY CYCLES SEED
"""

import json
import os
import random
import signal
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CLIENTS = 4


@dataclass
class Told:
    """What came of it."""

    cycles: int = 0
    acknowledged: int = 0
    found: int = 0
    lost: int = 0
    duplicated: int = 0
    sent_again: int = 0
    faults: int = 0
    slowest_return: float = 0.0  # seconds until the database answered again


class Killing:
    """A study whose clients are killed."""

    def __init__(self, study: Path, seed: int) -> None:
        from myotrial.capture.keeping.opening import set_up

        self.places = set_up(study)
        self.random, self.told = random.Random(seed), Told()
        self.started: Any = None
        self.cluster = os.environ.get("MYOTRIAL_CLUSTER", "")
        self.chains = self._patients()

    def _patients(self) -> list[str]:
        from capture_people import ELIGIBLE, values

        from myotrial.capture.record.actions import Enrol, Save, Screen
        from myotrial.capture.record.state import FormKey
        from myotrial.capture.store.making import make
        from myotrial.capture.store.models import Chain, Site

        make()
        Site.objects.get_or_create(code="A", name="Hospital A", zone="UTC")
        self.server = self._server()
        chains = [uuid.uuid4().hex for _ in range(2)]
        for number, chain in enumerate(chains):
            Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")
            self._apply(chain, Screen(f"A-{number}-{chain[:4]}"), uuid.uuid4().hex)
            key = FormKey("SUBJECT", "SCREENING")
            self._apply(chain, Save(key, values(**ELIGIBLE)), uuid.uuid4().hex)
            self._apply(chain, Enrol("ANAKINRA", "2026-01-10"), uuid.uuid4().hex)
        return chains

    def _server(self) -> Any:
        from myotrial import protocol
        from myotrial.capture.forms.catalogue import catalogue
        from myotrial.capture.store.applying import Server

        made = protocol.read(self.places.study / "study.yaml")
        return Server(self.places.key, made, catalogue(made), {"A": "UTC"})

    def _apply(self, chain: str, action: Any, act: str) -> Any:
        from capture_people import person

        from myotrial.capture.store.applying import apply

        return apply(self.server, chain, action, person("investigator"), act=act)

    def _save(self, chain: str, number: int, act: str) -> Any:
        from capture_people import values

        from myotrial.capture.record.actions import Save
        from myotrial.capture.record.state import FormKey

        fields = values(DELTOID=str(number % 11), BICEPS=str(number % 7))
        return self._apply(
            chain, Save(FormKey("MMT8", "M3"), fields, seen=10**9, reason="again"), act
        )

    def run(self, cycles: int) -> Told:
        """Kill so many times."""
        from django.db import connection

        for _ in range(cycles):
            connection.close()
            self._cycle()
        from myotrial.capture.store.trails import faults

        self.told.faults = sum(1 for _ in faults(self.places.key))
        connection.close()
        return self.told

    def _cycle(self) -> None:
        logs = [self.places.folder / f"client{number}.log" for number in range(CLIENTS)]
        children = [self._client(number, log) for number, log in enumerate(logs)]
        until = time.monotonic() + 30
        while not all(log.exists() for log in logs) and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(self.random.uniform(0.0, 0.5))
        if self.cluster:
            kill_cluster(Path(self.cluster))
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        begun = time.monotonic()
        if self.cluster:
            self.started.wait(60)
            self.started = start_cluster(Path(self.cluster))
        self._answers()
        self.told.slowest_return = max(self.told.slowest_return, time.monotonic() - begun)
        self.told.cycles += 1
        for log in logs:
            self._look(log)
            log.unlink(missing_ok=True)

    def _answers(self) -> None:
        from django.db import OperationalError, connection

        until = time.monotonic() + 60
        while True:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT COUNT(*) FROM capture_chain")
                return
            except OperationalError:
                connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _client(self, number: int, log: Path) -> int:
        child = os.fork()
        if child:
            return child
        try:
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            count = number
            while True:
                count += CLIENTS
                chain, act = self.chains[count % len(self.chains)], uuid.uuid4().hex
                os.write(out, f"sent {act} {chain} {count}\n".encode())
                made = self._save(chain, count, act)
                os.write(out, f"saved {act} {made.first} {made.last}\n".encode())
        finally:
            os._exit(1)

    def _look(self, log: Path) -> None:
        """Count what was acknowledged and found; send again what got no answer."""
        sent: dict[str, tuple[str, int]] = {}
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        for line in lines:
            if line[0] == "sent":
                sent[line[1]] = line[2], int(line[3])
            else:
                chain, _ = sent.pop(line[1])
                self.told.acknowledged += 1
                self._count(line[1], chain, int(line[2]), int(line[3]))
        for act, (chain, count) in sent.items():
            made = self._save(chain, count, act)
            self.told.sent_again += 1
            self.told.acknowledged += 1
            self._count(act, chain, made.first, made.last)

    def _count(self, act: str, chain: str, first: int, last: int) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq FROM capture_entry WHERE chain_id = %s AND act = %s ORDER BY seq",
                (chain, act),
            )
            found = [seq for (seq,) in cursor.fetchall()]
        wanted = [*range(first, last + 1)]
        self.told.found += found == wanted
        self.told.lost += found[: len(wanted)] != wanted
        self.told.duplicated += len(found) > len(wanted)


def kill_cluster(folder: Path) -> None:
    """Kill every process of a PostgreSQL at once; its files are left as they are."""
    leader = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    group = [leader]
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == leader:
            group.append(int(place.name))
    for process in group:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    until = time.monotonic() + 30
    while any(_alive(process) for process in group) and time.monotonic() < until:
        time.sleep(0.01)


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def start_cluster(folder: Path) -> Any:
    """Start a PostgreSQL that `capture_clusters` made, as a child that is waited for."""
    import subprocess

    import psycopg

    words = json.loads((folder / "start.json").read_text())
    log = (folder / "log").open("a")
    started = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
    log.close()
    until = time.monotonic() + 60
    while time.monotonic() < until and started.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="owner", dbname="postgres").close()
            return started
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise SystemExit(f"PostgreSQL does not start: {(folder / 'log').read_text()[-2000:]}")


def run(study: Path, cycles: int, seed: int) -> Told:
    """All of it, with the PostgreSQL that MYOTRIAL_CLUSTER names, if it names one."""
    cluster = os.environ.get("MYOTRIAL_CLUSTER", "")
    started = start_cluster(Path(cluster)) if cluster else None
    made = Killing(study, seed)
    made.started = started
    told = made.run(cycles)
    if made.started is not None:
        leader = int((Path(cluster) / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(leader, signal.SIGINT)
        made.started.wait(60)
    return told


if __name__ == "__main__":
    folder, number, seed = sys.argv[1:]
    print(json.dumps(asdict(run(Path(folder), int(number), int(seed)))))
