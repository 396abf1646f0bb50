"""The model of cliques against all profiles at once; certificates against every profile."""

from pathlib import Path

import cp_sat
import pytest
from full_joint import FullJoint, profiles, weight
from hypothesis import HealthCheck, given, settings
from small_papers import small_papers, truthful_papers

from myotrial import evidence
from myotrial.errors import TooLargeError
from myotrial.evidence import farkas, ranges
from myotrial.evidence.elements import bits
from myotrial.evidence.junction import tree
from myotrial.evidence.question import Question
from myotrial.evidence.statements import Line, tally

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module")
def ask():
    with cp_sat.started() as asking:
        yield asking


SEED = Path(__file__).parents[2] / "studies" / "anakinra-2009" / "published.yaml"


@settings(SLOW, max_examples=30)
@given(small_papers())
def test_check__agrees_with_all_profiles_at_once(ask, small):
    paper = evidence.parse(small.text)
    question, full = Question.of(paper), FullJoint(paper, ask)
    everything = question.elements.everything
    for chosen in {everything, question.elements.stated, everything & ~2, everything & 5}:
        assert question.explorer.possible(chosen) == full.possible(chosen)


@settings(SLOW, max_examples=20)
@given(truthful_papers())
def test_bounds__agree_with_all_profiles_at_once(ask, told):
    paper = evidence.parse(told[0].text)
    question, full = Question.of(paper), FullJoint(paper, ask)
    asked = tally(paper.statistics[0].count)
    stated = question.elements.stated
    found = ranges.bounds(question.solver, asked, stated)
    assert (found.least, found.most) == full.bounds(asked, stated)


@settings(SLOW, max_examples=25)
@given(small_papers())
def test_prove__holds_for_every_profile(small):
    paper = evidence.parse(small.text)
    question = Question.of(paper)
    found = question.explorer.map(question.elements.everything, 0, 500)
    for conflict in found.conflicts:
        proof = farkas.prove(question.solver, conflict)
        assert proof is not None
        lines = _lines(question, conflict)
        if isinstance(proof, farkas.Certificate) and lines is not None:
            assert _refutes(proof, lines, profiles(paper))


def _lines(question, conflict):
    """The line of each row of the model that a conflict owns; None where it owns a choice."""
    rows = {}
    for place in bits(conflict):
        own = [i for i, row in enumerate(question.solver.model.rows) if row.owner == place]
        statements = question.elements[place].statements
        if not all(isinstance(statement, Line) for statement in statements):
            return None
        rows |= dict(zip(own, statements, strict=True))
    return rows


def _refutes(proof, lines, patients):
    """No patient adds more than 0, yet the bounds add up to more than 0."""
    owned = {place: y for place, y in proof.multipliers.items() if place in lines}
    sums = [
        sum(y * factor * weight(t, p) for i, y in owned.items() for factor, t in lines[i].terms)
        for p in patients
    ]
    bounds = sum(y * (lines[i].low if y > 0 else lines[i].high) for i, y in owned.items())
    return max(sums) <= 0 < bounds


def test_verify__refuses_a_changed_certificate():
    question = Question.of(evidence.read(SEED))
    place = question.elements.place
    chosen = 0
    for key in ("completed-month-6", "repeat-biopsies"):
        chosen |= 1 << place["claim", key]
    chosen |= 1 << place["reading", "repeat-biopsy-at-month-6"]
    proof = farkas.prove(question.solver, chosen)
    assert farkas.verify(question.solver.model, proof)
    for row, multiplier in proof.multipliers.items():
        turned = proof.multipliers | {row: -multiplier}
        without = {place: y for place, y in proof.multipliers.items() if place != row}
        for multipliers in (turned, without):
            assert not farkas.verify(question.solver.model, farkas.Certificate(multipliers))


def test_tree__keeps_the_cliques_of_an_attribute_connected():
    together = [frozenset(pair) for pair in ("ab", "bc", "cd", "da", "de", "fg")]
    cliques = tree("abcdefgh", together)
    assert all(any(pair <= set(clique.attributes) for clique in cliques) for pair in together)
    for name in "abcdefgh":
        holding = [i for i, clique in enumerate(cliques) if name in clique.attributes]
        tops = [i for i in holding if name not in cliques[i].separator]
        assert len(tops) == 1


def test_build__says_what_to_drop_when_attributes_explode():
    names = [f"a{i}" for i in range(12)]
    attributes = "\n".join(f"  {name}: {{values: [p, q, r, s]}}" for name in names)
    joined = " and ".join(f"{name} == 'p'" for name in names)
    text = (
        f'attributes:\n{attributes}\nclaims: [{{id: wide, says: x, count: "{joined}", equals: 1}}]'
    )
    with pytest.raises(TooLargeError, match=r"drop one of the statements.*wide"):
        evidence.examine(evidence.parse(text))
