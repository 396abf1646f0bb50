"""A study's server for benchmarks: a folder, its database, one enrolled patient."""

import os
import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "capture" / "support"))  # people and values of the tests


def study(folder: Path) -> Any:
    """Make the study, set Django up for it, and give its server."""
    from myotrial import protocol
    from myotrial.capture.forms.catalogue import catalogue
    from myotrial.capture.keeping.opening import set_up
    from myotrial.capture.places import Places

    places = Places(folder)
    places.make()
    shutil.copy(ROOT / "studies" / "anakinra-2009" / "study.yaml", folder)
    os.environ.pop("DATABASE_URL", None)
    set_up(folder)
    from myotrial.capture.store.applying import Server
    from myotrial.capture.store.making import make
    from myotrial.capture.store.models import Site

    make()
    Site.objects.get_or_create(code="A", name="Hospital A", zone="UTC")
    made = protocol.read(folder / "study.yaml")
    return Server(places.key, made, catalogue(made), {"A": "UTC"})


def patient(server: Any) -> str:
    """An enrolled patient; gives the record's id."""
    from capture_people import ELIGIBLE, person, values

    from myotrial.capture.record.actions import Enrol, Save, Screen
    from myotrial.capture.record.state import FormKey
    from myotrial.capture.store.applying import apply
    from myotrial.capture.store.models import Chain

    chain, who = uuid.uuid4().hex, person("investigator")
    Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")
    apply(server, chain, Screen(f"A-{chain[:8]}"), who)
    apply(server, chain, Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)), who)
    apply(server, chain, Enrol("ANAKINRA", "2026-01-10"), who)
    return chain
