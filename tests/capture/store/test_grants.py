"""PostgreSQL: tables that belong to another role than the server's."""

import uuid

import pytest
from capture_people import person, values

from myotrial.capture.record.actions import Save, Screen, Withhold
from myotrial.capture.record.state import FormKey

KEY = b"k" * 32
REFUSED = (
    "UPDATE capture_entry SET new = 'x'",
    "UPDATE capture_entry SET withheld = 'x'",
    "DELETE FROM capture_entry",
    "TRUNCATE capture_entry",
    "ALTER TABLE capture_entry DISABLE TRIGGER ALL",
    "ALTER TABLE capture_entry DISABLE TRIGGER trail_kept",
    "DROP TRIGGER trail_kept ON capture_entry",
    "DROP TABLE capture_entry",
    "ALTER TABLE capture_entry RENAME TO other",
    "DELETE FROM capture_chain",
    "UPDATE capture_release SET protocol = ''",
    "DELETE FROM capture_item",
    "UPDATE capture_act SET digest = ''",
    "CREATE OR REPLACE FUNCTION capture_kept() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'",
    "CREATE TABLE own (x int)",
    "SET session_replication_role = replica",
)


@pytest.fixture
def served(made, cluster, monkeypatch, protocol, forms):
    """A database whose tables the owner made, talked to as the server."""
    import psycopg
    from django.db import connections

    from myotrial.capture.store.applying import Server, apply
    from myotrial.capture.store.connections import use
    from myotrial.capture.store.making import guarded, make
    from myotrial.capture.store.models import Chain, Site

    name, role = f"served_{uuid.uuid4().hex[:8]}", f"server_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(host=cluster, user="owner", dbname="postgres", autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER")
        owner.execute(f"CREATE ROLE making_{role} LOGIN NOSUPERUSER")
        owner.execute(f"CREATE DATABASE {name} OWNER making_{role}")
    host = cluster.replace("/", "%2F")
    monkeypatch.setenv("MYOTRIAL_OWNER_URL", f"postgresql://making_{role}@{host}/{name}")
    settings = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": role,
                "HOST": cluster, "CONN_MAX_AGE": None}  # fmt: skip
    use(settings)
    make()
    make()  # again, as at every start
    guarded()
    Site.objects.create(code="A", name="Hospital A", zone="UTC")
    chain = uuid.uuid4().hex
    Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")

    class Served:
        id = chain
        connection = connections["default"]

        def act(self, action, role="investigator"):
            server = Server(KEY, protocol, forms, {"A": "UTC"})
            return apply(server, chain, action, person(role))

        def faults(self):
            from myotrial.capture.store.trails import faults

            return [*faults(KEY)]

    served = Served()
    served.act(Screen("A-001"))
    served.act(Save(FormKey("AE", "LOG"), values(AETERM="Anna Svensson")))
    yield served
    served.connection.close()


def test_grant__lets_the_server_save_and_refuses_all_else(served):
    from django.db import Error, transaction

    assert served.faults() == []
    for statement in REFUSED:
        with pytest.raises(Error, match=r"permission denied|must be owner"), transaction.atomic():
            served.connection.cursor().execute(statement)
    assert served.faults() == []


def test_grant__lets_the_server_withhold_what_is_said_to_be_and_nothing_else(served):
    from django.db import Error, transaction

    from myotrial.capture.store.trails import entries

    (entry,) = entries(served.id, "form/AE/LOG/1", "AETERM")
    asked = "SELECT capture_withhold(%s, %s, %s, %s)"
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        served.connection.cursor().execute(asked, (served.id, entry.seq, "Anna", "0" * 98))
    action = Withhold("form/AE/LOG/1", "AETERM", (entry.seq,), "a name")
    served.act(action, "data_manager")
    (entry,) = entries(served.id, "form/AE/LOG/1", "AETERM")
    assert entry.new.text is None
    assert served.faults() == []
