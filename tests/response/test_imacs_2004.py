import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import imacs_2004
from myotrial.response.core_set import CoreSet

NAN = float("nan")
changes = st.builds(
    CoreSet,
    *[st.sampled_from([-100.0, -25.0, -24.9, 0.0, 19.9, 20.0, 60.0, NAN]) | st.floats(-300, 100)]
    * 6,
)
rows_of_changes = st.lists(st.tuples(changes), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param((20, 20, 20, 0, 0, 0), True, id="three at exactly 20"),
        pytest.param((20, 20, 19.9, 0, 0, 0), False, id="third just below 20"),
        pytest.param((20, 20, 0, 20, -25, -90), True, id="two worse are allowed"),
        pytest.param((20, 20, -24.9, 20, -25, -25), True, id="strength worse by less than 25"),
        pytest.param((20, -30, 20, 20, -25, -25), False, id="three worse"),
        pytest.param((30, 30, -25, 30, 0, 0), False, id="strength worse by 25"),
        pytest.param((20, 20, NAN, 20, NAN, NAN), True, id="three assessed and improved"),
        pytest.param((NAN,) * 6, False, id="nothing assessed"),
    ],
)
def test_improved__applies_the_published_thresholds(run, change, expected):
    assert run(imacs_2004.improved, [(CoreSet(*map(float, change)),)]) == [expected]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param((20, 20, 20, 0, 0, NAN), (True, True), id="cannot be lost"),
        pytest.param((20, 20, 20, -25, -25, NAN), (False, True), id="a third may be worse"),
        pytest.param((20, 20, NAN, 20, 0, 0), (False, True), id="strength may be worse"),
        pytest.param((20, 20, 0, 0, 0, NAN), (False, True), id="the third may be improved"),
        pytest.param((20, 0, 0, 0, 0, NAN), (False, False), id="cannot be reached"),
        pytest.param((NAN, 20, -25, 20, 20, 20), (False, False), id="strength decides"),
        pytest.param((NAN,) * 6, (False, True), id="nothing assessed"),
    ],
)
def test_bounds__says_what_the_missing_measures_could_change(run, change, expected):
    assert [*map(tuple, run(imacs_2004.bounds, [(CoreSet(*map(float, change)),)]))] == [expected]


@settings(deadline=None)
@given(rows_of_changes)
def test_improved__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(imacs_2004.improved, rows)


@settings(deadline=None)
@given(rows_of_changes)
def test_bounds__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(imacs_2004.bounds, rows)


@settings(deadline=None)
@given(rows_of_changes)
def test_counts__are_equal_on_floats_arrays_and_compiled(everywhere, rows):
    for count in (imacs_2004.number_improved, imacs_2004.number_worsened, imacs_2004.assessed):
        everywhere(count, rows)


@settings(deadline=None)
@given(changes)
def test_bounds__are_the_verdicts_at_the_extremes(change):
    low, high = imacs_2004.bounds(change)
    assert low == imacs_2004.improved(change.fill_missing(-np.inf))
    assert high == imacs_2004.improved(change.fill_missing(np.inf))


@settings(deadline=None)
@given(changes, changes)
def test_bounds__hold_whatever_is_filled_in(change, truth):
    whole = CoreSet(*(b if np.isnan(a) else a for a, b in zip(change, truth, strict=True)))
    low, high = imacs_2004.bounds(change)
    assert low <= imacs_2004.improved(whole.fill_missing(0.0)) <= high


@settings(deadline=None)
@given(changes, st.integers(0, 5), st.floats(0, 50))
def test_improved__is_never_lost_by_a_better_measure(change, which, gain):
    better = CoreSet(*(v + gain * (i == which) for i, v in enumerate(change)))
    assert imacs_2004.improved(change) <= imacs_2004.improved(better)


def test_counts__count_only_what_was_assessed():
    change = CoreSet(20.0, 19.0, -25.0, NAN, -24.0, 90.0)
    assert imacs_2004.number_improved(change) == 2
    assert imacs_2004.number_worsened(change) == 1
    assert imacs_2004.assessed(change) == 5
