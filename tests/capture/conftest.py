"""A study on a server: protocol, people, and a fresh database of each engine."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from capture_people import ELIGIBLE, Patient, person
from capture_server import Live, StudyServer, people

from myotrial import protocol as protocols
from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.places import Places
from myotrial.capture.record.actions import Enrol, Screen
from myotrial.capture.record.asking import Asked
from myotrial.capture.record.state import Record

SEED = Path(__file__).parents[2] / "studies" / "anakinra-2009"
BINARIES = "/usr/lib/postgresql"


@pytest.fixture(scope="session")
def protocol() -> Any:
    return protocols.read(SEED / "study.yaml")


@pytest.fixture(scope="session")
def forms(protocol: Any) -> Any:
    return catalogue(protocol)


@pytest.fixture
def screened(protocol: Any, forms: Any) -> Patient:
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    asked = Asked(person("investigator"), at, "Europe/Stockholm", protocol, forms)
    patient = Patient(Record("chain", "A"), asked)
    patient.act(Screen("A-001"))
    patient.save("SUBJECT", "SCREENING", **ELIGIBLE)
    return patient


@pytest.fixture
def patient(screened: Patient) -> Patient:
    screened.act(Enrol("ANAKINRA", "2026-01-10"))
    return screened


def _django(folder: Path) -> None:
    """Django is set up once a process; tests then change which database it talks to."""
    from django.conf import settings

    if not settings.configured:
        os.environ["MYOTRIAL_STUDY"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "myotrial.capture.settings"
        # a browser that another test drives leaves its event loop running in this thread
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        Places(folder).make()
        shutil.copy(SEED / "study.yaml", folder)
        import django

        django.setup()


def _use(settings: dict[str, Any]) -> Any:
    """Make a database the one that the store talks to."""
    from django.db import connections

    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": settings})[
        "default"
    ]
    del connections["default"]
    return connections["default"]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own, on a socket in a folder of its own; gives the socket's folder."""
    found = sorted(Path(BINARIES).glob("*/bin/initdb")) if Path(BINARIES).is_dir() else []
    if not found:
        reason = "no PostgreSQL on this machine (looked in /usr/lib/postgresql)"
        if os.environ.get("MYOTRIAL_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    binaries = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="myotrial-pg-"))  # a socket's path must be short
    folder.chmod(0o777)
    ahead = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = str(folder / "data")

    def run(*words: str) -> None:
        subprocess.run([*ahead, *words], check=True, capture_output=True, cwd=folder, timeout=120)

    run(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "owner", "--no-sync")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    log = str(folder / "log")
    run(str(binaries / "pg_ctl"), "-D", data, "-l", log, "-o", options, "-w", "start")
    yield str(folder)
    run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty SQLite database, made once; tests take copies."""
    folder = tmp_path_factory.mktemp("server")
    _django(folder)
    connection = _use(_sqlite(folder))
    _make()
    connection.close()
    return folder


@pytest.fixture(scope="session")
def template(cluster: str, made: Path) -> str:
    """A PostgreSQL database, made once; tests take copies. Gives the socket's folder."""
    del made  # Django is set up
    _create(cluster, "template_study", "template0")
    connection = _use(_postgresql(cluster, "template_study"))
    _make()
    connection.close()
    return cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A connection to an empty database of each engine, with tables and guards."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    folder, name = request.getfixturevalue("template"), f"study_{uuid.uuid4().hex[:12]}"
    _create(folder, name, "template_study")
    connection = _use(_postgresql(folder, name))
    yield connection
    connection.close()


@pytest.fixture
def served(engine: Any) -> Iterator[Any]:
    """A connection as a server has it: in PostgreSQL not as the owner of the tables."""
    if engine.vendor != "postgresql":
        yield engine
        return
    from myotrial.capture.allocation.roles import divide

    with engine.cursor() as cursor:
        cursor.execute(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'server') THEN "
            "CREATE ROLE server LOGIN; END IF; END $$"
        )
    divide(engine, "server")
    connection = _use({**engine.settings_dict, "USER": "server"})
    yield connection
    connection.close()


@pytest.fixture
def sqlite(made: Path, tmp_path: Path) -> Iterator[Any]:
    """A connection to an empty SQLite database."""
    settings = _sqlite(tmp_path)
    shutil.copy(made / "server" / "study.sqlite3", settings["NAME"])
    connection = _use(settings)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def peopled(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with two sites and an account for each role, made once."""
    folder = tmp_path_factory.mktemp("peopled")
    settings = _sqlite(folder)
    shutil.copy(made / "server" / "study.sqlite3", settings["NAME"])
    connection = _use(settings)
    people()
    connection.close()
    return folder


@pytest.fixture
def server(peopled: Path, tmp_path: Path) -> Iterator[StudyServer]:
    """A study's server with people: see `capture_server`."""
    settings = _sqlite(tmp_path)
    shutil.copy(peopled / "server" / "study.sqlite3", settings["NAME"])
    connection = _use(settings)
    yield StudyServer(connection)
    connection.close()


@pytest.fixture
def live(server: StudyServer) -> Iterator[Live]:
    """The same server over HTTP, for a browser."""
    served = Live(server)
    yield served
    served.stop()


def _make() -> None:
    from myotrial.capture.store.making import make

    make()


def _sqlite(folder: Path) -> dict[str, Any]:
    from myotrial.capture.databases import database

    places = Places(folder)
    places.make()
    return database("", places)


def _create(folder: str, name: str, template: str) -> None:
    import psycopg

    with psycopg.connect(host=folder, user="owner", dbname="postgres", autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # names of our own making


def _postgresql(folder: str, name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": "owner",
        "HOST": folder,
        "CONN_MAX_AGE": None,
    }
