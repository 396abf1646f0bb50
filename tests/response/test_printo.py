import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import core_set, imacs_2004, printo
from myotrial.response.core_set import CoreSet

NAN = float("nan")
cells = st.sampled_from([-100.0, -30.1, -30.0, -25.0, 0.0, 19.9, 20.0, 60.0, NAN])
changes = st.builds(CoreSet, *[cells] * 6)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param((20, 20, 20, 0, 0, 0), True, id="three at exactly 20"),
        pytest.param((20, 20, 19.9, 0, 0, 0), False, id="third just below 20"),
        pytest.param((20, 20, 0, 20, -30, -30), True, id="worse by 30 is not beyond 30"),
        pytest.param((20, 20, 0, 20, -30.1, -30), True, id="one worse is allowed"),
        pytest.param((20, 20, 0, 20, -30.1, -30.1), False, id="two worse"),
        pytest.param((20, 20, -30, 20, 0, 0), True, id="strength worse by 30"),
        pytest.param((20, 20, -30.1, 20, 0, 0), False, id="strength beyond 30"),
        pytest.param((NAN,) * 6, False, id="nothing assessed"),
    ],
)
def test_improved__applies_the_recalled_numbers(run, change, expected):
    assert run(printo.improved, [(CoreSet(*map(float, change)),)]) == [expected]


def test_improved__takes_other_numbers():
    change = CoreSet(15.0, 15.0, 0.0, 0.0, -30.1, -35.0)
    assert not printo.improved(change)
    assert printo.improved(change, percent=15.0, needed=2, allowed=2)
    assert printo.improved(change, percent=15.0, needed=2, worse=35.0)


@settings(deadline=None)
@given(st.lists(st.tuples(changes), min_size=1, max_size=20))
def test_improved__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(printo.improved, rows)
    everywhere(printo.bounds, rows)


@settings(deadline=None)
@given(changes)
def test_bounds__are_the_verdicts_at_the_extremes(change):
    low, high = printo.bounds(change)
    assert low == printo.improved(change.fill_missing(-np.inf))
    assert high == printo.improved(change.fill_missing(np.inf))


@settings(deadline=None)
@given(changes, st.integers(0, 5), st.floats(0, 50))
def test_improved__is_never_lost_by_a_better_measure(change, which, gain):
    better = CoreSet(*(v + gain * (i == which) for i, v in enumerate(change)))
    assert printo.improved(change) <= printo.improved(better)


def test_better__lets_the_chq_phs_rise():
    before = CoreSet(6.0, 5.0, 30.0, 2.0, 40.0, 10.0)  # CHQ-PhS 40, DAS 10
    after = CoreSet(6.0, 5.0, 36.0, 2.0, 48.0, 8.0)
    change = core_set.improvements(before, after, CoreSet(*[1.0] * 6), printo.BETTER)
    assert change == (0, 0, 20, 0, 20, 20)
    assert printo.improved(change)


@pytest.mark.parametrize(
    ("function", "better"),
    [
        pytest.param((1.5, 1.2), core_set.BETTER, id="CHAQ falls"),
        pytest.param((30.0, 36.0), core_set.BETTER_CMAS, id="CMAS rises"),
    ],
)
def test_imacs_2004__serves_children_with_either_measure_of_function(function, better):
    before = CoreSet(6.0, 5.0, 60.0, function[0], 400.0, 2.0)
    after = CoreSet(4.8, 4.0, 60.0, function[1], 400.0, 2.0)
    change = core_set.improvements(before, after, CoreSet(*[1.0] * 6), better)
    assert change.function == 20
    assert imacs_2004.improved(change)
