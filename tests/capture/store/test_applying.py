"""What is written when an action is taken, on both engines."""

import itertools
import threading
import uuid
from dataclasses import replace

import pytest
from capture_people import ELIGIBLE, person, values

from myotrial.capture.record.actions import Enrol, OpenQuery, Save, Screen, Verify
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Value
from myotrial.errors import MyotrialError

FI = FormKey("FI", "M3")
KEY = b"k" * 32


@pytest.fixture
def store(engine, protocol, forms):
    from myotrial.capture.store.applying import Server, apply
    from myotrial.capture.store.models import Chain, Site

    for code in "AB":
        Site.objects.create(code=code, name=f"Hospital {code}", zone="Europe/Stockholm")

    class Store:
        server = Server(KEY, protocol, forms, {"A": "Europe/Stockholm"})
        connection = engine

        def chain(self, number="A-001"):
            chain = uuid.uuid4().hex
            Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")
            self.apply(chain, Screen(number))
            self.apply(chain, Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)))
            self.apply(chain, Enrol("ANAKINRA", "2026-01-10"))
            return chain

        def apply(self, chain, action, role="investigator", **more):
            return apply(self.server, chain, action, person(role), **more)

        def value(self, chain, field="FI", entity=str(FI)):
            from myotrial.capture.store.models import Item

            return Item.objects.get(chain=chain, entity=entity, field=field).value

        def faults(self, anchors=()):
            from myotrial.capture.store.trails import faults

            return [str(item) for item in faults(KEY, anchors)]

        def head(self, chain):
            return Chain.objects.get(id=chain).seq

    return Store()


def test_apply__writes_one_entry_a_field(store):
    from myotrial.capture.forms.items import sheet
    from myotrial.capture.store.models import Entry

    chain = store.chain()
    names = [item.name for item in sheet("mmt8", "one side").fields]
    key = FormKey("MMT8", "M3")
    store.apply(chain, Save(key, values(**dict.fromkeys(names, "8"))))
    changed = values(**{names[0]: "7", names[1]: "9", names[2]: "10"})
    made = store.apply(chain, Save(key, changed, seen=10**6, reason="transcription error"))
    found = Entry.objects.filter(chain=chain, seq__gte=made.first).order_by("seq")
    assert [(e.field, e.old, e.new) for e in found] == [
        (names[0], "8", "7"), (names[1], "8", "9"), (names[2], "8", "10"), ("MMT8", "64", "66"),
    ]  # fmt: skip
    assert {(e.user, e.name, e.role, e.organisation, e.site, e.reason) for e in found} == {
        ("investigator-A", "The investigator of A", "investigator", "Hospital", "A",
         "transcription error")
    }  # fmt: skip
    assert all(e.at.endswith("Z") and e.zone == "Europe/Stockholm" for e in found)


def test_apply__keeps_every_earlier_value_readable(store):
    from myotrial.capture.store.trails import entries

    chain = store.chain()
    for number in range(30):
        store.apply(chain, Save(FI, values(FI=str(number)), seen=10**6, reason="again"))
    history = [*entries(chain, str(FI), "FI")]
    assert [e.new.text for e in history] == [str(number) for number in range(30)]
    assert [e.old.text for e in history[1:]] == [e.new.text for e in history[:-1]]


def test_apply__notes_what_was_refused(store):
    from myotrial.capture.store.trails import entries

    chain = store.chain()
    made = store.apply(chain, Save(FI, values(FI="65")))
    assert [p.field for p in made.problems] == ["FI"]
    store.apply(chain, Save(FI, values(FI="56")))
    (tried, entered) = entries(chain, str(FI), "FI")
    assert (tried.action, tried.new.text, tried.noted) == ("refuse", "65", True)
    assert "0 to 64" in tried.reason
    assert (entered.action, entered.old, entered.new.text) == ("enter", Value(), "56")
    assert store.faults() == []


def test_apply__answers_a_repeated_request_as_the_first_time(store):
    chain = store.chain()
    first = store.apply(chain, Save(FI, values(FI="40")), act="a" * 32)
    again = store.apply(chain, Save(FI, values(FI="40")), act="a" * 32)
    assert again == replace(first, repeated=True)
    assert store.head(chain) == first.last
    with pytest.raises(RefusedError, match="used before"):
        store.apply(chain, Save(FI, values(FI="41")), act="a" * 32)


def test_apply__refuses_a_number_that_another_patient_has(store):
    store.chain("A-001")
    with pytest.raises(RefusedError, match="A-001 is another"):
        store.chain("A-001")
    assert store.faults() == []


@pytest.mark.parametrize(
    "more",
    [
        {"act": "a" * 33},
        {"act": "a b"},
        {"entered": "yesterday"},
        {"entered": "2026-11-02T09:30:00"},
    ],
)
def test_apply__refuses_an_act_that_is_not_well_formed(store, more):
    with pytest.raises(RefusedError):
        store.apply(store.chain(), Save(FI, values(FI="40")), **more)


def test_apply__keeps_when_it_was_entered_beside_when_it_was_saved(store):
    from myotrial.capture.store.models import Entry

    chain = store.chain()
    made = store.apply(chain, Save(FI, values(FI="40")), entered="2026-11-02T06:30:00+01:00")
    entry = Entry.objects.get(chain=chain, seq=made.last)
    assert entry.entered == "2026-11-02T06:30:00+01:00"
    assert entry.at > "2026-11-02"


def test_apply__writes_nothing_of_what_is_refused(store):
    chain = store.chain()
    before = store.head(chain)
    for action, role in ((Save(FI, values(NOPE="1")), "nurse"), (Verify(FI), "monitor")):
        with pytest.raises(RefusedError):
            store.apply(chain, action, role)
    assert store.head(chain) == before
    assert store.faults() == []


def test_apply__refuses_a_record_that_is_not(store):
    with pytest.raises(RefusedError, match="no such record"):
        store.apply("nowhere", Save(FI, values(FI="1")))


def test_apply__keeps_any_text(store):
    chain = store.chain()
    for number, text in enumerate(
        [
            "å β α 日本 שלום",
            "😀" * 50,
            "'; DROP TABLE x; --",
            "<script>alert(1)</script>",
            "x" * 10_000,
            "%s %(a)s ? :b",
        ]
    ):
        key = FormKey("AE", "LOG", number + 1)
        store.apply(chain, Save(key, values(AETERM=text)))
        assert store.value(chain, "AETERM", str(key)) == text
    assert store.faults() == []


def test_apply__keeps_lists_in_step_with_the_record(store):
    from myotrial.capture.store.models import Sheet

    chain = store.chain()
    store.apply(chain, Save(FI, values(FI="40")))
    assert Sheet.objects.get(chain=chain, entity=str(FI)).status == "complete"
    store.apply(chain, OpenQuery(FI, "FI", "?"), "monitor")
    assert Sheet.objects.get(chain=chain, entity=str(FI)).status == "query"
    assert Sheet.objects.get(chain=chain, entity="query/1").status == "open"


OWNERS = ("DROP TABLE capture_entry", "DROP TRIGGER trail_kept")  # only SQLite's are refused
ATTACKS = (
    "UPDATE capture_entry SET new = '1'",
    "UPDATE capture_entry SET hash = ''",
    "DELETE FROM capture_entry",
    "INSERT INTO capture_entry SELECT * FROM capture_entry WHERE seq = 1",
    "TRUNCATE capture_entry",
    "DELETE FROM capture_chain",
    "UPDATE capture_chain SET seq = 0",
    "REPLACE INTO capture_entry SELECT * FROM capture_entry WHERE seq = 1",
    "PRAGMA writable_schema = 1",
    "PRAGMA recursive_triggers = 0",
    "ATTACH DATABASE ':memory:' AS other",
)


@pytest.mark.parametrize("statement", ATTACKS)
def test_guards__refuse_what_would_change_the_trail(store, statement):
    from django.db import Error, transaction

    store.chain()
    with (
        pytest.raises(Error),
        transaction.atomic(),
        store.connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert store.faults() == []


@pytest.mark.parametrize("statement", OWNERS)
def test_guards__refuse_to_be_taken_away_from_sqlite(sqlite, statement):
    from django.db import Error

    from myotrial.capture.store.making import guarded

    with pytest.raises(Error, match="not authorized"), sqlite.cursor() as cursor:
        cursor.execute(statement)
    guarded()


def test_guarded__does_not_let_a_server_start_without_its_guards(store):
    from myotrial.capture.store.making import guarded

    guarded()
    store.connection.migrating = True  # as the owner of the tables
    store.connection.close()
    with store.connection.cursor() as cursor:
        on = " ON capture_entry" if store.connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER trail_whole{on}")
    store.connection.migrating = False
    with pytest.raises(MyotrialError, match="trail_whole"):
        guarded()


def test_faults__finds_changes_made_behind_the_servers_back(store):
    """With the guards away, as somebody with the file or the owner's password could do."""
    from myotrial.capture.store.trails import anchored

    chain = store.chain()
    store.apply(chain, Save(FI, values(FI="40")))
    kept = anchored("2026-11-02T09:00:00Z", KEY)
    assert store.faults([kept]) == []
    store.connection.migrating = True
    store.connection.close()
    with store.connection.cursor() as cursor:
        on = " ON capture_entry" if store.connection.vendor == "postgresql" else ""
        for name in ("trail_kept", "trail_whole", "trail_in_turn"):
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute("UPDATE capture_item SET value = '41' WHERE field = 'FI'")
        assert any("'41'" in text for text in store.faults())
        cursor.execute("UPDATE capture_item SET value = '40' WHERE field = 'FI'")
        assert store.faults() == []
        cursor.execute("UPDATE capture_entry SET new = '41' WHERE field = 'FI'")
        assert store.faults()
        cursor.execute("UPDATE capture_entry SET new = '40' WHERE field = 'FI'")
        assert store.faults() == []
        last = store.head(chain)
        cursor.execute("DELETE FROM capture_entry WHERE seq = %s", (last,))
        assert any("gone" in text for text in store.faults())
    store.connection.migrating = False


def test_faults__finds_by_an_anchor_a_chain_that_was_taken_back(store):
    from myotrial.capture.trail.anchors import anchor
    from myotrial.capture.trail.verifying import Head

    chain = store.chain()
    ahead = anchor([Head(chain, store.head(chain) + 5, "f" * 64)], "2026-11-02T10:00:00Z", KEY)
    assert any("gone" in text for text in store.faults([ahead]))
    lost = anchor([Head("another", 3, "f" * 64)], "2026-11-02T10:00:00Z", KEY)
    assert any("another" in text for text in store.faults([lost]))


def test_apply__loses_no_edit_of_two_editors_at_once(store):
    """Each of two editors changes one field of the same form again and again, without a pause."""
    chain = store.chain()
    done, wrong = [], []

    def edit(field: str, number: int) -> None:
        from django.db import DatabaseError, connection

        grades = itertools.cycle(range(number, 11, 3))
        try:
            for _ in range(8):
                grade = str(next(grades))
                key = FormKey("MMT8", "M3")
                store.apply(chain, Save(key, values(**{field: grade}), seen=10**6, reason="x"))
                done.append((field, grade))
        except (RefusedError, DatabaseError) as error:  # told by the assertion below
            wrong.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=edit, args=(field, number))
        for number, field in enumerate(("DELTOID", "BICEPS"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    latest = dict(done)
    assert {f: store.value(chain, f, "form/MMT8/M3/1") for f in latest} == latest
    assert store.faults() == []


def test_lock__is_held_for_every_write_of_sqlite(sqlite):
    from myotrial.capture.store.models import Site

    lock = sqlite.lock
    before = lock.taken
    Site.objects.create(code="C", name="Hospital C", zone="UTC")
    Site.objects.filter(code="C").update(name="Another")
    Site.objects.filter(code="C").delete()
    assert lock.taken >= before + 3
    assert not lock.held
    with sqlite.cursor() as cursor:
        for pragma, expected in (("journal_mode", "wal"), ("synchronous", 2), ("mmap_size", 0)):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone()[0] == expected
