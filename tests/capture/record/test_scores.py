"""Scores while a visit is entered: the same as of a whole table, and bounds that hold."""

from dataclasses import replace
from math import nan

import polars as pl
import pytest
from capture_people import values

from myotrial import score
from myotrial.capture.forms.bounds import between
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.scores import scores
from myotrial.capture.record.state import Change, FormKey
from myotrial.protocol.models import Protocol

BEFORE = {"PHGA": 60, "PTGA": 50, "MMT8": 60, "HAQDI": 1.5, "CK": 10, "EXTRAM": 30, "FI": 40}
AFTER = {"PHGA": 40, "PTGA": 45, "MMT8": 66, "HAQDI": 1.0, "CK": 6, "EXTRAM": 20, "FI": 48}


@pytest.fixture(scope="module")
def adult(protocol):
    """The seed's protocol with extramuscular activity on a line, which the total score needs."""
    plain = protocol.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for item in plain["assessments"]:
        if item["id"] == "MYOACT":
            item |= {"id": "EXTRAM", "instrument": "extramuscular_global", "unit": "mm"}
    plain["core_set"]["extramuscular"] = "EXTRAM"
    return Protocol.model_validate(plain)


@pytest.fixture(scope="module")
def visit(adult):
    """Scores of month 3 for values at baseline and at the visit."""
    from myotrial.capture.forms.catalogue import catalogue
    from myotrial.capture.record.state import Record

    forms: Catalogue = catalogue(adult)

    def made(before, after, typed=None):
        changes = [
            Change(str(FormKey(name, event)), name, values(x=f"{number:g}")["x"], "enter")
            for event, known in (("M0", before), ("M3", after))
            for name, number in known.items()
        ]
        sex = Change(str(FormKey("SUBJECT", "SCREENING")), "SEX", values(x="F")["x"], "enter")
        record = Record("c", "A").after([*changes, sex])
        return {item.id: item for item in scores(adult, forms, record, "M3", typed or {})}

    return made


def table(before, after):
    """The verdicts of `score` on the same two visits."""
    rows = [{"USUBJID": "A", "VISIT": visit, "SEX": "F", **known}
            for visit, known in (("M0", before), ("M3", after))]  # fmt: skip
    made = score(
        pl.DataFrame(rows),
        baseline="M0",
        units={"PHGA": "mm", "PTGA": "mm", "EXTRAM": "mm", "CK": "ukat/L"},
        variants={"MMT8": "one side"},
        limits={"CK": {"F": 2.5, "M": 3.3}},
    )
    return made.table.filter(pl.col("VISIT") == "M3").to_dicts()[0]


def test_scores__are_those_of_a_table(visit):
    found, whole = visit(BEFORE, AFTER), table(BEFORE, AFTER)
    assert found["TIS"].value == whole["TIS"]
    assert found["TIS"].word == str(whole["TISCAT"])
    assert found["DOI"].word == str(whole["DOI"])
    assert found["FI20"].word == str(whole["FI20"])


@pytest.mark.parametrize("gone", ["PHGA", "PTGA", "MMT8", "HAQDI", "CK", "EXTRAM"])
def test_scores__have_the_bounds_of_a_table_where_a_measure_is_missing(visit, gone):
    after = {name: value for name, value in AFTER.items() if name != gone}
    found, whole = visit(BEFORE, after), table(BEFORE, {**AFTER, gone: None})
    assert (found["TIS"].low, found["TIS"].high) == (whole["TISLO"], whole["TISHI"])
    assert (found["DOI"].low, found["DOI"].high) == (whole["DOILO"], whole["DOIHI"])
    assert found["TIS"].missing == (gone,)


def test_scores__of_half_a_form_hold_for_every_way_to_fill_the_rest(visit):
    from itertools import product

    from myotrial.capture.forms.items import sheet

    names = [item.name for item in sheet("mmt8", "one side").fields]
    after = {name: value for name, value in AFTER.items() if name != "MMT8"}
    typed = dict.fromkeys(names[:6], "9")
    now = visit(BEFORE, after, {"MMT8": typed})
    assert (now["MMT8"].low, now["MMT8"].high) == (54, 74)
    assert now["MMT8"].missing == ("quadriceps", "ankle dorsiflexors")
    ways = [
        visit(BEFORE, after, {"MMT8": typed | dict(zip(names[6:], map(str, rest), strict=True))})
        for rest in product(range(11), repeat=2)
    ]
    assert min(way["TIS"].value for way in ways) == now["TIS"].low
    assert max(way["TIS"].value for way in ways) == now["TIS"].high


def test_scores__count_a_measure_the_total_score_cannot_take_as_missing(protocol, forms, patient):
    for event, grade in (("M0", "6"), ("M3", "8")):
        patient.save("MMT8", event, MMT8=str(8 * int(grade)))
        patient.save("MYOACT", event, MYOACT="0.2")
    found = {s.id: s for s in scores(protocol, forms, patient.record, "M3", {})}
    assert "MYOACT" in found["TIS"].missing
    assert found["TIS"].high - found["TIS"].low == 67.5  # all but the 32.5 of strength


def test_scores__of_the_baseline_are_its_measures_alone(protocol, forms, patient):
    patient.save("FI", "M0", FI="40")
    assert [s.id for s in scores(protocol, forms, patient.record, "M0", {})] == ["FI"]


def test_between__of_the_haq_counts_aids_that_were_not_asked_about(forms):
    form = forms.form("HAQDI")
    categories = [item.name for item in form.fields if item.kind == "integer"]
    given = dict.fromkeys(categories, 1.0)
    found = between(form, given)
    assert (found.value, found.low, found.high, found.missing) == (1.0, 1.0, 2.0, ())


def test_between__of_a_single_value_is_its_range(forms):
    found = between(forms.form("FI"), {"FI": nan})
    assert (found.low, found.high) == (0, 64)
    assert replace(found, value=3.0).known
