"""The pages as people meet them in a headless Chromium: by keyboard alone, on desk and phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from capture_people import values

from myotrial.capture.record.actions import OpenQuery, Save
from myotrial.capture.record.state import FormKey

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1280, 800), (360, 740)
QUIET = ("409", "422", "404", "htmx:")  # asked for; requests left behind


@pytest.fixture
def visiting(browser, live):
    """Opens the pages in a role, at a size; what a page complains of fails the test."""
    opened, complaints = [], []

    def tab(role="investigator", site="A", size=DESKTOP, **options):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=live.address, **options
        )
        live.enter(context, role, site)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    yield tab
    for context in opened:
        context.close()
    assert [one for one in complaints if not any(code in one for code in QUIET)] == []


def score(page, name):
    """What the live panel says of a score."""
    return page.locator(f'[data-score="{name}"]').inner_text()


def type_all(page, keys):
    for key in keys:
        page.keyboard.press(key)


def test_visit__is_entered_by_keyboard_alone(visiting, enrolled):
    for code, text in (("PHGA", "60"), ("PTGA", "50"), ("MMT8", "60"), ("HAQDI", "1.5")):
        enrolled.save(code, "M0", **{code: text})
    page = visiting()
    page.goto(enrolled.address("VISIT"))
    page.keyboard.type("20260411")  # the first field has the focus
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "stay"
    page.keyboard.press("Tab")  # save and next
    page.keyboard.press("Enter")
    page.wait_for_url("**/PHGA/**")
    page.keyboard.type("40")
    page.locator('[data-score="TIS"]', has_text="missing").wait_for()
    page.keyboard.press("Control+s")
    page.locator(".success").wait_for()
    page.goto(enrolled.address("MMT8"))
    type_all(page, "88888")
    page.locator('[data-score="MMT8"]', has_text="40–70").wait_for()
    type_all(page, ["1", "0"])  # ten: a 1 waits for its 0
    type_all(page, ["7", "1", "Enter"])  # one: Enter says that it was all
    page.locator('[data-score="MMT8"]', has_text="58 points").wait_for()
    assert page.locator("#unsaved").inner_text() == "8 fields not saved"
    page.keyboard.press("Control+s")
    page.locator(".success").wait_for()
    assert enrolled.value("MMT8", "MMT8") == "58"
    assert enrolled.value("GLUTEUS_MEDIUS", "MMT8") == "10"
    page.goto(enrolled.address("HAQDI"))
    type_all(page, ["1", "0"] * 8)  # a category, and whether an aid was used
    page.locator('[data-score="HAQDI"]', has_text=re.compile(r"1 points")).wait_for()
    page.keyboard.press("Control+s")
    page.locator(".success").wait_for()
    assert enrolled.value("HAQDI", "HAQDI") == "1"


def test_grades__take_not_done_and_the_way_back_on_the_number_pad(visiting, enrolled):
    page = visiting("physiotherapist")
    page.goto(enrolled.address("MMT8"))
    type_all(page, ["8", "/", "9", "-", "-", "-"])
    assert page.evaluate("document.activeElement.name") == "v.NECK_FLEXORS"
    page.keyboard.press("7")
    page.keyboard.press("Control+s")
    page.locator(".success").wait_for()
    assert enrolled.value("NECK_FLEXORS", "MMT8") == "7"
    assert page.locator('[name="a.DELTOID"]').input_value() == "ND"


def test_correction__is_marked_undone_and_saved_with_a_reason(visiting, enrolled):
    enrolled.save("FI", FI="40")
    page = visiting()
    page.goto(enrolled.address("FI"))
    field = page.locator("#v-FI")
    assert page.locator("#reason").is_hidden()
    field.fill("41")
    assert page.locator("#line-FI.changed").count() == 1
    assert page.locator("#reason").is_visible()
    page.locator("#line-FI .undo").click()
    assert field.input_value() == "40"
    assert page.locator("#reason").is_hidden()
    field.fill("42")
    page.keyboard.press("Control+s")
    page.locator("[role=alert]", has_text="a reason is needed").wait_for()
    page.get_by_label("transcription error").check()
    page.keyboard.press("Control+s")
    page.locator(".success").wait_for()
    page.locator("#line-FI a.history").click()
    page.locator("#history table").wait_for()
    said = page.locator("#history").inner_text()
    assert "transcription error" in said
    assert "40" in said
    assert "42" in said


def test_draft__survives_a_closed_window(visiting, enrolled):
    page = visiting()
    page.goto(enrolled.address("FI"))
    page.locator("#v-FI").fill("33")
    page.locator("#drafted", has_text="Draft kept").wait_for()
    page.close()
    again = visiting()
    again.goto(enrolled.address("FI"))
    assert again.locator("#v-FI").input_value() == "33"
    assert again.get_by_text("This is your draft").is_visible()
    again.get_by_role("button", name="Discard the draft").click()
    again.wait_for_load_state()
    assert again.locator("#v-FI").input_value() == ""


def test_leaving__warns_of_what_is_not_saved(visiting, enrolled):
    page = visiting()
    page.goto(enrolled.address("FI"))
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.locator("#v-FI").click()
    page.keyboard.type("33")
    page.locator(".crumbs a").first.click()
    page.wait_for_url("**/patients/")
    assert asked == ["beforeunload"]


def test_check__asks_beside_the_form_and_opens_its_query(visiting, enrolled):
    page = visiting()
    page.goto(enrolled.address("VISIT"))
    page.locator("#v-VISITDTC").fill("2026-07-30")
    page.locator(".soft").get_by_label("Explanation").fill("The patient was abroad.")
    page.keyboard.press("Control+s")
    page.locator(".success").wait_for()
    assert "The patient was abroad." in page.locator("#queries").inner_text()


def test_query__goes_from_the_monitor_to_the_site_and_back(visiting, enrolled):
    enrolled.save("FI", FI="40")
    monitor, nurse = visiting("monitor"), visiting("nurse")
    monitor.goto(enrolled.address("FI"))
    monitor.get_by_role("link", name="Ask about").click()
    monitor.get_by_label("Question").fill("Which side was tested?")
    monitor.get_by_role("button", name="Open the query").click()
    monitor.locator(".success").wait_for()
    nurse.goto("/queries/?mine=1")
    nurse.get_by_role("link", name="Which side was tested?").click()
    nurse.get_by_role("textbox", name="Answer").fill("The right.")
    nurse.get_by_role("button", name="Send the answer").click()
    nurse.locator(".success").wait_for()
    monitor.goto("/queries/?mine=1")
    monitor.get_by_role("link", name="Which side was tested?").click()
    assert "The right." in monitor.locator("#queries").inner_text()
    monitor.get_by_role("button", name="Close", exact=True).click()
    monitor.locator(".success").wait_for()
    assert monitor.locator(".thread.closed").count() == 1


def test_matrix__opens_a_small_menu_at_one_click(visiting, enrolled):
    page = visiting()
    page.goto("/patients/")
    page.locator(f'a.mark[href$="{enrolled.chain}/visits/M3/"]').click()
    page.locator("#menu", has_text="Muscle strength (MMT8)").wait_for()
    page.keyboard.press("Escape")
    page.locator("#menu").wait_for(state="hidden")
    page.get_by_label("Number").fill("zzz")
    page.get_by_text("No patient fits this filter.").wait_for()


def test_metronome__counts_repetitions(visiting, enrolled):
    page = visiting("physiotherapist")
    page.goto(enrolled.address("FI"))
    page.get_by_role("button", name="Start the metronome").click()
    for _ in range(3):
        page.get_by_role("button", name="One repetition more").click()
    assert page.locator("#repetitions").inner_text() == "3"
    page.get_by_role("button", name="Stop the metronome").click()


@pytest.fixture
def everything(enrolled):
    """A patient with something on every page."""
    enrolled.save("FI", FI="40")
    enrolled.save("MMT8", DELTOID="8", BICEPS="9")
    enrolled.save("VISIT", VISITDTC="2026-07-30")
    enrolled.save("AE", "LOG", AETERM="rash", AESEV="SEVERE", AEREL="Y", AESTDTC="2026-02")
    enrolled.save("BX", "LOG", BXTIME="BASELINE", BXDTC="2026-01-08", BXMONTH="0", BXADEQ="Y")
    server = enrolled.server
    server.act(enrolled.chain, OpenQuery(FormKey("FI", "M3"), "FI", "Which side?"), "monitor")
    server.patient("A-002")
    changed = Save(FormKey("FI", "M3"), values(FI="41"), enrolled.head(), "source corrected")
    server.act(enrolled.chain, changed, "nurse")
    return enrolled


def pages(this):
    """Every page, with a role that sees most of it."""
    patient = f"/patients/{this.chain}/"
    return [
        ("matrix", "investigator", "/patients/"),
        ("by form", "monitor", "/patients/?visit=M3"),
        ("screening", "nurse", "/patients/new/"),
        ("patient", "investigator", patient),
        ("visit", "nurse", f"{patient}visits/M3/"),
        ("logs", "nurse", f"{patient}visits/LOG/"),
        ("form of items", "investigator", this.address("MMT8")),
        ("form of choices", "investigator", this.address("SUBJECT", "SCREENING")),
        ("form with queries", "monitor", this.address("FI")),
        ("index", "physiotherapist", this.address("FI")),
        ("event", "investigator", this.address("AE", "LOG")),
        ("history", "monitor", this.address("FI", more="history/FI/")),
        ("queries", "monitor", "/queries/"),
        ("overview", "data_manager", "/overview/"),
        ("safety", "data_manager", "/listings/AE/"),
        ("biopsies", "data_manager", "/listings/BX/"),
        ("print", "monitor", f"{patient}print/crf/"),
        ("blank", "monitor", "/print/MMT8/"),
    ]


def test_pages__have_no_barrier_and_fit_a_desk_and_a_phone(visiting, everything):
    tabs, wrong = {}, []
    for name, role, address in pages(everything):
        page = tabs[role] if role in tabs else tabs.setdefault(role, visiting(role))
        page.set_viewport_size(dict(zip(("width", "height"), DESKTOP, strict=True)))
        page.goto(address)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        wrong += [f"{name}: {one['id']} {one['nodes'][0]['html'][:90]}"
                  for one in found.response["violations"]]  # fmt: skip
        page.set_viewport_size(dict(zip(("width", "height"), PHONE, strict=True)))
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE[0]:
            wrong.append(f"{name}: {width} pixels wide")
    assert wrong == []


def test_score__stands_beside_the_save_buttons_of_a_phone(visiting, enrolled):
    page = visiting(size=PHONE)
    page.goto(enrolled.address("MMT8"))
    type_all(page, "88888")
    page.locator("#now", has_text="40–70").wait_for()
    assert page.locator("#now").is_visible()
