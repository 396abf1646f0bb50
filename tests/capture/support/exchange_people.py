"""Acts that leave every kind of entry: odd texts, absences, refusals, queries, locks."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from capture_people import ELIGIBLE, person, values

from myotrial.capture.record.state import FormKey, Value

KEY = b"k" * 32
WITHHELD = "-x of one who is named"
TEXTS = (
    "=cmd|' /C calc'!A0", "+46 8 123", WITHHELD, "@SUM(A1)", "'=quoted", "it's",
    "<script>&\"</script>",
    "two\nlines\r\nand\ta tab", "å, β, α, 日本, مرحبا, 🙂", "'; DROP TABLE capture_entry; --",
    "a,b;\"c\"", "x" * 10_000, "  ]]> --> ", "'", "''",
)  # fmt: skip


def acts(server):
    """Two patients, at two sites; gives their chains."""
    from myotrial.capture.record.actions import (
        AnswerQuery,
        Enrol,
        Lock,
        OpenQuery,
        Remove,
        Save,
        Verify,
        Withhold,
    )
    from myotrial.capture.store.applying import apply
    from myotrial.capture.store.opening import open_record
    from myotrial.capture.store.trails import entries

    chains, count = [], itertools.count(1)
    for site, origin in (("A", ""), ("B", "simulated")):
        by = {role: person(role, site=site)
              for role in ("investigator", "monitor", "data_manager")}  # fmt: skip
        opened = open_record(
            server, site, f"{site}-001", by["investigator"], act=f"open-{site}", origin=origin
        )

        def act(action, role="investigator", chain=opened.chain, by=by, **more):
            return apply(server, chain, action, by[role], act=f"act-{next(count)}", **more)

        act(Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)))
        act(Enrol("ANAKINRA", "2026-01-10"))
        act(Save(FormKey("VISIT", "M0"), values(VISITDTC="2026-01-10")))
        act(Save(FormKey("VISIT", "M3"), values(VISITDTC="2026-09-24")))  # asks about the window
        act(Save(FormKey("FI", "M3"), values(FI="65")))  # cannot be
        act(Save(FormKey("FI", "M3"), values(FI="40")), entered="2026-04-11T09:00:00+02:00")
        act(Save(FormKey("FI", "M3"), values(FI="41"), 10**6, 'read again: 41 < 42 & "true"'))
        act(Save(FormKey("CK", "M3"), {"CK": Value(None, "ND")}))
        for number, text in enumerate(TEXTS, start=1):
            entry = values(AETERM=text, AESEV="MILD", AEREL="N", AESTDTC="2026-03")
            act(Save(FormKey("AE", "LOG", number), entry))
        act(Remove(FormKey("AE", "LOG", 1), "=entered twice"))
        phone = next(item.seq for item in entries(opened.chain, "form/AE/LOG/3", "AETERM"))
        taken_out = Withhold("form/AE/LOG/3", "AETERM", (phone,), "personal data")
        act(taken_out, "data_manager")
        act(OpenQuery(FormKey("FI", "M3"), "FI", "+really?\nsure?"), "monitor")
        act(AnswerQuery("query/2", "@yes"))
        act(Verify(FormKey("VISIT", "M0")), "monitor")
        act(Lock(FormKey("VISIT", "M0")), "data_manager")
        chains.append(opened.chain)
    return chains


def parsed(file: Any) -> Any:
    return ET.parse(file).getroot()  # noqa: S314


@dataclass(frozen=True)
class Kept:
    settings: Any
    server: Any

    def exported(self, kind: str, sites: Any = None, settings: Any = None) -> bytes:
        from myotrial.capture.exchange.snapshot import snapshot
        from myotrial.capture.exchange.writing import export

        forms = self.server.catalogue
        with snapshot(settings or self.settings, sites) as held:
            return b"".join(export(kind, held, self.server.protocol, {forms.version: forms}))


def use(settings: Any) -> Any:
    """Make a database the one that the store talks to; gives its whole settings."""
    from django.db import connections

    whole = connections.configure_settings({"default": settings})["default"]
    connections["default"].close()
    connections.settings["default"] = whole
    del connections["default"]
    return whole


def fill_odd(protocol: Any, forms: Any) -> Any:
    """Fill the database in use with `exchange_people.acts`, at a clock of its own."""
    from myotrial.capture.store import applying
    from myotrial.capture.store.models import Site

    zones = {"A": "Europe/Stockholm", "B": "Asia/Tokyo"}
    for code, zone in zones.items():
        Site.objects.create(code=code, name=f"Hospital <{code}> & Söner", zone=zone)
    server = applying.Server(KEY, protocol, forms, zones)
    clock = itertools.count()
    start = datetime(2026, 11, 20, 8, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applying, "now", lambda: start + timedelta(seconds=next(clock)))
        acts(server)
    return server
