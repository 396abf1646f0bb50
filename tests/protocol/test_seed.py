"""The seed's protocol says what the published reports of the study say."""

from pathlib import Path

import pytest

from myotrial import protocol
from myotrial.documents import read

SEED = Path(__file__).parents[2] / "studies/anakinra-2009/study.yaml"


@pytest.fixture(scope="module")
def seed():
    return protocol.read(SEED)


def test_seed__has_the_published_design(seed):
    study, (arm,) = seed.study, seed.arms
    (treatment,) = arm.treatments
    assert (study.registration, study.design, study.blinding) == (
        "NCT01165008", "single-arm", "open-label",
    )  # fmt: skip
    assert (study.start, study.end, study.registered) == ("2003-09", "2008-09", "2010-07-16")
    assert (arm.planned, treatment.name, treatment.dose, treatment.unit) == (
        15, "anakinra", 100, "mg",
    )  # fmt: skip
    assert (treatment.route, treatment.every_days) == ("subcutaneous", 1)


def test_seed__has_the_published_visits_and_biopsies(seed):
    assert [visit.month for visit in seed.visits] == [0, 3, 6, 12, None]
    assert seed.biopsy.visits == ("M0", "M6")
    assert [marker.id for marker in seed.biopsy.markers if marker.presence] == ["IL1RA"]


def test_seed__leads_with_the_registered_primary_outcome(seed):
    (primary,) = [endpoint for endpoint in seed.endpoints if endpoint.role == "primary"]
    assert (primary.definition, primary.estimand, primary.visit) == (
        "functional_index_20", "at_visit", "M12",
    )  # fmt: skip
    assert "R5" in primary.source


def test_seed__says_of_each_fact_where_it_stands_and_how_sure_it_is(seed):
    parts = [
        seed.study, *seed.arms, *seed.visits, *seed.eligibility.inclusion,
        *seed.eligibility.exclusion, seed.concomitant.stable, *seed.assessments, seed.biopsy,
        *seed.biopsy.markers, *seed.endpoints, seed.worsening, *seed.other_outcomes,
    ]  # fmt: skip
    assert all(part.status for part in parts)
    assert all(part.source or part.status == "assumed" for part in parts)


def test_seed__marks_windows_and_the_withdrawal_visit_as_assumed(seed):
    assert all("window" in visit.assumed for visit in seed.visits if not visit.unscheduled)
    assert [visit.status for visit in seed.visits if visit.unscheduled] == ["assumed"]


def test_seed__names_every_attribute_in_a_rule_or_describes_patients_by_it(seed):
    rules = " ".join(rule.rule for rule in seed.eligibility.inclusion + seed.eligibility.exclusion)
    unused = [name for name in seed.subject if name not in rules]
    assert unused == ["DISDUR"]


def test_seed__fits_its_schema(seed):
    from jsonschema import Draft202012Validator

    schema = protocol.json_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(read(SEED).data)
