"""The oracle itself, on papers whose truth is plain."""

import json
from fractions import Fraction

from brute_force_worlds import SmallPaper, Statement, examine, fisher, worlds
from hypothesis import given, settings
from small_papers import small_papers, truthful_papers

SEXES = {"sex": ["F", "M"]}


def women(world):
    return sum(patient["sex"] == "F" for patient in world)


def paper(*statements, most=4):
    return SmallPaper(SEXES, statements, {"women": women}, "", most)


THREE = Statement("three", lambda world: len(world) == 3, fixes_n=True)
TWO_WOMEN = Statement("two women", lambda world: women(world) == 2, needs=2)
TWO_MEN = Statement("two men", lambda world: len(world) - women(world) == 2, needs=2)
A_WOMAN = Statement("a woman", lambda world: women(world) >= 1, needs=1)


def test_worlds__are_all_multisets():
    assert len(list(worlds(SEXES, 3))) == 1 + 2 + 3 + 4


def test_examine__names_the_one_conflict_and_its_three_repairs():
    truth = examine(paper(THREE, TWO_WOMEN, TWO_MEN, A_WOMAN))
    assert not truth.consistent
    assert truth.conflicts == {frozenset({"three", "two women", "two men"})}
    assert truth.repairs == {frozenset({name}) for name in ("three", "two women", "two men")}
    assert truth.decisive


def test_examine__ranges_over_the_worlds_that_remain():
    truth = examine(paper(THREE, A_WOMAN))
    assert truth.consistent
    assert truth.conflicts == frozenset()
    assert truth.repairs == frozenset()
    assert truth.ranges == {("women", frozenset()): (1, 3)}


def test_examine__keeps_the_largest_sets_of_readings():
    one = Statement("all women", lambda world: women(world) == len(world), reading=True, needs=0)
    other = Statement("no women", lambda world: women(world) == 0, reading=True, needs=0)
    truth = examine(paper(THREE, one, other))
    assert truth.admissible == {frozenset({"all women"}), frozenset({"no women"})}
    assert truth.ranges["women", frozenset({"all women"})] == (3, 3)


def test_examine__reads_a_claim_loosely_before_doubting_it():
    loose = Statement("women", lambda world: women(world) >= 2, needs=2)
    strict = Statement("strictly women", lambda world: women(world) == 2, of="women", needs=2)
    all_women = Statement("all", lambda world: women(world) == len(world), needs=0)
    truth = examine(paper(THREE, loose, strict, all_women))
    assert not truth.consistent
    assert truth.conflicts == {frozenset({"three", "women", "strictly women", "all"})}
    assert truth.admissible == {frozenset()}
    assert frozenset({"strictly women"}) in truth.repairs
    assert truth.ranges == {("women", frozenset()): (3, 3)}


def test_examine__is_not_decisive_where_more_patients_could_help():
    five = Statement("five women", lambda world: women(world) == 5, needs=5)
    assert not examine(paper(five, most=4)).decisive
    assert examine(paper(five, most=5)).consistent


def test_fisher__gives_the_known_values():
    """Two-sided p of 7/7 v 3/8, 6/6 v 3/8 and 7/7 v 3/7, as the design of the seed states."""
    found = [fisher(7, 0, 3, 5), fisher(6, 0, 3, 5), fisher(7, 0, 3, 4)]
    assert [round(float(p), 4) for p in found] == [0.0256, 0.0310, 0.0699]
    assert fisher(0, 0, 0, 0) == Fraction(1)


@given(small_papers())
@settings(max_examples=40, deadline=None)
def test_small_papers__are_whole(small):
    document = json.loads(small.text)
    ids = [item["id"] for item in [*document["claims"], *document["readings"]]]
    assert sorted(ids) == sorted(s.id for s in small.statements if not s.of)
    truth = examine(small)
    assert truth.consistent == bool(truth.worlds)
    for conflict in truth.conflicts:
        assert all(conflict & repair for repair in truth.repairs)
    for repair in truth.repairs:
        assert all(any(name in conflict for conflict in truth.conflicts) for name in repair)


@given(truthful_papers())
@settings(max_examples=60, deadline=None)
def test_truthful_papers__are_true_of_their_hidden_patients(pair):
    small, hidden = pair
    assert [statement.id for statement in small.statements if not statement.holds(hidden)] == []
