"""How long the home of a study takes to open, as its patients grow from 500 to 5,000.

The page as a browser asks for it, through every middleware, from a SQLite database in which every
patient has twelve visits of eight forms: patients by visits, the forms of one visit, a filter by
number, and the overview. Times are of the processor of the thread that answers; beside them the
same page of a study with ten patients, and the growth from 500 to 5,000. Rows are written past the
application, without a trail: nothing here reads one.
"""

import os
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEED = Path(__file__).parents[1] / "studies" / "anakinra-2009" / "study.yaml"
SIZES = (10, 500, 5_000)
MONTHS = tuple(range(12))
REPEATS = 21
CHAIN = (
    "INSERT INTO capture_chain (id, number, site_id, status, seq, hash, at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
ITEM = (
    "INSERT INTO capture_item (chain_id, entity, field, value, absent, seq) "
    "VALUES (%s, %s, %s, %s, %s, %s)"
)
SHEET = (
    'INSERT INTO capture_sheet (chain_id, entity, kind, number, "on", status) '
    "VALUES (%s, %s, %s, %s, %s, %s)"
)
GOAL = 300.0  # ms, 95th percentile
GROWTH = 1.5
PAGES = {
    "patients by visits": "/patients/",
    "500 rows": "/patients/?most=500",
    "forms of one visit": "/patients/?visit=M3",
    "filter by number": "/patients/?number=0042",
    "overview": "/overview/",
}


def study(folder: Path) -> None:
    """A study of twelve visits, a month apart, with the seed's assessments at each."""
    import yaml

    plan = yaml.safe_load(SEED.read_text())
    plan["visits"] = [
        {"id": f"M{n}", "label": f"Month {n}", "month": n, "day": 1 + 30 * n, "window": [-7, 7]}
        | ({"baseline": True, "window": [-28, 0]} if n == 0 else {})
        for n in MONTHS
    ]
    for item in plan["assessments"]:
        item["visits"] = [f"M{n}" for n in MONTHS]
    plan["biopsy"]["visits"] = ["M0", "M6"]
    plan["endpoints"] = [item | {"visit": "M6"} if item.get("visit") else item
                         for item in plan["endpoints"]]  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True))


def fill(number: int) -> None:
    """Patients up to that many: half their visits complete, some late, a query in every tenth."""
    from django.db import connection, transaction

    from myotrial.capture.store.models import Chain
    from myotrial.capture.web.server import current

    catalogue, have = current().catalogue, Chain.objects.exclude(site=None).count()
    chains = [(uuid.uuid4().hex, f"S-{n:04d}") for n in range(have, number)]
    days = [(chain, "subject", "RFSTDTC", "2026-04-01", "", 1) for chain, _ in chains]
    sheets = (
        (chain, f"form/{form.code}/{event}/1", f"form/{form.code}/{event}", 1, "",
         "query" if place % 10 == 0 and event == "M2" else "complete")
        for place, (chain, _) in enumerate(chains)
        for event in ("SCREENING", *(f"M{n}" for n in MONTHS[: 3 + place % 9]))
        for form in catalogue.due(event)
    )  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(CHAIN, [(*chain, "A", "enrolled", 1, "0", "") for chain in chains])
        cursor.executemany(ITEM, days)
        cursor.executemany(SHEET, [*sheets])


def served(folder: Path) -> Any:
    """A client, signed in as the data manager, on a fresh database in a folder."""
    os.environ["MYOTRIAL_STUDY"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "myotrial.capture.settings"
    from myotrial.capture.places import Places

    Places(folder).make()
    import django

    django.setup()
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    from myotrial.capture.accounts import acting, actions
    from myotrial.capture.accounts.presence import plant
    from myotrial.capture.record.people import Person
    from myotrial.capture.store.making import make
    from myotrial.capture.store.models import Account

    make()
    acting.open_record()
    admin = Person("first", "The first", "administrator", None)
    acting.act(actions.OpenAccount("first", "The first"), acting.SYSTEM)
    acting.act(actions.GrantRole("first", "administrator"), acting.SYSTEM)
    acting.act(actions.AddSite("A", "Hospital A", "Europe/Stockholm"), admin)
    acting.act(actions.OpenAccount("manager", "The manager"), admin)
    acting.act(actions.GrantRole("manager", "data_manager"), admin)
    acting.act(actions.RecordTraining("manager", "2026-01-02"), admin)
    session = SessionStore()
    plant(session, Account.objects.get(username="manager"), "data_manager")
    session.create()
    client = Client(headers={"host": "localhost"})
    client.cookies["session"] = session.session_key
    return client


def milliseconds(task: Callable[[], Any]) -> tuple[float, float]:
    """Median and 95th percentile of the processor's milliseconds."""
    task()
    times = []
    for _ in range(REPEATS):
        start = time.thread_time()
        task()
        times.append(1000 * (time.thread_time() - start))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def opened(client: Any) -> Iterator[tuple[str, float, float]]:
    """Each page with its median and 95th percentile."""
    for name, address in PAGES.items():
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        yield name, *milliseconds(lambda address=address: client.get(address))


def main() -> None:
    """Print the times and the growth."""
    folder = Path(tempfile.mkdtemp(prefix="myotrial-bench-"))
    try:
        study(folder)
        client = served(folder)
        found: dict[int, dict[str, tuple[float, float]]] = {}
        for size in SIZES:
            fill(size)
            found[size] = {name: times for name, *times in opened(client)}  # type: ignore[misc]
        _show(found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show(found: dict[int, dict[str, tuple[float, float]]]) -> None:
    print(f"median / 95th percentile in ms of processor time; goal {GOAL:g} ms, growth {GROWTH:g}")
    print("page".ljust(22), *(f"{size:>5} patients".rjust(18) for size in SIZES), " growth")
    for name in PAGES:
        times = [found[size][name] for size in SIZES]
        growth = times[2][0] / times[1][0]
        cells = (f"{median:.1f} / {most:.1f}".rjust(18) for median, most in times)
        print(name.ljust(22), *cells, f" {growth:.2f}")


if __name__ == "__main__":
    main()
