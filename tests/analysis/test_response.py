"""Response rates, course, and the functional index."""

from fractions import Fraction
from math import comb

import pytest


def test_response__is_ever_improved_with_the_exact_interval(analyse):
    # 7 of 15: 21.3 to 73.4 % (Clopper and Pearson).
    share = analyse("response")["response.doi_ever.nri.share"]
    assert (share.numerator, share.n, share.value) == (7, 15, pytest.approx(700 / 15))
    assert (round(share.interval.low, 1), round(share.interval.high, 1)) == (21.3, 73.4)
    assert share.estimand == "at any visit; non-responder imputation"
    assert share.unit == "%"


def test_response__says_that_the_best_of_several_visits_counts(analyse):
    found = analyse("response")
    note = "Met at any of 3 visits: chance alone meets it more often than at one visit."
    assert note in found["response.doi_ever.nri.share"].warnings
    assert note not in found["response.doi_m12.nri.share"].warnings


def test_response__counts_verdicts_that_hang_on_a_normal_enzyme(analyse, tables):
    assert "response.sensitivity.normal_enzyme" not in analyse("response")
    for row in tables["ADRS"]:
        row["NORMFL"] = "Y" if row["USUBJID"] == "A-03" else None
    tables["ADRS"].append({**tables["ADRS"][0], "PARAMCD": "DOI", "NORMFL": "Y",
                           "ROWID": "ADRS:91"})  # fmt: skip
    assert analyse("response")["response.sensitivity.normal_enzyme"].value == 1


def test_response__by_diagnosis(analyse):
    found = analyse("response")
    shares = [found[f"response.doi_ever.nri.{name}.share"] for name in ("PM", "DM", "IBM")]
    assert [(share.numerator, share.n) for share in shares] == [(3, 6), (3, 4), (1, 5)]
    assert shares[1].groups == {"DIAG": "DM"}
    assert "Only 4 patients: the interval is wide." in shares[1].warnings


@pytest.mark.parametrize(
    ("handling", "x", "n"), [("nri", 2, 15), ("oc", 2, 9), ("low", 2, 15), ("high", 8, 15)]
)
def test_response__at_a_visit_under_each_handling(analyse, handling, x, n):
    share = analyse("response")[f"response.doi_m12.{handling}.share"]
    assert (share.numerator, share.n) == (x, n)


def test_response__tells_how_missing_verdicts_were_counted(analyse):
    found = analyse("response")
    told = {
        name: found[f"response.doi_m12.{name}.share"].warnings for name in ("nri", "oc", "high")
    }
    unknown = "6 patients whose verdict hangs on what is missing"
    assert f"{unknown}, 6 of them withdrawn, counted as non-responders." in told["nri"]
    assert "6 patients without a known verdict left out." in told["oc"]
    assert f"{unknown}, 6 of them withdrawn, counted as responders." in told["high"]
    assert found["response.doi_m12.nri.share"].estimand == "at Month 12; non-responder imputation"


def test_response__tells_it_from_the_bounds_where_there_are_no_observed_cases(
    analyse, plan, tables
):
    plan["endpoints"][1]["handlings"] = ("NRI", "LOW", "HIGH")
    tables["ADEST"] = [row for row in tables["ADEST"] if row["HANDLING"] != "OC"]
    notes = analyse("response")["response.doi_m12.nri.share"].warnings
    told = "6 patients whose verdict hangs on what is missing, 6 of them withdrawn, counted"
    assert f"{told} as non-responders." in notes


def test_response__says_whom_the_best_case_makes_responders_though_they_were_seen(analyse, tables):
    ever = [row for row in tables["ADEST"] if row["ENDPOINT"] == "doi_ever"]
    unseen = sum(row["HANDLING"] == "OC" and row["AVAL"] is None for row in ever)
    seen = [row for row in ever if row["HANDLING"] == "HIGH" and row["AVAL"] == 0]
    for row in seen[:2]:
        row["AVAL"] = 1
    (told,) = [
        text
        for text in analyse("response")["response.doi_ever.high.share"].warnings
        if text.endswith("counted as responders.")
    ]
    assert told.startswith(f"{unseen + 2} patients whose verdict hangs on what is missing")


def test_response__mid_p_interval_lies_inside_the_exact_one(analyse):
    found = analyse("response")
    exact = found["response.doi_ever.nri.share"].interval
    mid = found["response.doi_ever.sensitivity.mid_p"].interval
    assert exact.low < mid.low < mid.high < exact.high


def test_response__compares_diagnoses_exactly(analyse):
    # 3 of 6, 3 of 4, 1 of 5: all ways to choose 7 responders among 6 + 4 + 5.
    def chance(a, b, c):
        return Fraction(comb(6, a) * comb(4, b) * comb(5, c), comb(15, 7))

    tables = [(a, b, 7 - a - b) for a in range(7) for b in range(5) if 0 <= 7 - a - b <= 5]
    expected = sum(chance(*table) for table in tables if chance(*table) <= chance(3, 3, 1))
    result = analyse("response")["response.doi_ever.nri.by_diagnosis.freeman_halton"]
    assert result.value == pytest.approx(float(expected))


def test_response__first_and_sustained(analyse):
    found = analyse("response")
    assert [found[f"response.first.{key}"].value for key in ("M3", "M6", "M12")] == [5, 1, 1]
    sustained = [found[f"response.sustained.{key}"].value for key in ("M3.M6", "M3.M12", "M6.M12")]
    assert sustained == [1, 0, 1]
    assert "response.first.WD" not in found


def test_response__first_at_an_unscheduled_visit_is_counted_where_it_happened(analyse, tables):
    tables["ADCOURSE"][0]["FIRSTVIS"] = "Withdrawal"
    assert analyse("response")["response.first.WD"].value == 1


def test_response__classes(analyse):
    found = analyse("response")
    counts = {
        name: found[f"response.class.{name}"].value
        for name in ("RESPONDER", "UNCHANGED", "WORSE", "INDETERMINATE")
    }
    assert counts == {"RESPONDER": 7, "UNCHANGED": 5, "WORSE": 3, "INDETERMINATE": 0}
    assert found["response.class.WORSE.IBM"].value == 2


def test_response__status_by_visit(analyse):
    found = analyse("response")
    assert found["response.status.M3.IMPROVED"].value == 5
    assert found["response.status.M3.NOT_ASSESSED"].value == 2
    assert found["response.status.M12.NOT_ASSESSED"].value == 6


def test_response__leaves_out_who_is_not_in_the_full_analysis_set(analyse, tables):
    tables["ADSL"][0]["FASFL"] = "N"
    share = analyse("response")["response.doi_ever.nri.share"]
    assert (share.numerator, share.n) == (6, 14)


def test_response__of_an_endpoint_without_rows_has_no_value(analyse, plan):
    plan["endpoints"].append({**plan["endpoints"][0], "id": "tis"})
    share = analyse("response")["response.tis.nri.share"]
    assert share.value is None
    assert "No patients in this group: no share can be given." in share.warnings


def test_functional_index__among_responders_and_others(analyse):
    found = analyse("functional_index")
    improved = found["fi.responders.improved"]
    assert (improved.numerator, improved.n) == (4, 7)
    groups = [found[f"fi.responders.improved.{name}"] for name in ("PM", "DM", "IBM")]
    assert [(group.numerator, group.n) for group in groups] == [(2, 3), (1, 3), (1, 1)]
    others = found["fi.nonresponders.improved"]
    assert (others.numerator, others.n) == (1, 8)
    assert "2 patients without a known index counted as not improved." in others.warnings


def test_functional_index__counts_verdicts_that_hang_on_what_the_percent_are_of(analyse, tables):
    assert "fi.sensitivity.of_maximum" not in analyse("functional_index")
    for row in tables["ADRS"]:
        row["OFMAXFL"] = "Y" if row["USUBJID"] in {"A-01", "A-03"} else None
    found = analyse("functional_index")["fi.sensitivity.of_maximum"]
    assert (found.value, found.n) == (2, 15)


def test_functional_index__best_change(analyse):
    median = analyse("functional_index")["fi.responders.best_change.median"]
    # 5 10 15 25 30 35 40
    assert (median.value, median.interval.low, median.interval.high) == (25, 10, 35)


def test_functional_index__compares_those_with_a_known_index(analyse):
    # 4 of 7 against 1 of 6: hypergeometric with 5 improved of 13.
    weights = {x: comb(7, x) * comb(6, 5 - x) for x in range(6)}
    expected = Fraction(sum(w for w in weights.values() if w <= weights[4]), comb(13, 5))
    result = analyse("functional_index")["fi.by_response.fisher"]
    assert (result.value, result.n) == (pytest.approx(float(expected)), 13)


def test_functional_index__by_visit_counts_observed_cases(analyse):
    share = analyse("functional_index")["fi.visit.M3.improved"]
    assert (share.numerator, share.n) == (5 + 1 - 1, 13)  # 1 2 4 7 11 of the 13 seen
    assert "2 patients without a known index left out." in share.warnings


@pytest.fixture
def scored(plan, tables):
    """A score at month 12 of the first six patients, missing in the last of them."""
    plan["endpoints"] = [
        {"id": "tis_m12", "label": "TIS at month 12", "definition": "tis_2016", "threshold": None,
         "estimand": "at_visit", "visit": "M12", "handlings": ("NRI", "OC", "LOW", "HIGH")}
    ]  # fmt: skip
    low = (20.0, 30.0, 40.0, 50.0, 60.0, 0.0)
    high = (*low[:5], 100.0)
    for number, ends in enumerate(zip(low, high, strict=True), start=1):
        tables["ADRS"].append(
            {"USUBJID": f"A-{number:02}", "DIAG": "PM", "PARAMCD": "TIS", "VISITID": "M12",
             "AVISIT": "Month 12", "AVALC": "", "AVAL": ends[0] if number < 6 else None,
             "AVALLO": ends[0], "AVALHI": ends[1], "ROWID": f"ADRS:{100 + number}"}
        )  # fmt: skip


@pytest.mark.usefixtures("scored")
def test_response__summarises_a_score_as_observed_and_between_its_bounds(analyse):
    found = analyse("response")
    key = "response.tis_m12"
    means = {name: found[f"{key}.{name}.mean"].value for name in ("oc", "low", "high")}
    assert means == {"oc": 40.0, "low": pytest.approx(200 / 6), "high": 50.0}
    assert (found[f"{key}.oc.sd"].value, found[f"{key}.oc.median"].value) == (
        pytest.approx(250**0.5), 40.0
    )  # fmt: skip
    assert found[f"{key}.oc.mean"].n == 5
    assert "1 value missing." in found[f"{key}.oc.mean"].warnings
    assert found[f"{key}.oc.mean"].unit == "points"
    assert found[f"{key}.low.mean"].estimand == (
        "at Month 12; what is missing as low as it could be"
    )
    assert found[f"{key}.oc.PM.mean"].groups == {"DIAG": "PM"}
    assert not [name for name in found if name.startswith(f"{key}.nri")]


def test_response__says_what_a_missing_deterioration_counts_as(analyse, plan, tables):
    plan["endpoints"][1]["definition"] = "proderm"
    for row in tables["ADEST"]:
        if row["ENDPOINT"] == "doi_m12" and row["HANDLING"] == "NRI":
            high = next(other["AVAL"] for other in tables["ADEST"]
                        if (other["USUBJID"], other["ENDPOINT"], other["HANDLING"])
                        == (row["USUBJID"], "doi_m12", "HIGH"))  # fmt: skip
            row["AVAL"] = high
    found = analyse("response")
    told = {name: found[f"response.doi_m12.{name}.share"] for name in ("nri", "low", "high")}
    unknown = "6 patients whose verdict hangs on what is missing, 6 of them withdrawn,"
    assert f"{unknown} counted as deteriorated." in told["nri"].warnings
    assert f"{unknown} counted as not deteriorated." in told["low"].warnings
    assert told["nri"].estimand == "at Month 12; what is missing counted as deteriorated"
    assert (told["nri"].numerator, told["low"].numerator) == (8, 2)
