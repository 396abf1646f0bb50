"""Acts of commands: who does them, and what they are decided under."""

import getpass
from typing import Any

from myotrial.capture.keeping import releasing
from myotrial.capture.places import Places
from myotrial.capture.record.actions import Action
from myotrial.capture.record.people import Person
from myotrial.capture.record.upkeep import STUDY
from myotrial.errors import MyotrialError

__all__ = ["act", "at_the_machine", "definitions", "server"]


def at_the_machine(name: str, role: str) -> Person:
    """Whoever runs a command on the server's own machine; the account there is told with it."""
    if not name.strip():
        raise MyotrialError("who does this is written in the trail.\nHint: --by NAME")
    return Person(f"os:{getpass.getuser()}", name.strip(), role, None)


def definitions(places: Places, on: Any) -> releasing.Definition:
    """The newest release; before the first, what study.yaml says."""
    return releasing.latest(on) or releasing.definition(places.study / "study.yaml")


def server(places: Places, on: Any) -> Any:
    """What acts are decided under, at each site by the release that is in force there."""
    from myotrial.capture.store.applying import Server
    from myotrial.capture.store.models import Site

    made = definitions(places, on)
    zones = dict(Site.objects.values_list("code", "zone"))
    own = releasing.in_force_at([*zones], on)
    return Server(
        places.key,
        made.protocol,
        made.catalogue,
        zones,
        {site: (item.protocol, item.catalogue) for site, item in own.items()},
    )


def act(places: Places, action: Action, by: str, role: str = "administrator") -> None:
    """Take an action on the record of the study, from a command."""
    from django.db import connection

    from myotrial.capture.store.applying import apply

    with connection.cursor() as cursor:
        cursor.execute(releasing.OPEN, (STUDY, STUDY))
    apply(server(places, connection), STUDY, action, at_the_machine(by, role))
