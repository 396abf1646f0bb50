"""The home of a study as a client meets it."""

import re

import pytest
from capture_people import ELIGIBLE, values

from myotrial.capture.record.actions import OpenQuery, Save
from myotrial.capture.record.state import FormKey

TOKEN = re.compile(rb"[0-9A-Za-z]{64}")  # of a form; another on each page


def page(server, address, role="investigator", site="A", **more):
    answer = server.client(role, site).get(address, **more)
    return answer, answer.content.decode()


def test_matrix__shows_each_visit_with_a_word_beside_its_mark(server, enrolled):
    enrolled.save("FI", FI="40")
    answer, said = page(server, "/patients/")
    assert answer.status_code == 200
    for label in ("Screening", "Month 0", "Month 3", "Month 12", "Throughout"):
        assert label in said
    assert f'href="/patients/{enrolled.chain}/visits/M3/"' in said
    assert "overdue" in said


def test_matrix__shows_only_the_patients_of_the_persons_sites(server, enrolled):
    server.patient("B-001", site="B")
    _, own = page(server, "/patients/", site="A")
    _, other = page(server, "/patients/", site="B")
    assert ("A-001" in own, "B-001" in own) == (True, False)
    assert ("A-001" in other, "B-001" in other) == (False, True)
    _, every = page(server, "/patients/", role="data_manager")
    assert "A-001" in every
    assert "B-001" in every


def test_matrix__of_one_visit_has_forms_in_columns(server, enrolled):
    enrolled.save("FI", FI="40")
    _, said = page(server, "/patients/?visit=M3")
    assert f'href="{enrolled.address("FI")}"' in said
    assert "Functional index (FI)" in said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("number=a-00", {"A-001", "A-002"}, id="part of a number"),
        pytest.param("number=2", {"A-002"}, id="one number"),
        pytest.param("number=%25", set(), id="no wildcard"),
        pytest.param("number=_", set(), id="no wildcard for one letter"),
        pytest.param("status=enrolled", {"A-001"}, id="status"),
        pytest.param("site=B", set(), id="another site"),
        pytest.param("after=A-001", {"A-002"}, id="the next page"),
        pytest.param("most=1e9", {"A-001", "A-002"}, id="a number of rows that is none"),
    ],
)
def test_matrix__filters(server, enrolled, asked, found):
    server.patient("A-002")
    _, said = page(server, f"/patients/?{asked}")
    assert {number for number in ("A-001", "A-002") if f">{number}<" in said} == found


def test_matrix__answers_a_filter_with_its_rows_alone(server, enrolled):
    _, said = page(
        server, "/patients/?number=A", headers={"HX-Request": "true", "HX-Target": "matrix"}
    )
    assert "<html" not in said
    assert "A-001" in said


def test_matrix__puts_a_query_before_everything_else(server, enrolled):
    enrolled.save("FI", FI="40")
    server.act(enrolled.chain, OpenQuery(FormKey("FI", "M3"), "FI", "Right?"), "monitor")
    _, said = page(server, "/patients/")
    row = said[said.index(">A-001<") :]
    assert row.index("query open") < row.index("</td>")


def test_screen__opens_a_record_and_its_first_form(server):
    client = server.client("nurse")
    answer = client.post("/patients/new/", {"site": "A", "number": "A-007"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("/forms/SUBJECT/SCREENING/1/")
    assert ">A-007<" in client.get("/patients/").content.decode()


@pytest.mark.parametrize(
    ("site", "number", "told"),
    [
        pytest.param("A", "A-001", "another patient", id="number that is taken"),
        pytest.param("B", "B-001", "one of your sites", id="site of others"),
        pytest.param("A", "Svensson Åke", "no names", id="a name"),
        pytest.param("A", "<script>", "patient number", id="mark-up"),
    ],
)
def test_screen__refuses_and_leaves_no_record(server, waiting, site, number, told):
    from myotrial.capture.store.models import Chain

    before = Chain.objects.count()
    answer = server.client("nurse").post("/patients/new/", {"site": site, "number": number})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Chain.objects.count() == before


def test_enrol__from_the_patients_page(server, waiting):
    _, said = page(server, f"/patients/{waiting}/")
    assert "Aged 18 to 80 years" in said
    client = server.client("investigator")
    sent = {"arm": "ANAKINRA", "day_one": "2026-01-10"}
    answer = client.post(f"/patients/{waiting}/enrol/", sent, follow=True)
    said = answer.content.decode()
    assert "The patient is enrolled." in said
    assert "2026-04-11" in said  # month 3


def test_enrol__says_which_criterion_stands_against_it(server):
    chain = server.patient("A-001")
    young = ELIGIBLE | {"AGE": "12"}
    server.act(chain, Save(FormKey("SUBJECT", "SCREENING"), values(**young)), "investigator")
    sent = {"arm": "ANAKINRA", "day_one": "2026-01-10"}
    answer = server.client("nurse").post(f"/patients/{chain}/enrol/", sent, follow=True)
    assert "I1: Aged 18 to 80 years" in answer.content.decode()


def test_visit__answers_a_click_with_a_small_menu(server, enrolled):
    address = f"/patients/{enrolled.chain}/visits/M3/"
    _, said = page(server, address, headers={"HX-Request": "true"})
    assert "<html" not in said
    assert enrolled.address("MMT8") in said


def test_visit__lists_entries_that_repeat(server, enrolled):
    enrolled.save("AE", "LOG", AETERM="rash", AESEV="MILD", AEREL="N", AESTDTC="2026-02")
    _, said = page(server, f"/patients/{enrolled.chain}/visits/LOG/")
    assert "rash" in said
    assert enrolled.address("AE", "LOG", 2) in said


def test_patients__of_another_site_are_as_unknown_as_nobodys(server, enrolled):
    for address in (
        f"/patients/{enrolled.chain}/",
        f"/patients/{enrolled.chain}/visits/M3/",
        enrolled.address("FI"),
        enrolled.address("FI", more="history/FI/"),
        f"/patients/{enrolled.chain}/print/crf/",
    ):
        theirs, _ = page(server, address, site="B")
        nobodys, _ = page(server, address.replace(enrolled.chain, "0" * 32), site="B")
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        said = nobodys.content.replace(b"0" * 32, enrolled.chain.encode())
        assert TOKEN.sub(b"", theirs.content) == TOKEN.sub(b"", said)


def test_pages__say_who_is_signed_in(server):
    _, said = page(server, "/patients/", "nurse")
    assert "The study nurse of A" in said
    assert "Sign out" in said
