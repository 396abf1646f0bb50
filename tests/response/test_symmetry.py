"""What the rules do not depend on, and which way they can only move."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import (
    core_set,
    functional_index,
    imacs_2004,
    printo,
    proderm,
    tis_2016,
    worsening,
)
from myotrial.response.core_set import CoreSet

NAN = float("nan")
percents = st.sampled_from([-60.0, -30.0, -25.0, -20.0, 0.0, 19.9, 20.0, 60.0, NAN])
changes = st.builds(CoreSet, *[percents] * 6)
rises = st.sampled_from([-1.0, 1.9, 2.0, 5.0, NAN])
OTHERS = [0, 1, 3, 4, 5]  # all but muscle strength
WITHOUT_ENZYME = [0, 1, 3, 5]


def shuffled(change, places, order):
    cells = list(change)
    for place, other in zip(places, order, strict=True):
        cells[place] = change[other]
    return CoreSet(*cells)


def worse_than(change, which, loss):
    return CoreSet(*(item - loss if at == which else item for at, item in enumerate(change)))


@settings(deadline=None)
@given(changes, st.permutations(OTHERS))
def test_definitions__treat_all_measures_but_strength_alike(change, order):
    other = shuffled(change, OTHERS, order)
    assert imacs_2004.bounds(other) == imacs_2004.bounds(change)
    assert printo.bounds(other) == printo.bounds(change)


@settings(deadline=None)
@given(changes, st.permutations(range(6)))
def test_core_set_worsening__treats_all_measures_alike(change, order):
    other = shuffled(change, range(6), order)
    assert worsening.core_set_bounds(other) == worsening.core_set_bounds(change)


@settings(deadline=None)
@given(changes, st.permutations(WITHOUT_ENZYME), rises, rises, percents)
def test_proderm__treats_its_measures_alike_and_never_reads_the_enzyme(
    change, order, physician, extramuscular, enzyme
):
    other = shuffled(change, WITHOUT_ENZYME, order)._replace(enzyme=enzyme)
    found = proderm.bounds(other, physician, extramuscular)
    assert found == proderm.bounds(change, physician, extramuscular)


@settings(deadline=None)
@given(changes, st.integers(0, 5), st.floats(0, 100), rises, rises, st.floats(0, 10))
def test_worsening__is_never_lost_by_a_worse_measure(change, which, loss, one, two, more):
    lower = worse_than(change, which, loss)
    rules = (
        (worsening.core_set_bounds, (), ()),
        (worsening.imacs_2005_bounds, (one, two), (one + more, two + more)),
        (proderm.bounds, (one, two), (one + more, two + more)),
    )
    for rule, before, after in rules:
        assert all(b >= a for a, b in zip(rule(change, *before), rule(lower, *after), strict=True))


@settings(deadline=None)
@given(st.integers(0, 64), st.integers(0, 64), st.integers(0, 64))
def test_functional_index__is_never_lost_by_a_higher_total(before, one, two):
    def verdict(after):
        change = core_set.improvement(float(before), float(after), 1.0, 6.4)
        return functional_index.bounds(change, float(before), float(after))

    low, high = verdict(min(one, two)), verdict(max(one, two))
    assert all(b >= a for a, b in zip(low, high, strict=True))


@settings(deadline=None)
@given(st.lists(percents, min_size=1, max_size=7), st.randoms())
def test_tasks__are_counted_in_any_order(tasks, random):
    other = tasks[:]
    random.shuffle(other)
    assert functional_index.tasks_bounds(other) == functional_index.tasks_bounds(tasks)


@settings(deadline=None)
@given(
    st.tuples(*[st.tuples(st.integers(1, 1000), st.integers(0, 1000))] * 6),
    st.tuples(*[st.sampled_from([0.1, 10.0, 60.0, 1 / 60, 88.4])] * 6),
)
def test_verdicts__do_not_depend_on_the_units(pairs, factors):
    minimum = CoreSet(*[5.0] * 6)
    before, after = (CoreSet(*map(float, column)) for column in zip(*pairs, strict=True))
    scaled = [CoreSet(*(np.float64(v) * f for v, f in zip(values, factors, strict=True)))
              for values in (before, after, minimum)]  # fmt: skip
    one = core_set.improvements(before, after, minimum)
    two = core_set.improvements(*scaled)
    for rule in (imacs_2004.bounds, printo.bounds, worsening.core_set_bounds):
        assert rule(one) == rule(two)


@pytest.mark.parametrize("thresholds", [tis_2016.ADULT, tis_2016.JUVENILE], ids=["adult", "child"])
def test_category__of_every_score_there_is_changes_exactly_at_the_thresholds(thresholds):
    scores = [2.5 * step for step in range(41)]
    codes = [int(tis_2016.category(score, score, thresholds)) for score in scores]
    assert codes == sorted(codes)
    first = [scores[codes.index(code)] for code in (1, 2, 3)]
    assert first == list(thresholds)
    below = [scores[codes.index(code) - 1] for code in (1, 2, 3)]
    assert below == [threshold - 2.5 for threshold in thresholds]


def test_definitions__need_three_whichever_they_are():
    for chosen in permutations(range(6), 3):
        change = CoreSet(*(20.0 if at in chosen else 0.0 for at in range(6)))
        assert imacs_2004.improved(change)
        assert printo.improved(change)
        assert not imacs_2004.improved(change._replace(**{CoreSet._fields[chosen[0]]: 19.9}))
