"""A paper that is not the seed: two arms, other visits, other scales, and far less stated."""

from fractions import Fraction

import pytest

from myotrial import protocol, reconstruction
from myotrial.errors import ReconstructionError

STUDY = """\
study: {id: TWO, title: Two arms, design: parallel, blinding: double-blind, months: 6}
arms:
  - id: DRUG
    label: Drug
    planned: 2
    treatments: [{name: drug, dose: 2, unit: g/kg, every_days: 28, from_day: 1, to_day: 169}]
  - id: PLACEBO
    label: Placebo
    planned: 2
    treatments: [{name: placebo, every_days: 28, from_day: 1, to_day: 169}]
subject:
  AGE: {label: Age, type: integer, range: [0, 120]}
  SEX: {label: Sex, values: [F, M]}
  NOTE: {label: Never reconstructed, values: [A, B]}
visits:
  - {id: BL, label: Baseline, month: 0, day: 1, window: [-14, 0], baseline: true}
  - {id: W12, label: Week 12, month: 3, day: 85, window: [-7, 7]}
  - {id: W24, label: Week 24, month: 6, day: 169, window: [-7, 7]}
eligibility:
  inclusion:
    - {id: I1, text: Weak, rule: MMT <= 125}
assessments:
  - {id: PHY, instrument: physician_global, unit: cm, visits: [BL, W12, W24]}
  - {id: PAT, instrument: patient_global, unit: cm, visits: [BL, W12, W24]}
  - {id: MMT, instrument: mmt8, variant: both sides, unit: points, visits: [BL, W12, W24]}
  - {id: HAQ, instrument: haq_di, unit: points, visits: [BL, W24]}
  - {id: CK, instrument: ck, unit: U/L, upper_limit: 200, visits: [BL, W12, W24]}
  - {id: EXM, instrument: myoact, unit: fraction, visits: [BL, W24]}
core_set:
  {physician: PHY, patient: PAT, strength: MMT, function: HAQ, enzyme: CK, extramuscular: EXM}
endpoints:
  - {id: doi, label: Improved, definition: imacs_2004, role: primary, estimand: ever}
analyses: [response]
"""

RECIPE = """\
title: Two arms
sources: {}
subject:
  arm: {attribute: arm}
  columns:
    - {columns: [AGE], draw: {quantiles: {0: 20, 1: 70}}, status: assumed}
    - {columns: [SEX], choice: {F: 2, M: 1}, status: assumed}
course:
  outcome: {attribute: improved, values: {'yes': responder, 'no': unchanged, worse: worse}}
days:
  jitter: {quantiles: {0: -20, 1: 20}}
  withdrawal: {quantiles: {0: 0, 1: 1}}
measures:
  - {assessment: PHY, range: [0, 10], steps: 10, decimals: 1, baseline: {quantiles: {0: 2, 1: 8}}}
  - {assessment: PAT, range: [0, 10], steps: 10, decimals: 1, baseline: {quantiles: {0: 2, 1: 8}}}
  - {assessment: MMT, range: [0, 150], baseline: {quantiles: {0: 90, 1: 140}}, variability: 0.3}
  - {assessment: HAQ, range: [0, 3], steps: 8, decimals: 3, baseline: {quantiles: {0: 0, 1: 2.5}}}
  - assessment: CK
    range: [20, 20000]
    baseline: {lognormal: {median: 300, log_sd: 1.5, low: 30, high: 9000}}
  - assessment: EXM
    range: [0, 1]
    steps: 600
    decimals: 4
    baseline: {quantiles: {0: 0, 0.3: 0, 1: 0.2}}
change:
  improved: {quantiles: {0: 20, 1: 80}}
  steady: {quantiles: {0: -24, 1: 19}}
  worsened: {quantiles: {0: -60, 1: -30}}
  open: {quantiles: {0: -40, 1: 40}}
  further: 0.3
  isolated: 0.2
  persistence: 0.5
exposure: {taken: {quantiles: {0: 1, 1: 1}}}
adverse_events:
  duration: {quantiles: {0: 1, 1: 10}}
  further:
    - {term: Headache, per_year: 8, severity: {MILD: 3, MODERATE: 1}, related: 0.5}
"""


@pytest.fixture(scope="module")
def trial():
    return protocol.parse(STUDY)


@pytest.fixture(scope="module")
def tables(trial):
    recipe = reconstruction.parse_recipe(RECIPE, trial)

    def drawn(*patients, seed=1):
        worlds = [{"arm": arm, "improved": improved} for arm, improved in patients]
        return reconstruction.reconstruct(worlds, recipe, trial, seed)

    return drawn


BETTER = {"PHY": -1, "PAT": -1, "MMT": 1, "HAQ": -1, "CK": -1, "EXM": -1}


def improved_at(rows):
    """At which visits after the first at least 3 measures are better by 20 % of baseline."""
    first, *later = rows
    return [
        sum(
            100 * sign * (exact(row[name]) - exact(first[name])) >= 20 * exact(first[name]) > 0
            for name, sign in BETTER.items()
            if row[name] is not None
        )
        >= 3
        for row in later
    ]


def exact(value):
    return Fraction(str(value))


@pytest.mark.parametrize("seed", range(8))
def test_reconstruct__needs_no_more_than_the_outcome(tables, seed):
    drawn = tables(("DRUG", "yes"), ("PLACEBO", "no"), seed=seed)["visits"]
    assert any(improved_at(drawn[:3]))
    assert not any(improved_at(drawn[3:]))


def test_reconstruct__puts_each_patient_in_the_stated_arm(tables):
    drawn = tables(("DRUG", "yes"), ("PLACEBO", "no"))
    assert [row["ARM"] for row in drawn["subjects"]] == ["DRUG", "PLACEBO"]
    assert [row["EXTRT"] for row in drawn["exposure"]] == ["drug", "placebo"]
    assert {row["EXPLAN"] for row in drawn["exposure"]} == {7}


def test_reconstruct__leaves_out_what_a_visit_does_not_assess(tables):
    weeks = {row["VISIT"]: row for row in tables(("DRUG", "yes"))["visits"]}
    assert (weeks["W12"]["HAQ"], weeks["W12"]["EXM"]) == (None, None)
    assert weeks["W24"]["HAQ"] is not None


def test_reconstruct__leaves_empty_what_the_recipe_does_not_fill(tables):
    drawn = tables(("DRUG", "no"))
    assert drawn["subjects"][0]["NOTE"] is None
    status = {row["column"]: row["status"] for row in drawn["attributes"]}
    assert status["subjects.NOTE"] == "open"
    assert drawn["biopsies"] == []


def test_reconstruct__draws_events_at_their_rate(tables):
    drawn = tables(*[("DRUG", "no")] * 40)["adverse_events"]
    days = 40 * 169
    assert len(drawn) == pytest.approx(8 * days / 365.25, rel=0.25)
    assert {row["AEACN"] for row in drawn} == {"DOSE NOT CHANGED"}
    assert {row["AESEV"] for row in drawn} == {"MILD", "MODERATE"}


def test_reconstruct__keeps_patients_at_zero_who_start_there(tables):
    drawn = tables(*[("DRUG", "no")] * 20)["visits"]
    starts = {row["USUBJID"] for row in drawn if row["VISIT"] == "BL" and row["EXM"] == 0}
    assert starts
    ends = [row["EXM"] for row in drawn if row["USUBJID"] in starts and row["VISIT"] == "W24"]
    assert set(ends) == {0}


def test_reconstruct__names_the_patient_of_no_arm(tables):
    with pytest.raises(ReconstructionError, match=r"patient 1 .* arm is 'OTHER'"):
        tables(("OTHER", "yes"))
