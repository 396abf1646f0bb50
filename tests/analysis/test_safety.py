import pytest

DAYS = 9 * 366 + 300 + 240 + 120 + 130 + 60 + 70


def test_safety__counts_patients_and_events_under_treatment(analyse):
    found = analyse("safety")
    assert (found["safety.any.patients"].numerator, found["safety.any.patients"].n) == (4, 15)
    assert found["safety.any.events"].value == 5
    assert "1 event not under treatment left out." in found["safety.any.events"].warnings
    assert "safety.term.cold.patients" not in found


def test_safety__related_and_leading_to_withdrawal(analyse):
    found = analyse("safety")
    assert found["safety.related.patients"].numerator == 2
    assert found["safety.related.events"].value == 3
    assert found["safety.withdrawal.patients"].numerator == 3


def test_safety__rate_is_per_patient_year(analyse):
    rate = analyse("safety")["safety.any.rate"]
    years = DAYS / 365.25
    assert rate.value == pytest.approx(5 / years)
    # Garwood: 5 events lie between 1.623 and 11.668.
    assert rate.interval.low * years == pytest.approx(1.623, abs=5e-4)
    assert rate.interval.high * years == pytest.approx(11.668, abs=5e-4)


def test_safety__takes_the_worst_event_of_each_patient(analyse):
    found = analyse("safety")
    worst = {
        name: found[f"safety.severity.{name}.patients"].numerator
        for name in ("MILD", "MODERATE", "SEVERE")
    }
    assert worst == {"MILD": 1, "MODERATE": 1, "SEVERE": 1}
    assert found["safety.severity.MILD.events"].value == 2
    assert found["safety.severity.unknown.events"].value == 1


def test_safety__joins_terms_whatever_the_case_of_letters(analyse):
    found = analyse("safety")
    rash = found["safety.term.injection_site_rash.patients"]
    assert (rash.numerator, rash.label) == (2, "Injection-site rash: patients")
    assert found["safety.term.injection_site_rash.events"].value == 3
    assert found["safety.term.injection_site_rash.severity.MILD"].value == 2
    assert found["safety.term.headache.not_related"].value == 1
    assert "safety.term.headache.related" not in found


def test_safety__lists_the_most_frequent_term_first(analyse):
    keys = [key for key in analyse("safety") if key.startswith("safety.term.")]
    assert keys[0] == "safety.term.injection_site_rash.patients"


def test_safety__without_events_is_zero_with_an_upper_limit(analyse, tables):
    for row in tables["ADAE"]:
        row["TRTEMFL"] = "N"
    found = analyse("safety")
    assert (found["safety.any.patients"].value, found["safety.any.events"].value) == (0, 0)
    assert found["safety.any.patients"].interval.high == pytest.approx(21.8, abs=0.05)


def test_safety__without_exposure_gives_no_rate(analyse, tables):
    for row in tables["ADEX"]:
        row["EXDURD"] = None
    rate = analyse("safety")["safety.any.rate"]
    assert (rate.value, rate.interval) == (None, None)
    assert "No exposure is recorded: no rate can be given." in rate.warnings
