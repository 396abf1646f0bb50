"""What the seed's abstract must yield, without being told."""

from pathlib import Path

import pytest

from myotrial import evidence
from myotrial.errors import MyotrialError
from myotrial.evidence import recount
from myotrial.evidence.elements import bits
from myotrial.evidence.question import Question

FILE = Path(__file__).parents[2] / "studies" / "anakinra-2009" / "published.yaml"
RESPONSE = {"all-nonresponders-assessed", "assessed-means-repeated"}
MONTH_6 = {"repeat-biopsy-at-month-6"}


@pytest.fixture(scope="module")
def paper():
    return evidence.read(FILE)


@pytest.fixture(scope="module")
def findings(paper):
    return evidence.examine(paper)


@pytest.fixture(scope="module")
def ranges(findings):
    """Ranges by statistic, method, readings left out and claims read loosely."""
    return {
        (each["id"], each["method"], frozenset(each["without"]), tuple(each["loosely"])): each
        for each in findings.statistics
    }


def test_examine__finds_the_stated_claims_consistent(findings):
    assert findings.consistent
    assert sum(profile["patients"] for profile in findings.witness) == 15


def test_examine__shows_a_reader_two_clashes(findings):
    assert [set(group.readings) for group in findings.groups] == [MONTH_6, RESPONSE]
    told = [group.explanation for group in findings.groups]
    assert "at most 11 patients" in told[0]  # those who completed month 6
    assert "at least 15 patients" in told[1]
    assert all("had a repeat biopsy, but 14 are stated" in each for each in told)


def test_examine__tells_every_reading_and_why_it_may_be_doubted(findings, paper):
    told = {reading["id"]: reading for reading in findings.as_record()["readings"]}
    assert list(told) == [reading.id for reading in paper.readings]
    assert all(reading["says"] and reading["why"] for reading in told.values())


def test_examine__names_the_smallest_sets_of_statements_that_clash(findings):
    found = {(frozenset(each.claims), frozenset(each.readings)) for each in findings.conflicts}
    fifteen = {"patients", "il1ra-in-responders", "repeat-biopsies"}
    assert (frozenset(fifteen), frozenset(RESPONSE)) in found
    assert (frozenset({"completed-month-6", "repeat-biopsies"}), frozenset(MONTH_6)) in found
    assert all(each.readings for each in findings.conflicts)


def test_examine__repairs_by_withdrawing_readings_first(findings):
    gentle = [each for each in findings.repairs if not each.doubt]
    assert findings.repairs[: len(gentle)] == gentle
    assert {(frozenset(each.withdraw), tuple(each.loosely)) for each in gentle} == {
        (frozenset(MONTH_6 | {"all-nonresponders-assessed"}), ()),
        (frozenset(MONTH_6 | {"assessed-means-repeated"}), ()),
        (frozenset(MONTH_6), ("il1ra-in-responders",)),
    }


@pytest.mark.parametrize(
    ("without", "loosely", "table", "fisher"),
    [
        pytest.param("assessed-means-repeated", (), [7, 0, 3, 5], 0.0256, id="7/7 v 3/8"),
        pytest.param(None, ("il1ra-in-responders",), [6, 0, 3, 5], 0.0310, id="6/6 v 3/8"),
        pytest.param("all-nonresponders-assessed", (), [7, 0, 3, 4], 0.0699, id="7/7 v 3/7"),
    ],
)
def test_examine__shows_what_hangs_on_each_reading(ranges, without, loosely, table, fisher):
    left_out = frozenset(MONTH_6 | ({without} if without else set()))
    found = ranges["il1ra-by-response", "fisher", left_out, loosely]
    assert found["at_min"]["table"] == found["at_max"]["table"] == table
    assert found["min"] == found["max"] == pytest.approx(fisher, abs=5e-5)
    for method in ("boschloo", "barnard"):
        assert ranges["il1ra-by-response", method, left_out, loosely]["max"] < 0.05
    odds = ranges["il1ra-by-response", "odds_ratio", left_out, loosely]
    assert odds["min"] == odds["max"] == odds["at_max"]["high"] == "infinity"
    assert 0 < odds["at_min"]["low"] < 1.3


def test_examine__leaves_open_what_the_source_leaves_open(ranges):
    women = ranges["responders-among-women", "count", frozenset(), ()]
    assert (women["min"], women["max"]) == (0, 7)
    elsewhere = ranges["repeat-biopsies-without-month-6", "count", frozenset(), ()]
    assert elsewhere["min"] == 3


def test_draw__gives_patients_that_meet_every_claim(paper):
    patients = evidence.draw(paper, seed=1)
    assert patients == evidence.draw(paper, seed=1)
    assert patients != evidence.draw(paper, seed=2)
    assert sum(patient["diagnosis"] == "PM" for patient in patients) == 6
    assert sum(patient["outcome"] == "responder" for patient in patients) == 7
    assert sum(patient["repeat_biopsy"] == "yes" for patient in patients) == 14
    assert {patient["disease_duration"] for patient in patients} >= {2, 18}


def test_determinacy__marks_what_the_source_does_not_fix(paper):
    found = evidence.determinacy(paper)
    assert found["diagnosis"] == found["sex"] == "determined"
    assert found["disease_duration"] == found["fi"] == "bounded"


def test_examine__proves_every_conflict_and_needs_every_statement_of_it(paper, findings):
    question = Question.of(paper)
    assert len(findings.conflicts) == 92
    for conflict in findings.conflicts:
        assert conflict.certificate is not None
        assert not question.explorer.possible(conflict.elements)
        for place in bits(conflict.elements):
            assert question.explorer.possible(conflict.elements & ~(1 << place))


@pytest.mark.parametrize("readings", [None, []], ids=["first admissible set", "none"])
def test_draw__meets_every_claim_on_recount(paper, readings):
    patients = evidence.draw(paper, seed=1, readings=readings)
    assert all(recount.holds(paper, claim.form, patients) for claim in paper.claims)


def test_draw__refuses_readings_that_the_claims_exclude(paper):
    with pytest.raises(MyotrialError, match="cannot all hold"):
        evidence.draw(paper, seed=1, readings=["repeat-biopsy-at-month-6"])
