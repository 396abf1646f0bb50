"""A study server filled with the study's own patients, to look at: reconstructed, and said so."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError
from myotrial.study.drawn import ATTRIBUTES
from myotrial.study.places import DATA, PROTOCOL, PUBLISHED, RECIPE

if TYPE_CHECKING:
    from myotrial.capture.store.applying import Server

__all__ = ["fill", "show_around"]

MONTH = 30.44  # days
SITE = ("DEMO", "Demonstration site", "UTC")
USER = "demo"
ROLES = ("investigator", "monitor", "data_manager")  # of the account to look around with
AGO = 24  # months before today that the first dose was, where the protocol names no start


def fill(folder: Path, server: "Server") -> int:
    """Enter patients into an empty study server: those of data/, or else drawn ones.

    Each value goes through the checks of the forms. Patients that were drawn say so in the trail,
    in every table and in the report.

    Args:
        folder: The study's folder.
        server: Its server, with at least one site; Django is set up.

    Returns:
        How many patients were entered.

    Raises:
        MyotrialError: There is no site, or nothing to fill it from.
    """
    from myotrial.capture.exchange.entering import enter
    from myotrial.capture.record.people import Person

    sites = sorted(server.zones)
    if not sites:
        raise MyotrialError("the study has no site to enter patients at.\nHint: make one first.")
    tables = _tables(folder, server.protocol)
    starts = _starts(server.protocol, len(tables["subjects"]))
    origins = " and ".join(dict.fromkeys(row["ORIGIN"] for row in tables["subjects"]))
    by = Person("demo", f"Demonstration ({origins} patients)", "investigator", None, "myotrial")
    return enter(
        server,
        tables,
        by,
        site=lambda place: sites[place % len(sites)],
        day_one=lambda place: starts[place],
    )


def show_around(folder: Path) -> tuple[int, str, str]:
    """Fill an empty server with patients, and open an account to look at them with.

    Args:
        folder: The study's folder; Django is set up.

    Returns:
        How many patients were entered, and the account's name and temporary password; a server
        that has patients already is left as it is: 0 and two empty texts.

    Raises:
        MyotrialError: There is nothing to fill it from.
    """
    from django.db import transaction

    from myotrial.capture.accounts import acting, actions
    from myotrial.capture.accounts.passwords import store
    from myotrial.capture.store.models import Account, Chain, Site
    from myotrial.capture.web.server import current, forget

    if Chain.objects.exclude(site=None).exists():
        return 0, "", ""
    if not Site.objects.exists():
        acting.act(actions.AddSite(*SITE), acting.SYSTEM)
    forget()
    entered = fill(folder, current())
    if Account.objects.filter(username=USER).exists():
        return entered, "", ""
    password = secrets.token_urlsafe(15)
    host = replace(acting.SYSTEM, role="administrator", sites=None)  # who says that demo is trained
    with transaction.atomic():
        acting.act(actions.OpenAccount(USER, "Demonstration"), acting.SYSTEM)
        for role in ROLES:
            acting.act(actions.GrantRole(USER, role), acting.SYSTEM)
        acting.act(actions.RecordTraining(USER, date.today().isoformat()), host)
        acting.act(
            actions.SetPassword(USER, temporary=True),
            acting.SYSTEM,
            then=lambda: store(USER, password, temporary=True),
        )
    return entered, USER, password


def _tables(folder: Path, protocol: Any) -> dict[str, Any]:
    """Rows to enter."""
    from myotrial import datasets
    from myotrial.study.places import tables

    if tables(folder):
        read = datasets.read_tables(folder / DATA, protocol)
        return {name: frame.to_dicts() for name, frame in read.items()}
    if not ((folder / PUBLISHED).exists() and (folder / RECIPE).exists()):
        raise MyotrialError(
            f"{folder} has no patients to show: no tables in {DATA}/, and no {RECIPE}.\n"
            f"Hint: name a folder with filled tables, or with {PROTOCOL}, {PUBLISHED} and {RECIPE}."
        )
    from myotrial import evidence, reconstruction

    paper, recipe = (
        evidence.read(folder / PUBLISHED),
        reconstruction.read_recipe(folder / RECIPE, protocol),
    )
    seed = protocol.study.seed
    drawn = reconstruction.reconstruct(
        evidence.draw(paper, seed), recipe, protocol, seed, determined=evidence.determinacy(paper)
    )
    return {name: rows for name, rows in drawn.items() if name != ATTRIBUTES}


def _starts(protocol: Any, patients: int) -> list[date]:
    """Days of the first dose, spread evenly over the time in which patients could join."""
    study = protocol.study
    last = max((visit.day or 1 for visit in protocol.visits), default=1) + 60
    if study.start and study.end:
        first, ended = _day(study.start), _day(study.end)
    else:
        ended = date.today()
        first = ended - timedelta(round(AGO * MONTH) + last)
    room = max((ended - first).days - last, 0)
    return [first + timedelta(room * place // max(patients - 1, 1)) for place in range(patients)]


def _day(text: Any) -> date:
    """The first day that a date names which may lack its day or month."""
    year, month, day = [*map(int, str(text).split("-")), 1, 1][:3]
    return date(year, month, day)
