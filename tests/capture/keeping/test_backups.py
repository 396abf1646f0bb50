"""Backups of a working study, and their way back: on both engines, and from one to the other."""

import shutil
import sqlite3
import threading

import pytest
from click.testing import CliRunner

from myotrial.capture.keeping import anchoring, auditing, backups
from myotrial.capture.keeping.serving import serving
from myotrial.capture.places import Places
from myotrial.cli.commands import cli
from myotrial.errors import MyotrialError, OutputError


def run(*words):
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def ends(heads):
    return [(head.chain, head.seq, head.hash) for head in heads]


def rows(connection):
    """All rows of the store, for comparison."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("item", "sheet", "entry", "act", "site", "chain"):
            cursor.execute(f"SELECT * FROM capture_{table}")
            names = [item[0] for item in cursor.description]
            found[table] = sorted(
                [sorted(zip(names, map(_same, row), strict=True)) for row in cursor.fetchall()],
                key=repr,
            )
    return found


def _same(value):
    return int(value) if isinstance(value, bool) else value


def test_backup__is_opened_walked_and_printed(kept, tmp_path):
    file = tmp_path / "study.backup"
    told = run("backup", kept.folder, file)
    assert told.exit_code == 0, told.output
    assert "every link of its 60 entries in 2 chains holds" in told.output
    assert auditing.verify(kept.folder).digest in told.output
    (taken,) = anchoring.kept([kept.places.anchors], kept.places.key)
    assert ends(taken.anchor.heads) == ends(kept.heads())
    assert file.stat().st_mode & 0o077 == 0
    assert kept.places.key.hex().encode() not in file.read_bytes()
    assert [*tmp_path.glob(".*.new-*")] == []


def test_backup__signs_nobody_in(kept, tmp_path):
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session["role"] = "monitor"
    session.save()
    backups.backup(kept.folder, tmp_path / "file")
    copy = sqlite3.connect(tmp_path / "file")
    assert copy.execute("SELECT COUNT(*) FROM django_session").fetchone() == (0,)
    copy.close()


def test_restore__brings_everything_back_on_an_empty_machine(kept, tmp_path, monkeypatch):
    """Into SQLite, whichever engine it came from."""
    file, empty = tmp_path / "file", tmp_path / "empty"
    before, held = ends(kept.heads()), rows(kept.connection)
    backups.backup(kept.folder, file)
    shutil.copy(kept.places.folder / "trail.key", tmp_path / "trail.key")
    monkeypatch.setenv("DATABASE_URL", "")
    told = run("restore", file, empty)
    assert (told.exit_code, "--key" in told.output) == (3, True)
    told = run("restore", file, empty, "--key", tmp_path / "trail.key")
    assert told.exit_code == 0, told.output
    from django.db import connection

    from myotrial.capture.store.making import guarded
    from myotrial.capture.store.trails import heads

    guarded()
    assert ends(heads()) == before
    assert rows(connection) == held
    assert auditing.verify(empty).faults == ()


def test_restore__fills_an_empty_postgresql(kept_sqlite, tmp_path, cluster, monkeypatch):
    """A study moves from SQLite to PostgreSQL; it goes on there."""
    import uuid

    import psycopg

    kept, name = kept_sqlite, f"moved_{uuid.uuid4().hex[:8]}"
    before, held = ends(kept.heads()), rows(kept.connection)
    backups.backup(kept.folder, tmp_path / "file")
    with psycopg.connect(host=cluster, user="owner", dbname="postgres", autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://owner@{cluster.replace('/', '%2F')}/{name}")
    told = run("restore", tmp_path / "file", kept.folder)
    assert told.exit_code == 0, told.output
    from django.db import connection

    assert connection.vendor == "postgresql"
    kept.connection = connection
    assert ends(kept.heads()) == before
    assert rows(connection) == held
    kept.save(before[0][0], "FI", "M6", FI="44")  # numbers of rows go on
    assert auditing.verify(kept.folder).faults == ()
    told = run("restore", tmp_path / "file", kept.folder)
    assert (told.exit_code, "not empty" in told.output) == (3, True)
    connection.close()


def test_restore__refuses_an_older_state_unless_told(kept_sqlite, tmp_path):
    kept, file = kept_sqlite, tmp_path / "file"
    backups.backup(kept.folder, file)
    chain = kept.heads()[0].chain
    kept.save(chain, "FI", "M6", FI="44")
    told = run("restore", file, kept.folder)
    assert (told.exit_code, "older" in told.output, chain in told.output) == (3, True, True)
    kept.connection.close()
    for part in kept.places.folder.glob("study.sqlite3*"):
        part.unlink()  # lost; only the anchors know
    backups.restore(file, kept.folder)
    kept.save(chain, "FI", "M6", FI="45")
    anchoring.take(kept.places, kept.connection)
    with pytest.raises(MyotrialError, match="older"):
        backups.restore(file, kept.folder)
    made = backups.restore(file, kept.folder, loss="the disk broke", by="Dana Berg")
    assert (len(made.missing), made.aside.exists()) == (2, True)
    from myotrial.capture.store.trails import entries

    (said,) = entries("study", "loss/1", "@lost")
    assert (said.action, said.name, said.reason) == (
        "restore older", "Dana Berg", "the disk broke",
    )  # fmt: skip
    assert said.user.startswith("os:")
    assert chain in said.new.text


def test_restore__refuses_a_damaged_file_and_another_studys(kept_sqlite, tmp_path):
    kept, file = kept_sqlite, tmp_path / "file"
    backups.backup(kept.folder, file)
    damaged = tmp_path / "damaged"
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    damaged.write_bytes(content)
    for wrong in (damaged, tmp_path / "none", kept.folder / "study.yaml"):
        assert run("restore", wrong, kept.folder).exit_code == 3
    edited = tmp_path / "edited"
    shutil.copy(file, edited)
    copy = sqlite3.connect(edited)
    copy.execute("UPDATE capture_item SET value = '41' WHERE field = 'FI'")
    copy.commit()
    copy.close()
    told = run("restore", edited, kept.folder)
    assert (told.exit_code, "'41'" in told.output) == (3, True)
    other = Places(tmp_path / "other")
    other.make()
    told = run("restore", file, other.study)
    assert (told.exit_code, "another" in told.output or "key" in told.output) == (3, True)
    assert auditing.verify(kept.folder).faults == ()  # nothing was touched


def test_restore__waits_for_no_server(kept_sqlite, tmp_path):
    backups.backup(kept_sqlite.folder, tmp_path / "file")
    with serving(kept_sqlite.places), pytest.raises(MyotrialError, match="being served"):
        backups.restore(tmp_path / "file", kept_sqlite.folder)


def test_backup__says_that_its_file_cannot_be_written(kept_sqlite, tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        backups.backup(kept_sqlite.folder, tmp_path / "no folder" / "file")


def test_backup__is_sound_while_others_save(kept, tmp_path):
    chain = kept.heads()[0].chain
    stop, saved = threading.Event(), []

    def save():
        from django.db import connection

        while not stop.is_set():
            saved.append(kept.save(chain, "FI", "M3", FI=str(20 + len(saved) % 40)).last)
        connection.close()

    from myotrial.capture.keeping import copies
    from myotrial.capture.store.connections import beside
    from myotrial.capture.store.trails import faults, heads

    writer = threading.Thread(target=save)
    writer.start()
    try:
        taken = []
        for number in range(5):
            copies.copy(kept.connection, tmp_path / f"copy{number}")
            with beside(copies.settings_of(tmp_path / f"copy{number}")) as copy:
                assert [*faults(kept.places.key, on=copy)] == []
                taken += [head.seq for head in heads(copy) if head.chain == chain]
    finally:
        stop.set()
        writer.join(60)
    assert saved
    assert taken == sorted(taken)
    assert auditing.verify(kept.folder).faults == ()
