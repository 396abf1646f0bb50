"""The seed's study on a server: its reconstructed patients, entered through the forms' checks."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from exchange_people import Kept, fill_odd, use

SEED = Path(__file__).parents[3] / "studies" / "anakinra-2009"
KEY = b"k" * 32


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The captured tables of the seed's reconstructed patients."""
    from myotrial.study.places import OUT
    from myotrial.study.stages import stages
    from myotrial.study.steps import run

    folder = tmp_path_factory.mktemp("drawn") / "study"
    shutil.copytree(SEED, folder, ignore=shutil.ignore_patterns("out", ".*"))
    run(folder, stages(folder)[:3], code="same")
    tables = folder / OUT / "reconstruction"
    (tables / "attributes.csv").unlink()
    (tables / "README.txt").unlink()
    return tables


@pytest.fixture(scope="session")
def filled(
    made: Path, protocol: Any, forms: Any, drawn: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A study's folder whose server holds the seed's patients (SQLite); tests take copies."""
    from django.db import connections

    from myotrial.capture.databases import database
    from myotrial.capture.places import Places
    from myotrial.capture.store.applying import Server
    from myotrial.capture.store.models import Site
    from myotrial.study.demo import fill

    folder = tmp_path_factory.mktemp("filled") / "study"
    shutil.copytree(SEED, folder, ignore=shutil.ignore_patterns("out", ".*", "*.csv"))
    shutil.copytree(drawn, folder / "data")
    places = Places(folder)
    places.make()
    shutil.copy(made / "server" / "study.sqlite3", places.database)
    use(database("", places))
    Site.objects.create(code="KS", name="Karolinska", zone="Europe/Stockholm")
    server = Server(places.key, protocol, forms, {"KS": "Europe/Stockholm"})
    assert fill(folder, server) == 15
    connections["default"].close()
    shutil.rmtree(folder / "data")
    return folder


@pytest.fixture(scope="session")
def kept(made: Path, protocol: Any, forms: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server with a patient at each of two sites; their trails hold what trails can hold.

    Time and ids are stated, so that every server filled so is the same.
    """
    from django.db import connections

    from myotrial.capture.databases import database
    from myotrial.capture.places import Places

    places = Places(tmp_path_factory.mktemp("kept"))
    places.make()
    shutil.copy(made / "server" / "study.sqlite3", places.database)
    settings = use(database("", places))
    server = fill_odd(protocol, forms)
    connections["default"].close()
    return Kept(settings, server)
