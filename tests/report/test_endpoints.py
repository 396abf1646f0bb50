"""How the report words endpoints of the newer definitions."""

import copy
import re

import pytest


@pytest.fixture
def page(example, told):
    """The page of a captured study whose primary endpoint is a score."""
    study = copy.deepcopy(example["study"])
    study["endpoints"] = [
        {"id": "tis_m12", "label": "TIS at month 12", "definition": "tis_2016",
         "population": "juvenile", "threshold": None, "role": "primary", "estimand": "at_visit",
         "visit": "M12"},
        {"id": "major", "label": "Major response", "definition": "tis_2016",
         "population": "juvenile", "threshold": "major", "role": "secondary", "estimand": "ever"},
        {"id": "worse", "label": "Confirmed deterioration", "definition": "proderm",
         "role": "reported", "estimand": "sustained", "consecutive": 2},
    ]  # fmt: skip
    study["worsening"] = {"definition": "imacs_2005", "measures": 3, "percent": 30.0, "rise": 2.0,
                          "strength": 20.0}  # fmt: skip
    first = next(row for row in example["results"] if row["id"] == "response.doi_ever.nri.share")
    plain = {"interval": None, "numerator": None, "groups": {}}
    rows = [
        {**first, **plain, "id": f"response.tis_m12.oc.{name}", "label": "TIS at month 12",
         "statistic": name, "value": value, "unit": "points", "n": 11,
         "estimand": "at Month 12; observed cases"}
        for name, value in (("mean", 41.5), ("sd", 12.25))
    ]  # fmt: skip
    rows.append({**first, "id": "response.major.nri.share", "numerator": 4, "value": 400 / 15,
                 "estimand": "at any visit; non-responder imputation"})  # fmt: skip
    rows.append({**first, "id": "response.worse.nri.share", "numerator": 2, "value": 200 / 15,
                 "estimand": "sustained; what is missing counted as deteriorated"})  # fmt: skip
    return told(study=study, origin="captured", origin_note="", results=rows, published=[])


def text(part):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", part))


def test_page__opens_with_the_score_and_never_takes_deterioration_for_response(page):
    opening = text(page[: page.index("</header>")])
    assert "Primary outcome, TIS at month 12: mean 41.5" in opening
    assert "Major response: 4/15" in opening
    assert "Confirmed deterioration: 2/15" not in opening


def test_page__tables_a_score_by_handling(page):
    told = text(page)
    assert re.search(r"Observed cases, points ?mean \(SD\) ?41.5 \(12.2\)", told)
    assert "What is missing counted as deteriorated" in told


def test_page__says_which_population_and_threshold_an_endpoint_has(page):
    told = text(page)
    assert "TIS 2016, juvenile, score" in told
    assert "TIS 2016, juvenile, major response" in told
    assert "or extramuscular activity is worse by 2 cm" in told
