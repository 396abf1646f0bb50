"""What is checked before a server answers anybody."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from myotrial.capture.keeping import anchoring, copies, migrating, starting
from myotrial.errors import MyotrialError


def test_engine__names_the_version_and_demands_the_lock_below_the_mended_one(kept_sqlite):
    name, caution = starting.engine(kept_sqlite.connection)
    assert name.startswith("SQLite 3.")

    def other(version, **more):
        driver = SimpleNamespace(sqlite_version_info=version)
        return SimpleNamespace(vendor="sqlite", Database=driver, **more)

    with pytest.raises(MyotrialError, match=r"SQLite 3\.51\.2 can damage .*without the lock"):
        starting.engine(other((3, 51, 2)))
    assert starting.engine(other((3, 51, 3))) == ("SQLite 3.51.3", "")
    _, caution = starting.engine(other((3, 40, 1), lock=kept_sqlite.connection.lock))
    assert "study.sqlite3.lock" in caution


def test_clock__refuses_to_start_behind_the_trail(kept):
    now = datetime.now(UTC)
    starting.clock(kept.connection, now)
    starting.clock(kept.connection, now - timedelta(seconds=90))
    with pytest.raises(MyotrialError, match="clock"):
        starting.clock(kept.connection, now - timedelta(hours=1))


def test_check__says_that_an_older_copy_was_put_back(kept_sqlite, tmp_path):
    kept = kept_sqlite
    starting.check(kept.places)
    copies.copy(kept.connection, tmp_path / "yesterday")
    kept.save(kept.heads()[0].chain, "FI", "M6", FI="44")
    anchoring.take(kept.places, kept.connection)
    kept.connection.close()
    for part in kept.places.folder.glob("study.sqlite3-*"):
        part.unlink()
    kept.places.database.write_bytes((tmp_path / "yesterday").read_bytes())
    with pytest.raises(MyotrialError, match="older than the anchor"):
        starting.check(kept.places)


def test_check__goes_on_when_the_loss_was_accepted_and_says_so(kept_sqlite, tmp_path):
    from myotrial.capture.keeping import backups

    kept = kept_sqlite
    starting.check(kept.places)
    backups.backup(kept.folder, tmp_path / "file")
    kept.save(kept.heads()[0].chain, "FI", "M6", FI="44")
    anchoring.take(kept.places, kept.connection)
    backups.restore(tmp_path / "file", kept.folder, loss="the disk broke", by="Dana Berg")
    (said,) = starting.check(kept.places)
    assert "loss was accepted" in said
    assert starting.check(kept.places) == []  # anchored anew: what is known now is there


def test_migrate__goes_over_a_copy_first_and_keeps_how_it_was(kept):
    """From the first released form of the tables, with data, to the newest."""
    _back_to_the_first_form(kept)
    before, held = kept.heads(), migrating._values(kept.connection)
    assert migrating.pending(kept.connection)
    copy = migrating.migrate(kept.places)
    assert copy is not None
    assert copy.exists()
    assert migrating.pending(kept.connection) == []
    assert kept.heads() == before
    assert migrating._values(kept.connection) == held
    kept.save(before[0].chain, "FI", "M6", FI="44")
    from myotrial.capture.store.making import guarded
    from myotrial.capture.store.trails import faults

    guarded()
    assert [*faults(kept.places.key)] == []


def test_migrate__touches_nothing_if_the_copy_does_not_come_through(kept, monkeypatch):
    _back_to_the_first_form(kept)
    before = migrating.pending(kept.connection)

    def spoil(connection, wanted=None):
        bring_to(connection, wanted)
        if wanted is None:
            connection.migrating = True
            with connection.cursor() as cursor:
                cursor.execute("UPDATE capture_item SET value = '1' WHERE field = 'FI'")

    bring_to = copies.bring_to
    monkeypatch.setattr(copies, "bring_to", spoil)
    with pytest.raises(MyotrialError, match="database was not touched"):
        migrating.migrate(kept.places)
    assert migrating.pending(kept.connection) == before


def _back_to_the_first_form(kept):
    """The tables as 0002 left them: what came later is taken away again."""
    on, sqlite = kept.connection, kept.connection.vendor == "sqlite"
    table = "" if sqlite else " ON capture_entry"
    from myotrial.capture.store import guards

    (old,) = [
        item for item in (guards.SQLITE if sqlite else guards.POSTGRESQL)
        if item.startswith("CREATE TRIGGER trail_kept ")
    ]  # fmt: skip
    drops = () if sqlite else (
        "DROP FUNCTION capture_kept", "DROP FUNCTION capture_withhold",
    )  # fmt: skip
    on.migrating = True
    on.close()
    with on.cursor() as cursor:
        for statement in (
            f"DROP TRIGGER trail_kept{table}", *drops, old,
            "DROP TABLE capture_release",
            *(f"CREATE INDEX old_{name} ON capture_{name} (chain_id)"
              for name in ("item", "sheet", "entry", "act")),
            "DELETE FROM django_migrations WHERE app = 'capture' AND name > '0003'",
        ):  # fmt: skip
            cursor.execute(statement)
    on.migrating = False
    on.close()
