"""The card of one subject says what the table of all says, and why."""

from itertools import count, product

import numpy as np
import pandas as pd
import polars as pl
import pytest

import myotrial
from myotrial.errors import MyotrialError
from myotrial.response import tis_2016
from myotrial.scoring.explanation import explain

STATED = {
    "baseline": "M0",
    "units": {"PHGA": "cm", "PTGA": "cm", "CK": "U/L", "EXTRAM": "cm"},
    "variants": {"MMT8": "both sides"},
    "limits": {"CK": 200},
}
BEFORE = {"PHGA": 6.0, "PTGA": 7.0, "MMT8": 110, "HAQDI": 1.5, "CK": 1400, "EXTRAM": 4.0, "FI": 40}
AFTER = {"PHGA": 3.0, "PTGA": 5.0, "MMT8": 128, "HAQDI": 1.0, "CK": 350, "EXTRAM": 2.0, "FI": 47}
STEPS = {
    "PHGA": (3.0, 9.0, None),
    "PTGA": (5.0, 9.5),
    "MMT8": (128, 70, None),
    "HAQDI": (1.0, 2.5),
    "CK": (350, None),
    "EXTRAM": (2.0, 5.9, None),
}


def table(*later):
    rows = [{"USUBJID": "A", "VISIT": "M0", **BEFORE}]
    rows += [
        {"USUBJID": "A", "VISIT": f"M{number}", **BEFORE, **values}
        for number, values in zip(count(3, 3), later, strict=False)
    ]
    return pl.DataFrame(rows)


def card(*later, **more):
    return explain(table(*later), "A", **{**STATED, **more})


def rules(visit):
    return {rule["id"]: rule for rule in visit["rules"]}


def measures(visit):
    return {item["name"]: item for item in visit["measures"]}


def test_explain__gives_the_worked_example_of_the_reference():
    (visit,) = card(AFTER)["visits"]
    found = measures(visit)
    assert {name: item["points"] for name, item in found.items()} == {
        "PHGA": 17.5,
        "PTGA": 5.0,
        "MMT8": 20.0,
        "HAQDI": 7.5,
        "CK": 7.5,
        "EXTRAM": 12.5,
        "FI": None,
    }
    assert found["PHGA"]["absolute_words"] == "better by 30 %"
    assert found["PHGA"]["band"] == {"over": 25.0, "to": 40.0, "number": 4}
    assert found["MMT8"]["change"] == 18.0
    assert rules(visit)["tis"]["sentence"] == (
        "17.5 + 5 + 20 + 7.5 + 7.5 + 12.5 = 70 points; a response is major from 60 on."
    )


@pytest.mark.parametrize("criterion", ["tis_adult", "tis_juvenile"])
def test_explain__judges_every_visit_as_score_does(criterion):
    later = [dict(zip(STEPS, values, strict=True)) for values in product(*STEPS.values())]
    later = [values | {"FI": (48, 47, None)[at % 3]} for at, values in enumerate(later)]
    criteria = ["doi", "fi20", criterion]
    scored = myotrial.score(table(*later), criteria=criteria, **STATED).table.to_dicts()[1:]
    told = card(*later, criteria=criteria)["visits"]
    assert len(told) == len(scored) == 3 * 2 * 3 * 2 * 2 * 3
    for row, visit in zip(scored, told, strict=True):
        found = rules(visit)
        assert found["doi"]["verdict"] == row["DOI"]
        assert found["status"]["verdict"] == row["STATUS"]
        assert found["fi20"]["verdict"] == row["FI20"]
        assert found["tis"]["verdict"] == row["TISCAT"]
        assert (found["tis"]["low"], found["tis"]["high"]) == (row["TISLO"], row["TISHI"])
        marks = [item["mark"] for item in visit["measures"] if item["name"] != "FI"]
        assert (marks.count("improved"), marks.count("worsened")) == (row["NIMPR"], row["NWORSE"])
        given = [item["points"] for item in visit["measures"] if item["points"] is not None]
        assert sum(given) == row["TISLO"]


CHILD = {"CMAS": 30, "CHAQ": 1.5, "DAS": 10, "CHQPHS": 30, "ALDOLASE": 20, "FI2SF": 20, "FI2TL": 40}
CHILD_STEPS = {
    "PHGA": (3.0, 8.0, None),
    "MMT8": (128, 88, None),
    "CMAS": (36, 20, None),
    "CHAQ": (1.2, 2.0),
    "DAS": (8, None),
    "CHQPHS": (36, 20),
    "EXTRAM": (2.0, 6.0),
    "ALDOLASE": (10, None),
}
WORD = {"doi_paediatric": "DOI", "printo": "PRINTO", "worsening": "WORSE", "fi2": None,
        "worsening_core_set": "WORSE30", "deterioration": "DETER",
        "tis_juvenile_printo": "TISCAT"}  # fmt: skip
ID = {"doi_paediatric": "doi", "worsening_core_set": "worsening30", "tis_juvenile_printo": "tis"}


@pytest.mark.parametrize("criterion", WORD)
def test_explain__judges_by_every_criterion_as_score_does(criterion):
    later = [
        dict(zip(CHILD_STEPS, values, strict=True)) for values in product(*CHILD_STEPS.values())
    ]
    later = [values | {"FI2SF": (24, 23)[at % 2], "FI2TL": (48, None)[at % 3 > 0]}
             for at, values in enumerate(later[::17])]  # fmt: skip
    before = BEFORE | CHILD
    rows = [{"USUBJID": "A", "VISIT": "M0", **before}]
    rows += [{"USUBJID": "A", "VISIT": f"M{3 * at}", **before, **values}
             for at, values in enumerate(later, start=1)]  # fmt: skip
    stated = STATED | {"units": {**STATED["units"], "ALDOLASE": "U/L"},
                       "variants": {"MMT8": "both sides", "CMAS": "from 6 years"},
                       "limits": {"CK": 200, "ALDOLASE": 7.6, "CHQPHS": 50}}  # fmt: skip
    frame = pl.DataFrame(rows)
    scored = myotrial.score(frame, criteria=[criterion], **stated).table.to_dicts()[1:]
    told = explain(frame, "A", criteria=[criterion], **stated)["visits"]
    assert len(told) == len(scored) > 45
    for row, visit in zip(scored, told, strict=True):
        rule = rules(visit)[ID.get(criterion, criterion)]
        if criterion == "fi2":
            low, high = row["FI2IMPR"], row["FI2IMPRHI"]
            assert rule["verdict"] == (f"{low}" if low == high else f"{low} to {high}")
            continue
        assert rule["verdict"] == row[WORD[criterion]]
        if criterion == "deterioration" and rule["verdict"] in {"Y", "INDETERMINATE"}:
            held = {"Y": "held", "INDETERMINATE": "may have held", "N": "did not hold"}
            assert f"It {held[row['CONFDET']]} at the visit before" in rule["sentence"]
        if criterion.startswith("tis"):
            assert (rule["low"], rule["high"]) == (row["TISLO"], row["TISHI"])


def test_explain__shows_the_enzyme_that_was_most_abnormal_at_baseline():
    frame = table(AFTER).with_columns(ALDOLASE=pl.Series([76.0, 7.6]))
    stated = STATED | {"units": {**STATED["units"], "ALDOLASE": "U/L"},
                       "limits": {"CK": 200, "ALDOLASE": 7.6}}  # fmt: skip
    found = measures(explain(frame, "A", **stated)["visits"][0])
    assert "CK" not in found  # 7 times its limit against 10 times
    assert (found["ALDOLASE"]["baseline"], found["ALDOLASE"]["value"]) == (76.0, 7.6)
    assert found["ALDOLASE"]["points"] == 7.5  # 9 of a range of 6 times the limit


def test_explain__reads_a_long_table():
    wide = table(AFTER)
    long = wide.unpivot(index=["USUBJID", "VISIT"], variable_name="PARAMCD", value_name="AVAL")
    one, other = (explain(frame, "A", **STATED)["visits"][0] for frame in (wide, long))
    assert other["rules"] == one["rules"]
    assert other["measures"] == one["measures"]


@pytest.mark.parametrize("role", tis_2016.CoreSet._fields)
def test_explain__shows_the_band_whose_points_were_given(role):
    name = dict(zip(tis_2016.CoreSet._fields, STEPS, strict=True))[role]
    scale = np.linspace(0, {"MMT8": 150, "HAQDI": 3, "CK": 9000}.get(name, 10), 41).tolist()
    for visit in card(*({name: value} for value in scale))["visits"]:
        item = measures(visit)[name]
        assert item["points"] == getattr(tis_2016.POINTS, role)[item["band"]["number"] - 1]
        over, to = item["band"]["over"], item["band"]["to"]
        assert over is None or item["absolute"] > over
        assert to is None or item["absolute"] <= to


def test_explain__says_what_is_missing_and_what_it_could_become():
    visit = card(AFTER | {"CK": None})["visits"][0]
    item = measures(visit)["CK"]
    assert item["missing"] == "not known at this visit"
    assert item["could"] == "could give 0 to 7.5 points, and improve or worsen"
    assert (
        "what is missing (enzyme) could add up to 7.5, which changes nothing"
        in (rules(visit)["tis"]["sentence"])
    )


@pytest.mark.parametrize(
    ("later", "rule", "sentence"),
    [
        pytest.param(
            {"MMT8": 82.5},
            "doi",
            "Muscle strength worsened by 25 % or more, which rules improvement out.",
            id="strength worse by exactly 25 %",
        ),
        pytest.param(
            {"PTGA": 10, "HAQDI": 3, "EXTRAM": 8},
            "doi",
            "3 measures (patient global, function, extramuscular activity) worsened by 25 % or "
            "more; at most 2 may.",
            id="three worse",
        ),
        pytest.param(
            {"PHGA": 4.8},
            "doi",
            "1 measure (physician global) improved by 20 % or more; 3 must.",
            id="too few improved",
        ),
        pytest.param(
            {"PTGA": 9.1, "HAQDI": 3, "EXTRAM": 8},
            "worsening30",
            "3 measures (patient global, function, extramuscular activity) got worse by 30 % or "
            "more; 3 must.",
            id="three worse by 30 %",
        ),
        pytest.param(
            {"FI": 47}, "fi20", "40 to 47 points is less than 20 % of baseline.", id="index short"
        ),
        pytest.param({"FI": 48}, "fi20", "40 to 48 points is 20 % of baseline or more.", id="met"),
    ],
)
def test_explain__names_the_rule_that_decided(later, rule, sentence):
    assert rules(card(later)["visits"][0])[rule]["sentence"] == sentence


def test_explain__shows_enough_digits_to_tell_a_percentage_from_its_limit():
    item = measures(card({"PHGA": 4.8004})["visits"][0])["PHGA"]
    assert (item["mark"], item["relative_words"]) == ("unchanged", "better by 19.99 %")


def test_explain__says_that_zero_has_no_percentage_and_that_myoact_is_no_vas():
    rows = table({"PHGA": 1.0}).with_columns(
        PHGA=pl.Series([0.0, 1.0]), MYOACT=pl.Series([0.2, 0.1])
    )
    units = {**STATED["units"], "MYOACT": "fraction"}
    visit = explain(rows.drop("EXTRAM"), "A", **{**STATED, "units": units})["visits"][0]
    assert measures(visit)["PHGA"]["note"] == "from a baseline of 0 there is no percentage of it"
    assert "asks for the global VAS" in measures(visit)["MYOACT"]["note"]
    assert measures(visit)["MYOACT"]["mark"] == "improved"


def test_explain__picks_subject_and_visit_and_counts_rows_in_the_whole_table():
    other = pd.DataFrame([{"USUBJID": "B", "VISIT": "M0", **BEFORE}] * 2)
    whole = pd.concat([other, table(AFTER, {"PHGA": "x"}).to_pandas()], ignore_index=True)
    made = explain(whole, "A", visit="M6", **STATED)
    assert (made["row"], [visit["row"] for visit in made["visits"]]) == (3, [5])
    assert made["problems"] == ["PHGA: not a number: 1 row counted as missing (row 5)"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param({"name": "a"}, "No row is about the subject 'a'", id="subject"),
        pytest.param({"visit": "M9"}, "has no visit 'M9'", id="visit"),
        pytest.param({"baseline": "M1"}, "has no baseline visit 'M1'", id="baseline"),
        pytest.param({"criteria": ["dio"]}, "did you mean 'doi'?", id="criterion"),
        pytest.param({"limits": {}}, "upper limit of normal of CK", id="limit"),
    ],
)
def test_explain__says_what_cannot_be_explained(more, message):
    more = {"name": "A", **STATED, **more}
    with pytest.raises(MyotrialError, match=message):
        explain(table(AFTER), more.pop("name"), **more)
