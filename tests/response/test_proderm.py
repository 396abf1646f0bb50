import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import proderm, worsening
from myotrial.response.core_set import CoreSet

NAN = float("nan")
T, F = True, False
cells = st.sampled_from([-100.0, -30.0, -29.9, -20.0, -19.9, 0.0, 20.0, NAN])
changes = st.builds(CoreSet, *[cells] * 6)
rises = st.sampled_from([-1.0, 0.0, 1.9, 2.0, 5.0, NAN])


@pytest.mark.parametrize(
    ("change", "physician", "extramuscular", "expected"),
    [
        pytest.param((-40, 0, -20, 0, 0, 0), 2.0, 0.0, True, id="physician and strength"),
        pytest.param((-40, 0, -19.9, 0, 0, 0), 2.0, 0.0, False, id="strength not enough"),
        pytest.param((-40, 0, -20, 0, 0, 0), 1.9, 0.0, False, id="physician not enough"),
        pytest.param((0, 0, 0, 0, 0, 0), 0.0, 2.0, True, id="extramuscular alone"),
        pytest.param((-30, -30, 0, -30, 0, 0), 0.0, 0.0, True, id="three of five"),
        pytest.param((0, 0, -30, -30, 0, -30), 0.0, 0.0, True, id="three others of five"),
        pytest.param((-30, -30, 0, 0, -90, 0), 0.0, 0.0, False, id="the enzyme does not count"),
        pytest.param((-30, -30, 0, -29.9, 0, 0), 0.0, 0.0, False, id="third just below"),
        pytest.param((NAN,) * 6, NAN, NAN, False, id="missing is not worse"),
    ],
)
def test_deteriorated__is_met_by_any_leg(run, change, physician, extramuscular, expected):
    rows = [(CoreSet(*map(float, change)), physician, extramuscular)]
    assert run(proderm.deteriorated, rows) == [expected]


@settings(deadline=None)
@given(st.lists(st.tuples(changes, rises, rises), min_size=1, max_size=20))
def test_deteriorated__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(proderm.deteriorated, rows)
    everywhere(proderm.bounds, rows)


@settings(deadline=None)
@given(changes, st.tuples(rises, rises))
def test_deteriorated__differs_from_imacs_2005_by_the_enzyme_only(change, rose):
    without = change._replace(enzyme=0.0)
    assert proderm.deteriorated(change, *rose) == worsening.imacs_2005(without, *rose)
    assert proderm.bounds(change, *rose) == worsening.imacs_2005_bounds(without, *rose)


@settings(deadline=None)
@given(changes, rises, rises)
def test_bounds__are_the_verdicts_at_the_extremes(change, physician, extramuscular):
    low, high = proderm.bounds(change, physician, extramuscular)
    good = [-np.inf if np.isnan(x) else x for x in (physician, extramuscular)]
    bad = [np.inf if np.isnan(x) else x for x in (physician, extramuscular)]
    assert low == proderm.deteriorated(change.fill_missing(np.inf), *good)
    assert high == proderm.deteriorated(change.fill_missing(-np.inf), *bad)


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param((T, F, T), F, id="not in a row"),
        pytest.param((F, T, T), T, id="two in a row"),
        pytest.param((T,), F, id="one visit confirms nothing"),
    ],
)
def test_confirmed__needs_two_visits_in_a_row(visits, expected):
    assert proderm.confirmed(visits) == expected


def test_confirmed__works_on_columns():
    visits = (np.array([T, T]), np.array([T, F]), np.array([F, T]))
    assert proderm.confirmed(visits).tolist() == [T, F]
