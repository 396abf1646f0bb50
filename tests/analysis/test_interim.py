"""The designed test and its looks, against tables computed by hand."""

import math

import polars as pl
import pytest

from myotrial.analysis.comparison import interim
from myotrial.analysis.comparison.arms import pairs
from myotrial.analysis.trial import Trial

LOOKS = {
    "test": "z-pooled",
    "alpha": 0.025,
    "looks": [
        {"patients": 40, "information": 0.5, "efficacy": 2.9626, "futility": 0.0},
        {"patients": 80, "information": 1.0, "efficacy": 1.9686},
    ],
    "bounds": {"spending": "obrien_fleming"},
}


def found(verdicts, primary, strata=None):
    """Results by the end of their id; verdicts in the order of enrolment, arms in turn."""
    n = len(verdicts)
    who = [f"S{number:03d}" for number in range(n)]
    people = pl.DataFrame({
        "USUBJID": who, "TRT01P": ["A" if at % 2 == 0 else "P" for at in range(n)],
        "FASFL": ["Y"] * n, "SAFFL": ["Y"] * n, "EOSSTT": ["COMPLETED"] * n,
        "DIAG": strata or ["PM"] * n, "ROWID": [f"ADSL:{at}" for at in range(n)],
    })  # fmt: skip
    rates = pl.DataFrame({
        "USUBJID": who, "ENDPOINT": ["e"] * n, "HANDLING": ["NRI"] * n, "AVAL": verdicts,
        "ROWID": [f"ADEST:{at}" for at in range(n)],
    })  # fmt: skip
    plan = {
        "arms": [{"id": "A"}, {"id": "P"}],
        "visits": [],
        "endpoints": [{"id": "e", "label": "E", "role": "primary", "estimand": "ever",
                       "handlings": ["NRI"]}],
        "primary_analysis": primary,
    }  # fmt: skip
    (pair,) = pairs(Trial(plan, {"ADSL": people, "ADEST": rates}))
    return {one.id.partition(".designed.")[2]: one for one in interim.results(pair)}


def course(*parts):
    """Verdicts in turn: (responders of A, of P, patients an arm) of each stretch."""
    return [
        verdict for a, p, n in parts for at in range(n) for verdict in (int(at < a), int(at < p))
    ]


def test_results__goes_on_and_decides_at_the_last_look():
    made = found(course((10, 7, 20), (14, 8, 20)), LOOKS)
    z = 9 / 40 / math.sqrt(39 / 80 * 41 / 80 * 2 / 40)
    assert made["look1.decision"].value == "go on"
    assert made["look2.z"].value == pytest.approx(z)
    assert made["look2.decision"].value == made["decision"].value == "effect shown"


def test_results__a_stop_at_the_first_look_has_its_nominal_p_value():
    made = found(course((16, 5, 20)), LOOKS)
    z = 11 / 20 / math.sqrt(21 / 40 * 19 / 40 * 2 / 20)
    assert made["look1.decision"].value == "stop for efficacy"
    assert made["look2.decision"].value == "not reached"
    assert made["p_value"].value == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)), rel=1e-6)
    assert made["difference"].value == pytest.approx(55.0, abs=1e-4)


def test_results__stops_for_futility_and_says_what_came_after():
    made = found(course((5, 6, 20), (15, 5, 20)), LOOKS)
    assert made["look1.decision"].value == made["decision"].value == "stop for futility"
    assert "stopped at look 1" in made["look2.z"].warnings[-1]


@pytest.mark.parametrize("test", ["fisher", "boschloo", "barnard", "chi-square", "cmh_exact"])
def test_results__one_analysis_has_the_one_sided_p_value_of_its_test(test):
    """15 of 20 against 7 of 20; Fisher's by the hypergeometric sum, the others below it."""
    made = found(course((15, 7, 20)), {"test": test, "alpha": 0.025})
    ways = [math.comb(20, x) * math.comb(20, 22 - x) for x in range(15, 21)]
    exact = sum(ways) / math.comb(40, 22)
    value = made["p_value"].value
    conditional = test in ("fisher", "cmh_exact")
    assert value == pytest.approx(exact) if conditional else exact / 4 < value < exact
    assert made["decision"].value == ("effect shown" if value <= 0.025 else "no effect shown")


def test_results__strata_count_in_the_stratified_test():
    strata = ["PM"] * 20 + ["DM"] * 20
    made = found(course((8, 4, 10), (3, 1, 10)), {"test": "cmh", "alpha": 0.025}, strata)
    gap = (8 - 6) + (3 - 2)
    spread = 10 * 10 * 12 * 8 / (400 * 19) + 10 * 10 * 4 * 16 / (400 * 19)
    expected = 0.5 * math.erfc(gap / math.sqrt(spread) / math.sqrt(2))
    assert made["p_value"].value == pytest.approx(expected)


def test_results__an_empty_arm_has_no_test():
    made = found([1], {"test": "fisher", "alpha": 0.025})
    assert made["p_value"].value is None
    assert made["p_value"].warnings
