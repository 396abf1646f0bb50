"""The card of one subject as a page and as a part of another: whole, escaped, self-contained."""

import re
from html.parser import HTMLParser

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe

from myotrial.report.scorecard import bars, fragment, scorecard
from myotrial.scoring.explanation import explain

NASTY = "<img src=x onerror=alert(1)>&"
VISITS = f"""\
USUBJID,VISIT,PHGA,PTGA,MMT8,HAQDI,CK,EXTRAM,FI
{NASTY},Baseline,62,55,61,1.375,1840,30,28
{NASTY},Month 3,48,50,66,1.25,900,22,31
{NASTY},Month 12,70,72,44,2.0,2600,48,
{NASTY},"M<b>18",n/a,20,,0.5,200,5,40
"""
VOID = {"meta", "rect", "line", "img"}


@pytest.fixture(scope="module")
def record():
    units = {"PHGA": "mm", "PTGA": "mm", "EXTRAM": "mm", "CK": "U/L"}
    return explain(
        pl.read_csv(VISITS.encode(), infer_schema=False),
        NASTY,
        baseline="Baseline",
        units=units,
        variants={"MMT8": "one side"},
        limits={"CK": 200},
    )


class Tags(HTMLParser):
    """Every start tag with its attributes, and whether all of them are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.whole = [], [], True
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.whole &= bool(self.open) and self.open.pop() == tag


@pytest.mark.parametrize("made", [scorecard, fragment])
def test_scorecard__is_whole_escaped_and_asks_for_nothing(record, made):
    text = made(record)
    tags = Tags(text)
    assert tags.whole
    assert tags.open == []
    names = {tag for tag, _ in tags.seen}
    assert not names & {"img", "script", "link", "b", "iframe"}
    attributes = {name for _, found in tags.seen for name in found}
    assert not attributes & {"src", "href", "onerror", "onclick"}
    assert not re.search(r"url\((?!#)|@import|https?:", text)
    ids = [found["id"] for _, found in tags.seen if "id" in found]
    assert len(ids) == len(set(ids))


def test_scorecard__shows_every_visit_sentence_and_source(record):
    text = scorecard(record)
    for visit in record["visits"]:
        for rule in visit["rules"]:
            assert rule["sentence"] in text
            assert rule["source"] in text
    assert "could give 0 to 32.5 points, and improve or worsen" in text
    assert text.count("<svg ") == 3


def test_bars__are_as_long_as_the_points(record):
    drawn = {bar.label: bar for bar in bars(record["visits"][0])}
    strength = drawn["muscle strength"]
    assert strength.most == pytest.approx(340)
    assert strength.earned == pytest.approx(340 * 10 / 32.5)
    missing = {bar.label: bar for bar in bars(record["visits"][2])}["muscle strength"]
    assert (missing.earned, missing.open) == (0.0, pytest.approx(340))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("made", "size", "scheme"),
    [
        pytest.param(scorecard, (1280, 900), "light", id="page, desktop, light"),
        pytest.param(scorecard, (375, 700), "dark", id="page, phone, dark"),
        pytest.param(fragment, (1280, 900), "light", id="part, desktop, light"),
    ],
)
def test_scorecard__has_no_accessibility_violation_and_fits(browser, record, made, size, scheme):
    text = made(record)
    if made is fragment:
        head = '<meta name="viewport" content="width=device-width"><title>Notebook</title>'
        body = f"<main><h1>Notebook</h1><h2>Cell</h2>{text}</main>"
        text = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    tab = context.new_page()
    tab.set_content(text)
    found = Axe().run(tab).response["violations"]
    wide = tab.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {(item["id"], node["target"][0]) for item in found for node in item["nodes"]} == set()
    assert wide <= width
