import re
import xml.etree.ElementTree as ET

import pytest

from myotrial import report

NAMES = ["flow", "courses", "responders", "changes", "index", "pairs", "presence"]


@pytest.mark.parametrize("name", NAMES)
def test_figures__draws_each_figure_a_reader_expects(drawn, name):
    root = ET.fromstring(drawn[name])  # noqa: S314 - our own drawing
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["viewBox"]


def test_figures__share_no_id_and_refer_to_their_own(drawn):
    ids = [key for text in drawn.values() for key in re.findall(r'\sid="([^"]+)"', text)]
    refs = {
        key for text in drawn.values() for key in re.findall(r'(?:href="|url\()#([^")]+)', text)
    }
    assert len(ids) == len(set(ids))
    assert refs <= set(ids)


def test_figures__carry_no_date_and_no_picture_of_pixels(drawn):
    text = "".join(drawn.values())
    assert "dc:date" not in text
    assert "<image" not in text


def test_courses__names_every_patient_and_marks_every_verdict(drawn, example):
    listing = example["listings"]["ADRS"]
    assert all(f">{number:03}  " in drawn["courses"] for number in range(1, 16))
    assert drawn["courses"].count("<use ") >= len(listing["rows"])


def test_changes__writes_the_number_into_each_cell_and_marks_the_missing(drawn, example):
    listing = example["listings"]["ADCS"]
    at = {column["name"]: index for index, column in enumerate(listing["columns"])}
    changes = [
        row[at["IMPR"]] for row in listing["rows"]
        if row[at["AVISITN"]] and row[at["PARAMCD"]] != "FI"
    ]  # fmt: skip
    written = re.findall(r">(−?(?:0|[1-9]\d*)|\?)</text>", drawn["changes"])
    assert len(written) == len(changes)
    assert written.count("?") == changes.count(None)


def test_flow__tells_who_left_and_why(drawn):
    assert "Completed month 3" in drawn["flow"]
    assert "Headache: 1" in drawn["flow"]


def test_responders__writes_counts_beside_the_shares(drawn):
    for counted in ("7/15", "3/6", "3/4", "1/5"):
        assert counted in drawn["responders"]


@pytest.mark.parametrize(
    ("listing", "gone"),
    [("ADCOURSE", "index"), ("ADRS", "courses"), ("ADCS", "changes"), ("ADBX", "pairs")],
)
def test_figures__leaves_out_what_the_study_has_no_data_for(changed, example, listing, gone):
    kept = {name: rows for name, rows in example["listings"].items() if name != listing}
    assert gone not in report.figures(changed(listings=kept))


def test_figures__of_an_empty_study_are_none(changed):
    assert report.figures(changed(listings={}, results=[], evidence=None, published=[])) == {}


def test_figures__take_what_people_wrote_as_text(changed, example):
    evil = "<b>$x^{2}$ & $</b>"
    listing = example["listings"]["ADSL"]
    at = [column["name"] for column in listing["columns"]].index("DCSREAS")
    rows = [[*row[:at], row[at] and evil, *row[at + 1 :]] for row in listing["rows"]]
    listings = {**example["listings"], "ADSL": {**listing, "rows": rows}}
    drawn = report.figures(changed(listings=listings))["courses"]
    assert "left: &lt;b&gt;$x^{2}$ &amp; $&lt;/b&gt;" in drawn
    ET.fromstring(drawn)  # noqa: S314 - our own drawing


def test_figures__name_how_many_patients_were_left_out(changed):
    page = report.html(changed(patients=75), rows=1)
    assert page.count("(the first 60 of 75 patients)") == 4
