"""Patients are allocated in order, once each, by a list that nobody reads."""

import threading
from collections import Counter

import pytest
from blinded_trial import ARMS, SEALING, Trial, blinded, staff
from capture_people import values

from myotrial.capture.allocation.actions import LockDatabase, Randomise, UnlockDatabase
from myotrial.capture.record.actions import Enrol, Save
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Value
from myotrial.errors import MyotrialError

SUBJECT = FormKey("SUBJECT", "SCREENING")


@pytest.fixture
def trial(served, protocol):
    return Trial.begin(served, blinded(protocol))


def kit_of(trial, chain):
    trial.apply(chain, Randomise())
    return trial.text(chain, "KIT")


def arm_of(kit):
    return arms_of([kit])[kit]


def arms_of(kits):
    from django.db import connection, transaction

    from myotrial.capture.allocation.vault import Vault

    with transaction.atomic(), connection.cursor() as cursor:
        vault = Vault(cursor, SEALING)
        return {kit: vault.arm(kit) for kit in kits}


def test_randomise__gives_a_kit_and_says_nothing_of_the_arm(trial):
    from myotrial.capture.store.models import Entry, Item

    trial.load()
    chain = trial.enrol("A-001")
    trial.apply(chain, Randomise())
    kit = trial.text(chain, "KIT")
    assert len(kit) == 6
    said = {*Item.objects.values_list("value", flat=True),
            *Entry.objects.values_list("new", flat=True)}  # fmt: skip
    assert kit in said
    assert not said & set(ARMS)
    assert trial.text(chain, "RFSTDTC")
    assert trial.faults() == []


def test_randomise__tells_the_arm_of_an_open_study(served, protocol):
    trial = Trial.begin(served, blinded(protocol, blinding="open-label"))
    trial.load()
    chain = trial.enrol("A-001")
    kit = kit_of(trial, chain)
    assert trial.text(chain, "ARM") == arm_of(kit)


def test_randomise__follows_the_list_in_each_stratum(served, protocol):
    from myotrial.capture.allocation.lists import drawn, stratum_key
    from myotrial.capture.allocation.loading import load

    trial = Trial.begin(served, blinded(protocol))
    listed = drawn(trial.server.protocol)
    load(trial.server, listed, staff("unblinded", None))
    for number, diagnosis in enumerate(["PM", "DM", "PM", "PM", "DM"]):
        chain = trial.enrol(f"A-{number}", "AB"[number % 2], DIAG=diagnosis)
        trial.apply(chain, Randomise(), staff("nurse", "AB"[number % 2]))
        place = ["PM", "DM", "PM", "PM", "DM"][: number + 1].count(diagnosis)
        stratum = stratum_key({"DIAG": diagnosis}, ["DIAG"])
        (slot,) = [s for s in listed.slots if (s.stratum, s.number) == (stratum, place)]
        assert trial.text(chain, "KIT") == slot.kit
    assert trial.faults() == []


def test_randomise__minimises_as_the_procedure_says(served, protocol):
    from myotrial.capture.allocation.lists import drawn
    from myotrial.capture.allocation.loading import load
    from myotrial.randomisation.minimisation import minimise
    from myotrial.randomisation.sealed import Sealed

    trial = Trial.begin(served, blinded(protocol, method="minimisation", by=("DIAG", "SEX")))
    listed = drawn(trial.server.protocol)
    load(trial.server, listed, staff("unblinded", None))
    before, used = [], Counter()
    for number in range(12):
        factors = {"DIAG": ("PM", "PM", "DM")[number % 3], "SEX": "FM"[number % 2]}
        expected = minimise(factors, before, (1, 1), Sealed(listed.seed, f"patient {number + 1}"))
        before.append((factors, expected))
        kit = kit_of(trial, trial.enrol(f"A-{number}", **factors))
        assert kit == listed.order[ARMS[expected]][used[expected]]
        assert arm_of(kit) == ARMS[expected]
        used[expected] += 1
    assert trial.faults() == []


def test_randomise__comes_after_every_other_step_and_once(trial):
    chain = trial.screen("A-001")
    with pytest.raises(RefusedError, match="only an enrolled"):
        trial.apply(chain, Randomise())
    trial.apply(chain, Enrol())
    with pytest.raises(RefusedError, match="no list"):
        trial.apply(chain, Randomise())
    trial.load()
    trial.apply(chain, Randomise())
    kit = trial.text(chain, "KIT")
    with pytest.raises(RefusedError, match=f"kit {kit} already"):
        trial.apply(chain, Randomise())
    assert trial.faults() == []


CHANGED = (
    ({"HIV": Value("Y")}, "E3"),
    ({"SERINF": Value(None, "UNK")}, "failed or open"),
    ({"RFICDTC": Value(None, "UNK")}, "consent"),
)


def test_randomise__looks_again_at_what_changed_since_enrolment(trial):
    trial.load()
    for number, (changed, told) in enumerate(CHANGED):
        chain = trial.enrol(f"A-{number}")
        trial.apply(chain, Save(SUBJECT, changed, seen=10**6, reason="source corrected"))
        with pytest.raises(RefusedError, match=told):
            trial.apply(chain, Randomise())
    assert trial.faults() == []


def test_randomise__is_for_the_site(trial):
    trial.load()
    chain = trial.enrol("A-001")
    others = ("monitor", "statistician", "unblinded", "sponsor", "pharmacist", "data_manager")
    for by in (*(staff(role, None) for role in others), staff("investigator", "B")):
        with pytest.raises(RefusedError, match="may not"):
            trial.apply(chain, Randomise(), by)


def test_randomise__of_a_repeated_request_gives_one_kit(trial):
    trial.load()
    chain = trial.enrol("A-001")
    first = trial.apply(chain, Randomise(), act="a" * 32)
    again = trial.apply(chain, Randomise(), act="a" * 32)
    assert (again.repeated, again.last) == (True, first.last)
    assert trial.faults() == []


def test_randomise__says_when_the_list_is_used_up(served, protocol):
    from dataclasses import replace

    from myotrial.capture.allocation.lists import drawn
    from myotrial.capture.allocation.loading import load

    trial = Trial.begin(served, blinded(protocol))
    listed = drawn(trial.server.protocol)
    slots = tuple(slot for slot in listed.slots if slot.stratum != '["DM"]')
    short = replace(listed, slots=slots, arms={s.kit: listed.arms[s.kit] for s in slots})
    load(trial.server, short, staff("unblinded", None))
    chain = trial.enrol("A-001", DIAG="DM")
    with pytest.raises(RefusedError, match="no place left"):
        trial.apply(chain, Randomise())
    assert trial.text(chain, "KIT") == ""


def test_enrol__takes_no_arm_where_a_list_gives_it(trial):
    with pytest.raises(RefusedError, match="nobody names an arm"):
        trial.apply(trial.screen("A-001"), Enrol("PLACEBO"))


def test_load__refuses_a_list_of_another_method_and_other_people(trial, protocol):
    from myotrial.capture.allocation.lists import drawn
    from myotrial.capture.allocation.loading import load

    other = drawn(blinded(protocol, method="minimisation"))
    with pytest.raises(RefusedError, match="as the protocol says"):
        load(trial.server, other, staff("unblinded", None))
    for role in ("investigator", "statistician", "data_manager", "administrator"):
        with pytest.raises(RefusedError, match="may not"):
            load(trial.server, drawn(trial.server.protocol), staff(role, None))
    assert trial.faults() == []


def test_lock__closes_every_record_and_opens_it_again(trial):
    manager = staff("data_manager", None)
    trial.load()
    chain = trial.enrol("A-001")
    trial.apply("study", LockDatabase(), manager)
    for action in (Randomise(), Save(SUBJECT, values(AGE="55"), seen=10**6, reason="x")):
        with pytest.raises(RefusedError, match="locked"):
            trial.apply(chain, action)
    trial.apply("study", UnlockDatabase("a query was missed"), manager)
    trial.apply(chain, Randomise())
    assert trial.faults() == []


SLOTS, CLIENTS = 400, 32


def test_randomise__from_two_sites_at_once_gives_each_place_once(served, protocol):
    """Thirty-two clients at once; `bench allocation` takes 10,000 places."""
    trial = Trial.begin(served, blinded(protocol))
    trial.load(patients=SLOTS)
    chains = [
        *trial.copies(trial.enrol("A-0"), SLOTS // 2, "A"),
        *trial.copies(trial.enrol("B-0", "B"), SLOTS // 2, "B"),
    ]
    wrong = []

    def ask(part):
        from django.db import DatabaseError, connection

        try:
            for chain, site in part:
                trial.apply(chain, Randomise(), staff("nurse", site))
        except (MyotrialError, DatabaseError) as error:  # told by the assertion below
            wrong.append(error)
        finally:
            connection.close()

    asked = [(chain, "AB"[number >= SLOTS // 2]) for number, chain in enumerate(chains)]
    threads = [threading.Thread(target=ask, args=(asked[at::CLIENTS],)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    kits = trial.kits()
    assert len(set(kits.values())) == len(kits) == SLOTS
    assert trial.list_faults() == []  # no place twice, none left out
    counts = Counter(arms_of(kits.values()).values())
    assert abs(counts["ANAKINRA"] - counts["PLACEBO"]) <= 4  # half of the largest block
