"""One code is broken by two people, or at once in an emergency; all of them after the lock."""

import pytest
from blinded_trial import ARMS, SEALING, Trial, blinded, staff

from myotrial.capture.allocation.actions import (
    Acknowledge,
    AskUnblinding,
    LockDatabase,
    Randomise,
    Unblind,
    UnblindStudy,
    UnlockDatabase,
)
from myotrial.capture.record.refusals import RefusedError


@pytest.fixture
def trial(served, protocol):
    made = Trial.begin(served, blinded(protocol))
    made.load()
    return made


def randomised(trial, number="A-001", site="A"):
    chain = trial.enrol(number, site)
    trial.apply(chain, Randomise(), staff("nurse", site))
    return chain


def everything_said():
    from myotrial.capture.store.models import Entry, Item

    return {*Item.objects.values_list("value", flat=True),
            *Entry.objects.values_list("new", flat=True),
            *Entry.objects.values_list("reason", flat=True)}  # fmt: skip


def test_treatment__is_told_to_two_people_who_agree(trial):
    from myotrial.capture.allocation.breaking import treatment
    from myotrial.capture.allocation.vault import Vault

    chain, asking = randomised(trial), staff("investigator")
    trial.apply(chain, AskUnblinding("needs to know before surgery"), asking)
    with pytest.raises(RefusedError, match="not broken"):
        treatment(trial.server, chain, 1, asking)
    with pytest.raises(RefusedError, match="second person"):
        trial.apply(chain, Unblind(1), asking)
    trial.apply(chain, Unblind(1), staff("pharmacist"))
    told = treatment(trial.server, chain, 1, asking)
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        assert told.arm == Vault(cursor, SEALING).arm(told.kit)
    assert (told.number, told.kit) == ("A-001", trial.text(chain, "KIT"))
    assert treatment(trial.server, chain, 1, staff("pharmacist")) == told
    with pytest.raises(RefusedError, match="who asked"):
        treatment(trial.server, chain, 1, staff("investigator", user="another"))
    assert not everything_said() & set(ARMS)
    assert trial.faults() == []


def test_treatment__is_told_at_once_in_an_emergency_with_a_reason(trial):
    from myotrial.capture.allocation.breaking import treatment

    chain, by = randomised(trial), staff("investigator")
    with pytest.raises(RefusedError, match="reason"):
        trial.apply(chain, AskUnblinding(" ", emergency=True), by)
    trial.apply(chain, AskUnblinding("anaphylaxis", emergency=True), by)
    assert treatment(trial.server, chain, 1, by).arm in ARMS


def test_treatment__of_one_patient_says_nothing_of_another(trial):
    from myotrial.capture.allocation.breaking import treatment

    one, other, by = randomised(trial), randomised(trial, "A-002"), staff("investigator")
    trial.apply(one, AskUnblinding("anaphylaxis", emergency=True), by)
    treatment(trial.server, one, 1, by)
    with pytest.raises(RefusedError):
        treatment(trial.server, other, 1, by)


def test_treatment__is_noted_each_time(trial):
    from myotrial.capture.allocation.breaking import treatment
    from myotrial.capture.store.trails import entries

    chain, by = randomised(trial), staff("investigator")
    trial.apply(chain, AskUnblinding("anaphylaxis", emergency=True), by)
    for _ in range(2):
        treatment(trial.server, chain, 1, by)
    found = [e for e in entries(chain) if e.entity == "unblinding/1"]
    assert [e.action for e in found].count("tell treatment") == 2
    opened = next(e for e in found if e.field == "@state")
    assert (opened.user, opened.reason, opened.new.text) == (by.user, "anaphylaxis", "opened")


def test_ask_unblinding__is_for_the_investigator(trial):
    chain = randomised(trial)
    for role in ("nurse", "monitor", "data_manager", "statistician", "sponsor", "pharmacist"):
        with pytest.raises(RefusedError, match="may not"):
            trial.apply(chain, AskUnblinding("curious", emergency=True), staff(role))


def test_ask_unblinding__needs_a_patient_with_a_treatment_at_the_own_site(trial):
    chain = trial.enrol("A-001")
    with pytest.raises(RefusedError, match="not randomised"):
        trial.apply(chain, AskUnblinding("x", emergency=True))
    with pytest.raises(RefusedError, match="may not"):
        trial.apply(chain, AskUnblinding("x", emergency=True), staff("investigator", "B"))


def test_notices__reach_who_oversees_until_they_are_read(trial):
    from myotrial.capture.allocation.breaking import notices

    chain, by = randomised(trial), staff("investigator")
    trial.apply(chain, AskUnblinding("waits for a second person"), by)
    assert notices(staff("sponsor", None)) == []
    trial.apply(chain, AskUnblinding("anaphylaxis", emergency=True), by)
    (notice,) = notices(staff("sponsor", None))
    assert (notice.patient, notice.number, notice.reason, notice.read) == (
        "A-001", 2, "anaphylaxis", False,
    )  # fmt: skip
    assert not set(vars(notice).values()) & set(ARMS)
    assert notices(staff("monitor", "B")) == []
    trial.apply(chain, Acknowledge(2), staff("sponsor", None))
    assert notices(staff("sponsor", None))[0].read
    assert not notices(staff("monitor", "A"))[0].read


def test_code_break__works_while_the_data_base_is_locked(trial):
    from myotrial.capture.allocation.breaking import treatment

    chain, by = randomised(trial), staff("investigator")
    trial.apply("study", LockDatabase(), staff("data_manager", None))
    trial.apply(chain, AskUnblinding("anaphylaxis", emergency=True), by)
    assert treatment(trial.server, chain, 1, by).arm in ARMS


def test_arms__are_told_to_the_unblinded_statistician_and_to_others_after_the_lock(trial):
    from myotrial.capture.allocation.breaking import arms

    chains = [randomised(trial, f"A-{number}") for number in range(3)]
    blind, unblinded = staff("statistician", None), staff("unblinded", None)
    early = arms(trial.server, "interim analysis", unblinded)
    assert [told.kit for told in early] == [trial.text(chain, "KIT") for chain in chains]
    with pytest.raises(RefusedError, match="blind"):
        arms(trial.server, "curious", blind)
    with pytest.raises(RefusedError, match="locked first"):
        trial.apply("study", UnblindStudy("planned"), unblinded)
    trial.apply("study", LockDatabase(), staff("data_manager", None))
    trial.apply("study", UnblindStudy("planned"), unblinded)
    assert arms(trial.server, "final analysis", blind) == early
    with pytest.raises(RefusedError, match="stays locked"):
        trial.apply("study", UnlockDatabase("x"), staff("data_manager", None))
    assert trial.faults() == []
