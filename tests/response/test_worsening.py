import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import imacs_2004, worsening
from myotrial.response.core_set import CoreSet

NAN = float("nan")
cells = st.sampled_from([-100.0, -30.0, -29.9, -20.0, -19.9, 0.0, 20.0, NAN])
changes = st.builds(CoreSet, *[cells] * 6)
rises = st.sampled_from([-1.0, 0.0, 1.9, 2.0, 5.0, NAN])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param((-30, -30, -30, 0, 0, 0), True, id="three at exactly 30"),
        pytest.param((-30, -30, -29.9, 0, 0, 0), False, id="third just below"),
        pytest.param((-30, -30, 60, 60, 60, -30), True, id="whatever else improved"),
        pytest.param((-30, -30, NAN, 0, 0, 0), False, id="missing is not worse"),
    ],
)
def test_core_set__needs_three_measures_worse_by_30(run, change, expected):
    rows = [(CoreSet(*map(float, change)),)]
    assert run(worsening.core_set, rows) == [expected]


def test_number_worse__counts_what_was_assessed():
    assert worsening.number_worse(CoreSet(-30.0, -29.0, NAN, -100.0, 30.0, 0.0)) == 2


def test_core_set__takes_other_numbers():
    change = CoreSet(-25.0, -25.0, 0.0, 0.0, 0.0, 0.0)
    assert worsening.core_set(change, measures=2, percent=25.0)
    assert not worsening.core_set(change, measures=2, percent=26.0)


@pytest.mark.parametrize(
    ("change", "physician", "extramuscular", "expected"),
    [
        pytest.param((-40, 0, -20, 0, 0, 0), 2.0, 0.0, True, id="physician and strength"),
        pytest.param((-40, 0, -19.9, 0, 0, 0), 2.0, 0.0, False, id="strength not enough"),
        pytest.param((-40, 0, -20, 0, 0, 0), 1.9, 0.0, False, id="physician not enough"),
        pytest.param((0, 0, 0, 0, 0, 0), 0.0, 2.0, True, id="extramuscular alone"),
        pytest.param((-30, -30, 0, -30, 0, 0), 0.0, 0.0, True, id="three of six"),
        pytest.param((0, 0, 0, 0, 0, 0), NAN, NAN, False, id="missing is not worse"),
    ],
)
def test_imacs_2005__is_met_by_any_leg(run, change, physician, extramuscular, expected):
    rows = [(CoreSet(*map(float, change)), physician, extramuscular)]
    assert run(worsening.imacs_2005, rows) == [expected]


@settings(deadline=None)
@given(st.lists(st.tuples(changes), min_size=1, max_size=20))
def test_core_set__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(worsening.core_set, rows)
    everywhere(worsening.core_set_bounds, rows)
    everywhere(worsening.number_worse, rows)


@settings(deadline=None)
@given(st.lists(st.tuples(changes, rises, rises), min_size=1, max_size=20))
def test_imacs_2005__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(worsening.imacs_2005, rows)
    everywhere(worsening.imacs_2005_bounds, rows)


@settings(deadline=None)
@given(changes)
def test_core_set_bounds__are_the_verdicts_at_the_extremes(change):
    low, high = worsening.core_set_bounds(change)
    assert low == worsening.core_set(change.fill_missing(np.inf))
    assert high == worsening.core_set(change.fill_missing(-np.inf))


@settings(deadline=None)
@given(changes, rises, rises)
def test_imacs_2005_bounds__are_the_verdicts_at_the_extremes(change, physician, extramuscular):
    low, high = worsening.imacs_2005_bounds(change, physician, extramuscular)
    good = [-np.inf if np.isnan(x) else x for x in (physician, extramuscular)]
    bad = [np.inf if np.isnan(x) else x for x in (physician, extramuscular)]
    assert low == worsening.imacs_2005(change.fill_missing(np.inf), *good)
    assert high == worsening.imacs_2005(change.fill_missing(-np.inf), *bad)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        pytest.param((True, True, True, True), "IMPROVED", id="improved comes before worse"),
        pytest.param((True, True, False, False), "IMPROVED", id="improved"),
        pytest.param((False, False, True, True), "WORSE", id="worse"),
        pytest.param((False, False, False, False), "UNCHANGED", id="neither"),
        pytest.param((False, True, False, False), "INDETERMINATE", id="improvement open"),
        pytest.param((False, False, False, True), "INDETERMINATE", id="worsening open"),
        pytest.param((True, True, False, True), "IMPROVED", id="worsening open but improved"),
        pytest.param((False, True, True, True), "INDETERMINATE", id="improved or worse"),
    ],
)
def test_status__puts_improved_before_worse(run, verdicts, expected):
    assert [worsening.STATUSES[code] for code in run(worsening.status, [verdicts])] == [expected]


@settings(deadline=None)
@given(changes)
def test_status__is_settled_only_where_every_completion_agrees(change):
    completions = [
        whole for value in (-np.inf, -27.0, 0.0, np.inf) for whole in [change.fill_missing(value)]
    ]
    found = {
        worsening.status(*[imacs_2004.improved(c)] * 2, *[worsening.core_set(c)] * 2)
        for c in completions
    }
    code = worsening.status(*imacs_2004.bounds(change), *worsening.core_set_bounds(change))
    if worsening.STATUSES[code] != "INDETERMINATE":
        assert found == {code}
    else:
        assert len(found) > 1
