"""Proofs, hidden patients, and explanations (trying every world: `test_against_brute_force`)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from small_papers import small_papers, truthful_papers

from myotrial import evidence
from myotrial.evidence import recount

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@settings(SLOW, max_examples=20)
@given(small_papers())
def test_examine__proves_every_conflict(small):
    found = evidence.examine(evidence.parse(small.text))
    for conflict in found.conflicts:
        assert conflict.certificate is not None
        assert leaves(conflict.certificate)
        for leaf in leaves(conflict.certificate):
            assert Fraction(leaf["sum"].removeprefix("0 >= ")) > 0
            owners = {row["owner"] for row in leaf["rows"]}
            assert owners - {"split"} <= {*conflict.claims, *conflict.readings}


def leaves(certificate):
    if certificate["kind"] == "farkas":
        return [certificate]
    return leaves(certificate["below"]) + leaves(certificate["above"])


@settings(SLOW, max_examples=6)
@given(truthful_papers())
def test_examine__finds_what_was_read_off_patients_consistent(told):
    small, hidden = told
    paper = evidence.parse(small.text)
    found = evidence.examine(paper)
    assert found.consistent
    assert found.conflicts == []
    for record in found.statistics:
        value = small.statistics[record["id"]](hidden)
        if record["max"] is not None:
            assert float(record["min"]) - 1e-12 <= float(value) <= float(record["max"]) + 1e-12
    for patients in (spelt_out(found.witness), evidence.draw(paper, seed=3)):
        counted = retyped(paper, patients)
        assert all(recount.holds(paper, claim.form, counted) for claim in paper.claims)
        assert all(statement.holds(tuple(counted)) for statement in small.statements)


def spelt_out(witness):
    return [profile for profile in witness for _ in range(profile["patients"])]


def retyped(paper, patients):
    """Patients with the values of the attributes, from values shown as text."""
    values = {
        name: {str(value): value for value in attribute.domain}
        for name, attribute in paper.attributes.items()
    }
    return [
        {name: values[name][str(patient[name])] for name in paper.attributes}
        for patient in patients
    ]


def test_examine__answers_the_same_question_the_same_way():
    paper = evidence.parse(TWO_CLASHES)
    assert evidence.examine(paper).as_record() == evidence.examine(paper).as_record()


TWO_CLASHES = """
attributes:
  sex: {values: [F, M]}
  grade: {values: [0, 1, 2, 3]}
claims:
  - {id: n, says: 10 patients, total: 10}
  - {id: women, says: 6 women, count: sex == 'F', equals: 6, who: are women}
  - {id: men, says: 5 men, count: sex == 'M', equals: 5, who: are men}
  - {id: high, says: 4 of grade 2 or more, count: grade >= 2, equals: 4}
  - {id: third, says: nobody of grade 2, count: grade == 2, equals: 0}
  - {id: mean, says: mean grade 0.85, mean: grade, equals: "0.85"}
"""


def test_examine__groups_clashes_that_share_nothing_but_the_number_of_patients():
    found = evidence.examine(evidence.parse(TWO_CLASHES))
    assert not found.consistent
    assert found.witness is None
    assert len(found.groups) == 2
    told = {group.explanation for group in found.groups}
    assert told == {
        "There can be at most 5 patients who are women, but 6 are stated.",
        "No whole total of 10 gives a mean of 0.85: 8/10 = 0.8, 9/10 = 0.9.",
    }


def test_examine__splits_where_only_whole_patients_are_impossible():
    found = evidence.examine(evidence.parse(HALVES))
    (conflict,) = found.conflicts
    assert conflict.certificate["kind"] == "split"
    assert set(conflict.claims) == {"n", "half"}


HALVES = """
attributes: {sex: {values: [F, M]}}
claims:
  - {id: n, says: 7 patients, total: 7}
  - {id: half, says: half were women, share: sex == 'F', equals: 50.0%, as_printed: true}
"""


def test_draw__places_patients_with_equal_probability_where_nothing_is_said():
    paper = evidence.parse(
        "attributes: {a: {values: [x, y]}, b: {from: 0, to: 9}}\n"
        "claims: [{id: n, says: 200 patients, total: 200}]"
    )
    patients = evidence.draw(paper, seed=5)
    assert sum(patient["a"] == "x" for patient in patients) == pytest.approx(100, abs=30)
    counts = np.bincount([patient["b"] for patient in patients], minlength=10)
    assert counts.min() > 5


# 2 of 4 patients have x, and every score is 2: exactly at the end of each printed bound
AT_THE_END = """
attributes:
  a: {values: [x, y]}
  score: {values: [1, 2, 3]}
claims:
  - {id: patients, says: 4, total: 4}
  - {id: half, says: 2 have x, count: a == 'x', equals: 2}
  - {id: twos, says: all score 2, always: score == 2}
"""


@pytest.mark.parametrize(
    ("form", "fits"),
    [
        pytest.param("share: a == 'x', equals: '>50%'", False, id="share above"),
        pytest.param("share: a == 'x', equals: '<50%'", False, id="share below"),
        pytest.param("share: a == 'x', equals: '>=50%'", True, id="share at least"),
        pytest.param("share: a == 'x', equals: '<=50%'", True, id="share at most"),
        pytest.param("mean: score, equals: '>2'", False, id="mean above"),
        pytest.param("mean: score, equals: '<2'", False, id="mean below"),
        pytest.param("mean: score, equals: '>=2'", True, id="mean at least"),
        pytest.param("mean: score, equals: '<=2'", True, id="mean at most"),
    ],
)
def test_examine__keeps_to_whether_a_printed_bound_includes_its_end(form, fits):
    text = f"{AT_THE_END}  - {{id: bound, says: a bound, {form}}}\n"
    assert evidence.examine(evidence.parse(text)).consistent == fits
