"""What lists read, on both engines: whose patients, what was entered, which queries wait."""

import uuid
from datetime import date

import pytest
from capture_people import ELIGIBLE, person, values

from myotrial.capture.record.actions import AnswerQuery, Enrol, OpenQuery, Remove, Save, Screen
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey

FI = FormKey("FI", "M3")
NOBODY = Person("x", "X", "monitor", frozenset())
EVERYWHERE = Person("m", "M", "data_manager", None)


@pytest.fixture
def study(engine, protocol, forms):
    """Two patients at site A, one enrolled, and one at site B; gives their records by number."""
    from myotrial.capture.store.applying import Server, apply
    from myotrial.capture.store.models import Chain, Site

    server = Server(b"k" * 32, protocol, forms, {"A": "Europe/Stockholm", "B": "Europe/Prague"})
    chains = {}
    for number in ("A-001", "A-002", "B-001"):
        site = number[0]
        Site.objects.get_or_create(code=site, defaults={"name": site, "zone": "UTC"})
        chains[number] = uuid.uuid4().hex
        Chain.objects.create(id=chains[number], number=number[::-1], site_id=site, hash="")
        apply(server, chains[number], Screen(number), person("investigator", site=site))

    class Study:
        def __getitem__(self, number):
            return chains[number]

        def act(self, number, action, role="investigator"):
            apply(server, chains[number], action, person(role, site=number[0]))

    made = Study()
    subject = FormKey("SUBJECT", "SCREENING")
    made.act("A-001", Save(subject, values(**ELIGIBLE)))
    made.act("A-001", Enrol("ANAKINRA", "2026-01-10"))
    made.act("A-001", Save(FI, values(FI="40")))
    return made


def numbers(who, **wanted):
    from myotrial.capture.store.patients import Wanted, find

    return [item.number for item in find(who, Wanted(**wanted)).patients]


def test_find__gives_the_patients_of_the_persons_sites(study):
    assert numbers(person("nurse")) == ["A-001", "A-002"]
    assert numbers(person("nurse", site="B")) == ["B-001"]
    assert numbers(EVERYWHERE) == ["A-001", "A-002", "B-001"]
    assert numbers(NOBODY) == []
    assert numbers(person("nurse"), site="B") == []


def test_find__filters_and_pages(study):
    from myotrial.capture.store.patients import Wanted, find

    assert numbers(EVERYWHERE, number="a-") == ["A-001", "A-002"]
    assert numbers(EVERYWHERE, number="%") == numbers(EVERYWHERE, number="!") == []
    assert numbers(EVERYWHERE, status="enrolled") == ["A-001"]
    first = find(EVERYWHERE, Wanted(most=2))
    assert first.more
    rest = find(EVERYWHERE, Wanted(most=2, after=first.patients[-1].number))
    assert ([item.number for item in rest.patients], rest.more) == (["B-001"], False)


def test_counted__counts_by_status(study):
    from myotrial.capture.store.patients import counted

    assert counted(EVERYWHERE) == {"enrolled": 1, "screening": 2}
    assert counted(person("nurse", site="B")) == {"screening": 1}


def test_patient__of_another_site_is_unknown(study):
    from myotrial.capture.store.patients import patient, record

    assert patient(person("nurse"), study["A-001"]).number == "A-001"
    for ask in (patient, record):
        with pytest.raises(RefusedError) as refused:
            ask(person("nurse", site="B"), study["A-001"])
        assert refused.value.code == "unknown"


def test_listed__tells_forms_and_days(study):
    from myotrial.capture.store.patients import find, listed

    found = listed(find(EVERYWHERE).patients)[study["A-001"]]
    assert found.forms["M3"] == {("FI", 1): "complete"}
    assert found.day_one == date(2026, 1, 10)
    study.act(
        "A-001", Save(FormKey("DS", "LOG"), values(DSDECOD="COMPLETED", DSSTDTC="2026-06-01"))
    )
    assert listed(find(EVERYWHERE).patients)[study["A-001"]].ended == date(2026, 6, 1)


def test_queries__tell_what_waits_and_who_said_what(study):
    from myotrial.capture.store import queries

    study.act("A-001", OpenQuery(FI, "FI", "Which side?"), "monitor")
    study.act("A-001", AnswerQuery("query/1", "The right."))
    (found,) = queries.listed(EVERYWHERE)
    assert (found.number, found.state, found.on, found.field) == ("A-001", "answered", FI, "FI")
    assert found.opened <= found.updated
    assert queries.listed(person("nurse", site="B")) == []
    said = queries.thread(study["A-001"], "query/1")
    assert [(item.role, item.text) for item in said] == [
        ("monitor", "Which side?"), ("investigator", "The right."),
    ]  # fmt: skip
    assert [len(at) for at in queries.ages(EVERYWHERE).values()] == [0, 1]


def test_listings__give_one_form_of_everybody(study):
    from myotrial.capture.store import listings

    event = FormKey("AE", "LOG")
    study.act("A-001", Save(event, values(AETERM="rash", AESTDTC="2026-02")))
    (found,) = listings.entered(EVERYWHERE, "AE")
    assert (found.number, found.key, found.values["AETERM"].text) == ("A-001", event, "rash")
    assert listings.entered(person("nurse", site="B"), "AE") == []
    assert listings.statuses(EVERYWHERE)["FI", "M3"] == {"complete": 1}
    assert listings.statuses(person("nurse", site="B")) == {}
    study.act("A-001", Remove(event, "entered twice"))
    assert listings.entered(EVERYWHERE, "AE") == []
    ((site, course),) = listings.courses(EVERYWHERE)
    assert (site, course.day_one, course.ended) == ("A", date(2026, 1, 10), None)


def test_drafts__belong_to_one_person_and_go(study):
    from myotrial.capture.pages import drafts
    from myotrial.capture.record.state import Value

    one, other = person("nurse"), person("investigator")
    typed = {"FI": Value("41"), "CK": Value(None, "ND")}
    drafts.keep(one, study["A-001"], FI, typed, 7)
    drafts.keep(one, study["A-001"], FI, typed, 8)
    found = drafts.kept(one, study["A-001"], FI)
    assert found is not None
    assert (dict(found.values), found.seen) == (typed, 8)
    assert drafts.kept(other, study["A-001"], FI) is None
    assert drafts.entities(one) == [(study["A-001"], FI)]
    drafts.keep(one, study["A-001"], FI, {}, 9)
    assert drafts.kept(one, study["A-001"], FI) is None
