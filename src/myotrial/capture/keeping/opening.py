"""A study's database, opened by a command: Django is set up once a process, for one study."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from myotrial.capture.databases import database
from myotrial.capture.places import Places
from myotrial.errors import MyotrialError

__all__ = ["opened", "set_up"]


def set_up(study: Path) -> Places:
    """Let Django know the study; again, for another study, it turns to that one's database.

    Raises:
        MyotrialError: The study has no server, or Django is not installed.
    """
    places = Places(study.resolve())
    places.secret("session")
    try:
        import django
        from django.conf import settings
    except ImportError:
        raise MyotrialError(
            "the study server needs Django, which is not installed.\n"
            'Hint: pip install "myotrial[server]"'
        ) from None
    if not settings.configured:
        os.environ["MYOTRIAL_STUDY"] = str(places.study)
        os.environ["DJANGO_SETTINGS_MODULE"] = "myotrial.capture.settings"
        django.setup()
    else:
        from myotrial.capture.store.connections import use

        use(database(os.environ.get("DATABASE_URL", ""), places))
    return places


@contextmanager
def opened(study: Path) -> Iterator[tuple[Places, Any]]:
    """The places and the database of a study whose tables are there.

    Raises:
        MyotrialError: There is no database, or it cannot be reached.
    """
    places = set_up(study)
    from django.db import DatabaseError, connection

    if not os.environ.get("DATABASE_URL") and not places.database.exists():
        raise MyotrialError(
            f"{study} has no database: {places.database} is not there.\n"
            "Hint: `myotrial serve` makes one; `myotrial restore` brings one back."
        )
    try:
        connection.ensure_connection()
        found = "capture_entry" in connection.introspection.table_names()
    except DatabaseError as error:
        raise MyotrialError(
            f"the database of {study} cannot be opened: {str(error).strip()}.\n"
            "Hint: see that it runs and that DATABASE_URL is right, or bring back a backup."
        ) from None
    if not found:
        raise MyotrialError(f"the database of {study} has no tables.\nHint: `myotrial serve`")
    try:
        yield places, connection
    except DatabaseError as error:
        raise MyotrialError(
            f"the database of {study} cannot be read: {str(error).strip()}.\n"
            "Hint: keep it as it is, and bring back the newest backup beside it."
        ) from error
    finally:
        connection.close()
