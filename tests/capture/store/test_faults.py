"""Kills, power cuts, full disks, clocks that run back, editors that meet: nothing saved is lost."""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import capture_killing
import capture_power
import pytest
from capture_people import Patient, person, values

from myotrial.capture.record.actions import Save, Screen
from myotrial.capture.record.refusals import ConflictError, RefusedError
from myotrial.capture.record.state import FormKey

SUPPORT = Path(capture_killing.__file__).parent
SEED = Path(__file__).parents[3] / "studies" / "anakinra-2009"
KEY = b"k" * 32
MMT8 = FormKey("MMT8", "M3")


@pytest.fixture
def store(engine, protocol, forms):
    return _store(engine, protocol, forms)


@pytest.fixture
def one(sqlite, protocol, forms):
    return _store(sqlite, protocol, forms)


def _store(engine, protocol, forms):
    """A study with one patient."""
    import uuid

    from myotrial.capture.store.applying import Server, apply
    from myotrial.capture.store.models import Chain, Site

    Site.objects.create(code="A", name="Hospital A", zone="UTC")
    chain = uuid.uuid4().hex
    Chain.objects.create(id=chain, number=chain[:20], site_id="A", hash="")

    class Store:
        server = Server(KEY, protocol, forms, {"A": "UTC"})
        connection = engine
        id = chain

        def act(self, action):
            return apply(self.server, chain, action, person("investigator"))

        def save(self, text, number=1):
            key = FormKey("AE", "LOG", number)
            return self.act(Save(key, values(AETERM=text), seen=10**9, reason="again"))

        def faults(self):
            from myotrial.capture.store.trails import faults

            return [str(item) for item in faults(KEY)]

        def head(self):
            return Chain.objects.get(id=chain).seq

    made = Store()
    made.act(Screen("A-001"))
    made.save("rash")
    return made


def killed(study, cycles, **more):
    """Run the killing in a process of its own; what it tells."""
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "capture_killing.py"), str(study), str(cycles), "7"],
        env={**os.environ, **more}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _study(folder):
    from myotrial.capture.places import Places

    Places(folder).make()
    shutil.copy(SEED / "study.yaml", folder)
    return folder


def _nothing_lost(told, cycles):
    assert told["cycles"] == cycles
    assert told["acknowledged"] == told["found"] > cycles
    assert (told["lost"], told["duplicated"], told["faults"]) == (0, 0, 0)


def test_kill__of_clients_loses_and_doubles_nothing_on_sqlite(tmp_path):
    _nothing_lost(killed(_study(tmp_path), 5, DATABASE_URL=""), 5)


def test_kill__of_postgresql_with_its_clients_loses_and_doubles_nothing(tmp_path, cluster):
    """A cluster of its own, with syncs on, all of whose processes are killed."""
    from capture_clusters import made_cluster

    with made_cluster() as (folder, url):
        told = killed(_study(tmp_path), 2, DATABASE_URL=url, MYOTRIAL_CLUSTER=str(folder))
    _nothing_lost(told, 2)


def test_power__cut_anywhere_loses_nothing_as_the_store_is_set(one):
    saves = capture_power.record(one.connection, one.id, lambda n: one.save(f"rash {n}"), 5)
    found = capture_power.look(saves, one.id, capture_power.settings("FULL"), most=500)
    assert found == {"fine": found["fine"]}
    assert found["fine"] > 250


@pytest.mark.parametrize("weaker", ["NORMAL", "OFF"])
def test_power__cuts_are_seen_to_lose_saves_with_weaker_settings(one, weaker):
    """The harness has teeth: what SQLite does not promise, it finds missing."""
    saves = capture_power.record(one.connection, one.id, lambda n: one.save(f"rash {n}"), 5)
    found = capture_power.look(saves, one.id, capture_power.settings(weaker), most=200)
    assert found["lost"] + found["damaged"] + found["half"] > 20


def test_apply__is_clean_when_the_database_is_full_and_goes_on_when_there_is_room(one):
    head = one.head()
    with one.connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(RefusedError, match="not saved") as told:
            _fill(one)
        assert told.value.code == "unavailable"
        assert one.faults() == []
        saved = one.head()
        cursor.execute("PRAGMA max_page_count = 1073741823")
    one.save("y" * 9000)
    assert one.head() > saved >= head
    assert one.faults() == []


def _fill(one):
    for number in range(50):
        one.save("x" * 9000, number + 1)


def test_apply__is_clean_when_the_file_system_takes_no_more(one):
    """By the system itself: a limit on the size of files, met in the middle of a save."""
    beside = Path(f"{one.connection.settings_dict['NAME']}-wal")
    size, (soft, hard) = beside.stat().st_size, resource.getrlimit(resource.RLIMIT_FSIZE)
    head = one.head()
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 6000, hard))
    try:
        with pytest.raises(RefusedError, match="not saved"):
            one.save("z" * 9000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert one.head() == head
    assert one.faults() == []
    one.save("z" * 9000)
    assert one.head() > head
    assert one.faults() == []


def test_apply__is_clean_when_the_database_is_read_only(store):
    head = store.head()
    sqlite = store.connection.vendor == "sqlite"
    on = "PRAGMA query_only = 1" if sqlite else "SET default_transaction_read_only = on"
    off = "PRAGMA query_only = 0" if sqlite else "SET default_transaction_read_only = off"
    with store.connection.cursor() as cursor:
        cursor.execute(on)
    with pytest.raises(RefusedError, match="not saved"):
        store.save("itch")
    assert store.head() == head
    with store.connection.cursor() as cursor:
        cursor.execute(off)
    store.save("itch")
    assert store.faults() == []


def test_apply__flags_a_clock_that_was_moved_back(store, monkeypatch):
    from myotrial.capture.store import applying
    from myotrial.capture.store.trails import entries

    now = applying.now
    monkeypatch.setattr(applying, "now", lambda: now() - timedelta(hours=1))
    made = store.save("itch")
    (flag, *_) = [entry for entry in entries(store.id) if entry.seq >= made.first]
    assert (flag.action, flag.noted, flag.field) == ("clock behind", True, "@clock")
    assert flag.new.text < flag.at  # what the clock said, and that time did not run back
    monkeypatch.setattr(applying, "now", now)
    made = store.save("rash")
    assert all(e.action != "clock behind" for e in entries(store.id) if e.seq >= made.first)
    assert store.faults() == []


def test_lock__is_held_in_every_statement_that_writes(one, tmp_path):
    """Every write transaction of acts, sessions, accounts and backups: 100 %."""
    from django.contrib.sessions.backends.db import SessionStore

    from myotrial.capture.keeping import copies
    from myotrial.capture.store.models import Site

    lock, met = one.connection.lock, []
    writes = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "COMMIT", "REPLACE", "CREATE")

    def note(statement):
        if statement.upper().startswith(writes):
            met.append((statement[:40], lock.held))

    one.connection.ensure_connection()
    one.connection.connection.set_trace_callback(note)
    for number in range(5):
        one.save(f"rash {number}")
    SessionStore().save()
    Site.objects.create(code="C", name="C", zone="UTC")
    Site.objects.filter(code="C").delete()
    copies.copy(one.connection, tmp_path / "copy")
    one.connection.connection.set_trace_callback(None)
    assert len(met) > 30
    assert [item for item in met if not item[1]] == []


def test_editors__that_meet_in_any_order_lose_no_edit(patient: Patient):
    """1,000 interleavings of two editors: nobody overwrites what they did not see."""
    drawn = random.Random(11)
    start = patient.record
    conflicts, seen_both = 0, True
    for _ in range(1000):
        patient.record = start
        seen, last = [start.head, start.head], {}
        for _ in range(5):
            who, field = drawn.randrange(2), drawn.choice(("DELTOID", "BICEPS"))
            if drawn.random() < 0.4:
                seen[who] = patient.record.head  # opens the form again
            grade = str(drawn.randrange(11))
            action = Save(MMT8, values(**{field: grade}), seen=seen[who], reason="again")
            stands = patient.record.text(str(MMT8), field)
            try:
                patient.act(action)
            except ConflictError as told:
                conflicts += 1
                both = told.theirs[field].text, told.mine[field].text
                seen_both = seen_both and both == (stands, grade)
                continue
            if field in last and grade != stands:
                by, at = last[field]
                assert by == who or seen[who] >= at  # whoever overwrites has seen it
            if grade != stands:
                last[field] = (who, patient.record.head)
                assert patient.record.text(str(MMT8), field) == grade
    assert conflicts > 300
    assert seen_both
