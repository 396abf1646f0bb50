"""A study's folder with a database of each engine, two patients, and a key of its own."""

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from capture_people import ELIGIBLE, person, values

from myotrial.capture.places import Places
from myotrial.capture.record.actions import Enrol, Save, Screen
from myotrial.capture.record.state import FormKey

SEED = Path(__file__).parents[3] / "studies" / "anakinra-2009"


@dataclass
class Kept:
    """A study on a server, and what a test does there."""

    folder: Path
    server: Any
    connection: Any

    @property
    def places(self) -> Places:
        return Places(self.folder)

    def patient(self, number: str, site: str = "A") -> str:
        from myotrial.capture.store.models import Chain

        chain = uuid.uuid4().hex
        Chain.objects.create(id=chain, number=chain[:20], site_id=site, hash="")
        self.act(chain, Screen(number), site=site)
        self.act(chain, Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)), site=site)
        self.act(chain, Enrol("ANAKINRA", "2026-01-10"), site=site)
        return chain

    def act(self, chain: str, action: Any, role: str = "investigator", site: str = "A") -> Any:
        from myotrial.capture.store.applying import apply

        return apply(self.server, chain, action, person(role, site=site))

    def save(self, chain: str, code: str, event: str, **fields: str) -> Any:
        key = FormKey(code, event)
        return self.act(chain, Save(key, values(**fields), seen=10**6, reason="source corrected"))

    def behind(self, *statements: str) -> None:
        """Change the database behind the server's back, with the guards of the trail away."""
        self.connection.migrating = True
        self.connection.close()
        on = " ON capture_entry" if self.connection.vendor == "postgresql" else ""
        with self.connection.cursor() as cursor:
            for name in ("trail_kept", "trail_whole", "trail_in_turn"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            for statement in statements:
                cursor.execute(statement)
        self.connection.migrating = False
        self.connection.close()

    def heads(self) -> list[Any]:
        from myotrial.capture.store.trails import heads

        return heads(self.connection)


@pytest.fixture
def kept(
    engine: Any, tmp_path: Path, protocol: Any, forms: Any, monkeypatch: pytest.MonkeyPatch
) -> Kept:
    """A study of each engine, whose two patients have some entries."""
    return _filled(engine, tmp_path, protocol, forms, monkeypatch)


@pytest.fixture
def kept_sqlite(
    sqlite: Any, tmp_path: Path, protocol: Any, forms: Any, monkeypatch: pytest.MonkeyPatch
) -> Kept:
    """The same on SQLite alone."""
    return _filled(sqlite, tmp_path, protocol, forms, monkeypatch)


def _filled(
    engine: Any, folder: Path, protocol: Any, forms: Any, monkeypatch: pytest.MonkeyPatch
) -> Kept:
    from myotrial.capture.store.applying import Server
    from myotrial.capture.store.models import Site

    places = Places(folder)
    places.make()
    shutil.copy(SEED / "study.yaml", folder / "study.yaml")
    url = ""
    if engine.vendor == "postgresql":
        named = engine.settings_dict
        host = named["HOST"].replace("/", "%2F")
        url = f"postgresql://{named['USER']}@{host}/{named['NAME']}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.delenv("MYOTRIAL_ANCHORS", raising=False)
    for code in "AB":
        Site.objects.create(code=code, name=f"Hospital {code}", zone="Europe/Stockholm")
    made = Kept(folder, Server(places.key, protocol, forms, {"A": "Europe/Stockholm"}), engine)
    for number in ("A-001", "A-002"):
        chain = made.patient(number)
        made.save(chain, "FI", "M3", FI="40")
    return made
