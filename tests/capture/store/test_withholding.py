"""Personal data entered by mistake: out of data and trail, and the chain still holds."""

from pathlib import Path

import pytest
from capture_people import person, values

from myotrial.capture.record.actions import Save, Withhold
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey

AE = FormKey("AE", "LOG")
NAME = "Anna Svensson 19500101"


@pytest.fixture
def patient(engine, protocol, forms):
    """A patient whose adverse event was first entered with a name, then corrected."""
    import uuid

    from myotrial.capture.record.actions import Screen
    from myotrial.capture.store.applying import Server, apply
    from myotrial.capture.store.models import Chain, Site

    Site.objects.create(code="A", name="Hospital A", zone="Europe/Stockholm")
    chain = uuid.uuid4().hex
    Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")

    class Patient:
        key = b"k" * 32
        server = Server(key, protocol, forms, {"A": "Europe/Stockholm"})
        id = chain
        connection = engine

        def act(self, action, role="investigator"):
            return apply(self.server, chain, action, person(role))

        def entries(self, field="AETERM", entity=str(AE)):
            from myotrial.capture.store.trails import entries

            return [*entries(chain, entity, field)]

        def faults(self):
            from myotrial.capture.store.trails import faults

            return [str(item) for item in faults(self.key)]

        def save(self, reason="", **fields):
            return self.act(Save(AE, values(**fields), seen=10**6, reason=reason))

        def withhold(self, *numbers, role="data_manager", **more):
            action = Withhold(str(AE), "AETERM", numbers, "a name was entered", **more)
            return self.act(action, role)

    made = Patient()
    made.act(Screen("A-001"))
    made.save(AETERM=NAME)
    made.save(AETERM="rash", reason="name taken out")
    return made


def stored(connection):
    """Every text of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("concealed"):  # no value of a form is there, nor can be read
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield from map(str, row)


def test_withhold__takes_a_value_out_everywhere_and_the_chain_holds(patient):
    entered, corrected = patient.entries()
    assert any(NAME in text for text in stored(patient.connection))
    patient.withhold(entered.seq, corrected.seq)
    assert not any(NAME in text for text in stored(patient.connection))
    assert patient.faults() == []
    one, other = patient.entries()
    assert (one.new.text, one.withheld != "") == (None, True)
    assert (other.old.text, other.new.text, other.reason) == (None, "rash", "name taken out")
    (said, _) = [patient.entries(f"entry {item.seq}")[0] for item in (one, other)]
    assert (said.action, said.user, said.reason) == (
        "withhold", "data_manager-A", "a name was entered",
    )  # fmt: skip


def test_withhold__takes_the_value_that_stands_now(patient):
    from myotrial.capture.store.models import Item, Sheet

    last = patient.entries()[-1]
    patient.withhold(last.seq)
    assert Item.objects.get(chain=patient.id, entity=str(AE), field="AETERM").value is None
    assert Sheet.objects.get(chain=patient.id, entity=str(AE)).status == "started"
    assert patient.faults() == []
    patient.save(AETERM="rash")
    assert patient.faults() == []


def test_withhold__takes_a_reason_and_what_was_refused(patient):
    patient.save(AETERM="fever", reason=f"told by {NAME}")
    patient.save(AESTDTC=NAME)  # no date: refused, and noted
    told = patient.entries()[-1]
    patient.withhold(told.seq, what="reason")
    entered, corrected, told = patient.entries()
    assert (told.reason, told.new.text) == ("", "fever")
    (tried,) = patient.entries("AESTDTC")
    patient.act(Withhold(str(AE), "AESTDTC", (tried.seq,), "a name was entered"), "data_manager")
    patient.withhold(entered.seq, corrected.seq)
    assert not any(NAME in text for text in stored(patient.connection))
    assert patient.faults() == []


def test_withhold__wants_all_entries_a_reason_and_the_data_manager(patient):
    entered, corrected = patient.entries()
    with pytest.raises(RefusedError, match=f"{entered.seq}, {corrected.seq}"):
        patient.withhold(entered.seq)
    with pytest.raises(RefusedError, match="may not"):
        patient.withhold(entered.seq, corrected.seq, role="investigator")
    with pytest.raises(RefusedError, match="name entries"):
        patient.withhold(10**6)
    with pytest.raises(RefusedError, match="no such"):
        patient.withhold(1)
    with pytest.raises(RefusedError, match="reason"):
        patient.act(Withhold(str(AE), "AETERM", (entered.seq,), " "), "data_manager")
    with pytest.raises(RefusedError, match="only what was entered"):
        patient.act(Withhold("subject", "@number", (1,), "x"), "data_manager")
    assert patient.entries() == [entered, corrected]


GONE = "UPDATE capture_entry SET old = NULL, new = NULL, withheld = '{}' WHERE seq = {}"


@pytest.mark.parametrize("way", ["unsaid", "said", "more"])
def test_guards__let_exactly_this_pass(patient, way):
    """By SQL in the server's own process, whatever it says, only a said withholding gets by."""
    from django.db import Error, transaction

    entered, corrected = patient.entries()
    statement = GONE.format("0" * 98, entered.seq)
    if way != "unsaid":
        patient.withhold(entered.seq, corrected.seq)
        statement = GONE.format("1" * 98, entered.seq)  # said, but withheld already as otherwise
    if way == "more":
        statement = f"UPDATE capture_entry SET \"user\" = 'eve' WHERE seq = {entered.seq}"
    on = patient.connection
    on.withholding = True
    with pytest.raises(Error), transaction.atomic(), on.cursor() as cursor:
        cursor.execute(statement)
    on.withholding = False
    assert patient.faults() == []


def test_walk__finds_what_was_changed_beside_a_withheld_value(patient):
    entered, corrected = patient.entries()
    patient.withhold(entered.seq, corrected.seq)
    on = patient.connection
    on.migrating = True
    on.close()
    with on.cursor() as cursor:
        table = " ON capture_entry" if on.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER trail_kept{table}")
        cursor.execute("UPDATE capture_entry SET new = 'itch' WHERE new = 'rash'")
        cursor.execute("UPDATE capture_item SET value = 'itch' WHERE value = 'rash'")
    on.migrating = False
    on.close()
    assert any("not withheld" in text for text in patient.faults())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_withhold__leaves_nothing_in_the_file_of_sqlite(patient):
    entered, corrected = patient.entries()
    patient.withhold(entered.seq, corrected.seq)
    patient.connection.close()  # the last one writes what is beside the file into it
    file = Path(patient.connection.settings_dict["NAME"])
    assert NAME.encode() not in file.read_bytes()
