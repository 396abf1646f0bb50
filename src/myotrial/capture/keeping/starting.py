"""What is checked before a server answers anybody; what is wrong is told, and nothing starts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from myotrial.capture.accounts.deciding import STUDY
from myotrial.capture.keeping import releasing
from myotrial.capture.keeping.anchoring import Kept, append, files, kept, lost
from myotrial.capture.keeping.anchoring import now as stamp
from myotrial.capture.keeping.migrating import migrate
from myotrial.capture.places import Places
from myotrial.errors import SHOWN, MyotrialError

__all__ = ["anchors", "check", "clock", "definition", "engine", "prepare"]

SOUND = (3, 51, 3)  # first version without the WAL-reset bug: two writers could damage the file
AHEAD = timedelta(minutes=2)  # of the clock, by which the last entry may lie: clocks are corrected
LAST = "SELECT MAX(at) FROM capture_chain"
LOSS = (
    "SELECT MAX(at) FROM capture_entry WHERE chain_id = %s AND action = 'restore older' "
    "AND field = '@lost'"
)


def prepare(places: Places) -> Path | None:
    """Make or migrate the tables of a study, and see that engine and guards are right.

    Returns:
        Copy of the database before it was migrated; None if it was not.

    Raises:
        MyotrialError: Something is wrong, and how to go on.
    """
    from django.db import connection

    from myotrial.capture.store.making import guarded

    engine(connection)
    migrated = migrate(places)
    guarded()
    return migrated


def check(places: Places) -> list[str]:
    """All checks of a study whose tables are there; the ends of its chains are anchored.

    A study that has no release yet gets its first one.

    Returns:
        What is lost and was accepted as lost.

    Raises:
        MyotrialError: The clock runs behind the trail, the database is older than an anchor, or
            study.yaml is not what was released.
    """
    from django.db import connection

    from myotrial.capture.accounts.acting import SYSTEM
    from myotrial.capture.keeping.acting import server

    clock(connection, datetime.now(UTC))
    known = anchors(places, connection)
    definition(places, connection)
    found = releasing.definition(places.study / "study.yaml")
    releasing.first(found, server(places, connection), SYSTEM, connection)
    _anchor(places, connection)
    return known


def engine(connection: Any) -> tuple[str, str]:
    """Name and version of the database's engine, and what to know of it; "" for nothing.

    Raises:
        MyotrialError: SQLite is one that two writers can damage, and writers do not take turns.
    """
    if connection.vendor != "sqlite":
        connection.ensure_connection()
        return f"PostgreSQL {connection.pg_version // 10000}", ""
    version = connection.Database.sqlite_version_info
    name = "SQLite " + ".".join(map(str, version))
    if version >= SOUND:
        return name, ""
    lock = getattr(connection, "lock", None)
    if lock is None:
        raise MyotrialError(
            f"{name} can damage a database that two write to at once (fixed in 3.51.3), and this "
            "database is opened without the lock that lets writers take turns.\n"
            "Hint: keep the setting ENGINE at myotrial.capture.store.sqlite."
        )
    lock.take()  # where a folder cannot be locked, this fails
    lock.give()
    return name, (
        f"{name} can damage a file when two processes write at once (fixed in 3.51.3). This server "
        f"writes under one lock, {Path(lock.path).name}; open its database with no other program "
        "while it runs."
    )


def clock(connection: Any, at: datetime) -> None:
    """See that the clock does not run behind the trail.

    Raises:
        MyotrialError: It does: entries would be told to be later than they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        (last,) = cursor.fetchone()
    if last and datetime.fromisoformat(last) > at + AHEAD:
        raise MyotrialError(
            f"the clock says {at:%Y-%m-%dT%H:%M:%SZ}, but the last entry was saved at {last}.\n"
            "Hint: set the clock of this machine by a time server, then start again."
        )


def anchors(places: Places, connection: Any) -> list[str]:
    """Compare the database with the newest anchor of each file.

    Returns:
        What is lost and was accepted as lost.

    Raises:
        MyotrialError: The database is older than an anchor.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOSS, (STUDY,))
        (accepted,) = cursor.fetchone()
    known = []
    for item, missing in lost(kept(files(places), places.key), connection):
        text = _older(item, missing)
        if not accepted or item.anchor.at > accepted:
            raise MyotrialError(
                f"{text}\n"
                "Hint: an older copy was put in the database's place, or its last entries were "
                "cut off. Bring back the newest backup (`myotrial restore`); if what came later is "
                "lost, restore it with --loss WHY --by NAME."
            )
        known.append(f"{text} The loss was accepted at {accepted}.")
    return known


def definition(places: Places, connection: Any) -> None:
    """See that study.yaml is what was released, if anything was.

    Raises:
        MyotrialError: It was changed since.
    """
    newest = releasing.latest(connection)
    if newest is None:
        return
    found = releasing.definition(places.study / "study.yaml")
    if found.digest not in {item.digest for item in releasing.released(connection)}:
        raise MyotrialError(
            f"study.yaml is not what was released: release {newest.number} has the forms "
            f"{newest.version}, study.yaml has {found.version}.\n"
            "Hint: `myotrial release` shows what changes and whose data it touches, and releases "
            "it with its approval; or put study.yaml back as it was."
        )


def _older(item: Kept, missing: list[Any]) -> str:
    shown = "; ".join(str(fault) for fault in missing[:SHOWN])
    more = f"; and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    return (
        f"the database is older than the anchor of {item.anchor.at} in {item.file}: {shown}{more}."
    )


def _anchor(places: Places, connection: Any) -> None:
    """Anchor the ends, if they are not what was anchored last."""
    from myotrial.capture.store.trails import anchored

    last = [*kept([places.anchors], places.key)]
    made = anchored(stamp(), places.key, connection)
    if made.heads and (not last or last[-1].anchor.digest != made.digest):
        for file in dict.fromkeys(files(places)):
            append(made, file)
