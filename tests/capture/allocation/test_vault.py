"""What is concealed is read by nobody but the vault, and nothing in it can be changed unseen."""

from contextlib import contextmanager

import pytest
from blinded_trial import KEY, SEALING, Trial, blinded

from myotrial.capture.allocation.actions import Randomise
from myotrial.errors import MyotrialError


@pytest.fixture
def trial(served, protocol):
    made = Trial.begin(served, blinded(protocol))
    made.load()
    made.apply(made.enrol("A-001"), Randomise())
    return made


READS = (
    "SELECT * FROM concealed_slot",
    "SELECT COUNT(*) FROM concealed_slot",
    "SELECT sealed FROM concealed_kit",
    "SELECT head FROM concealed_list",
    "SELECT k.kit FROM capture_item i JOIN concealed_kit k ON k.kit = i.value",
    "UPDATE concealed_slot SET chain = NULL",
    "DELETE FROM concealed_slot",
    "INSERT INTO concealed_kit (kit, list, sealed) VALUES ('1', 1, '')",
)


def test_concealed__refuses_the_ordinary_role(trial):
    from django.db import Error, transaction

    for statement in READS:
        with (
            pytest.raises(Error, match=r"prohibited|not authorized|permission denied"),
            transaction.atomic(),
            trial.connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert trial.faults() == []


def test_concealed__is_refused_again_after_the_vault_was_open(trial):
    """The statement that the vault has prepared does not serve anybody else."""
    from django.db import Error, connection, transaction

    from myotrial.capture.allocation import vault

    with transaction.atomic(), connection.cursor() as cursor:
        with vault.opened(cursor):
            cursor.execute(vault.HEAD, (1,))
            assert cursor.fetchone()
        with pytest.raises(Error), transaction.atomic():
            cursor.execute(vault.HEAD, (1,))


def test_concealed__holds_no_arm_in_words(trial):
    from django.db import connection, transaction

    from myotrial.capture.allocation.vault import opened

    with transaction.atomic(), connection.cursor() as cursor, opened(cursor):
        for table in ("concealed_list", "concealed_slot", "concealed_kit"):
            cursor.execute(f"SELECT * FROM {table}")
            assert not any(
                "ANAKINRA" in str(row) or "PLACEBO" in str(row) for row in cursor.fetchall()
            )


CHANGES = (
    "UPDATE concealed_kit SET sealed = (SELECT sealed FROM concealed_kit ORDER BY kit LIMIT 1) "
    "WHERE kit <> (SELECT kit FROM concealed_kit ORDER BY kit LIMIT 1)",
    "UPDATE concealed_slot SET sealed = 'AAAA' WHERE number = 2",
    "UPDATE concealed_slot SET chain = NULL",
    "UPDATE concealed_slot SET chain = 'other' WHERE chain IS NULL AND number = 3 "
    "AND stratum = (SELECT MIN(stratum) FROM concealed_slot)",
    "DELETE FROM concealed_slot WHERE chain IS NULL AND number = 5",
    "DELETE FROM concealed_list",
)


def test_verified__finds_what_was_changed_behind_the_servers_back(trial, engine):
    from myotrial.capture.allocation.loading import verified
    from myotrial.capture.store.trails import faults

    for statement in CHANGES:
        verified(trial.server)
        with (
            _as_owner(engine, statement),
            pytest.raises(MyotrialError, match=r"not as it was|does not open|is not in the data"),
        ):
            verified(trial.server)
    verified(trial.server)
    assert [*faults(KEY)] == []


@contextmanager
def _as_owner(owner, statement):
    """Change the tables as somebody with the owner's rights could; put them back afterwards."""
    tables = ("concealed_list", "concealed_slot", "concealed_kit")
    with _owning(owner) as run:
        for table in tables:
            run(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        run(statement)
    yield
    with _owning(owner) as run:
        for table in tables:
            run(f"DELETE FROM {table}")
            run(f"INSERT INTO {table} SELECT * FROM kept_{table}")
            run(f"DROP TABLE kept_{table}")


@contextmanager
def _owning(owner):
    if owner.vendor == "sqlite":
        owner.close()
        owner.migrating = True
        with owner.cursor() as cursor:
            yield cursor.execute
        owner.migrating = False
        owner.close()
        return
    import psycopg

    known = owner.settings_dict
    with psycopg.connect(host=known["HOST"], user="owner", dbname=known["NAME"]) as connection:
        yield connection.execute


def test_verified__needs_the_key_of_this_study(trial):
    from dataclasses import replace

    from myotrial.capture.allocation.loading import verified

    with pytest.raises(MyotrialError, match="does not open") as refused:
        verified(replace(trial.server, sealing=b"x" * 32))
    assert "ANAKINRA" not in str(refused.value)


def test_verified__does_not_let_a_server_start_as_the_owner(trial, engine):
    from django.db import connections

    from myotrial.capture.allocation.loading import verified

    if engine.vendor == "sqlite":  # it has no roles: its guard is in the connection
        verified(trial.server)
        return
    connections["default"].close()
    connections.settings["default"] = {**trial.connection.settings_dict, "USER": "owner"}
    del connections["default"]
    with pytest.raises(MyotrialError, match="not concealed"):
        verified(trial.server)


def test_reading__does_not_open_what_was_sealed_for_another_place():
    from myotrial.capture.allocation.sealing import reading, sealed

    text = sealed(SEALING, {"kit": "1"}, "list/1/kit/1")
    assert reading(SEALING, text, "list/1/kit/1") == {"kit": "1"}
    assert text != sealed(SEALING, {"kit": "1"}, "list/1/kit/1")
    with pytest.raises(MyotrialError, match="does not open"):
        reading(SEALING, text, "list/1/kit/2")
