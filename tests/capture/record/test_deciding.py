from datetime import UTC, datetime

import pytest
from capture_people import person, values

from myotrial.capture.allocation.actions import (
    Acknowledge,
    AskUnblinding,
    LoadList,
    LockDatabase,
    Randomise,
    Tell,
    TellArms,
    Unblind,
    UnblindStudy,
    UnlockDatabase,
)
from myotrial.capture.record.actions import (
    AcceptLoss,
    AnswerQuery,
    CloseQuery,
    Enrol,
    Freeze,
    Lock,
    OpenQuery,
    Release,
    Remove,
    Save,
    Screen,
    Unfreeze,
    Unlock,
    Verify,
    Withhold,
)
from myotrial.capture.record.people import ENTERS, MAY, ROLES, may
from myotrial.capture.record.refusals import ConflictError, ReasonError, RefusedError
from myotrial.capture.record.state import SUBJECT, FormKey, Value
from myotrial.capture.record.statuses import form_status
from myotrial.capture.signing.actions import Sign

M3 = FormKey("MMT8", "M3")
EVERY = (Screen, Enrol, Save, Remove, OpenQuery, AnswerQuery, CloseQuery, Verify, Freeze, Unfreeze,
         Lock, Unlock, Randomise, AskUnblinding, Unblind, Tell, TellArms, Acknowledge, LoadList,
         LockDatabase, UnlockDatabase, UnblindStudy, Sign, Withhold,
         Release, AcceptLoss)  # fmt: skip


def grades(grade: int = 8) -> dict[str, str]:
    from myotrial.capture.forms.items import sheet

    return {item.name: str(grade) for item in sheet("mmt8", "one side").fields}


def test_save__enters_a_total_that_follows_from_its_items(patient):
    patient.save("MMT8", "M3", **grades(8))
    assert patient.record.text(str(M3), "MMT8") == "64"
    assert form_status(patient.record, M3, patient.asked.catalogue) == "complete"


def test_save__leaves_the_total_missing_while_an_item_is(patient):
    fields = grades(8)
    fields.popitem()
    patient.save("MMT8", "M3", **fields)
    assert not patient.record.value(str(M3), "MMT8")
    assert form_status(patient.record, M3, patient.asked.catalogue) == "started"


def test_save__takes_a_total_alone(patient):
    patient.save("MMT8", "M3", MMT8="61")
    assert patient.record.text(str(M3), "MMT8") == "61"


def test_save__makes_one_change_a_field(patient):
    patient.save("MMT8", "M3", **grades(8))
    decision = patient.save("MMT8", "M3", "transcription", **grades(8) | {"DELTOID": "7"})
    assert [(c.field, c.new.text) for c in decision.changes] == [("DELTOID", "7"), ("MMT8", "63")]
    assert {c.reason for c in decision.changes} == {"transcription"}


def test_save__does_nothing_when_nothing_changes(patient):
    patient.save("MMT8", "M3", **grades(8))
    assert patient.save("MMT8", "M3", **grades(8)).changes == ()


def test_save__asks_why_before_it_changes_what_was_saved(patient):
    patient.save("FI", "M3", FI="40")
    with pytest.raises(ReasonError, match="Functional index"):
        patient.save("FI", "M3", FI="41")
    assert patient.record.text("form/FI/M3/1", "FI") == "40"


def test_save__asks_why_before_it_takes_a_value_away(patient):
    patient.save("FI", "M3", FI="40")
    with pytest.raises(ReasonError):
        patient.act(Save(FormKey("FI", "M3"), {"FI": Value()}, seen=patient.record.head))


def test_save__keeps_a_reason_why_there_is_no_value(patient):
    patient.act(Save(FormKey("FI", "M3"), {"FI": Value(None, "ND")}))
    assert patient.record.value("form/FI/M3/1", "FI") == Value(None, "ND")
    assert form_status(patient.record, FormKey("FI", "M3"), patient.asked.catalogue) == "complete"


def test_save__notes_what_was_tried_and_takes_none_of_it(patient):
    decision = patient.save("MMT8", "M3", DELTOID="11", BICEPS="9")
    assert [p.field for p in decision.problems] == ["DELTOID"]
    assert [(c.field, c.new.text, c.noted) for c in decision.changes] == [("DELTOID", "11", True)]
    assert not patient.record.values(str(M3))


def test_save__refuses_what_two_fields_contradict(patient):
    decision = patient.save("AE", "LOG", AETERM="rash", AESTDTC="2026-03", AEENDTC="2026-02-01")
    assert [p.field for p in decision.problems] == ["AEENDTC"]


def test_save__shows_both_values_when_somebody_was_quicker(patient):
    seen = patient.record.head
    patient.save("FI", "M3", FI="40")
    with pytest.raises(ConflictError) as refused:
        patient.act(Save(FormKey("FI", "M3"), values(FI="44"), seen=seen, reason="x"))
    assert refused.value.theirs == values(FI="40")
    assert refused.value.mine == values(FI="44")


def test_save__takes_different_fields_of_two_editors(patient):
    patient.save("MMT8", "M3", DELTOID="8")
    seen = patient.record.head
    patient.save("MMT8", "M3", BICEPS="7")
    patient.act(Save(M3, values(QUADRICEPS="6"), seen=seen))
    found = patient.record.values(str(M3))
    assert [found[name].text for name in ("DELTOID", "BICEPS", "QUADRICEPS")] == ["8", "7", "6"]


@pytest.mark.parametrize(
    ("code", "event", "number", "told"),
    [
        pytest.param("MMT9", "M3", 1, "no form", id="no such form"),
        pytest.param("MMT8", "SCREENING", 1, "no form", id="not at that event"),
        pytest.param("MMT8", "M3", 2, "no entry 2", id="does not repeat"),
        pytest.param("AE", "LOG", 2, "the next is 1", id="a number left out"),
    ],
)
def test_save__refuses_a_form_that_is_not(patient, code, event, number, told):
    with pytest.raises(RefusedError, match=told):
        patient.save(code, event, number=number, FI="1")


def test_save__refuses_a_field_of_another_form(patient):
    with pytest.raises(RefusedError, match="no field"):
        patient.save("FI", "M3", DELTOID="1")


def test_save__opens_later_visits_only_to_who_is_enrolled(screened):
    screened.save("FI", "M0", FI="20")
    with pytest.raises(RefusedError, match="not enrolled"):
        screened.save("FI", "M3", FI="20")


def test_save__asks_about_a_visit_outside_its_window_until_it_is_inside(patient):
    patient.save("VISIT", "M3", VISITDTC="2026-06-30")
    (query,) = patient.record.queries_on("form/VISIT/M3/1")
    assert patient.record.text(query, "@state") == "open"
    assert "window" in patient.record.text(query, "say/1")
    patient.save("VISIT", "M3", "typed wrongly", VISITDTC="2026-04-10")
    assert patient.record.text(query, "@state") == "closed"


def test_save__asks_about_visits_out_of_order(patient):
    patient.save("VISIT", "M6", VISITDTC="2026-07-10")
    patient.save("VISIT", "M3", VISITDTC="2026-07-12")
    said = [patient.record.text(q, "say/1") for q in patient.record.queries_on("form/VISIT/M3/1")]
    assert any("out of order" in text for text in said)


def test_save__asks_about_a_jump(patient):
    patient.save("FI", "M0", FI="60")
    patient.save("FI", "M3", FI="10")
    (query,) = patient.record.queries_on("form/FI/M3/1")
    assert "60" in patient.record.text(query, "say/1")


def test_save__undoes_the_comparison_with_the_source(patient):
    patient.save("FI", "M3", FI="40")
    patient.act(Verify(FormKey("FI", "M3")), "monitor")
    assert form_status(patient.record, FormKey("FI", "M3"), patient.asked.catalogue) == "verified"
    patient.save("FI", "M3", "source corrected", FI="41")
    assert form_status(patient.record, FormKey("FI", "M3"), patient.asked.catalogue) == "complete"


def test_save__ends_the_study_for_a_patient(patient):
    patient.save("DS", "LOG", DSDECOD="WITHDRAWN", DSSTDTC="2026-05-01")
    assert patient.record.text(SUBJECT, "@status") == "withdrawn"
    (query,) = patient.record.queries_on("form/DS/LOG/1")
    assert "Why" in patient.record.text(query, "say/1")


def test_enrol__refuses_who_fails_a_criterion(screened):
    screened.save("SUBJECT", "SCREENING", "typed wrongly", HIV="Y")
    with pytest.raises(RefusedError, match="E3"):
        screened.act(Enrol("ANAKINRA", "2026-01-10"))


def test_enrol__asks_about_criteria_that_are_open(screened):
    key = FormKey("SUBJECT", "SCREENING")
    unknown = {"SERINF": Value(None, "UNK")}
    screened.act(Save(key, unknown, seen=screened.record.head, reason="not known"))
    screened.act(Enrol("ANAKINRA", "2026-01-10"))
    (query,) = screened.record.queries_on(str(key))
    assert "E1" in screened.record.text(query, "say/1")


@pytest.mark.parametrize(
    ("arm", "day", "told"),
    [
        pytest.param("PLACEBO", "2026-01-10", "no arm", id="no such arm"),
        pytest.param("ANAKINRA", "2027-01-10", "future", id="future"),
        pytest.param("ANAKINRA", "January", "YYYY-MM-DD", id="no date"),
    ],
)
def test_enrol__refuses_what_cannot_be(screened, arm, day, told):
    with pytest.raises(RefusedError, match=told):
        screened.act(Enrol(arm, day))


def test_enrol__comes_once(patient):
    with pytest.raises(RefusedError, match="in screening"):
        patient.act(Enrol("ANAKINRA", "2026-01-10"))


@pytest.mark.parametrize("number", ["", "Anna Andersson", "A" * 21, "a/b", "-1"])
def test_screen__refuses_what_is_no_number(patient, number):
    from myotrial.capture.record.state import Record

    patient.record = Record("other", "A")
    with pytest.raises(RefusedError, match="patient number"):
        patient.act(Screen(number))


def test_query__goes_from_open_to_answered_to_closed(patient):
    patient.save("FI", "M3", FI="40")
    key = FormKey("FI", "M3")
    patient.act(OpenQuery(key, "FI", "The source says 41."), "monitor")
    assert form_status(patient.record, key, patient.asked.catalogue) == "query"
    patient.act(AnswerQuery("query/1", "41 is right."))
    assert form_status(patient.record, key, patient.asked.catalogue) == "answered"
    patient.act(AnswerQuery("query/1", "Please correct it."), "monitor")
    assert form_status(patient.record, key, patient.asked.catalogue) == "query"
    patient.act(CloseQuery("query/1"), "monitor")
    assert form_status(patient.record, key, patient.asked.catalogue) == "complete"
    with pytest.raises(RefusedError, match="closed"):
        patient.act(AnswerQuery("query/1", "late"))


def test_lock__waits_for_completeness_and_queries(patient):
    key = FormKey("FI", "M3")
    with pytest.raises(RefusedError, match="nothing was entered"):
        patient.act(Lock(key), "data_manager")
    patient.save("FI", "M3", FI="40")
    patient.act(OpenQuery(key, "FI", "?"), "monitor")
    with pytest.raises(RefusedError, match="open query"):
        patient.act(Lock(key), "data_manager")
    patient.act(CloseQuery("query/1", cancel=True), "monitor")
    patient.act(Lock(key), "data_manager")
    with pytest.raises(RefusedError, match="locked"):
        patient.save("FI", "M3", "late", FI="41")
    with pytest.raises(RefusedError, match="reason"):
        patient.act(Unlock(key, " "), "data_manager")
    patient.act(Unlock(key, "source corrected"), "data_manager")
    patient.save("FI", "M3", "source corrected", FI="41")


def test_freeze__closes_a_form_until_it_is_opened(patient):
    key = FormKey("FI", "M3")
    patient.save("FI", "M3", FI="40")
    patient.act(Freeze(key), "monitor")
    with pytest.raises(RefusedError, match="frozen"):
        patient.save("FI", "M3", "late", FI="41")
    patient.act(Unfreeze(key), "monitor")
    patient.save("FI", "M3", "late", FI="41")


def test_remove__takes_out_an_entry_and_keeps_it_in_the_record(patient):
    patient.save("AE", "LOG", AETERM="rash", AESTDTC="2026-03")
    key = FormKey("AE", "LOG")
    with pytest.raises(RefusedError, match="reason"):
        patient.act(Remove(key, ""))
    patient.act(Remove(key, "entered for another patient"))
    assert form_status(patient.record, key, patient.asked.catalogue) == "none"
    with pytest.raises(RefusedError, match="taken out"):
        patient.save("AE", "LOG", "x", AETERM="itch")


EXPECTED = {  # typed from the requirements, not from the table that is tested
    "investigator": {Screen, Enrol, Save, Remove, AnswerQuery, Randomise, AskUnblinding, Unblind,
                     Tell, Acknowledge, Sign},
    "nurse": {Screen, Enrol, Save, Remove, AnswerQuery, Randomise},
    "physiotherapist": {Save, AnswerQuery},
    "pathologist": {Save, AnswerQuery, Sign},
    "monitor": {OpenQuery, AnswerQuery, CloseQuery, Verify, Freeze, Unfreeze, Acknowledge},
    "data_manager": {OpenQuery, AnswerQuery, CloseQuery, Freeze, Unfreeze, Lock, Unlock,
                     LockDatabase, UnlockDatabase, TellArms, Acknowledge, Withhold, Release},
    "pharmacist": {Unblind, Tell},
    "statistician": {TellArms},
    "unblinded": {LoadList, Unblind, Tell, UnblindStudy, TellArms},
    "sponsor": {Acknowledge},
    "administrator": {AcceptLoss},
}  # fmt: skip


def test_may__is_as_the_requirements_say_for_every_role_and_action():
    assert EXPECTED.keys() == ROLES.keys() == MAY.keys()
    found = {role: {a for a in EVERY if may(person(role), a)} for role in ROLES}
    assert found == EXPECTED


@pytest.mark.parametrize("role", ROLES)
def test_decide__refuses_every_role_at_another_site(patient, role):
    for action in (Save(M3, {}), OpenQuery(M3, "MMT8", "?"), Verify(M3), Lock(M3)):
        with pytest.raises(RefusedError, match="may not"):
            patient.decide(action, role, site="B")


def test_decide__lets_a_physiotherapist_enter_function_alone(patient):
    patient.decide(Save(FormKey("FI", "M3"), values(FI="40")), "physiotherapist")
    with pytest.raises(RefusedError, match="may not"):
        patient.decide(Save(FormKey("CK", "M3"), values(CK="2")), "physiotherapist")
    assert "physiotherapist" not in ENTERS["site"]


def test_today__is_the_date_at_the_site(patient):
    from dataclasses import replace

    late = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    assert replace(patient.asked, at=late).today.isoformat() == "2026-11-03"
    assert replace(patient.asked, at=late, zone="America/New_York").today.day == 2


def test_save__refuses_a_total_that_its_items_do_not_make(patient):
    decision = patient.save("MMT8", "M3", **grades(8), MMT8="60")
    assert [(p.field, p.message) for p in decision.problems] == [
        ("MMT8", "is 60, but the items make 64")
    ]
    patient.save("MMT8", "M3", **grades(8), MMT8="64")
    assert patient.record.text(str(M3), "MMT8") == "64"


def test_save__asks_why_items_change_a_total_that_was_typed(patient):
    patient.save("MMT8", "M3", MMT8="61")
    with pytest.raises(ReasonError, match="MMT8"):
        patient.save("MMT8", "M3", **grades(8))


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(Save(M3, {}, reason="a\0"), id="reason"),
        pytest.param(Screen("A\0"), id="number"),
        pytest.param(Save(FormKey("MMT8", "M\0"), {}), id="event"),
        pytest.param(AnswerQuery("query/\0", "answer"), id="query"),
        pytest.param(Save(M3, {}, reason="x" * 10_001), id="too long"),
    ],
)
def test_decide__refuses_texts_that_no_database_takes(patient, action):
    with pytest.raises(RefusedError, match=r"U.0000|10000"):
        patient.decide(action)


def test_save__answers_at_once_the_query_of_a_check_that_was_explained(patient):
    values_ = values(VISITDTC="2026-06-30")
    told = {"window": "The patient was abroad."}
    patient.act(Save(FormKey("VISIT", "M3"), values_, explained=told))
    query = patient.record.queries_on("form/VISIT/M3/1")[0]
    found = {name: patient.record.text(query, name) for name in ("@check", "@state", "say/2")}
    assert found == {"@check": "window", "@state": "answered", "say/2": "The patient was abroad."}


def test_save__keeps_no_explanation_where_no_check_asks(patient):
    told = {"window": "The patient was abroad."}
    patient.act(Save(FormKey("VISIT", "M3"), values(VISITDTC="2026-04-11"), explained=told))
    assert patient.record.queries_on("form/VISIT/M3/1") == []


def test_save__refuses_an_explanation_that_no_database_takes(patient):
    with pytest.raises(RefusedError, match=r"U.0000"):
        patient.act(Save(M3, values(DELTOID="8"), explained={"window": "a\0b"}))
