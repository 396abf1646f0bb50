"""Disposition, withdrawals, baseline, exposure and concomitant therapy."""

import pytest


def test_disposition__counts_who_completed_each_visit(analyse):
    found = analyse("disposition")
    completed = {key: found[f"disposition.completed.{key}"].value for key in ("M3", "M6", "M12")}
    assert completed == {"M3": 13, "M6": 11, "M12": 9}
    assert found["disposition.completed.study"].value == 9
    assert found["disposition.treated"].value == found["disposition.enrolled"].value == 15


def test_disposition__counts_diagnoses(analyse):
    found = analyse("disposition")
    counts = [found[f"disposition.diagnosis.{name}"].numerator for name in ("PM", "DM", "IBM")]
    assert counts == [6, 4, 5]


def test_disposition__names_who_did_not_meet_the_criteria(analyse):
    eligible = analyse("disposition")["disposition.eligible"]
    assert (eligible.value, eligible.n) == (14, 15)
    assert eligible.warnings == ("A-05 did not meet I6.",)


def test_disposition__leaves_out_who_was_not_treated(analyse, tables):
    tables["ADSL"][0]["SAFFL"] = "N"
    found = analyse("disposition")
    assert (found["disposition.enrolled"].value, found["disposition.treated"].value) == (15, 14)
    assert found["disposition.completed.M12"].value == 8


def test_disposition__says_where_a_last_visit_is_not_known(analyse, tables):
    tables["ADSL"][0]["LSTVIS"] = None
    completed = analyse("disposition")["disposition.completed.M3"]
    assert completed.value == 12
    assert "The last visit of 1 patient is not known." in completed.warnings


def test_disposition__points_at_the_rows_it_counted(analyse):
    completed = analyse("disposition")["disposition.completed.M12"]
    assert completed.rows == {
        "dataset": "ADSL",
        "keys": [f"ADSL:{number}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10)],
    }


def test_disposition__counts_deviations_where_they_are_listed(analyse, tables):
    tables["ADDV"] = [
        {"USUBJID": "A-01", "DVCAT": "VISIT WINDOW", "ROWID": "ADDV:1"},
        {"USUBJID": "A-01", "DVCAT": "VISIT WINDOW", "ROWID": "ADDV:2"},
    ]
    assert analyse("disposition")["disposition.deviation.visit_window"].value == 1


def test_withdrawals__by_reason_whatever_the_case_of_letters(analyse):
    found = analyse("withdrawals")
    assert found["withdrawals.total"].value == 6
    reasons = {
        "site_rash": 2, "muscle_symptoms": 2, "headache": 1, "lack_of_efficacy": 1,
    }  # fmt: skip
    for reason, count in reasons.items():
        assert found[f"withdrawals.reason.{reason}"].value == count
    assert found["withdrawals.reason.site_rash"].label == "Withdrew: Site rash"


def test_withdrawals__by_time(analyse):
    found = analyse("withdrawals")
    assert [found[f"withdrawals.before.{key}"].value for key in ("M3", "M6", "M12")] == [2, 2, 2]
    assert found["withdrawals.reason.muscle_symptoms.before.M3"].value == 2
    assert found["withdrawals.before.M6"].label == "Withdrew between Month 3 and Month 6"
    days = found["withdrawals.day.median"]  # 60 70 120 130 240 300
    assert (days.value, days.interval.low, days.interval.high) == (125, 70, 240)


def test_withdrawals__without_a_reason_or_a_known_time_are_counted_too(analyse, tables):
    tables["ADSL"][5] |= {"DCSREAS": None, "LSTVIS": "Withdrawal"}
    tables["ADSL"][10] |= {"LSTVIS": "Month 12"}
    found = analyse("withdrawals")
    assert found["withdrawals.reason.not_stated"].value == 1
    assert found["withdrawals.before.unknown"].value == 1
    assert found["withdrawals.before.end"].label == "Withdrew after Month 12"


def test_baseline__describes_numbers_and_counts_what_is_missing(analyse):
    found = analyse("baseline")
    # 40 45 48 50 52 55 58 60 62 65 66 70 72 74: mean 817 / 14, quartiles the 4th and the 11th
    assert found["baseline.AGE.mean"].value == pytest.approx(817 / 14)
    median = found["baseline.AGE.median"]
    assert (median.value, median.interval.low, median.interval.high) == (59, 50, 66)
    span = found["baseline.AGE.range"]
    assert (span.value, span.interval.low, span.interval.high) == (34, 40, 74)
    assert (span.n, span.warnings) == (14, ("1 value missing.",))


def test_baseline__counts_values_overall_and_by_diagnosis(analyse):
    found = analyse("baseline")
    women = found["baseline.SEX.F"]
    assert (women.numerator, women.n, women.value) == (8, 15, pytest.approx(100 * 8 / 15))
    assert (found["baseline.SEX.IBM.F"].numerator, found["baseline.SEX.IBM.F"].n) == (2, 5)
    assert found["baseline.DIAG.IBM"].numerator == 5
    assert "baseline.HIV.Y" not in found  # not in the dataset


def test_baseline__describes_assessments_at_baseline_only(analyse):
    index = analyse("baseline")["baseline.HAQDI.median"]
    assert (index.value, index.n, index.unit) == (1.5, 3, "points")
    assert index.warnings == ("1 value missing.",)


def test_exposure__adds_up_days_and_doses(analyse):
    found = analyse("exposure")
    days = 9 * 366 + 300 + 240 + 120 + 130 + 60 + 70
    assert found["exposure.patient_years"].value == pytest.approx(days / 365.25)
    assert found["exposure.planned.total"].value == 1500
    taken = found["exposure.taken.total"]
    assert (taken.value, taken.n) == (1370, 14)
    assert taken.warnings == ("The number of doses taken of 1 patient is not known.",)


def test_exposure__compliance_is_of_each_patients_own_doses(analyse, tables):
    tables["ADEX"].append({"USUBJID": "A-01", "EXDURD": 10, "EXPLAN": 100, "EXTAKEN": 100,
                           "ROWID": "ADEX:16"})  # fmt: skip
    found = analyse("exposure")
    enough = found["exposure.compliance.enough"]  # A-01 took 170 of 200
    assert (enough.numerator, enough.n) == (14, 14)
    assert found["exposure.compliance.range"].interval.low == 85


def test_exposure__says_who_has_no_record(analyse, tables):
    del tables["ADEX"][0]
    days = analyse("exposure")["exposure.days.median"]
    assert (days.n, days.warnings) == (14, ("1 patient without a record of exposure left out.",))


def test_exposure__below_eighty_percent_is_not_enough(analyse):
    enough = analyse("exposure")["exposure.compliance.enough"]
    assert (enough.numerator, enough.n) == (13, 14)


def test_concomitant__says_who_had_no_therapy_to_change(analyse):
    stable = analyse("concomitant")["concomitant.stable"]
    assert "12 patients without any such therapy counted as stable." in stable.warnings


def test_concomitant__lists_every_violation(analyse):
    found = analyse("concomitant")
    assert found["concomitant.violations"].value == 2
    first, second = (
        found[f"concomitant.violation.A-02.{name}"] for name in ("prednisolone", "methotrexate")
    )
    assert first.label == "A-02, prednisolone: from 10 to 5 mg a day on day 40"
    assert (first.value, first.unit, first.rows["keys"]) == (-50.0, "%", ["ADCM:2"])
    assert second.value is None
    assert "There was no dose to compare with." in second.warnings


def test_concomitant__share_of_patients_without_a_change(analyse):
    stable = analyse("concomitant")["concomitant.stable"]
    assert (stable.numerator, stable.n) == (13, 14)  # A-02 changed, A-03 is not known
    assert "1 patient with a dose that is not known left out." in stable.warnings
    assert "from day -28 to day 366 within 0 % of the first day's" in stable.method


def test_concomitant__without_a_rule_counts_classes_only(analyse, plan):
    plan["concomitant"]["stable"] = None
    found = analyse("concomitant")
    assert found["concomitant.class.glucocorticoid"].value == 2
    assert all(key.startswith("concomitant.class.") for key in found)
