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
