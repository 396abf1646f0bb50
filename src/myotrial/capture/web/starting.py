"""What happens before the first request: keys, tables, guards, lock, the first administrator."""

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.capture.keeping import starting
from myotrial.capture.places import Places
from myotrial.errors import MyotrialError

__all__ = ["Ready", "prepare"]

FIRST = "administrator"


@dataclass(frozen=True)
class Ready:
    """A study that can be served.

    Attributes:
        database: What holds the data: engine and version.
        caution: What the person who starts it should know; "" for nothing.
        user: Name of the first administrator, if just made.
        password: The administrator's first password, where none was given.
    """

    database: str
    caution: str = ""
    user: str = ""
    password: str = ""


def prepare(study: Path) -> Ready:
    """Make what is missing, migrate, and see that everything is there to serve a study.

    Args:
        study: The study's folder.

    Raises:
        MyotrialError: A key is missing, the database cannot be reached or lacks a guard, or what
            `keeping.starting` checks is not right.
    """
    if sys.platform == "win32":
        raise MyotrialError(
            "The study server does not run on Windows.\nHint: run it on Linux, or under WSL."
        )
    places = Places(study)
    fresh = _keys(places)
    _django(study)
    from django.db import connection
    from django.db.utils import OperationalError

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise _unreachable(connection, error) from None
    migrated = starting.prepare(places)
    _same_key(fresh)
    user, password = _administrator()
    _lists()
    known = starting.check(places)
    database, caution = starting.engine(connection)
    if migrated:
        known.append(f"The tables were migrated; how they were is kept in {migrated}.")
    connection.close()
    return Ready(database, "\n".join([*filter(None, [caution]), *known]), user, password)


def _keys(places: Places) -> bool:
    """Make the keys of a new study; an old one without its keys is not served."""
    fresh = not (places.folder / "trail.key").exists()
    if fresh and places.database.exists():
        places.secret("trail")  # says that it is missing, and what to do
    places.make()
    return fresh


def _django(study: Path) -> None:
    os.environ["MYOTRIAL_STUDY"] = str(study.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "myotrial.capture.settings"
    import django
    from django.urls import get_resolver

    django.setup()
    len(get_resolver().url_patterns)  # all rooms are loaded before anybody waits for them


def _unreachable(connection: Any, error: Exception) -> MyotrialError:
    known = connection.settings_dict
    if connection.vendor != "postgresql":
        return MyotrialError(
            f"the database {known['NAME']} cannot be opened: {error}.\n"
            "Hint: its folder must belong to the account that runs the server."
        )
    return MyotrialError(
        f"the database {known['NAME']} of {known['HOST'] or 'this machine'} cannot be reached.\n"
        "Hint: see that PostgreSQL runs there and that DATABASE_URL names the right host, port, "
        "user and password."
    )


def _same_key(fresh: bool) -> None:
    """A database with a trail, and a key that was only just made, do not belong together."""
    from myotrial.capture.store.models import Entry

    if fresh and Entry.objects.exists():
        places = Places(Path(os.environ["MYOTRIAL_STUDY"]))
        (places.folder / "trail.key").unlink()
        places.secret("trail")


def _administrator() -> tuple[str, str]:
    """Open the first account; its name, and its password if nobody chose one."""
    from django.db import transaction

    from myotrial.capture.accounts import acting, actions
    from myotrial.capture.accounts.passwords import store
    from myotrial.capture.store.models import Account

    acting.open_record()
    if Account.objects.exists():
        return "", ""
    user = os.environ.get("MYOTRIAL_ADMIN") or FIRST
    given = os.environ.get("MYOTRIAL_ADMIN_PASSWORD", "")
    password = given or secrets.token_urlsafe(15)
    with transaction.atomic():
        acting.act(actions.OpenAccount(user, "Administrator"), acting.SYSTEM)
        acting.act(actions.GrantRole(user, "administrator"), acting.SYSTEM)
        acting.act(
            actions.SetPassword(user, temporary=True),
            acting.SYSTEM,
            then=lambda: store(user, password, temporary=True),
        )
    return user, "" if given else password


def _lists() -> None:
    """Lists of allocations are concealed, and as they were loaded."""
    from myotrial.capture.allocation.loading import verified
    from myotrial.capture.web.server import current

    verified(current())
