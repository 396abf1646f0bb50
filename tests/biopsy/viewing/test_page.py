"""The page as a reader meets it, in a headless Chromium."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from myotrial.biopsy.readers import Question
from myotrial.biopsy.viewing import Served

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1280, 800), (360, 740)


@pytest.fixture
def visit(browser, tmp_path, starting):
    """Opens the page of a session at a size; what the page complains of fails the test."""
    opened, complaints = [], []

    def page(size=DESKTOP, *, question=None, **options):
        sitting = starting(tmp_path, question=question)
        server = Served(sitting.desk)
        server.__enter__()
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        opened.append((context, server))
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(server.address)
        tab.locator("#progress", has_text="answered").wait_for()
        return tab, sitting

    yield page
    for context, server in opened:
        context.close()
        server.__exit__()
    assert [one for one in complaints if "409" not in one] == []


def shown(tab):
    """The code that is shown."""
    return tab.locator("#section").input_value()


def pixels(tab, colour):
    """How many pixels of the canvas are near a colour."""
    return tab.evaluate(
        """([r, g, b]) => {
          const c = document.getElementById('picture');
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0;
          for (let i = 0; i < d.length; i += 4)
            if (Math.abs(d[i] - r) + Math.abs(d[i + 1] - g) + Math.abs(d[i + 2] - b) < 40) n += 1;
          return n;
        }""",
        list(colour),
    )


def settle(tab):
    """Until no tile is on its way."""
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(120)


def steady(tab, colour):
    """How many pixels are near a colour, once tiles that are fetched late have come too."""
    counts = []
    for _ in range(60):
        counts.append(pixels(tab, colour))
        if len(counts) > 3 and counts[-1] > 0 and len({*counts[-4:]}) == 1:
            break
        tab.wait_for_timeout(100)
    return counts[-1]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(DESKTOP, "light", id="desktop, light"),
        pytest.param(PHONE, "dark", id="phone, dark"),
    ],
)
def test_page__has_no_accessibility_violation(visit, size, scheme):
    tab, _ = visit(size, color_scheme=scheme)
    tab.get_by_label("Cannot be read").check()
    tab.locator("#share", has_text="%").wait_for()
    for dialog in (None, "#reject"):
        if dialog:
            tab.evaluate("document.querySelector('#reject').showModal()")
        found = Axe().run(tab).response["violations"]
        told = {(item["id"], node["target"][0]) for item in found for node in item["nodes"]}
        assert told == set()


@pytest.mark.parametrize("width", [320, 360])
def test_page__fits_a_phone_without_sideways_scrolling(visit, width):
    tab, _ = visit((width, 740))
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    box = tab.locator("#picture").bounding_box()
    assert box["height"] > 300


def test_page__shows_the_section_and_zooms_by_keys_and_wheel(visit):
    tab, _ = visit()
    settle(tab)
    assert pixels(tab, (242, 241, 239)) > 1000
    picture = tab.locator("#picture")
    picture.focus()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.reload()
    picture.focus()
    for _ in range(4):
        picture.press("+")
    settle(tab)
    levels = {re.search(r"tile/\w+/(\d)", url).group(1) for url in asked if "/tile/" in url}
    assert "2" in levels
    before = picture.screenshot()
    picture.press("ArrowRight")
    settle(tab)
    assert picture.screenshot() != before
    picture.hover()
    tab.mouse.wheel(0, -300)
    settle(tab)
    picture.press("0")
    settle(tab)
    assert pixels(tab, (242, 241, 239)) > 1000


def test_page__pinches_and_drags(visit):
    tab, _ = visit(PHONE, has_touch=True)
    settle(tab)
    picture = tab.locator("#picture")
    before = picture.screenshot()
    box = picture.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = tab.context.new_cdp_session(tab)

    def touched(kind, *points):
        found = [{"x": px, "y": py, "id": index} for index, (px, py) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    touched("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 9):
        touched("touchMove", (x - 20 - 10 * step, y), (x + 20 + 10 * step, y))
    touched("touchEnd")
    settle(tab)
    closer = picture.screenshot()
    assert closer != before
    touched("touchStart", (x, y))
    touched("touchMove", (x + 60, y + 40))
    touched("touchEnd")
    settle(tab)
    assert picture.screenshot() != closer


def test_page__moves_the_threshold_and_tells_the_share_in_view(visit):
    tab, sitting = visit()
    code = next(code for code, name in sitting.names.items() if "PAT-09_REPEAT" in name)
    tab.locator("#section").select_option(code)
    share = tab.locator("#share")
    tab.locator("#share", has_text="%").wait_for()
    assert "the operating point" in share.text_content()
    settle(tab)
    green = (0, 230, 90)
    assert pixels(tab, green) == 0
    tab.get_by_label("Opacity").fill("100")
    tab.get_by_label("Positive", exact=True).check()
    many = steady(tab, green)
    first = float(re.search(r"([\d.]+) %", share.text_content()).group(1))
    tab.locator("#threshold").fill("0.4")
    few = steady(tab, green)
    second = float(re.search(r"([\d.]+) %", share.text_content()).group(1))
    assert many > few > 0
    assert first > second > 0
    expected = sitting.desk.shares(code, (0.0, 0.0, 768.0, 768.0))["shares"]
    assert (first, second) == (round(expected[15], 2), round(expected[40], 2))
    tab.get_by_role("button", name="Back to the operating point").click()
    assert tab.locator("#threshold").input_value() == "0.15"


def test_page__rejects_a_region_drawn_with_the_mouse(visit):
    tab, sitting = visit()
    settle(tab)
    tab.get_by_role("button", name="Rectangle").click()
    box = tab.locator("#picture").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x - 60, y - 40)
    tab.mouse.down()
    tab.mouse.move(x + 60, y + 40, steps=4)
    tab.mouse.up()
    tab.locator("#region-reason").fill("fold over the fascicle")
    tab.get_by_role("button", name="Reject").click()
    tab.get_by_text("1. fold over the fascicle").wait_for()
    [region] = sitting.desk.state()["sections"][codes(sitting).index(shown(tab))]["regions"]
    xs = sorted({round(at) for at, _ in region["outline"]})
    scale = min(box["width"], box["height"]) / 768 * 0.95
    assert xs[1] - xs[0] == pytest.approx(120 / scale, rel=0.03)
    assert sum(xs) / 2 == pytest.approx(384, abs=4)
    tab.get_by_role("button", name="Take back region 1").click()
    tab.get_by_text("1. fold").wait_for(state="detached")
    assert sitting.session.regions("A") == {}


def codes(sitting):
    return list(sitting.session.codes)


def test_page__rejects_a_region_drawn_by_keys(visit):
    tab, sitting = visit()
    settle(tab)
    picture = tab.locator("#picture")
    picture.focus()
    for key in ("+", "g", "Enter", "ArrowRight", "Enter", "ArrowDown", "Enter", "Enter"):
        picture.press(key)
    for key in ("Backspace", "f"):
        picture.press(key)
    tab.locator("#region-reason").fill("pen")
    tab.keyboard.press("Enter")
    tab.get_by_text("1. pen").wait_for()
    [region] = sitting.session.regions("A")[shown(tab)]
    assert len(region["outline"]) == 3
    assert tab.evaluate("document.activeElement.id") == "picture"


def test_page__goes_through_the_reading_by_keyboard_and_commits_once_all_are_read(visit):
    tab, sitting = visit()
    commit = tab.get_by_role("button", name="Commit all readings")
    for number, code in enumerate(codes(sitting)):
        assert commit.is_disabled()
        assert shown(tab) == code
        if number == 1:
            tab.get_by_label("Cannot be read").check()
            tab.get_by_role("button", name="Save").click()
            tab.get_by_text("a section is rejected with a reason").wait_for()
            tab.locator("#reason").fill("out of focus")
        else:
            tab.locator("#choices input").fill(str(number))
        tab.keyboard.press("Enter")
        tab.get_by_text(f"{number + 1} of {len(codes(sitting))} answered").wait_for()
        tab.locator("#picture").focus()
        tab.keyboard.press("n")
    commit.click()
    tab.get_by_role("button", name="Not yet").click()
    assert not sitting.session.committed("A")
    commit.click()
    tab.get_by_role("button", name="Commit", exact=True).click()
    tab.get_by_text("Committed. Thank you.").wait_for()
    assert sitting.session.committed("A")
    assert tab.get_by_role("button", name="Save").is_disabled()
    answers = sitting.session.answers("A")
    assert answers[codes(sitting)[1]] == {"value": None, "reason": "out of focus"}
    tab.reload()
    tab.get_by_role("button", name="Committed").wait_for()


def test_page__asks_for_grades_where_grades_are_read(visit):
    tab, sitting = visit(question=Question("MHC class I", grades=4, helped=False))
    assert tab.get_by_role("radio").count() == 4
    assert tab.get_by_role("heading", name="Layers").count() == 0
    tab.get_by_role("button", name="Save").click()
    tab.get_by_text("Give an answer").wait_for()
    tab.get_by_role("radio", name="3").check()
    tab.get_by_role("button", name="Save").click()
    tab.get_by_text("saved.").wait_for()
    assert sitting.session.answers("A")[shown(tab)]["value"] == 3


def test_page__asks_its_own_server_for_codes_only(visit, browser, tmp_path):
    tab, sitting = visit()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.reload()
    settle(tab)
    home = tab.url
    assert asked
    assert all(url.startswith((home, "data:", "blob:")) for url in asked)
    text = tab.content() + json.dumps(asked)
    assert not any(name in text for name in sitting.names.values())
