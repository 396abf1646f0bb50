"""Lists, dashboards, history and prints as a client meets them; the pages in Swedish."""

import gettext
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from capture_people import values

from myotrial.capture.record.actions import AnswerQuery, CloseQuery, OpenQuery, Save, Verify
from myotrial.capture.record.state import FormKey

FI = FormKey("FI", "M3")
ROOM = files("myotrial.capture.pages")
SAID = re.compile(r"""{% (?:block)?translate (?:'([^']+)'|"([^"]+)")""")


def said(server, address, role="data_manager", site="A", **more):
    return server.client(role, site).get(address, **more).content.decode()


def asked(this):
    this.save("FI", FI="40")
    this.server.act(this.chain, OpenQuery(FI, "FI", "Which side?"), "monitor")


def test_queries__wait_for_whoever_acts_next(server, enrolled):
    asked(enrolled)
    mine = "/queries/?mine=1"
    assert "Which side?" in said(server, mine, "physiotherapist")
    assert "Which side?" not in said(server, mine, "monitor")
    server.act(enrolled.chain, AnswerQuery("query/1", "The right."), "nurse")
    assert "Which side?" not in said(server, mine, "physiotherapist")
    assert "Which side?" in said(server, mine, "monitor")
    server.act(enrolled.chain, CloseQuery("query/1"), "monitor")
    assert "Which side?" not in said(server, "/queries/", "monitor")
    assert "Which side?" in said(server, "/queries/?show=ended", "monitor")


def test_queries__of_another_site_are_not_listed(server, enrolled):
    asked(enrolled)
    assert "Which side?" not in said(server, "/queries/", "monitor", "B")


def test_queries__tell_their_days_by_the_trail(server, enrolled, monkeypatch):
    from myotrial.capture.pages.views import asking

    asked(enrolled)
    later = datetime.now(UTC) + timedelta(days=9, hours=1)
    monkeypatch.setattr(asking, "now", lambda: later)
    assert '<td class="num">9</td><td class="num">9</td>' in said(server, "/queries/", "monitor")


@pytest.mark.parametrize(
    ("role", "what", "allowed"),
    [("nurse", "close", False), ("monitor", "close", True), ("monitor", "cancel", True),
     ("statistician", "answer", False)],
)  # fmt: skip
def test_query__is_ended_by_those_who_may(server, enrolled, role, what, allowed):
    asked(enrolled)
    address = f"/patients/{enrolled.chain}/queries/1/"
    answer = server.client(role).post(address, {"text": "x", "what": what})
    assert answer.status_code in (302, 403)
    assert ("Which side?" in said(server, "/queries/")) is not allowed


def test_query__that_is_not_there_is_unknown(server, enrolled):
    client = server.client("nurse")
    for chain, number in ((enrolled.chain, 1), ("0" * 32, 1)):
        assert client.post(f"/patients/{chain}/queries/{number}/", {"text": "x"}).status_code == 404


def test_review__is_undone_by_a_change(server, enrolled):
    enrolled.save("FI", FI="40")
    address = enrolled.address("FI")
    monitor = server.client("monitor")
    told = monitor.post(f"{address}review/", {"what": "verify"}, follow=True).content.decode()
    assert "marked as compared with its source" in told
    assert "compared with source" in said(server, f"/patients/{enrolled.chain}/visits/M3/")
    changed = Save(FI, values(FI="41"), enrolled.head(), "source corrected")
    server.act(enrolled.chain, changed, "nurse")
    assert "compared with source" not in said(server, f"/patients/{enrolled.chain}/visits/M3/")


def test_review__locks_only_what_is_complete_and_opens_with_a_reason(server, enrolled):
    address, manager = enrolled.address("MMT8"), server.client("data_manager")
    enrolled.save("MMT8", DELTOID="8")
    refused = manager.post(f"{address}review/", {"what": "lock"}, follow=True).content.decode()
    assert "it is not complete" in refused
    enrolled.save("FI", FI="40")
    address = enrolled.address("FI")
    manager.post(f"{address}review/", {"what": "lock"})
    refused = manager.post(f"{address}review/", {"what": "unlock"}, follow=True).content.decode()
    assert "needs a reason" in refused
    told = manager.post(f"{address}review/", {"what": "unlock", "reason": "asked"}, follow=True)
    assert "The form is open again." in told.content.decode()


def test_review__of_no_kind_is_refused(server, enrolled):
    answer = server.client("monitor").post(enrolled.address("FI", more="review/"), {"what": "burn"})
    assert answer.status_code == 422


def test_history__tells_every_value_who_when_why(server, enrolled):
    enrolled.save("FI", FI="40")
    for number in range(41, 46):
        change = Save(FI, values(FI=str(number)), enrolled.head(), f"reason {number}")
        server.act(enrolled.chain, change, "nurse")
    page = said(server, enrolled.address("FI", more="history/FI/"))
    for number in range(40, 46):
        assert f"<td>{number}</td>" in page
    assert "reason 45" in page
    assert "The study nurse of A" in page
    assert "CE" in page  # the site's time zone stands with each time
    small = said(server, enrolled.address("FI", more="history/FI/"),
                 headers={"HX-Request": "true"})  # fmt: skip
    assert "<html" not in small


def test_overview__counts_what_is_there(server, enrolled):
    asked(enrolled)
    enrolled.save("AE", "LOG", AETERM="rash", AESEV="SEVERE", AEREL="Y", AESTDTC="2026-02")
    server.patient("A-002")
    page = said(server, "/overview/")
    assert "<b>1</b> of 15 planned" in page
    assert re.search(r"in screening</th><td class=\"num\">1<", page)
    assert re.search(r"Severe</th><td class=\"num\">1<", page)
    assert re.search(r"0–7</th><td class=\"num\">1</td><td class=\"num\">0<", page)
    month = page[page.index(">Month 3<") :]
    found = re.findall(r'<td class="num">(\d+)</td>', month)[:4]
    assert found == ["8", "1", "0", "7"]  # due, complete (a query is open), incomplete, not entered


def test_overview__expects_no_visit_after_the_end_of_study(server, enrolled):
    before = forms_due(server, "Month 3")
    enrolled.save("DS", "LOG", DSDECOD="WITHDRAWN", DSREAS="Withdrawal by subject",
                  DSSTDTC="2026-01-20")  # fmt: skip
    assert (before, forms_due(server, "Month 3"), forms_due(server, "Month 0")) == (8, 0, 8)


def forms_due(server, visit):
    page = said(server, "/overview/")
    return int(re.findall(r'<td class="num">(\d+)</td>', page[page.index(f">{visit}<") :])[0])


def test_overview__is_of_the_persons_sites(server, enrolled):
    enrolled.save("AE", "LOG", AETERM="rash", AESEV="SEVERE", AEREL="Y", AESTDTC="2026-02")
    page = said(server, "/overview/", "monitor", "B")
    assert "<b>0</b> of 15 planned" in page
    assert re.search(r"Severe</th><td class=\"num\">0<", page)


def test_listing__counts_biopsies_from_their_records(server, enrolled):
    for number, (time, adequate) in enumerate(
        (("BASELINE", "Y"), ("BASELINE", "N"), ("REPEAT", "Y")), start=1
    ):
        key = FormKey("BX", "LOG", number)
        told = values(BXTIME=time, BXDTC="2026-01-08", BXMONTH="0", BXADEQ=adequate)
        server.act(enrolled.chain, Save(key, told), "investigator")
    page = said(server, "/listings/BX/")
    assert re.findall(r'<td class="num">(\d+)</td>', page)[:6] == ["2", "1", "1", "1", "1", "1"]


def test_listing__leaves_out_what_was_taken_out_and_other_sites(server, enrolled):
    from myotrial.capture.record.actions import Remove

    enrolled.save("AE", "LOG", AETERM="rash", AESEV="MILD", AEREL="N", AESTDTC="2026-02")
    assert "rash" in said(server, "/listings/AE/")
    assert "rash" not in said(server, "/listings/AE/", "monitor", "B")
    server.act(enrolled.chain, Remove(FormKey("AE", "LOG"), "entered twice"), "nurse")
    assert "rash" not in said(server, "/listings/AE/")
    assert server.client("nurse").get("/listings/MMT8/").status_code == 404


def test_print__shows_values_queries_and_the_whole_trail(server, enrolled):
    asked(enrolled)
    enrolled.save("AE", "LOG", AETERM="<b>rash</b>", AESTDTC="2026-02")
    server.act(enrolled.chain, Verify(FI), "monitor")
    page = said(server, f"/patients/{enrolled.chain}/print/casebook/", "monitor")
    assert "UN-FEB-2026" in page
    assert "&lt;b&gt;rash" in page
    assert "Which side?" in page
    rows = re.findall(r"<tr><td>(\d+)</td>", page)
    assert rows == [str(number) for number in range(1, enrolled.head() + 1)]
    from myotrial.capture.store.models import Chain

    assert Chain.objects.get(id=enrolled.chain).hash in page


def test_print__leaves_an_entry_in_the_studys_record(server, enrolled):
    said(server, f"/patients/{enrolled.chain}/print/crf/", "monitor")
    last = server.trail()[-1]
    assert (last.user, last.noted) == ("monitor-a", True)
    assert "crf A-001" in f"{last.action} {last.new.text} {last.entity} {last.field}"


@pytest.mark.parametrize(
    "address", ["/print/?as=pdf", "/print/MMT8/?as=pdf", "/patients/{}/print/casebook/?as=pdf"]
)
def test_print__is_a_pdf_without_a_browser(server, enrolled, address):
    asked(enrolled)
    answer = server.client("monitor").get(address.format(enrolled.chain))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]


def test_print__of_blank_forms_has_every_field_with_its_name(server, forms):
    page = said(server, "/print/", "monitor")
    for form in forms.forms.values():
        for field in form.fields:
            assert field.name in page


def test_pages__speak_swedish(server, enrolled):
    client = server.client("nurse")
    client.cookies["language"] = "sv"
    page = client.get(enrolled.address("MMT8")).content.decode()
    for word in ("Spara och nästa", "Muskelstyrka (MMT8)", "nackflexorer", "ej utfört"):
        assert word in page
    for address in ("/patients/", f"/patients/{enrolled.chain}/", "/queries/", "/overview/"):
        assert client.get(address).status_code == 200


def test_swedish__knows_every_sentence_of_the_templates():
    folder = ROOM / "locale" / "sv" / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)
    pages = ROOM / "templates" / "myotrial" / "pages"
    sentences = {
        one or other
        for page in pages.iterdir()
        for one, other in SAID.findall(page.read_text(encoding="utf-8"))
    }
    assert len(sentences) > 100
    same = {text for text in sentences if known.gettext(text) == text}
    assert same <= {"Status", "Arm", "Patient"}


def test_swedish__is_compiled_from_what_can_be_read():
    from babel.messages import pofile

    folder = ROOM / "locale" / "sv" / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)
    with (folder / "django.po").open("rb") as file:
        catalog = pofile.read_po(file, locale="sv")
    for message in catalog:
        if message.id and isinstance(message.id, str) and not message.context:
            assert known.gettext(message.id) == message.string
