"""A form as a client meets it: opened, scored, kept as a draft, saved, refused."""

import pytest
from capture_people import values

from myotrial.capture.record.actions import Freeze, Lock, Save
from myotrial.capture.record.state import FormKey


@pytest.fixture
def client(server):
    return server.client("investigator")


def test_form__is_made_from_its_definition(server, enrolled, forms):
    client = server.client("investigator")
    for event in forms.events:
        for form in forms.due(event):
            said = client.get(enrolled.address(form.code, event)).content.decode()
            for field in form.fields:
                assert f'name="v.{field.name}"' in said, (form.code, field.name)
                assert f'name="a.{field.name}"' in said


def test_save__leaves_one_entry_a_field_and_goes_where_it_was_told(client, enrolled):
    sent = enrolled.fields(DELTOID="8", BICEPS="9") | {"seen": enrolled.head(), "go": "next"}
    answer = client.post(enrolled.address("MMT8"), sent)
    assert answer["Location"] == enrolled.address("HAQDI")
    assert enrolled.value("DELTOID", "MMT8") == "8"
    said = client.get(answer["Location"]).content.decode()
    assert "2 fields saved in Muscle strength (MMT8)." in said


@pytest.mark.parametrize(
    ("go", "where"),
    [("stay", "/forms/FI/M3/1/"), ("next", "/visits/M3/"), ("exit", ""), ("?", "/forms/FI/M3/1/")],
)
def test_save__goes(client, enrolled, go, where):
    sent = enrolled.fields(FI="40") | {"seen": enrolled.head(), "go": go}
    answer = client.post(enrolled.address("FI"), sent)
    assert answer["Location"] == f"/patients/{enrolled.chain}{where or '/'}"


def test_save__sends_only_what_was_changed(client, enrolled):
    enrolled.save("MMT8", DELTOID="8", BICEPS="7")
    seen = enrolled.head()
    enrolled.server.act(
        enrolled.chain,
        Save(FormKey("MMT8", "M3"), values(DELTOID="9"), enrolled.head(), "source corrected"),
        "nurse",
    )
    was = {"DELTOID": "8", "BICEPS": "7"}
    sent = enrolled.fields(was, DELTOID="8", BICEPS="6")
    sent |= {"seen": seen, "reason": "transcription error"}
    assert client.post(enrolled.address("MMT8"), sent).status_code == 302
    assert enrolled.value("DELTOID", "MMT8") == "9"
    assert enrolled.value("BICEPS", "MMT8") == "6"


def test_save__shows_both_editors_values_and_saves_the_one_that_is_chosen(client, enrolled):
    enrolled.save("FI", FI="40")
    seen = enrolled.head()
    other = Save(FormKey("FI", "M3"), values(FI="44"), enrolled.head(), "source corrected")
    enrolled.server.act(enrolled.chain, other, "nurse")
    sent = enrolled.fields({"FI": "40"}, FI="46")
    sent |= {"seen": seen, "reason": "transcription error"}
    answer = client.post(enrolled.address("FI"), sent)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "44" in said
    assert "46" in said
    assert enrolled.value("FI", "FI") == "44"
    chosen = enrolled.fields({"FI": "44"}, FI="46")
    chosen |= {"seen": enrolled.head(), "reason": "transcription error"}
    client.post(enrolled.address("FI"), chosen | {"pick.FI": "theirs"})
    assert enrolled.value("FI", "FI") == "44"
    client.post(enrolled.address("FI"), chosen | {"pick.FI": "mine"})
    assert enrolled.value("FI", "FI") == "46"


def test_save__asks_why_and_keeps_what_was_typed(client, enrolled):
    enrolled.save("FI", FI="40")
    sent = enrolled.fields({"FI": "40"}, FI="41") | {"seen": enrolled.head()}
    answer = client.post(enrolled.address("FI"), sent)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "a reason is needed" in said
    assert 'value="41"' in said
    sent |= {"reason": "transcription error", "reason_text": "read the wrong line"}
    client.post(enrolled.address("FI"), sent)
    entry = enrolled.server.trail(enrolled.chain)[-1]
    assert entry.reason == "transcription error: read the wrong line"


@pytest.mark.parametrize("more", ["", "  "])
def test_save__wants_words_for_another_reason(client, enrolled, more):
    enrolled.save("FI", FI="40")
    sent = enrolled.fields({"FI": "40"}, FI="41") | {"seen": enrolled.head()}
    sent |= {"reason": "other", "reason_text": more}
    assert client.post(enrolled.address("FI"), sent).status_code == 422


def test_save__refuses_what_cannot_be_and_notes_it(client, enrolled):
    sent = enrolled.fields(DELTOID="11", BICEPS="9") | {"seen": enrolled.head()}
    answer = client.post(enrolled.address("MMT8"), sent)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "must be 0 to 10" in said
    assert 'value="9"' in said
    assert enrolled.value("BICEPS", "MMT8") is None
    history = client.get(enrolled.address("MMT8", more="history/DELTOID/")).content.decode()
    assert "not taken" in history


def test_save__takes_a_reason_why_there_is_no_value(client, enrolled):
    sent = enrolled.fields(FI="") | {"a.FI": "ND", "seen": enrolled.head()}
    client.post(enrolled.address("FI"), sent)
    said = client.get(enrolled.address("FI")).content.decode()
    assert '<option value="ND" selected>' in said


def test_save__takes_a_request_twice_once(client, enrolled):
    sent = enrolled.fields(FI="40") | {"seen": enrolled.head(), "act": "a" * 32}
    for _ in range(2):
        assert client.post(enrolled.address("FI"), sent).status_code == 302
    assert len([e for e in enrolled.server.trail(enrolled.chain) if e.act == "a" * 32]) == 2


def test_save__takes_decimals_and_dates_as_they_are_written(server, enrolled):
    client = server.client("nurse")
    client.cookies["language"] = "sv"
    sent = enrolled.fields(CK="3,5") | {"seen": enrolled.head()}
    client.post(enrolled.address("CK"), sent)
    assert enrolled.value("CK", "CK") == "3.5"
    assert 'value="3,5"' in client.get(enrolled.address("CK")).content.decode()
    sent = enrolled.fields(AETERM="rash", AESTDTC="UN-FEB-2026") | {"seen": enrolled.head()}
    client.post(enrolled.address("AE", "LOG"), sent)
    assert enrolled.value("AESTDTC", "AE", "LOG") == "2026-02"


def test_save__opens_a_query_by_itself_with_what_was_explained(client, enrolled):
    sent = enrolled.fields(VISITDTC="2026-07-30")
    sent |= {"seen": enrolled.head(), "e.window": "The patient was abroad."}
    client.post(enrolled.address("VISIT"), sent)
    said = client.get(enrolled.address("VISIT")).content.decode()
    assert "outside the window" in said
    assert "The patient was abroad." in said
    assert "asked by a check" in said


def test_live__scores_while_typing_and_keeps_nothing(client, enrolled):
    before = enrolled.head()
    tested = ("NECK_FLEXORS", "DELTOID", "BICEPS", "WRIST_EXTENSORS", "GLUTEUS_MAXIMUS")
    typed = enrolled.fields(**dict.fromkeys(tested, "8"))
    answer = client.post(enrolled.address("MMT8", more="live/"), typed)
    said = answer.content.decode()
    assert "40–70" in said.replace("\n", "")  # three of ten are missing
    assert "gluteus medius" in said
    assert enrolled.head() == before
    assert enrolled.value("DELTOID", "MMT8") is None


def test_live__says_what_cannot_be_at_its_field(client, enrolled):
    answer = client.post(enrolled.address("MMT8", more="live/"), enrolled.fields(DELTOID="12"))
    said = answer.content.decode()
    place = said.index('id="p-DELTOID"')
    assert "must be 0 to 10" in said[place : place + 120]


def test_live__asks_before_a_check_would(client, enrolled):
    sent = enrolled.fields(VISITDTC="2026-07-30")
    said = client.post(enrolled.address("VISIT", more="live/"), sent).content.decode()
    assert "outside the window" in said
    assert 'name="e.window"' in said


def test_draft__comes_back_for_its_owner_alone(server, enrolled):
    client = server.client("investigator")
    kept = enrolled.fields(FI="40") | {"seen": enrolled.head()}
    before = enrolled.head()
    assert client.post(enrolled.address("FI", more="draft/"), kept).status_code == 200
    assert enrolled.head() == before
    again = server.client("investigator").get(enrolled.address("FI")).content.decode()
    assert "This is your draft" in again
    assert 'value="40"' in again
    other = server.client("nurse").get(enrolled.address("FI")).content.decode()
    assert "This is your draft" not in other


def test_draft__goes_once_saved_or_discarded(client, enrolled):
    from myotrial.capture.pages.models import Draft

    kept = enrolled.fields(FI="40") | {"seen": enrolled.head()}
    client.post(enrolled.address("FI", more="draft/"), kept)
    client.post(enrolled.address("FI"), kept)
    assert not Draft.objects.exists()
    client.post(enrolled.address("CK", more="draft/"), enrolled.fields(CK="3") | {"seen": "1"})
    client.post(enrolled.address("CK", more="draft/"), {"discard": "1"})
    assert not Draft.objects.exists()


def test_draft__that_is_old_does_not_overwrite_what_was_saved_meanwhile(client, enrolled):
    kept = enrolled.fields(FI="40") | {"seen": enrolled.head()}
    client.post(enrolled.address("FI", more="draft/"), kept)
    enrolled.save("FI", FI="44", role="nurse")
    said = client.get(enrolled.address("FI")).content.decode()
    assert f'name="seen" value="{kept["seen"]}"' in said
    sent = enrolled.fields({"FI": "44"}, FI="40")
    sent |= {"seen": kept["seen"], "reason": "other", "reason_text": "x"}
    assert client.post(enrolled.address("FI"), sent).status_code == 409


@pytest.mark.parametrize(("role", "told"), [("monitor", Freeze), ("data_manager", Lock)])
def test_form__that_is_closed_takes_nothing(client, enrolled, role, told):
    enrolled.save("FI", FI="40")
    enrolled.server.act(enrolled.chain, told(FormKey("FI", "M3")), role)
    assert "disabled" in client.get(enrolled.address("FI")).content.decode()
    sent = enrolled.fields({"FI": "40"}, FI="41")
    sent |= {"seen": enrolled.head(), "reason": "new information"}
    assert client.post(enrolled.address("FI"), sent).status_code == 409
    assert client.post(enrolled.address("FI", more="draft/"), sent).status_code == 409


@pytest.mark.parametrize("role", ["monitor", "data_manager", "statistician", "sponsor"])
def test_form__is_read_by_those_who_do_not_enter(server, enrolled, role):
    client = server.client(role)
    said = client.get(enrolled.address("FI")).content.decode()
    assert 'value="stay"' not in said
    sent = enrolled.fields(FI="41") | {"seen": enrolled.head()}
    assert client.post(enrolled.address("FI"), sent).status_code == 403
    assert enrolled.value("FI", "FI") is None


def test_form__of_function_is_the_physiotherapists_with_a_metronome(server, enrolled):
    client = server.client("physiotherapist")
    said = client.get(enrolled.address("FI")).content.decode()
    assert 'id="metronome"' in said
    sent = enrolled.fields(FI="41") | {"seen": enrolled.head()}
    assert client.post(enrolled.address("FI"), sent).status_code == 302
    assert client.post(enrolled.address("CK"), enrolled.fields(CK="3")).status_code == 403


def test_remove__takes_out_an_entry_with_a_reason(client, enrolled):
    enrolled.save("AE", "LOG", AETERM="rash", AESEV="MILD", AEREL="N", AESTDTC="2026-02")
    remove = enrolled.address("AE", "LOG", more="remove/")
    said = client.post(remove, {"reason": ""}, follow=True).content.decode()
    assert "needs a reason" in said
    client.post(remove, {"reason": "entered twice"})
    said = client.get(f"/patients/{enrolled.chain}/visits/LOG/").content.decode()
    assert "taken out" in said


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "å β α 日本 😀", "x" * 10_000,
        '"><img src=x onerror=alert(1)>',
    ],
)  # fmt: skip
def test_form__shows_a_text_as_it_was_written(client, enrolled, text):
    from django.utils.html import escape

    sent = enrolled.fields(AETERM=text, AESTDTC="2026-02") | {"seen": enrolled.head()}
    client.post(enrolled.address("AE", "LOG"), sent)
    assert enrolled.value("AETERM", "AE", "LOG") == text
    said = client.get(enrolled.address("AE", "LOG")).content.decode()
    assert f'value="{escape(text)}"' in said


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("forms/MMT9/M3/1/", 404, id="no such form"),
        pytest.param("forms/MMT8/SCREENING/1/", 404, id="a form of another visit"),
        pytest.param("forms/MMT8/M3/2/", 404, id="a second one of what does not repeat"),
        pytest.param("forms/AE/LOG/3/", 404, id="a number out of turn"),
        pytest.param("forms/MMT8/M3/1/history/NOPE/", 404, id="history of no field"),
        pytest.param("visits/M99/", 404, id="no such visit"),
        pytest.param("print/all/", 404, id="no such print"),
    ],
)
def test_form__that_is_not_there_is_unknown(client, enrolled, path, status):
    assert client.get(f"/patients/{enrolled.chain}/{path}").status_code == status
