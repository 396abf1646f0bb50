"""What a notebook shows: whole, escaped HTML that asks the network for nothing."""

import re
from html.parser import HTMLParser

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import myotrial
from myotrial import notebook, study

NASTY = "<script>alert(1)</script>&\"'"
ROWS = [
    {"USUBJID": NASTY, "VISIT": "M0", "FI": "40"},
    {"USUBJID": NASTY, "VISIT": "M6", "FI": "48"},
    {"USUBJID": NASTY, "VISIT": "M9", "FI": "x"},
    *({"USUBJID": f"S{n}", "VISIT": visit, "FI": "9"} for n in range(8) for visit in ("M0", "M6")),
]
KINDS = {
    "polars": pl.DataFrame,
    "pandas": pd.DataFrame,
    "pyarrow": pa.Table.from_pylist,
    "polars lazy": pl.LazyFrame,
}


class Tags(HTMLParser):
    """The texts, the start tags with their attributes, and whether all are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.texts, self.whole = [], [], [], True
        self.feed(text)
        self.close()
        self.whole &= not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.whole &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def checked(thing):
    text = thing._repr_html_()
    tags = Tags(text)
    assert tags.whole
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.seen}
    assert not {"src", "href"} & {name for _, found in tags.seen for name in found}
    assert re.findall(r"https?://[^\"]+", text) in ([], ["http://www.w3.org/2000/svg"])
    return tags


@pytest.fixture(params=KINDS)
def scored(request):
    table = KINDS[request.param](ROWS)
    return myotrial.score(table, baseline="M0", criteria=["fi20"])


def test_scored__shows_counts_rows_and_report(scored):
    tags = checked(scored)
    told = "".join(tags.texts)
    assert "19 rows: 10 scored, 9 baselines, 0 not scored" in told
    assert "FI: not a number: 1 row counted as missing (row 3)" in told
    labels = [found["aria-label"] for tag, found in tags.seen if tag == "svg"]
    assert labels == ["FI20: N 8, NOT ASSESSED 1, Y 1"]
    if isinstance(scored.table, pl.LazyFrame):  # not computed to be shown
        return
    assert NASTY in tags.texts
    assert "… and 9 more" in tags.texts


def test_report__shows_itself(scored):
    assert "FI" in checked(scored.report).texts


def test_explanation__shows_itself():
    told = myotrial.explain(pl.DataFrame(ROWS), NASTY, baseline="M0", criteria=["fi20"])
    text = told._repr_html_()
    assert "<script" not in text
    assert "40 to 48 points is 20 % of baseline or more." in text


def test_instruments__show_themselves():
    texts = checked(study.instruments()).texts
    assert {"mmt8", "0 to 80 points (one side); 0 to 150 points (both sides)"} <= {*texts}


def test_bars__are_as_long_as_the_counts():
    tags = Tags(notebook.bars("Verdicts", {"Y": 30, "N": 15, "OPEN": 0}))
    widths = [float(found["width"]) for tag, found in tags.seen if tag == "rect"]
    assert widths == [notebook.BAR, notebook.BAR / 2, 0.0]


def test_bars__draw_nothing_of_nothing():
    assert Tags(notebook.bars("Verdicts", {})).whole
