import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import functional_index
from myotrial.response.core_set import improvement

NAN = float("nan")
totals = st.integers(0, 64).map(float) | st.just(NAN)


@pytest.mark.parametrize(
    ("baseline", "value", "expected"),
    [
        pytest.param(40, 48, True, id="exactly 20 %"),
        pytest.param(40, 47, False, id="17.5 %"),
        pytest.param(15, 18, True, id="15 to 18"),
        pytest.param(0, 30, False, id="from zero no percentage exists"),
        pytest.param(40, NAN, False, id="missing"),
    ],
)
def test_improved__needs_20_percent_of_baseline(run, baseline, value, expected):
    change = improvement(float(baseline), float(value), 1.0, 64.0)
    assert run(functional_index.improved, [(change,)]) == [expected]


@settings(deadline=None)
@given(st.lists(st.tuples(totals, totals), min_size=1, max_size=20))
def test_bounds__are_equal_on_floats_arrays_and_compiled(everywhere, pairs):
    rows = [(improvement(a, b, 1.0, 64.0), a, b) for a, b in pairs]
    everywhere(functional_index.bounds, rows)
    everywhere(functional_index.improved, [row[:1] for row in rows])


@settings(deadline=None)
@given(totals, totals)
def test_bounds__are_what_whole_totals_can_give(baseline, value):
    grid = [0.0, 0.01, *(float(total) for total in range(1, 65))]
    firsts = grid if baseline != baseline else [baseline]
    lasts = grid if value != value else [value]
    found = {bool(a and 100 * (b - a) >= 20 * a) for a in firsts for b in lasts}
    change = improvement(baseline, value, 1.0, 64.0)
    low, high = functional_index.bounds(change, baseline, value)
    assert high == (True in found)
    assert low == (False not in found)


def test_of_maximum__is_the_other_reading(run):
    assert run(functional_index.of_maximum, [(40.0, 52.8), (15.0, 18.0)]) == [20.0, 4.6875]


@pytest.mark.parametrize(
    ("baseline", "later", "expected"),
    [
        pytest.param((10,) * 7, (12,) * 7, 7, id="all at exactly 20 %"),
        pytest.param((10, 20, 30, 40, 50, 60, 60), (12, 23, 36, 48, 59, 60, 72), 4, id="some"),
        pytest.param((0, 5, 5, 5, 5, 5, 5), (60, 5, 5, 5, 5, 5, NAN), 0, id="zero and missing"),
    ],
)
def test_tasks_improved__counts_tasks_of_20_percent(run, baseline, later, expected):
    pairs = zip(map(float, baseline), map(float, later), strict=True)
    changes = tuple(improvement(*pair, 1.0, 60.0) for pair in pairs)
    assert run(functional_index.tasks_improved, [(changes,)]) == [expected]


tasks = st.tuples(*[st.sampled_from([-50.0, 0.0, 19.9, 20.0, 135.0, NAN])] * 7)


@settings(deadline=None)
@given(st.lists(st.tuples(tasks), min_size=1, max_size=20))
def test_tasks__are_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(functional_index.tasks_improved, rows)
    everywhere(functional_index.tasks_bounds, rows)


@settings(deadline=None)
@given(tasks)
def test_tasks_bounds__are_the_counts_at_the_extremes(changes):
    low, high = functional_index.tasks_bounds(changes)
    filled = [[fill if c != c else c for c in changes] for fill in (-100.0, 100.0)]
    assert (low, high) == tuple(map(functional_index.tasks_improved, filled))
