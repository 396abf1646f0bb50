import pytest
from axe_playwright_python.sync_playwright import Axe

from myotrial import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory, example):
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(report.html(example, rows=30), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def visit(browser, address):
    """Opens the page at a size; without scripts where asked, in a colour scheme where asked."""
    contexts = []

    def opened(size=(1280, 900), **options):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.goto(address)
        return tab

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param((1280, 900), "light", id="desktop, light"),
        pytest.param((375, 700), "dark", id="phone, dark"),
    ],
)
def test_page__has_no_accessibility_violation(visit, size, scheme):
    found = Axe().run(visit(size, color_scheme=scheme)).response["violations"]
    assert {(item["id"], node["target"][0]) for item in found for node in item["nodes"]} == set()


def test_page__fits_a_phone_without_sideways_scrolling(visit):
    tab = visit((375, 700))
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375


def test_page__asks_the_network_for_nothing(browser, address):
    tab = browser.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address)
    tab.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_page__shows_its_three_answers_on_the_first_screen(visit):
    tab = visit()
    for heading in ("What was done?", "Did it work?", "How sure are we?"):
        box = tab.get_by_role("heading", name=heading).bounding_box()
        assert box["y"] + 150 < 900


def test_page__goes_from_a_number_to_its_rows_in_two_clicks_without_scripts(visit):
    tab = visit(java_script_enabled=False)
    tab.locator("header a.n").first.click()
    card = tab.locator("article.card:target")
    assert card.is_visible()
    card.locator(".rows a").first.click()
    assert tab.locator("tr:target").is_visible()


def test_page__shows_a_card_beside_its_number_and_leads_on_to_the_row(visit):
    tab = visit()
    tab.locator("header a.n").first.click()
    card = tab.get_by_role("dialog", name="Result")
    assert card.get_by_text("all treated patients").is_visible()
    assert tab.url.endswith("report.html")
    card.locator(".rows a").first.click()
    assert tab.locator("tr:target").is_visible()
    assert not card.is_visible()


def test_page__closes_a_card_by_keyboard_and_comes_back_to_the_number(visit):
    tab = visit()
    tab.locator("header a.n").first.press("Enter")
    tab.keyboard.press("Escape")
    assert not tab.get_by_role("dialog").is_visible()
    assert tab.evaluate("document.activeElement.className") == "n"


def test_page__reaches_the_report_by_keyboard(visit):
    tab = visit()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the report"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_page__lets_the_keyboard_scroll_what_is_wider_than_the_screen(visit):
    tab = visit((375, 700))
    wide = tab.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).overflowX === 'auto' && e.tabIndex < 0).length"
    )
    assert wide == 0
