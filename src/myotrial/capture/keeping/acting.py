"""Acts of commands: who does them, and what they are decided under."""

import getpass
from typing import Any

from myotrial.capture.accounts.deciding import STUDY
from myotrial.capture.keeping import releasing
from myotrial.capture.places import Places
from myotrial.capture.record.actions import Action
from myotrial.capture.record.people import Person
from myotrial.errors import MyotrialError

__all__ = ["act", "at_the_machine", "forget", "server"]

RELEASES = (
    "SELECT COUNT(*) FROM capture_item WHERE chain_id = %s "
    "AND entity > 'release/' AND entity < 'release0'"
)
held: dict[tuple[Any, ...], Any] = {}  # definitions in force, by database and number of releases


def at_the_machine(name: str, role: str) -> Person:
    """Whoever runs a command on the server's own machine; the account there is told with it."""
    if not name.strip():
        raise MyotrialError("who does this is written in the trail.\nHint: --by NAME")
    return Person(f"os:{getpass.getuser()}", name.strip(), role, None)


def server(places: Places, on: Any) -> Any:
    """What acts are decided under, at each site by the release that is in force there.

    Before the first release, study.yaml is read. What is in force is read again when something
    was released, whichever process did it.
    """
    from myotrial.capture.store.applying import Server
    from myotrial.capture.store.models import Site

    zones = dict(Site.objects.values_list("code", "zone"))
    with on.cursor() as cursor:
        cursor.execute(RELEASES, (STUDY,))
        (number,) = cursor.fetchone()
    place = (str(on.settings_dict["NAME"]), str(places.study), number, *zones)
    if place not in held:
        held.clear()
        everywhere, own = releasing.in_force_at([*zones], on)
        made = everywhere or releasing.definition(places.study / "study.yaml")
        differ = {site: item for site, item in own.items() if item.number != made.number}
        held[place] = made, {s: (item.protocol, item.catalogue) for s, item in differ.items()}
    made, own = held[place]
    return Server(places.key, made.protocol, made.catalogue, zones, places.sealing, own)


def forget() -> None:
    """Read what is in force again when it is next asked for."""
    held.clear()


def act(places: Places, action: Action, by: Person) -> None:
    """Take an action on the record of the study, from a command."""
    from django.db import connection

    from myotrial.capture.accounts.acting import open_record
    from myotrial.capture.store.applying import apply

    open_record()
    apply(server(places, connection), STUDY, action, by)
